/* The questions that are watched in a session, and what was answered: asked on two threads, looked
 * at on a third, and recorded on one of them. Every function takes the list and lets it go. */
#ifndef MNEME_LAB_WATCHES_H
#define MNEME_LAB_WATCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"
#include "measure/question_track.h"
#include "record/questions.h"
#include "train/event.h"

enum { WATCHES_MOST = 16 }; /* questions */

struct watches;

struct watches *watches_new(struct error *err);

/* Null is allowed. */
void watches_free(struct watches *watches);

/* Takes over what a record holds, in place of what there was. `told`: it is the run's own record,
 * which says that they are watched. */
void watches_restore(struct watches *watches, struct questions *questions, bool told);

/* ERROR_INPUT where a prompt is watched already or there are WATCHES_MOST. */
bool watches_add(struct watches *watches, const char *prompt, struct error *err);

/* Ends the watching of a prompt, or of the question of a number, from 1 on; *ended gets the prompt,
 * freed with memory_free. ERROR_INPUT where it is not watched. */
bool watches_end(struct watches *watches, const char *prompt_or_number, char **ended,
                 struct error *err);

/* The prompts, in order; or those alone that were not asked since they were added, which they count
 * as from here on. */
bool watches_list(struct watches *watches, struct strings *prompts, struct error *err);
bool watches_list_new(struct watches *watches, struct strings *prompts, struct error *err);

/* Adds an answer, unless its question is not watched any more. */
bool watches_answer(struct watches *watches, const char *prompt,
                    const struct question_answer *answer, struct error *err);

/* Whether a question is watched and has an answer of a step. */
bool watches_has(struct watches *watches, const char *prompt, uint64_t step);

/* Changes so far: additions, ends and answers. */
uint64_t watches_changes(struct watches *watches);

/* The number of a question, from 1 on; 0 where it is not watched. */
size_t watches_number(struct watches *watches, const char *prompt);

/* How many are watched; a copy of one, which is empty where there is none of that index. */
size_t watches_count(struct watches *watches);
bool watches_copy(struct watches *watches, size_t index, struct question_track *track,
                  struct error *err);

/* What the record does not have yet. */
struct watch_line {
    enum event_kind kind;        /* EVENT_WATCH, EVENT_UNWATCH or EVENT_QUESTION */
    struct question_track track; /* the prompt and, where it was asked, the one answer */
};

/* One of them, *has telling whether there is any; freed with question_track_free. */
bool watches_next_line(struct watches *watches, struct watch_line *line, bool *has,
                       struct error *err);

/* The record has it. */
void watches_wrote_line(struct watches *watches, const struct watch_line *line);

#endif
