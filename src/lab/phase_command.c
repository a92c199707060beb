/* Map of this file: watching; the file that a command writes to; running; following. */
#include "lab/phase_command.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/background.h"
#include "base/file.h"
#include "base/memory.h"
#include "record/run_files.h"

/* Set for a process that trains one run of many. */
#define VARIABLE "MNEME_ON_PHASE"
#define OFF      "off"

/* Watching */

void phase_watch_begin(struct phase_watch *watch, const struct trainer_status *status)
{
    *watch = (struct phase_watch){status->phase.phase, status->patched};
}

bool phase_watch_follow(struct phase_watch *watch, const struct trainer_status *status)
{
    if (watch->patched != status->patched)
        phase_watch_begin(watch, status);
    if (status->phase.phase <= watch->phase)
        return false;
    watch->phase = status->phase.phase;
    return true;
}

/* The file that a command writes to */

static char *make_log_path(const struct session *session, const struct trainer_status *status,
                           struct error *err)
{
    char *directory = file_join(session->run.directory, RUN_ON_PHASE, err);
    bool made = directory && file_make_directories(directory, err);
    char *path =
        made ? memory_format(err, "%s/%s%s.log", directory, status->patched ? "patched-" : "",
                             phase_name(status->phase.phase))
             : NULL;
    memory_free(directory);
    return path;
}

/* -1 with *again where it is there, or else with the error set. */
static int make_log(const char *path, bool *again, struct error *err)
{
    int log = file_open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, FILE_OWN, err);
    *again = log < 0 && errno == EEXIST;
    return log;
}

/* Running */

/* Step at which the phase began. */
static uint64_t first_step(const struct trainer_status *status)
{
    double step = status->phase.phase == PHASE_KNOWLEDGE ? status->phase.plateau_end
                                                         : status->phase.plateau_start;
    return isfinite(step) && step >= 0 ? (uint64_t)llround(step) : status->step;
}

static bool start(struct phase_commands *commands, const char *command, int log, char *path,
                  const struct session *session, const struct trainer_status *status,
                  struct error *err)
{
    struct phase_child *child = &commands->child[commands->count];
    char *run = memory_format(err, "MNEME_RUN=%s", session->run.directory);
    char *phase = memory_format(err, "MNEME_PHASE=%s", phase_name(status->phase.phase));
    char *step = memory_format(err, "MNEME_STEP=%" PRIu64, first_step(status));
    const char *const variables[] = {run, phase, step};
    const struct background background = {
        .command = command,
        .variable = variables,
        .variables = sizeof variables / sizeof *variables,
        .output = log,
    };
    bool started = run && phase && step && background_start(&background, &child->process, err);
    if (started) {
        child->log = path;
        commands->count++;
    }
    memory_free(run);
    memory_free(phase);
    memory_free(step);
    return started;
}

bool phase_command_run(struct phase_commands *commands, const char *command,
                       const struct session *session, const struct trainer_status *status,
                       struct error *err)
{
    bool again;
    if (!*command || !session->run.directory || phase_commands_are_forbidden())
        return true;
    if (commands->count == PHASE_COMMANDS_MOST)
        return error_set(err, ERROR_SYSTEM,
                         "on_phase: %zu commands have not ended yet; none was run for %s of %s",
                         commands->count, phase_name(status->phase.phase), session->run.name);
    char *path = make_log_path(session, status, err);
    int log = path ? make_log(path, &again, err) : -1;
    bool done = log < 0 && path && again;
    if (log >= 0) {
        done = start(commands, command, log, path, session, status, err);
        close(log);
    }
    if (!done || log < 0)
        memory_free(path);
    return done || error_prefix(err, "on_phase");
}

/* Following */

static bool check_status(const struct phase_child *child, int status, struct error *err)
{
    if (WIFSIGNALED(status))
        return error_set(err, ERROR_SYSTEM, "on_phase: the command was ended by signal %d; see %s",
                         WTERMSIG(status), child->log);
    return WEXITSTATUS(status) == 0 ||
           error_set(err, ERROR_SYSTEM, "on_phase: the command ended with status %d; see %s",
                     WEXITSTATUS(status), child->log);
}

bool phase_commands_follow(struct phase_commands *commands, struct error *err)
{
    bool fine = true;
    for (size_t c = commands->count; c-- > 0;) {
        int status = 0;
        struct phase_child *child = &commands->child[c];
        if (!background_has_ended(child->process, &status))
            continue;
        fine = check_status(child, status, err) && fine;
        memory_free(child->log);
        *child = commands->child[--commands->count];
    }
    return fine;
}

void phase_commands_forget(struct phase_commands *commands)
{
    for (size_t c = 0; c < commands->count; c++)
        memory_free(commands->child[c].log);
    *commands = (struct phase_commands){0};
}

bool phase_commands_are_forbidden(void)
{
    const char *said = getenv(VARIABLE);
    return said && strcmp(said, OFF) == 0;
}

void phase_commands_forbid(void)
{
    setenv(VARIABLE, OFF, 1);
}
