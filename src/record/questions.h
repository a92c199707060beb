/* The questions that are watched in a run, and what was answered so far, from its record. */
#ifndef MNEME_RECORD_QUESTIONS_H
#define MNEME_RECORD_QUESTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "measure/question_track.h"

struct questions {
    struct question_track *track; /* [count] as they were watched */
    size_t count, room;
};

/* Those that are still watched where the record ends, all their points being recorded. Where the
 * run went back to a step, as it does now to `step`, later answers are forgotten; lines that are
 * not valid are passed over. */
bool questions_read(struct questions *questions, const char *path, uint64_t step,
                    struct error *err);
void questions_free(struct questions *questions);

/* The index of a prompt; count where it is none of them. */
size_t questions_find(const struct questions *questions, const char *prompt);

/* Adds a question without answers. */
bool questions_add(struct questions *questions, const char *prompt, struct error *err);

void questions_drop(struct questions *questions, size_t index);

#endif
