/* Questions to the model of a session. */
#ifndef MNEME_LAB_SESSION_ASK_H
#define MNEME_LAB_SESSION_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "lab/session.h"
#include "measure/answer.h"

/* Answers from the live weights, or from those that session_go_to has chosen; never waits for a
 * step, only for an update. */
bool session_ask(struct session *session, const char *prompt, struct answer *answer,
                 struct error *err);
bool session_ask_attribute(struct session *session, uint64_t individual, size_t attribute,
                           struct answer *answer, struct error *err);

/* A prompt that can be asked, another one for every number: a known individual and words that ask
 * for one of its attributes. Freed with memory_free. */
char *session_example(const struct session *session, uint64_t number, struct error *err);

#endif
