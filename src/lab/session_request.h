/* What somebody asks to be trained: a preset with settings, from its beginning or from a checkpoint
 * of another run. */
#ifndef MNEME_LAB_SESSION_REQUEST_H
#define MNEME_LAB_SESSION_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"
#include "lab/replay.h"
#include "lab/session.h"

struct session_request {
    const char *preset;            /* name or file */
    const char *const *assignment; /* [assignments] "train.lr=1e-3", in order */
    size_t assignments;
    uint64_t steps;        /* the last assignment, of train.steps; 0: none */
    const char *from;      /* "RUN" or "RUN@STEP" that it begins at; null: at its own first step */
    const char *directory; /* of the run, which is made at once; null: a fresh one */
    bool keep;             /* a fresh one is made at once, not with the first checkpoint */
    const struct replay_watch *watch; /* waits where `from` has no checkpoint; or null */
    void (*was_read)(void); /* called when all that is asked for was read, and there is no directory
                               yet; or null */
};

/* Reads the preset with its settings. Errors as preset_load_with. */
bool session_request_preset(const struct session_request *request, const struct paths *paths,
                            struct preset *preset, struct error *err);

/* Opens it, as session_open_preset and session_open_fork do, and keeps it as session_keep does. */
bool session_request_open(const struct session_request *request, const struct paths *paths,
                          struct session *session, struct error *err);

#endif
