#include "lab/session_resume.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/strings.h"
#include "config/preset_check.h"
#include "config/preset_key.h"
#include "lab/restore.h"
#include "lab/session_open.h"
#include "lab/session_rate.h"
#include "lab/session_record.h"
#include "lab/session_train.h"
#include "lab/session_watch.h"
#include "record/settings.h"
#include "train/checkpoint.h"

/* What holds at the checkpoint's step: what was set by hand behind it does not. */
static bool take_back(struct session *session, bool *taken_back, struct error *err)
{
    struct settings settings = {0};
    struct error why = {ERROR_NONE, ""}; /* of a record that cannot be read, which is told later */
    char *path = run_metrics_path(&session->run, err);
    bool read = path && settings_read(&settings, path, &why);
    bool done =
        path && (read || why.kind != ERROR_MEMORY || error_set(err, why.kind, "%s", why.message)) &&
        settings_undo(&settings, session->checkpoint_step, &session->preset, taken_back, err);
    settings_free(&settings);
    memory_free(path);
    return done && (!*taken_back || preset_check(&session->preset, err));
}

/* Opens a run with its facts and an empty model of its shape. */
static bool open_run(struct session *session, const struct paths *paths, const char *run,
                     bool write, const uint64_t *step, struct error *err)
{
    bool taken_back;
    *session = (struct session){0};
    return (write ? run_hold(&session->run, paths, run, err)
                  : run_open(&session->run, paths, run, err)) &&
           session_remark_on_lock(session, err) &&
           run_preset(&session->run, paths, &session->preset, err) &&
           run_find_model(&session->run, step, &session->checkpoint_step, err) &&
           (write || take_back(session, &taken_back, err)) &&
           session_load_facts(session, paths, &session->run, err) &&
           session_make_engine(session, write, err);
}

/* The number of steps is the one thing that may change when a run goes on. */
static bool change_steps(struct session *session, uint64_t steps, struct error *err)
{
    const struct trainer_options *trainer = &session->preset.trainer;
    if (steps > 0 && !preset_set_steps(&session->preset, steps, err))
        return false;
    if (steps > 0 && trainer_steps(trainer) < session->checkpoint_step)
        return error_set(err, ERROR_INPUT,
                         "run %s has made %llu steps already; it cannot end at step %llu",
                         session->run.name, (unsigned long long)session->checkpoint_step,
                         (unsigned long long)trainer_steps(trainer));
    return preset_check(&session->preset, err) && session_make_plan(session, err);
}

/* The step a run began at is that of its first checkpoint. */
static bool find_first_step(const struct session *session, uint64_t *first, struct error *err)
{
    uint64_t *step = NULL;
    size_t count;
    if (!run_checkpoints(&session->run, &step, &count, err))
        return false;
    *first = count > 0 ? step[0] : 0;
    memory_free(step);
    return true;
}

/* Reads a checkpoint into the engine; the second weights have to have the role of its step. */
static bool read_checkpoint(struct session *session, const char *path,
                            struct trainer_checkpoint *from, struct error *err)
{
    if (!checkpoint_read(path, session->engine, from, err))
        return false;
    enum second_role needed = plan_at(&session->plan, from->step).role;
    bool waits = from->is_snapshot && needed == SECOND_START; /* for a patched model */
    return from->role == (waits ? SECOND_NONE : needed) ||
           error_set(err, ERROR_DATA,
                     "%s does not hold the weights that patching needs at its step", path);
}

static bool read_step(struct session *session, uint64_t step, struct trainer_checkpoint *from,
                      struct error *err)
{
    char *path = run_model_path(&session->run, step, err);
    bool read = path && read_checkpoint(session, path, from, err);
    if (read)
        session->checkpoint_step = step;
    memory_free(path);
    return read;
}

/* Says what is wrong with the newest checkpoint, and where the run goes on instead. */
static bool remark_on_damage(struct session *session, const struct error *newest, struct error *err)
{
    char *sentence = memory_format(err, "%s; resuming from step %" PRIu64, newest->message,
                                   session->checkpoint_step);
    bool made = sentence && session_add_remark(session, sentence, err);
    memory_free(sentence);
    return made;
}

/* Reads the newest checkpoint that can be read; where there is none, the error is the newest's. */
static bool read_newest(struct session *session, struct trainer_checkpoint *from, struct error *err)
{
    uint64_t *step = NULL;
    size_t count;
    if (!run_checkpoints(&session->run, &step, &count, err))
        return false;
    struct error newest = {ERROR_NONE, ""}, why = {ERROR_NONE, ""};
    bool read = false;
    for (size_t i = count; !read && i > 0 && (i == count || why.kind == ERROR_DATA); i--) {
        read = read_step(session, step[i - 1], from, &why);
        if (!read && i == count)
            newest = why;
    }
    memory_free(step);
    if (!read && why.kind != ERROR_DATA)
        newest = why;
    if (!read)
        return error_set(err, newest.kind, "%s", newest.message);
    return newest.kind == ERROR_NONE || remark_on_damage(session, &newest, err);
}

