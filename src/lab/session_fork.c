#include "lab/session_fork.h"

#include <math.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/strings.h"
#include "config/preset_complete.h"
#include "lab/fork.h"
#include "lab/replay.h"
#include "lab/restore.h"
#include "lab/session_open.h"
#include "lab/session_rate.h"
#include "lab/session_train.h"
#include "lab/session_watch.h"
#include "record/metrics.h"
#include "train/checkpoint.h"

/* What becomes of a rate that was set by hand in the other run. */
enum rate_change {
    RATE_KEPT,
    RATE_MOVED, /* where the plan is another here, see session_rate.h */
    RATE_RESET, /* to that of the plan */
};

/* Where the next step has another rate than it would have had in the other run: `before`. */
static bool record_rate(struct session *session, const struct fork *fork, double seconds,
                        double before, struct error *err)
{
    struct trainer_status status;
    trainer_status(session->trainer, &status);
    if (rates_are_same(status.lr, before))
        return true;
    const struct turn turn = {TURN_RATE, fork->step, before, status.lr, NAN};
    const struct event event = {.kind = EVENT_SET,
                                .step = fork->step,
                                .seconds = seconds,
                                .key = "train.lr",
                                .before = before,
                                .value = status.lr};
    return trainer_restore_turn(session->trainer, &turn, err) &&
           run_record_add_event(&session->run.record, &event, err);
}

/* What the record of a fork begins with. */
static bool record_fork(struct session *session, const struct fork *fork, double seconds,
                        struct error *err)
{
    struct event event = {.kind = EVENT_FORK,
                          .step = fork->step,
                          .seconds = seconds,
                          .run = fork->run.name,
                          .directory = fork->run.directory};
    const struct turn turn = {TURN_BRANCH, fork->step, NAN, NAN, NAN};
    return trainer_restore_turn(session->trainer, &turn, err) &&
           run_record_add_event(&session->run.record, &event, err) &&
           metrics_copy(&session->run.record.pending, fork->record, fork->step, err) &&
           session_watch_restore(session, fork->record, fork->step, false, err);
}

static bool remark_on_rate(struct session *session, const struct fork *fork,
                           enum rate_change change, struct error *err)
{
    static const char *const words[] = {
        [RATE_KEPT] = "this run continues with it,",
        [RATE_MOVED] = "the schedule goes through it where it was set, and the next step has",
        [RATE_RESET] = "this run uses that of the preset,",
    };
    struct trainer_status status;
    char rate[NUMBER_TEXT];
    trainer_status(session->trainer, &status);
    number_write_rounded(rate, status.lr, 3);
    char *sentence = memory_format(err, "train.lr of run %s was set by hand; %s %s", fork->run.name,
                                   words[change], rate);
    bool made = sentence && session_add_remark(session, sentence, err);
    memory_free(sentence);
    return made;
}

static bool restore_fork(struct session *session, const struct fork *fork,
                         const struct trainer_checkpoint *from, struct error *err)
{
    struct strings remarks = {0};
    bool restored = restore_other(session->trainer, &session->population, fork->record,
                                  &fork->preset, fork->step, from->subset, &remarks, err) &&
                    session_add_remarks(session, &remarks, err);
    strings_free(&remarks);
    return restored;
}

/* Whether the other run had kept the weights that this one is to set out from, too. */
static bool has_start(const struct fork *fork, const struct patching_options *patching,
                      enum second_role role)
{
    return role == SECOND_START && patching->reference_step.given &&
           fork->preset.trainer.patching.start_step == patching->start_step;
}

/* The weights that a patched model is to set out from, where the other run has passed them and does
 * not go on as a patched one. */
static bool take_start(struct session *session, const struct fork *fork,
                       struct trainer_checkpoint *from, struct error *err)
{
    const struct patching_options *patching = &session->preset.trainer.patching;
    if (from->role == SECOND_REFERENCE || has_start(fork, patching, from->role))
        return true;
    from->role = SECOND_NONE;
    if (!engine_settle(session->engine, engine_updates(session->engine), SECOND_NONE, err))
        return false;
    if (!patching->reference_step.given || patching->start_step >= fork->step)
        return true;
    char *path = fork_checkpoint_path(fork, patching->start_step, err);
    bool taken = path && checkpoint_read_start(path, session->engine, err);
    from->role = SECOND_START;
    memory_free(path);
    return taken;
}

static enum rate_change change_rate(struct session *session, double before)
{
    double rate;
    if (!session_kept_rate(session, before, &rate))
        return RATE_KEPT;
    trainer_restore_lr(session->trainer, rate);
    return RATE_MOVED;
}

/* Weights and moments of the other run; its evaluation of that step is made anew, since what is
 * asked may differ. */
static bool take_checkpoint(struct session *session, const struct fork *fork,
                            const struct replay *replay, struct error *err)
{
    struct trainer_checkpoint from = {0};
    if (!(replay ? replay_read(replay, session->engine, &from, err)
                 : checkpoint_read(fork->checkpoint, session->engine, &from, err)))
        return false;
    bool by_hand = from.lr_scale != 1, resets = !fork_keeps_rate(fork, &session->preset);
    double before = from.lr_scale * plan_lr(&fork->preset.trainer, fork->step);
    if (resets)
        from.lr_scale = 1;
    if (!take_start(session, fork, &from, err) ||
        !session_make_trainer(session, &from, true, from.step, err) ||
        !restore_fork(session, fork, &from, err) || !record_fork(session, fork, from.seconds, err))
        return false;
    if (!by_hand)
        return true;
    enum rate_change change = resets ? RATE_RESET : change_rate(session, before);
    return (change == RATE_KEPT || record_rate(session, fork, from.seconds, before, err)) &&
           remark_on_rate(session, fork, change, err);
}

/* Its steps are made again before there is an engine: there may be memory, or processes, for one
 * alone. */
static bool go_to_step(struct session *session, const struct fork *fork, const struct paths *paths,
                       const struct replay_watch *watch, struct error *err)
{
    struct replay *replay = fork->step > fork->saved ? replay_new(fork, paths, watch, err) : NULL;
    bool gone = (replay || fork->step == fork->saved) && session_make_engine(session, true, err) &&
                take_checkpoint(session, fork, replay, err);
    replay_free(replay);
    return gone;
}

static bool open_fork(struct session *session, const struct paths *paths,
                      const struct preset *preset, const char *from,
                      const struct replay_watch *watch, bool *is_outdated, struct error *err)
{
    struct fork fork = {0};
    bool found = session_take_preset(session, preset, err) && fork_open(&fork, paths, from, err);
    if (found)
        preset_settle_precision(&session->preset, fork.preset.model.precision);
    bool opened =
        found &&
        session_load_facts(session, paths, fork_has_facts(&fork, preset) ? &fork.run : NULL, err) &&
        fork_check(&fork, &session->preset, err) && go_to_step(session, &fork, paths, watch, err);
    session->paths = paths;
    *is_outdated = !opened && fork_is_outdated(&fork);
    fork_close(&fork);
    return opened || session_give_up(session);
}

bool session_open_fork(struct session *session, const struct paths *paths,
                       const struct preset *preset, const char *from,
                       const struct replay_watch *watch, struct error *err)
{
    bool is_outdated = true, opened = false;
    for (int t = 0; t < RUN_TRIES && !opened && is_outdated; t++)
        opened = open_fork(session, paths, preset, from, watch, &is_outdated, err);
    return opened;
}
