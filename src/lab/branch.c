#include "lab/branch.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "config/preset_check.h"
#include "config/preset_complete.h"
#include "config/preset_key.h"
#include "lab/fork.h"
#include "lab/session_follow.h"
#include "lab/session_fork.h"
#include "lab/session_train.h"
#include "record/settings.h"

/* The run's preset as it was at the step that the branch begins at. */
static bool take_preset(struct preset *then, const struct session *session, const uint64_t *step,
                        struct error *err)
{
    bool undone, done = preset_copy(then, &session->preset, err);
    struct settings settings = {0};
    char *path = done && step ? run_metrics_path(&session->run, err) : NULL;
    then->names_rate = false; /* by /set, perhaps */
    if (done && step)
        done = path && settings_read(&settings, path, err) &&
               settings_undo(&settings, *step, then, &undone, err);
    settings_free(&settings);
    memory_free(path);
    return done;
}

/* A key's values in two presets. */
struct key_values {
    char *was, *is;
};

static void values_free(struct key_values *values)
{
    memory_free(values->was);
    memory_free(values->is);
}

/* On false there are none. */
static bool values_read(struct key_values *values, const struct preset *then,
                        const struct preset *now, const struct preset_key *key, struct error *err)
{
    values->was = preset_value(then, key, err);
    values->is = values->was ? preset_value(now, key, err) : NULL;
    if (!values->is)
        values_free(values);
    return values->is;
}

static bool is_same(const struct key_values *values)
{
    return strcmp(values->was, values->is) == 0;
}

/* "train.lr 0.002 → 0.001" */
static bool add_change(struct text *out, const struct preset *then, const struct preset *now,
                       const struct preset_key *key, struct error *err)
{
    struct key_values values;
    if (strcmp(key->section, "preset") == 0 || strcmp(key->name, "fingerprint") == 0)
        return true;
    if (!values_read(&values, then, now, key, err))
        return false;
    if (!is_same(&values))
        text_format(out, "%s%s.%s %s \u2192 %s", out->length > 0 ? ", " : "", key->section,
                    key->name, *values.was ? values.was : "unset",
                    *values.is ? values.is : "unset");
    values_free(&values);
    return true;
}

static char *describe(const struct preset *then, const struct preset *now, struct error *err)
{
    struct text text = {0};
    bool read = true;
    for (size_t i = 0; read && i < preset_key_count; i++)
        read = add_change(&text, then, now, &preset_keys[i], err);
    if (read)
        return text_take(&text, err);
    text_free(&text);
    return NULL;
}

/* As fork_check will see it. */
static bool check(const struct branch *branch, const struct session *session,
                  const struct preset *then, const uint64_t *step, struct error *err)
{
    struct trainer_status status;
    session_status(session, &status);
    const struct fork fork = {
        .run = session->run, .preset = *then, .step = step ? *step : status.step};
    return preset_check(&branch->preset, err) && fork_check(&fork, &branch->preset, err);
}

/* The run is saved before a branch of it is opened, and so is the step that it stands at. */
static bool is_saved_first(const struct session *session, uint64_t step,
                           const struct trainer_status *status)
{
    return !session->follower && step == status->step;
}

static bool find_step(const struct session *session, const uint64_t *step, struct error *err)
{
    uint64_t found;
    struct trainer_status status;
    session_status(session, &status);
    if (!session->run.directory)
        return error_set(err, ERROR_INPUT,
                         "a branch begins at a step that was made; before the first, /set changes "
                         "the run itself");
    if (step && *step > status.step)
        return error_set(err, ERROR_INPUT,
                         "step %" PRIu64 " is not made yet: the run is at step %" PRIu64, *step,
                         status.step);
    bool failed = status.state == TRAINER_FAILED && status.unsaved;
    if (failed && (!step || *step > status.saved_step))
        return error_set(err, ERROR_INPUT,
                         "the run has failed, and its last saved step is %" PRIu64
                         ": a branch can begin there or before",
                         status.saved_step);
    return !step || is_saved_first(session, *step, &status) ||
           run_find_checkpoint(&session->run, step, &found, err);
}

bool branch_can_change(const struct preset_key *key)
{
    bool told = strcmp(key->section, "preset") != 0 && strcmp(key->section, "facts") != 0;
    return told && key->type != KEY_FAMILY && !fork_keeps_key(key);
}

bool branch_preset(struct preset *preset, const struct session *session, const uint64_t *step,
                   struct error *err)
{
    *preset = (struct preset){.name = NULL};
    if (find_step(session, step, err) && take_preset(preset, session, step, err))
        return true;
    preset_free(preset);
    return false;
}

/* What belongs to the facts and the name that a branch has of its parent: nothing else compares
 * those, which are replaced by the session's. */
static bool check_kept(const struct preset *then, const struct preset *now,
                       const struct preset_key *key, struct error *err)
{
    if (branch_can_change(key) || fork_keeps_key(key) || strcmp(key->name, "fingerprint") == 0)
        return true;
    struct key_values values;
    if (!values_read(&values, then, now, key, err))
        return false;
    bool same = is_same(&values);
    values_free(&values);
    return same || error_set(err, ERROR_INPUT, "%s.%s cannot be another in a branch", key->section,
                             key->name);
}

static bool check_all_kept(const struct preset *then, const struct preset *now, struct error *err)
{
    bool kept = true;
    for (size_t i = 0; kept && i < preset_key_count; i++)
        kept = check_kept(then, now, &preset_keys[i], err);
    return kept;
}

static bool read_branch(struct branch *branch, const struct session *session, const uint64_t *step,
                        const struct preset *then, const char *const *assignment,
                        size_t assignments, struct error *err)
{
    bool read = preset_copy(&branch->preset, then, err);
    for (size_t i = 0; read && i < assignments; i++)
        read = preset_set(&branch->preset, assignment[i], err);
    if (!read || !check_all_kept(then, &branch->preset, err))
        return false;
    preset_settle_precision(&branch->preset, then->model.precision);
    branch->preset.facts.fingerprint[0] = '\0'; /* of the numbers of another sampling, too */
    const char *directory = session->run.directory;
    return preset_take_facts(&branch->preset, &session->facts, err) &&
           check(branch, session, then, step, err) &&
           (branch->run = memory_string(directory, err)) &&
           (branch->changes = describe(then, &branch->preset, err)) &&
           (branch->from = step ? memory_format(err, "%s@%" PRIu64, directory, *step)
                                : memory_string(directory, err));
}

bool branch_read(struct branch *branch, const struct session *session, const uint64_t *step,
                 const char *const *assignment, size_t assignments, struct error *err)
{
    struct preset then = {0};
    *branch = (struct branch){.from = NULL};
    bool read = branch_preset(&then, session, step, err) &&
                read_branch(branch, session, step, &then, assignment, assignments, err);
    preset_free(&then);
    if (!read)
        branch_free(branch);
    return read;
}

void branch_free(struct branch *branch)
{
    preset_free(&branch->preset);
    memory_free(branch->run);
    memory_free(branch->from);
    memory_free(branch->changes);
    *branch = (struct branch){.from = NULL};
}

bool branch_open(const struct branch *branch, const struct paths *paths,
                 const struct replay_watch *watch, struct session *session, struct error *err)
{
    return session_open_fork(session, paths, &branch->preset, branch->from, watch, err) &&
           (session_keep(session, NULL, err) || session_give_up(session));
}