/* `fresh`: nothing is watched in the session so far. */
static bool restore_run(struct session *session, uint64_t step, bool fresh, struct error *err)
{
    struct strings remarks = {0};
    char *path = run_metrics_path(&session->run, err);
    bool restored =
        path && restore_own(session->trainer, &session->facts, path, step, &remarks, err) &&
        session_add_remarks(session, &remarks, err) &&
        (!fresh || !file_exists(path) || session_watch_restore(session, path, step, true, err));
    strings_free(&remarks);
    memory_free(path);
    return restored;
}

static bool go_on_from(struct session *session, struct trainer_checkpoint *from, struct error *err)
{
    uint64_t first;
    bool fresh = !session->watches;
    session_begin_sampling(session, from);
    return find_first_step(session, &first, err) &&
           session_make_trainer(session, from, false, first, err) &&
           restore_run(session, from->step, fresh, err);
}

bool session_go_on(struct session *session, struct error *err)
{
    struct trainer_checkpoint from = {0};
    return read_newest(session, &from, err) && go_on_from(session, &from, err);
}

static bool reopen(struct session *session, uint64_t steps, struct session_resumed *resumed,
                   struct error *err)
{
    bool taken_back = false;
    struct trainer_checkpoint from = {0};
    if (!read_newest(session, &from, err) || !take_back(session, &taken_back, err) ||
        !session_make_plan(session, err))
        return false;
    *resumed = (struct session_resumed){
        .differs = steps > 0 || taken_back,
        .steps_until = session->preset.trainer.schedule.steps,
        .lr_until = from.lr_scale * plan_at(&session->plan, from.step).lr,
    };
    return change_steps(session, steps, err) && go_on_from(session, &from, err);
}

bool session_resume_unwritten(struct session *session, const struct paths *paths, const char *run,
                              uint64_t steps, struct session_resumed *resumed, struct error *err)
{
    return (open_run(session, paths, run, true, NULL, err) &&
            reopen(session, steps, resumed, err)) ||
           session_give_up(session);
}

static bool record_steps(struct session *session, uint64_t before, struct error *err)
{
    char was[NUMBER_TEXT], is[NUMBER_TEXT];
    struct trainer_status status;
    if (session->preset.trainer.schedule.steps == before)
        return true;
    trainer_status(session->trainer, &status);
    snprintf(was, sizeof was, "%" PRIu64, before);
    snprintf(is, sizeof is, "%" PRIu64, session->preset.trainer.schedule.steps);
    const struct event event = {.kind = EVENT_SET,
                                .step = session->checkpoint_step,
                                .seconds = status.seconds,
                                .key = "train.steps",
                                .was = was,
                                .is = is};
    return run_record_add_event(&session->run.record, &event, err);
}

bool session_write_resumed(struct session *session, const struct session_resumed *resumed,
                           struct error *err)
{
    return (!resumed->differs || run_write_preset(&session->run, &session->preset, err)) &&
           record_steps(session, resumed->steps_until, err);
}

bool session_resume(struct session *session, const struct paths *paths, const char *run,
                    uint64_t steps, struct error *err)
{
    struct session_resumed resumed;
    return session_resume_unwritten(session, paths, run, steps, &resumed, err) &&
           ((run_begin_writing(&session->run, err) &&
             session_write_resumed(session, &resumed, err) &&
             session_keep_rate(session, resumed.lr_until, err)) ||
            session_give_up(session));
}

bool session_can_resume(const struct paths *paths, const char *run, struct error *err)
{
    struct session session;
    struct trainer_checkpoint from = {0};
    bool can =
        open_run(&session, paths, run, false, NULL, err) && read_newest(&session, &from, err);
    struct error ignored;
    session_close(&session, &ignored);
    return can || err->kind == ERROR_MEMORY;
}

static bool read_weights(struct session *session, struct error *err)
{
    struct trainer_checkpoint from = {0};
    bool read = read_step(session, session->checkpoint_step, &from, err);
    if (read)
        sampling_restore(&session->sampling, from.subset);
    return read;
}

/* Whether the newest model is there no longer, since another process has saved one that is newer.
 */
static bool is_outdated(const struct session *session)
{
    /* Without an engine none was looked for. */
    char *path =
        session->engine ? run_model_path(&session->run, session->checkpoint_step, NULL) : NULL;
    bool is_gone = path && !file_exists(path);
    memory_free(path);
    return is_gone;
}

bool session_open_model(struct session *session, const struct paths *paths, const char *run,
                        const uint64_t *step, struct error *err)
{
    for (int t = 0;; t++) {
        if (open_run(session, paths, run, false, step, err) && read_weights(session, err))
            return true;
        bool again = t + 1 < RUN_TRIES && !step && is_outdated(session);
        session_give_up(session);
        if (!again)
            return false;
    }
}
