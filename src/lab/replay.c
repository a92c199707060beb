/* Map of this file: what is kept of the step; the run as it was at its checkpoint; its steps. */
#include "lab/replay.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/strings.h"
#include "lab/restore.h"
#include "lab/session.h"
#include "lab/session_open.h"
#include "lab/session_train.h"
#include "record/metrics.h"
#include "record/settings.h"

struct replay {
    struct trainer_checkpoint at; /* without an engine */
    uint64_t updates;
    real *array[ENGINE_ARRAYS]; /* [size of the model] each; null where there is none */
};

/* What is kept of the step */

static bool keep_array(struct replay *replay, const struct engine *engine, enum engine_array array,
                       struct error *err)
{
    const real *from = engine_array(engine, array);
    size_t size = engine_model(engine)->size;
    if (!from)
        return true;
    if (!replay->array[array])
        replay->array[array] = memory_new(size, sizeof *from, err);
    if (!replay->array[array])
        return false;
    memcpy(replay->array[array], from, size * sizeof *from);
    return true;
}

/* On the trainer's thread, in place of writing a checkpoint. */
static bool keep(void *context, const struct trainer_checkpoint *checkpoint, const char **path,
                 struct error *err)
{
    struct replay *replay = context;
    struct blas_identity blas = replay->at.blas;
    (void)path;
    for (enum engine_array a = 0; a < ENGINE_ARRAYS; a++)
        if (!keep_array(replay, checkpoint->engine, a, err))
            return false;
    replay->updates = engine_updates(checkpoint->engine);
    replay->at = *checkpoint;
    replay->at.engine = NULL;
    replay->at.blas = blas;
    return true;
}

void replay_free(struct replay *replay)
{
    if (!replay)
        return;
    for (enum engine_array a = 0; a < ENGINE_ARRAYS; a++)
        memory_free(replay->array[a]);
    memory_free(replay);
}

bool replay_read(const struct replay *replay, struct engine *engine,
                 struct trainer_checkpoint *from, struct error *err)
{
    const struct model *model = engine_model(engine);
    for (enum engine_array a = 0; a < ENGINE_ARRAYS; a++)
        for (size_t p = 0; replay->array[a] && p < model->parameters; p++)
            engine_set_parameter(engine, a, p, replay->array[a] + model->parameter[p].offset);
    *from = replay->at;
    return engine_settle(engine, replay->updates, replay->at.role, err);
}

/* The run as it was at its checkpoint */

static bool check_settings(const struct fork *fork, const struct settings *settings,
                           struct error *err)
{
    for (size_t i = 0; i < settings->count; i++) {
        uint64_t step = settings->setting[i].step;
        if (step > fork->saved && step < fork->step)
            return error_set(err, ERROR_INPUT,
                             "%s was set at step %" PRIu64 " of run %s, which has no checkpoint of "
                             "that step: a branch can begin at step %" PRIu64
                             " or before, or from its next checkpoint on",
                             settings->setting[i].key, step, fork->run.name, step);
    }
    return true;
}

/* What was set behind the checkpoint does not hold there. A fingerprint is of the numbers of a
 * sampling, too. */
static bool take_preset(struct preset *preset, const struct fork *fork, const struct paths *paths,
                        struct error *err)
{
    struct settings settings = {0};
    bool undone = false;
    if (!run_preset(&fork->run, paths, preset, err))
        return false;
    bool taken = settings_read(&settings, fork->record, err) &&
                 check_settings(fork, &settings, err) &&
                 settings_undo(&settings, fork->saved, preset, &undone, err);
    settings_free(&settings);
    if (undone)
        preset->facts.fingerprint[0] = '\0';
    if (!taken)
        preset_free(preset);
    return taken;
}

static bool open_run(struct session *session, const struct fork *fork, const struct paths *paths,
                     struct error *err)
{
    struct preset preset;
    *session = (struct session){0};
    if (!take_preset(&preset, fork, paths, err))
        return false;
    bool opened = session_take_preset(session, &preset, err) &&
                  session_load_facts(session, paths, &fork->run, err) &&
                  session_make_engine(session, true, err);
    preset_free(&preset);
    return opened;
}

/* Only an adaptive sampling depends on evaluations. Checkpoints are nobody's here. */
static void plan_steps_alone(struct plan *plan, const struct sampling_options *sampling)
{
    plan->checkpoint_every = 0;
    plan->keep = KEEP_ALL;
    if (sampling_adapts(sampling->kind))
        return;
    plan->evaluate_every = 0;
    plan->evaluate_spacing = SPACING_EVEN;
}

