/* A session of a fresh run that begins at a checkpoint of another one. */
#ifndef MNEME_LAB_SESSION_FORK_H
#define MNEME_LAB_SESSION_FORK_H

#include <stdbool.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"
#include "lab/session.h"

/* As session_open_preset, but the run begins at a checkpoint of another: "RUN" at the newest,
 * "RUN@STEP" at that of a step. Its record starts with that event and what the other one recorded
 * until then; it goes on without the other. ERROR_INPUT also where the preset differs from the
 * other's in what fork_check holds to. */
bool session_open_fork(struct session *session, const struct paths *paths,
                       const struct preset *preset, const char *from, struct error *err);

#endif
