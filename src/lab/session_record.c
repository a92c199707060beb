#include "lab/session_record.h"

#include <inttypes.h>

#include "base/memory.h"
#include "base/text.h"
#include "lab/session_watch.h"
#include "record/run_tidy.h"
#include "train/checkpoint.h"

static bool record_training(void *context, const struct training_point *point, struct error *err)
{
    struct session *session = context;
    return run_record_add_training(&session->run.record, point, err);
}

static bool record_evaluation(void *context, const struct evaluation_point *point,
                              struct error *err)
{
    struct session *session = context;
    return run_record_add_evaluation(&session->run.record, point, &session->facts, err) &&
           session_watch_step(session, point->step, point->seconds, true, err);
}

static bool ask_watched(void *context, uint64_t step, double seconds, struct error *err)
{
    return session_watch_step(context, step, seconds, false, err);
}

static bool record_circuits(void *context, const struct circuits_point *point, struct error *err)
{
    struct session *session = context;
    return run_record_add_circuits(&session->run.record, point, err);
}

static bool record_event(void *context, const struct event *event, struct error *err)
{
    struct session *session = context;
    return run_record_add_event(&session->run.record, event, err);
}

bool session_remark_on_lock(struct session *session, struct error *err)
{
    return !session->run.lock.stands_in ||
           session_add_remark(
               session,
               "the file system of the run has no locks that reach other machines: the file "
               "lock.owner replaces them, and if this machine crashes, others wait for two minutes",
               err);
}

bool session_make_run(struct session *session, const char *directory, struct error *err)
{
    struct text waiting = session->run.record.pending;
    struct fact_files *files = &session->facts.files;
    bool made = run_create(&session->run, session->paths, &session->preset, files, directory, err);
    session->run.record.pending = waiting;
    if (made)
        fact_files_free(files);
    return made;
}

static bool write_checkpoint(struct session *session, const struct trainer_checkpoint *checkpoint,
                             struct error *err)
{
    const struct trainer_options *options = &session->preset.trainer;
    char *path = run_checkpoint_path(&session->run, checkpoint->step, err);
    if (!path || !checkpoint_write(path, checkpoint, options->shards, trainer_threads(options),
                                   session->preset_text, err)) {
        memory_free(path);
        return false;
    }
    run_undo_forget(&session->undo);
    memory_free(session->checkpoint_path);
    session->checkpoint_path = path;
    return true;
}

/* Of checkpoints before this step stays what the preset wants to. */
static bool tidy(const struct session *session, uint64_t step, struct error *err)
{
    return session->plan.keep != KEEP_LAST || run_tidy_checkpoints(&session->run, step, err);
}

/* A record that somebody else has altered is no reason to lose the weights as well. */
static bool save_without_record(struct session *session,
                                const struct trainer_checkpoint *checkpoint,
                                const struct error *why, struct error *err)
{
    return write_checkpoint(session, checkpoint, err) &&
           error_set(err, why->kind, "%s; step %" PRIu64 " is saved nevertheless", why->message,
                     checkpoint->step);
}

static bool record_checkpoint(void *context, const struct trainer_checkpoint *checkpoint,
                              const char **path, struct error *err)
{
    struct error why;
    struct session *session = context;
    if (!session->run.directory && !session_make_run(session, NULL, err))
        return false;
    if (!run_record_sync(&session->run.record, checkpoint->seconds, &why))
        return why.kind == ERROR_DATA ? save_without_record(session, checkpoint, &why, err)
                                      : error_set(err, why.kind, "%s", why.message);
    if (!write_checkpoint(session, checkpoint, err) || !tidy(session, checkpoint->step, err))
        return false;
    *path = session->checkpoint_path;
    return true;
}

static bool write_snapshot(struct session *session, const struct trainer_checkpoint *snapshot,
                           struct error *err)
{
    const struct trainer_options *options = &session->preset.trainer;
    char *path = run_snapshot_path(&session->run, snapshot->step, err);
    bool written = path && run_make_snapshots(&session->run, err) &&
                   checkpoint_write(path, snapshot, options->shards, trainer_threads(options),
                                    session->preset_text, err);
    memory_free(path);
    return written;
}

/* A run has its directory from its first checkpoint on, which comes before all snapshots. */
static bool record_snapshot(void *context, const struct trainer_checkpoint *snapshot,
                            struct error *err)
{
    struct session *session = context;
    uint64_t budget = session->preset.trainer.snapshot_budget << 20;
    return run_record_sync(&session->run.record, snapshot->seconds, err) &&
           write_snapshot(session, snapshot, err) &&
           run_tidy_snapshots(&session->run, snapshot->step, budget, err);
}

struct trainer_observer session_observer(struct session *session)
{
    return (struct trainer_observer){
        .context = session,
        .training = record_training,
        .evaluation = record_evaluation,
        .circuits = record_circuits,
        .event = record_event,
        .checkpoint = record_checkpoint,
        .snapshot = record_snapshot,
        .asks = ask_watched,
    };
}