static bool make_trainer(struct session *session, const struct fork *fork, struct replay *replay,
                         struct error *err)
{
    struct strings remarks = {0};
    struct trainer_checkpoint from = {0};
    if (!checkpoint_read(fork->checkpoint, session->engine, &from, err))
        return false;
    replay->at.blas = from.blas;
    session_begin_sampling(session, &from);
    plan_steps_alone(&session->plan, &session->preset.sampling);
    struct trainer_setup setup = session_trainer_setup(session, &from, false);
    setup.observer = (struct trainer_observer){.context = replay, .checkpoint = keep};
    session->trainer = trainer_new(&setup, err);
    bool made = session->trainer && restore_own(session->trainer, &session->facts, fork->record,
                                                from.step, &remarks, err);
    strings_free(&remarks);
    return made;
}

/* Its steps */

static bool goes_on(const struct replay_watch *watch, const struct fork *fork, uint64_t step,
                    double step_seconds)
{
    const struct replay_span span = {fork->saved, step, fork->step,
                                     (double)(fork->step - step) * step_seconds};
    return !watch || !watch->go_on || watch->go_on(watch->context, &span);
}

/* NAN before the first. */
static double seconds_of_step(const struct trainer_status *status)
{
    return status->steps > status->step
               ? status->seconds_left / (double)(status->steps - status->step)
               : NAN;
}

/* Waits until a step is reached; whoever waits is asked at least once, however soon that is. */
static bool wait_for(struct trainer *trainer, uint64_t step, const struct fork *fork,
                     const struct replay_watch *watch, struct error *err)
{
    const double patience = 0.1; /* seconds; then whoever waits is asked again */
    struct trainer_status status;
    uint64_t seen = 0;
    for (;;) {
        trainer_status(trainer, &status);
        if (!goes_on(watch, fork, status.step, seconds_of_step(&status)))
            return error_set(err, ERROR_CANCELLED, "cancelled");
        if (status.state == TRAINER_FAILED ||
            (status.step >= step && status.state != TRAINER_RUNNING))
            break;
        trainer_wait(trainer, patience, &seen);
    }
    return status.state != TRAINER_FAILED ||
           error_set(err, status.failure.kind, "%s", status.failure.message);
}

static bool go_to(struct trainer *trainer, uint64_t step, const struct fork *fork,
                  const struct replay_watch *watch, struct error *err)
{
    struct trainer_status status;
    trainer_status(trainer, &status);
    const struct command command = {.kind = COMMAND_STEP, .steps = step - status.step};
    return status.step >= step ||
           (trainer_send(trainer, command, err) && wait_for(trainer, step, fork, watch, err));
}

/* Whether a rate was set behind the checkpoint, up to the step. */
static bool is_set_again(const struct turn *turn, const struct fork *fork)
{
    bool is_saved = turn->step == fork->saved && turn->saved == turn->to;
    return turn->kind == TURN_RATE && turn->step >= fork->saved && turn->step <= fork->step &&
           !is_saved;
}

static bool make_steps(struct trainer *trainer, const struct fork *fork, const struct turns *turns,
                       const struct replay_watch *watch, struct error *err)
{
    for (size_t i = 0; i < turns->count; i++) {
        const struct turn *turn = &turns->turn[i];
        const struct command set = {.kind = COMMAND_SET_LR, .value = turn->to};
        if (is_set_again(turn, fork) &&
            (!go_to(trainer, turn->step, fork, watch, err) || !trainer_send(trainer, set, err)))
            return false;
    }
    return go_to(trainer, fork->step, fork, watch, err);
}

/* The time that the run had taken then, which making steps again does not change. */
static void take_seconds(struct replay *replay, const struct metrics *metrics)
{
    for (size_t i = 0; i < metrics->trainings; i++)
        if (metrics->training[i].step == replay->at.step)
            replay->at.seconds = metrics->training[i].seconds;
}

static bool train(struct session *session, const struct fork *fork, struct replay *replay,
                  const struct replay_watch *watch, struct error *err)
{
    struct error damage;
    struct metrics metrics = {0};
    bool trained = metrics_read_past_damage(&metrics, fork->record, NULL, &damage, err) &&
                   trainer_start(session->trainer, watch && watch->yields, err) &&
                   make_steps(session->trainer, fork, &metrics.turns, watch, err) &&
                   session_stop(session, err); /* which leaves its checkpoint */
    take_seconds(replay, &metrics);
    metrics_free(&metrics);
    return trained;
}

struct replay *replay_new(const struct fork *fork, const struct paths *paths,
                          const struct replay_watch *watch, struct error *err)
{
    struct session session = {0};
    struct replay *replay = memory_new(1, sizeof *replay, err);
    if (replay && !goes_on(watch, fork, fork->saved, NAN)) {
        replay_free(replay);
        error_set(err, ERROR_CANCELLED, "cancelled");
        return NULL;
    }
    bool made = replay && open_run(&session, fork, paths, err) &&
                make_trainer(&session, fork, replay, err) &&
                train(&session, fork, replay, watch, err);
    session_close(&session, NULL);
    if (made)
        return replay;
    replay_free(replay);
    return NULL;
}
