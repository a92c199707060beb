/* Map of this file: a step; what is due between steps; what is set by hand; the beginning. */
#include "train/loop.h"

#include <math.h>

static struct step_plan plan_now(const struct loop *loop)
{
    return plan_at(loop->plan, loop->status->step);
}

bool loop_record(struct loop *loop, struct event event, struct error *err)
{
    event.step = loop->status->step;
    event.seconds = loop->status->seconds;
    return observer_event(&loop->observer, &event, err);
}

bool loop_ask(struct loop *loop, struct error *err)
{
    return observer_asks(&loop->observer, loop->status->step, loop->status->seconds, err);
}

/* A step */

static void fill_batch(struct loop *loop, const struct step_plan *at)
{
    batch_fill_training(&loop->batch, loop->population, loop->vocabulary, at->sampling,
                        at->own_step);
}

/* The loss and its gradient. */
static bool compute(struct loop *loop, const struct step_plan *at, struct training_point *point,
                    struct error *err)
{
    struct sequences sequences = batch_sequences(&loop->batch);
    return engine_compute(loop->engine, &sequences, at->frozen, &loop->cancel, &point->train_loss,
                          &point->grad_norm, err);
}

static bool start_anew(struct loop *loop, const struct step_plan *at, struct error *err)
{
    struct event event = {.kind = EVENT_FINE_TUNING, .finetune = at->starts};
    if (at->starts_anew && !engine_reset_optimizer(loop->engine, err))
        return false;
    return !at->starts || loop_record(loop, event, err);
}

static bool update(struct loop *loop, const struct step_plan *at,
                   const struct training_point *point, struct error *err)
{
    if (!isfinite(point->train_loss) || !isfinite(point->grad_norm))
        return error_set(err, ERROR_DATA,
                         "the loss of step %llu is not a number; a lower train.lr may help",
                         (unsigned long long)loop->status->step + 1);
    return start_anew(loop, at, err) &&
           engine_update(loop->engine, point->grad_norm, point->lr, err);
}

/* One step more is made. */
static void count_step(struct loop *loop)
{
    const struct step_plan next = plan_at(loop->plan, loop->status->step + 1);
    if (next.starts_anew)
        loop->lr_scale = 1; /* what was set was for the schedule before */
    status_board_end_step(loop->board, loop->batch.start[loop->batch.biographies],
                          loop->lr_scale * next.lr, next.drawn);
}

static bool publish(struct loop *loop, struct training_point *point, struct error *err)
{
    count_step(loop);
    point->step = loop->status->step;
    point->tokens = loop->status->tokens;
    point->seconds = loop->status->seconds;
    return history_add_training(&loop->history, point, err) &&
           observer_training(&loop->observer, point, err);
}

/* More individuals are drawn from the next step on than before. */
static bool widen(struct loop *loop, struct widened widened, struct error *err)
{
    struct event event = {.kind = EVENT_WIDEN, .from = widened.from, .to = widened.to};
    if (widened.to == 0)
        return true;
    status_board_set_widened(loop->board, widened.to);
    return loop_record(loop, event, err);
}

static bool make_step(struct loop *loop, struct error *err)
{
    const struct step_plan at = plan_now(loop);
    struct training_point point = {.lr = loop->lr_scale * at.lr};
    if (!history_make_room(&loop->history, err)) /* once the weights are new it is too late */
        return false;
    status_board_begin_step(loop->board);
    fill_batch(loop, &at);
    struct error why;
    if (!compute(loop, &at, &point, &why) || !update(loop, &at, &point, &why)) {
        status_board_drop_step(loop->board);
        return why.kind == ERROR_CANCELLED || error_set(err, why.kind, "%s", why.message);
    }
    return publish(loop, &point, err) && widen(loop, plan_now(loop).widened, err) &&
           loop_arrive(loop, err);
}

/* What is due between steps */

bool loop_arrive(struct loop *loop, struct error *err)
{
    const struct step_plan at = plan_now(loop);
    struct event event = {.kind = EVENT_PATCH, .start_step = at.own_step};
    if (at.role <= engine_role(loop->engine))
        return true;
    if (!tracker_move(&loop->tracker, loop->status->step, err) ||
        !engine_give_role(loop->engine, at.role, err))
        return false;
    if (at.role != SECOND_REFERENCE)
        return true;
    loop->lr_scale = 1; /* what was set was for the reference */
    status_board_set_lr(loop->board, at.lr);
    return loop_record(loop, event, err);
}

