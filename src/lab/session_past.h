/* A session whose questions go to the model that its run had at an earlier step, from a checkpoint
 * or a snapshot, while training goes on with the live weights.
 *
 * These and questions (lab/session_ask.h) are for one thread at a time. */
#ifndef MNEME_LAB_SESSION_PAST_H
#define MNEME_LAB_SESSION_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "lab/session.h"
#include "measure/knowledge.h"

/* Questions from here on go to the model of the step. ERROR_INPUT where the run has none of it,
 * ERROR_DATA where that cannot be read; then they go where they went before. */
bool session_go_to(struct session *session, uint64_t step, struct error *err);

/* They go to the live weights again. */
void session_go_back(struct session *session);

/* Whether they go to an earlier step's model, and which. */
bool session_is_at(const struct session *session, uint64_t *step);

/* Which facts the model knew at the last evaluation up to the step, from the record. *knowledge,
 * all zero before, has no fact where there was none. On false it is empty. */
bool session_known_at(const struct session *session, uint64_t step, struct knowledge *knowledge,
                      struct error *err);

#endif
