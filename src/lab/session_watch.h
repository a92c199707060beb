/* Questions that are watched: asked at every evaluation of a session that trains, and of the models
 * that its run has kept; recorded, so that a run that is resumed goes on asking. Training does not
 * depend on them.
 *
 * Where it is not said otherwise, for the thread that asks (lab/session_ask.h). */
#ifndef MNEME_LAB_SESSION_WATCH_H
#define MNEME_LAB_SESSION_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "lab/session.h"

/* Watches a prompt from now on: the trainer asks it as soon as it is between two steps, and at
 * every evaluation. *as_read gets it as the model reads it, freed with memory_free; *is_new is
 * false where that is watched already. ERROR_INPUT as session_ask and watches_add. */
bool session_watch(struct session *session, const char *prompt, char **as_read, bool *is_new,
                   struct error *err);

/* As watches_end. For any thread. */
bool session_unwatch(struct session *session, const char *prompt_or_number, char **ended,
                     struct error *err);

/* Asks a watched prompt of the first model that was kept at or behind step *from and that has not
 * answered it, by the run or, before it began, by those that it is a branch of, and moves *from
 * behind that; *asked is false where there is none, or the prompt is not watched. ERROR_DATA where
 * one cannot be read, with *from behind it all the same. */
bool session_watch_kept(struct session *session, const char *prompt, uint64_t *from, bool *asked,
                        struct error *err);

/* What is watched in a record up to a step, of the session's own run or of the one that it begins
 * in, before the trainer is started. */
bool session_watch_restore(struct session *session, const char *record, uint64_t step, bool own,
                           struct error *err);

/* Of the trainer's thread, between two steps: asks the live weights what is watched and was not
 * asked yet or, at an evaluation, everything that is; and records all that waits to be. */
bool session_watch_step(struct session *session, uint64_t step, double seconds, bool evaluates,
                        struct error *err);

#endif