/* *measured is false when it was cancelled. */
static bool measure(struct loop *loop, struct evaluation_point *point, bool *measured,
                    struct error *err)
{
    status_board_set_evaluating(loop->board, true);
    bool ok = evaluation_measure(&loop->evaluation, loop->engine, &loop->cancel,
                                 plan_now(loop).own_step, point, measured, err);
    status_board_set_evaluating(loop->board, false);
    status_board_count_time(loop->board);
    point->seconds = loop->status->seconds;
    return ok;
}

static bool tell_phase(struct loop *loop, struct error *err)
{
    struct phase_report report = loop->status->phase;
    return loop_record(loop, (struct event){.kind = EVENT_PHASE, .phase = &report}, err);
}

static bool tell_evaluation(struct loop *loop, const struct evaluation_point *point,
                            struct error *err)
{
    const struct evaluation *evaluation = &loop->evaluation;
    bool told = observer_evaluation(&loop->observer, point, err);
    bool circuits = evaluation->options.circuits == 0 ||
                    observer_circuits(&loop->observer, &evaluation->circuits, err);
    return told && circuits;
}

bool loop_evaluate(struct loop *loop, struct error *err)
{
    struct evaluation_point point = {.step = loop->status->step};
    struct widened widened;
    bool measured = false, changed;
    if (loop->tracker.evaluated == point.step + 1)
        return true;
    if (!measure(loop, &point, &measured, err))
        return false;
    if (!measured)
        return true;
    if (!tracker_take(&loop->tracker, &loop->evaluation, &point, &changed, err))
        return false;
    /* What could not be told does not keep the rest from being. */
    bool told = !changed || tell_phase(loop, err);
    bool followed =
        tracker_widen(&loop->tracker, &point, &widened, err) && widen(loop, widened, err);
    return tell_evaluation(loop, &point, err) && followed && told;
}

/* What a checkpoint of this step says. */
static struct trainer_checkpoint make_checkpoint(struct loop *loop)
{
    status_board_count_time(loop->board);
    struct trainer_checkpoint checkpoint = {
        .step = loop->status->step,
        .tokens = loop->status->tokens,
        .seconds = loop->status->seconds,
        .lr_scale = loop->lr_scale,
        .role = engine_role(loop->engine),
        .engine = loop->engine,
    };
    tracker_save(&loop->tracker, &checkpoint);
    return checkpoint;
}

bool loop_save(struct loop *loop, struct error *err)
{
    const char *path = NULL;
    if (!loop->observer.checkpoint || status_board_is_saved(loop->board))
        return true;
    const struct trainer_checkpoint checkpoint = make_checkpoint(loop);
    if (!engine_collect(loop->engine, err) ||
        !loop->observer.checkpoint(loop->observer.context, &checkpoint, &path, err))
        return false;
    status_board_set_saved(loop->board);
    status_board_count_time(loop->board);
    return loop_record(loop, (struct event){.kind = EVENT_CHECKPOINT, .path = path}, err);
}

/* Writes a snapshot of this step, unless that was done or nobody takes one. */
static bool keep_snapshot(struct loop *loop, struct error *err)
{
    uint64_t step = loop->status->step;
    if (!loop->observer.snapshot || loop->kept == step + 1)
        return true;
    struct trainer_checkpoint snapshot = make_checkpoint(loop);
    snapshot.is_snapshot = true;
    if (!engine_collect(loop->engine, err) ||
        !loop->observer.snapshot(loop->observer.context, &snapshot, err))
        return false;
    loop->kept = step + 1;
    status_board_count_time(loop->board);
    return true;
}

/* The evaluation and the checkpoint or snapshot that are due at this step, unless they were made.
 */
static bool catch_up(struct loop *loop, struct error *err)
{
    const struct step_plan at = plan_now(loop);
    return loop_arrive(loop, err) && (!at.evaluates || loop_evaluate(loop, err)) &&
           (!at.saves || loop_save(loop, err)) && (!at.snapshot || keep_snapshot(loop, err));
}

bool loop_advance(struct loop *loop, uint64_t until, struct error *err)
{
    return catch_up(loop, err) && (loop->status->step >= until || make_step(loop, err)) &&
           catch_up(loop, err);
}

