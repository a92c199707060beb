#include "ui/tui/targets.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/library.h"
#include "config/table_preset.h"
#include "lab/session_open.h"
#include "lab/session_resume.h"
#include "lab/target.h"
#include "ui/tui/state.h"

struct session_request targets_request(const struct workbench *workbench,
                                       const struct workbench_target *target, bool with_options)
{
    struct session_request request = {.preset = NULL};
    if (with_options)
        request = workbench->options->first;
    request.preset = target->name;
    if (!target->is_edited)
        return request;
    request.assignment = (const char *const *)target->assignments.text;
    request.assignments = target->assignments.count;
    request.steps = 0;
    return request;
}

static bool is_own(const struct workbench *workbench, const struct run *run)
{
    const char *open = workbench_run_directory(workbench);
    return open && !workbench->session->follower && strcmp(open, run->directory) == 0;
}

/* A run or a preset whose files say what is wrong with it only when they are read. */
static bool can_read(const struct workbench *workbench, const struct run *run,
                     const struct preset *preset, struct error *err)
{
    struct session facts;
    struct error ignored;
    if (!workbench->session ||
        (run && is_own(workbench, run))) /* nothing to lose, or the same one */
        return true;
    if (run)
        return session_can_resume(workbench->paths, run->directory, err);
    bool read = session_open_facts(&facts, workbench->paths, preset, err);
    if (read)
        session_close(&facts, &ignored);
    return read;
}

/* Whether a run that another process writes can be looked at: not where it is to be trained. */
static bool may_follow(const struct workbench *workbench, bool with_options)
{
    return !with_options || (!workbench->options->run && workbench->options->first.steps == 0);
}

/* What following a run begins with. */
static bool can_follow(const struct workbench *workbench, const struct run *run, struct error *err)
{
    struct session facts;
    bool can = session_open_run_facts(&facts, workbench->paths, run, err);
    if (can)
        session_close(&facts, NULL);
    return can;
}

/* Whether there is nobody to train it but this process, which cannot. */
static bool is_shut(const struct workbench *workbench, const struct run *run, bool with_options)
{
    return may_follow(workbench, with_options) && !run_is_writable(run->directory);
}

/* Says in the target whether a run is followed, where it is in use or cannot be written. */
static bool can_open_run(const struct workbench *workbench, struct workbench_target *target,
                         const struct run *run, bool with_options, struct error *err)
{
    const char *beside = run_child_run(workbench->beside);
    bool own = is_own(workbench, run);
    target->is_beside = !target->follows && beside && strcmp(beside, run->directory) == 0;
    if (target->is_beside) /* which this process can end */
        return true;
    if (!target->follows && !own && !run_lock_is_free(run->directory, run->name, err)) {
        if (err->kind != ERROR_BUSY || !may_follow(workbench, with_options))
            return false;
        target->follows = true;
    }
    if (!own && is_shut(workbench, run, with_options))
        target->follows = true;
    return target->follows ? can_follow(workbench, run, err) : can_read(workbench, run, NULL, err);
}

/* What is wrong with a target is said before anything is closed for it. */
static bool can_open(const struct workbench *workbench, struct workbench_target *target,
                     bool with_options, struct error *err)
{
    const struct session_request request = targets_request(workbench, target, with_options);
    struct preset preset;
    struct run run;
    if (target->is_run && (request.assignments > 0 || request.directory || request.from))
        return error_set(
            err, ERROR_INPUT,
            "%s is a run, whose settings are fixed: --set, --run and --from are for a preset",
            target->name);
    if (!target->is_run) {
        if (!session_request_preset(&request, workbench->paths, &preset, err))
            return false;
        bool read = can_read(workbench, NULL, &preset, err);
        preset_free(&preset);
        return read;
    }
    if (!run_open(&run, workbench->paths, target->name, err))
        return false;
    bool can = can_open_run(workbench, target, &run, with_options, err);
    run_close(&run);
    return can;
}

void targets_free(struct workbench_target *target)
{
    if (target->branch)
        branch_free(target->branch);
    memory_free(target->branch);
    strings_free(&target->assignments);
    memory_free(target->changes);
    memory_free(target->beside);
    memory_free(target->alone);
    memory_free(target->name);
    *target = (struct workbench_target){.name = NULL};
}

void targets_put(struct workbench *workbench, struct workbench_target target)
{
    targets_free(&workbench->target);
    workbench->target = target;
}

bool targets_set(struct workbench *workbench, const char *name, bool is_run, bool with_options,
                 struct error *err)
{
    struct workbench_target target = {.name = memory_string(name, err), .is_run = is_run};
    if (!target.name || !can_open(workbench, &target, with_options, err)) {
        memory_free(target.name);
        return false;
    }
    targets_put(workbench, target);
    return true;
}

bool targets_watch(struct workbench *workbench, const char *name, struct error *err)
{
    struct workbench_target target = {
        .name = paths_expand(name, err), .is_run = true, .follows = true};
    if (!target.name || !can_open(workbench, &target, true, err)) {
        memory_free(target.name);
        return false;
    }
    targets_put(workbench, target);
    return true;
}

bool targets_set_edited(struct workbench *workbench, const char *name, struct strings *assignments,
                        const char *changes, struct error *err)
{
    struct workbench_target target = {.name = memory_string(name, err),
                                      .is_edited = true,
                                      .assignments = *assignments,
                                      .changes = memory_string(changes, err)};
    *assignments = (struct strings){.count = 0};
    if (target.name && target.changes &&
        can_open(workbench, &target, !workbench->opened_any, err)) {
        targets_put(workbench, target);
        return true;
    }
    targets_free(&target);
    return false;
}

/* Whether a path leads to a file that is called like none that can be opened. */
static bool is_other_file(const char *path)
{
    return strchr(path, '/') && file_is_regular(path) && !table_preset_is_path(path) &&
           !library_has_extension(path);
}

bool targets_find(struct workbench *workbench, const char *name, bool with_options,
                  struct error *err)
{
    const struct paths *paths = workbench->paths;
    char *path = paths_expand(name, err);
    if (!path)
        return false;
    bool found = targets_set(workbench, path, target_is_run(paths, path), with_options, err);
    if (!found && is_other_file(path))
        error_set(err, ERROR_INPUT,
                  "%s is no table (.csv, .tsv, .tab), no preset (.ini), and no directory of a run",
                  name);
    memory_free(path);
    return found;
}
