/* A branch of a run that is open: a run that begins at one of its steps with other values of some
 * keys, which is trained in its place. */
#ifndef MNEME_LAB_BRANCH_H
#define MNEME_LAB_BRANCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "config/preset.h"
#include "config/preset_key.h"
#include "lab/replay.h"
#include "lab/session.h"

struct branch {
    char *run;            /* the directory of the run it begins in */
    char *from;           /* the same, with "@STEP" where that is not its newest */
    struct preset preset; /* complete */
    char *changes;        /* "train.lr 0.002 → 0.001, train.clip 0 → 1"; "" for a mere copy */
};

/* Whether a branch can give a key another value than its parent has. */
bool branch_can_change(const struct preset_key *key);

/* The preset of a branch that changes nothing. step and errors as branch_read has them, but that
 * steps may be none left. */
bool branch_preset(struct preset *preset, const struct session *session, const uint64_t *step,
                   struct error *err);

/* Reads what a branch is to be: at `step`, one that was made, or where that is null at the step
 * that will have been reached when the run is saved and closed, or that its writer has saved last
 * by then. Its keys are those that the run has
 * at that step, but for assignments. ERROR_INPUT where a key or a value is wrong, where model,
 * facts or individuals would be others, where no steps are left, and where the run has not made
 * that step or has no checkpoint up to it. */
bool branch_read(struct branch *branch, const struct session *session, const uint64_t *step,
                 const char *const *assignment, size_t assignments, struct error *err);
void branch_free(struct branch *branch);

/* Opens it, once the run is closed, with a directory of its own. watch and errors as
 * session_open_fork. */
bool branch_open(const struct branch *branch, const struct paths *paths,
                 const struct replay_watch *watch, struct session *session, struct error *err);

#endif