/* What is set by hand */

void loop_restore_lr(struct loop *loop, double lr)
{
    double planned = plan_now(loop).lr;
    if (planned > 0)
        loop->lr_scale = lr / planned;
    status_board_set_lr(loop->board, loop->lr_scale * planned);
}

bool loop_set_lr(struct loop *loop, double lr, double before, struct error *err)
{
    before = isfinite(before) && before > 0 ? before : loop->lr_scale * plan_now(loop).lr;
    status_board_set_unsaved(loop->board);
    loop_restore_lr(loop, lr);
    const struct turn turn = {TURN_RATE, loop->status->step, before, lr, NAN};
    struct event event = {.kind = EVENT_SET, .key = "train.lr", .before = before, .value = lr};
    return history_add_turn(&loop->history, &turn, err) && loop_record(loop, event, err);
}

/* The beginning */

bool loop_begin(struct loop *loop, struct error *err)
{
    status_board_start_clock(loop->board);
    struct blas_identity own = precision_identity(engine_model(loop->engine)->options.precision);
    bool told = loop_record(loop, (struct event){.kind = EVENT_START, .blas = &own}, err);
    bool waits = loop->goes_on && loop->status->step < loop->plan->steps;
    return loop_arrive(loop, err) && told && (waits || loop_evaluate(loop, err));
}

static bool init_from(struct loop *loop, const struct trainer_setup *setup, struct error *err)
{
    const struct trainer_checkpoint *from = setup->from;
    struct trainer_status *status = &loop->board->status;
    if (!tracker_go_on(&loop->tracker, from, setup->forks, err))
        return false;
    loop->goes_on = !setup->forks;
    loop->lr_scale = from->lr_scale;
    status->step = from->step;
    status->tokens = from->tokens;
    status->seconds = from->seconds;
    status->saved_step = setup->forks ? 0 : from->step;
    status->has_saved = !setup->forks;
    return true;
}

/* Where a run begins: a checkpoint's state, or random weights. */
static bool init_state(struct loop *loop, const struct trainer_setup *setup, struct error *err)
{
    struct trainer_status *status = &loop->board->status;
    if (setup->from && !init_from(loop, setup, err))
        return false;
    if (!setup->from && !engine_randomize(loop->engine, setup->options.seed, err))
        return false;
    const struct step_plan at = plan_now(loop);
    status->steps = loop->plan->steps;
    status->seconds_left = NAN;
    status->lr = loop->lr_scale * at.lr;
    status->drawn = at.drawn;
    phase_detector_report(loop->tracker.detector, &status->phase);
    return true;
}

static bool init_evaluation(struct loop *loop, const struct trainer_setup *setup, struct error *err)
{
    const struct trainer_options *options = &setup->options;
    const struct evaluation_options asked = {options->evaluate_known, options->evaluate_new,
                                             options->evaluate_circuits};
    const struct evaluation_subject subject = {
        .population = setup->population,
        .vocabulary = setup->vocabulary,
        .plan = setup->plan,
        .model = &engine_model(setup->engine)->options,
        .baseline = setup->baseline,
    };
    return evaluation_init(&loop->evaluation, &asked, &subject, err);
}

bool loop_init(struct loop *loop, const struct trainer_setup *setup, struct status_board *board,
               struct error *err)
{
    const struct trainer_options *options = &setup->options;
    *loop = (struct loop){
        .plan = setup->plan,
        .population = setup->population,
        .vocabulary = setup->vocabulary,
        .observer = setup->observer,
        .engine = setup->engine,
        .lr_scale = 1,
        .board = board,
        .status = &board->status,
    };
    bool made = history_init(&loop->history, err) &&
                tracker_init(&loop->tracker, setup->plan, setup->sampling, setup->population,
                             setup->baseline, &loop->history, board, err) &&
                batch_init(&loop->batch, setup->vocabulary, options->batch, err) &&
                init_evaluation(loop, setup, err) && init_state(loop, setup, err);
    if (!made)
        loop_free(loop);
    return made;
}

void loop_free(struct loop *loop)
{
    batch_free(&loop->batch);
    evaluation_free(&loop->evaluation);
    tracker_free(&loop->tracker);
    history_free(&loop->history);
}
