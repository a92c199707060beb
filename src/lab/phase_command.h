/* A command of the user's that is run in the background when a phase of a run begins: the setting
 * on_phase. */
#ifndef MNEME_LAB_PHASE_COMMAND_H
#define MNEME_LAB_PHASE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "lab/session.h"
#include "train/status_board.h"

/* Which phase a run is in, as far as it was told. */
struct phase_watch {
    enum phase phase;
    bool patched; /* of the model that was patched, whose phases begin anew */
};

/* The phase that a run is in now is no news. */
void phase_watch_begin(struct phase_watch *watch, const struct trainer_status *status);

/* Whether a phase beyond those that were told begins: once for each. */
bool phase_watch_follow(struct phase_watch *watch, const struct trainer_status *status);

/* Both phases that begin, of a model and of its patched one; of runs that are opened one after
 * another, those that have not ended. */
enum { PHASE_COMMANDS_MOST = 4 };

/* Commands that were started and have not ended. {0} are none. */
struct phase_commands {
    struct phase_child {
        pid_t process;
        char *log; /* the file that has what it wrote */
    } child[PHASE_COMMANDS_MOST];
    size_t count;
};

/* Runs the command for the phase that the run is in, with its directory, the phase and the step at
 * which that began as MNEME_RUN, MNEME_PHASE and MNEME_STEP in the environment. What it writes goes
 * to on_phase/PHASE.log in the run's directory; where that is there already, the command was run in
 * an earlier life of the run, and nothing is done. Nor is anything where the run has no directory,
 * or this process was started by one that trains many runs. ERROR_SYSTEM where it cannot be
 * started, or PHASE_COMMANDS_MOST have not ended. Does not wait. */
bool phase_command_run(struct phase_commands *commands, const char *command,
                       const struct session *session, const struct trainer_status *status,
                       struct error *err);

/* Takes note of one that has ended; false where one did so with a failure, which is told. */
bool phase_commands_follow(struct phase_commands *commands, struct error *err);

/* Forgets those that go on. */
void phase_commands_forget(struct phase_commands *commands);

/* Processes that this one starts run no such commands; whether this is one of them. */
void phase_commands_forbid(void);
bool phase_commands_are_forbidden(void);

#endif
