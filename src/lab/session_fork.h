/* A session of a fresh run that begins at a step of another one. */
#ifndef MNEME_LAB_SESSION_FORK_H
#define MNEME_LAB_SESSION_FORK_H

#include <stdbool.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"
#include "lab/replay.h"
#include "lab/session.h"

/* As session_open_preset, but the run begins at a step of another: "RUN" at its newest checkpoint,
 * "RUN@STEP" at a step, to which watch (null is allowed) waits where it has no checkpoint of it.
 * Its record starts with that event and what the other one recorded until then; it goes on without
 * the other. ERROR_INPUT also where the preset differs from the other's in what fork_check holds
 * to; errors of replay_new. */
bool session_open_fork(struct session *session, const struct paths *paths,
                       const struct preset *preset, const char *from,
                       const struct replay_watch *watch, struct error *err);

#endif
