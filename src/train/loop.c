/* Map of this file: steps, rate and time; evaluation; checkpoint; step; where it begins; what is
 * restored. */
#include "train/loop.h"

#include <math.h>

/* Steps, rate and time */

static void rate_add(struct fading_rate *rate, double amount, double seconds, double constant)
{
    double fade = exp(-seconds / constant);
    rate->amount = rate->amount * fade + amount;
    rate->seconds = rate->seconds * fade + seconds;
}

/* The model's own step at a step of the run, and now. */
static uint64_t model_step(const struct loop *c, uint64_t step)
{
    return patching_own_step(&c->options.patching, step);
}

static uint64_t own_step(const struct loop *c)
{
    return model_step(c, c->status->step);
}

static double next_lr(const struct loop *c)
{
    return c->lr_scale * finetune_lr(&c->finetune, own_step(c));
}

void loop_start_clock(struct loop *c)
{
    c->started = stopwatch_seconds(&c->board->watch);
}

/* Adds the time since `started` to the seconds spent, and starts anew. */
static void account_time(struct loop *c)
{
    double now = stopwatch_seconds(&c->board->watch);
    status_board_hold(c->board);
    c->status->seconds += now - c->started;
    status_board_release(c->board);
    rate_add(&c->steps_rate, 0, now - c->started, 20);
    c->started = now;
}

bool loop_record(struct loop *c, struct event event, struct error *err)
{
    event.step = c->status->step;
    event.seconds = c->status->seconds;
    return !c->observer.event || c->observer.event(c->observer.context, &event, err);
}

static void set_lr_scale(struct loop *c, double scale)
{
    status_board_hold(c->board);
    c->lr_scale = scale;
    c->status->lr = next_lr(c);
    status_board_publish(c->board);
}

bool loop_set_lr(struct loop *c, double lr, struct error *err)
{
    double scheduled = finetune_lr(&c->finetune, own_step(c)), before = next_lr(c);
    status_board_hold(c->board);
    c->status->unsaved = true;
    status_board_release(c->board);
    set_lr_scale(c, scheduled > 0 ? lr / scheduled : c->lr_scale);
    const struct turn turn = {TURN_RATE, c->status->step, before, lr, NAN};
    struct event event = {.kind = EVENT_SET, .key = "train.lr", .before = before, .value = lr};
    return history_add_turn(&c->history, &turn, err) && loop_record(c, event, err);
}

/* Evaluation */

/* The detector's report in steps of the run. */
static void report_phase(const struct loop *c, struct phase_report *report)
{
    phase_detector_report(c->detector, report);
    if (c->status->patched)
        patching_shift_report(&c->options.patching, report);
}

/* Looks at a patched model's phases and facts apart from its reference's, from this step on. */
static bool look_at_patched(struct loop *c, uint64_t step, struct error *err)
{
    if (c->status->patched || !patching_holds(&c->options.patching, step))
        return true;
    struct phase_detector *detector = phase_detector_new(c->status->phase.baseline, err);
    if (!detector)
        return false;
    phase_detector_free(c->detector);
    c->detector = detector;
    exposures_reset(&c->exposures);
    history_forget_facts(&c->history);
    status_board_hold(c->board);
    c->status->patched = true;
    c->status->patched_at = c->options.patching.reference_step.count;
    c->status->reference_phase = c->status->phase;
    report_phase(c, &c->status->phase);
    status_board_release(c->board);
    return true;
}

/* Phases are those of the training before a fine-tuning. */
static bool push_phase(struct loop *c, const struct evaluation_point *evaluation, bool *changed,
                       struct error *err)
{
    struct phase_report report;
    uint64_t step = evaluation->step;
    struct phase_point point = {(double)model_step(c, step), evaluation->known.loss,
                                evaluation->baseline.known};
    *changed = false;
    if (finetune_has_run(&c->finetune, step))
        return true;
    if (!look_at_patched(c, step, err) || !phase_detector_push(c->detector, &point, changed, err))
        return false;
    report_phase(c, &report);
    status_board_hold(c->board);
    c->status->phase = report;
    status_board_release(c->board);
    return true;
}

static bool tell_phase(struct loop *c, struct error *err)
{
    struct phase_report report = c->status->phase;
    return loop_record(c, (struct event){.kind = EVENT_PHASE, .phase = &report}, err);
}

/* More individuals are drawn from the next step on than before. */
static bool tell_widening(struct loop *c, uint64_t from, uint64_t to, struct error *err)
{
    status_board_hold(c->board);
    c->status->drawn = to;
    c->status->widened = c->status->step;
    c->status->unsaved = true;
    status_board_publish(c->board);
    return loop_record(c, (struct event){.kind = EVENT_WIDEN, .from = from, .to = to}, err);
}

/* Lets more individuals in where what is drawn now was seen to be learned. */
static bool widen(struct loop *c, const struct evaluation_point *point, struct error *err)
{
    uint64_t from = c->sampling->subset;
    bool widened = false;
    if (finetune_has_run(&c->finetune, point->step))
        return true;
    return widening_push(&c->widening, point->step, point->of_subset.loss, &widened, err) &&
           (!widened || tell_widening(c, from, c->sampling->subset, err));
}

/* What there is to say of each fact, before a sampling is widened. */
static bool look_at_facts(struct loop *c, struct evaluation_point *point, struct error *err)
{
    const struct knowledge *knowledge = &c->history.knowledge;
    finetune_count_exposures(&c->finetune, c->sampling, c->options.batch, own_step(c),
                             &c->exposures);
    evaluation_look_at_facts(&c->evaluation, &c->exposures);
    point->snapshot = c->evaluation.snapshot;
    return history_add_snapshot(&c->history, point->step, &point->snapshot, err) &&
           knowledge_summarize(knowledge, knowledge->attributes, &point->facts, err);
}

static void set_evaluating(struct loop *c, bool evaluating)
{
    status_board_hold(c->board);
    c->status->evaluating = evaluating;
    status_board_publish(c->board);
}

static bool keep_circuits(struct loop *c, const struct evaluation_point *point, struct error *err)
{
    struct circuits_point *circuits = &c->evaluation.circuits;
    circuits->step = point->step;
    circuits->seconds = point->seconds;
    return c->evaluation.options.circuits == 0 || history_add_circuits(&c->history, circuits, err);
}

static bool record_evaluation(struct loop *c, const struct evaluation_point *point,
                              struct error *err)
{
    const struct trainer_observer *observer = &c->observer;
    bool recorded = !observer->evaluation || observer->evaluation(observer->context, point, err);
    bool circuits = !observer->circuits || c->evaluation.options.circuits == 0 ||
                    observer->circuits(observer->context, &c->evaluation.circuits, err);
    return recorded && circuits;
}

bool loop_evaluate(struct loop *c, struct error *err)
{
    uint64_t step = c->status->step;
    if (c->evaluated == step + 1)
        return true;
    struct evaluation_point point = {.step = step};
    set_evaluating(c, true);
    bool measured = false, changed;
    bool ok = evaluation_measure(&c->evaluation, c->model, &c->shards, &c->cancel, own_step(c),
                                 &point, &measured, err);
    set_evaluating(c, false);
    account_time(c);
    if (!ok || !measured)
        return ok;
    point.seconds = c->status->seconds;
    /* The detector, which takes a step once, behind what can be done again. */
    if (!look_at_patched(c, step, err) || !look_at_facts(c, &point, err) ||
        !push_phase(c, &point, &changed, err))
        return false;
    point.phase = c->status->phase.phase;
    if (!history_add_evaluation(&c->history, &point, err) || !keep_circuits(c, &point, err))
        return false;
    c->evaluated = step + 1;
    status_board_hold(c->board);
    status_board_publish(c->board);
    /* What could not be told does not keep the rest from being. */
    bool told = !changed || tell_phase(c, err);
    bool widened = widen(c, &point, err);
    return record_evaluation(c, &point, err) && widened && told;
}

/* Checkpoint */

static bool is_saved(const struct loop *c)
{
    status_board_hold(c->board);
    bool saved = c->status->has_saved && !c->status->unsaved;
    status_board_release(c->board);
    return saved;
}

bool loop_save(struct loop *c, struct error *err)
{
    if (!c->observer.checkpoint || is_saved(c))
        return true;
    account_time(c);
    struct trainer_checkpoint checkpoint = {
        .step = c->status->step,
        .tokens = c->status->tokens,
        .seconds = c->status->seconds,
        .lr_scale = c->lr_scale,
        .subset = c->sampling->subset,
        .subset_since = c->widening.since,
        .role = c->patching.role,
        .model = c->model,
        .second_weights = c->patching.second_weights,
        .optimizer = &c->optimizer,
    };
    const char *path = NULL;
    if (!c->observer.checkpoint(c->observer.context, &checkpoint, &path, err))
        return false;
    status_board_hold(c->board);
    c->status->saved_step = checkpoint.step;
    c->status->has_saved = true;
    c->status->saves++;
    c->status->unsaved = false;
    status_board_publish(c->board);
    account_time(c);
    return loop_record(c, (struct event){.kind = EVENT_CHECKPOINT, .path = path}, err);
}

/* Step */

static void step_began(struct loop *c)
{
    status_board_hold(c->board);
    c->board->step_started = stopwatch_seconds(&c->board->watch);
    status_board_release(c->board);
}

/* After a step that took `seconds`: counters and speeds. */
static void step_ended(struct loop *c, bool made, size_t tokens, double seconds)
{
    if (made) {
        rate_add(&c->tokens_rate, (double)tokens, seconds, 3);
        c->steps_rate.amount++;
    }
    account_time(c);
    status_board_hold(c->board);
    struct trainer_status *s = c->status;
    c->board->step_started = 0;
    if (made) {
        s->step++;
        if (finetune_starts_at(&c->finetune, s->step))
            c->lr_scale = 1; /* what was set was for the schedule before */
        s->unsaved = true;
        s->tokens += tokens;
        s->tokens_per_second = c->tokens_rate.amount / c->tokens_rate.seconds;
        s->seconds_left =
            (double)(s->steps - s->step) * c->steps_rate.seconds / c->steps_rate.amount;
        s->lr = next_lr(c);
        s->drawn = finetune_drawn(&c->finetune, c->sampling, own_step(c));
    }
    status_board_publish(c->board);
}

/* A subset that is trained on no longer than up to the step just made. */
static bool end_warm_up(struct loop *c, struct error *err)
{
    const struct sampling *sampling = c->sampling;
    uint64_t step = own_step(c);
    return !sampling_widens_at(sampling, step) ||
           tell_widening(c, sampling_subset(sampling, step - 1), sampling_subset(sampling, step),
                         err);
}

/* Fine-tuning begins with the update that follows. */
static bool begin_finetune(struct loop *c, struct error *err)
{
    struct event event = {.kind = EVENT_FINE_TUNING, .finetune = &c->finetune};
    if (!finetune_starts_at(&c->finetune, c->status->step))
        return true;
    optimizer_reset(&c->optimizer);
    return loop_record(c, event, err);
}

/* Updates the weights from the shards' gradients, whose norm is *norm. */
static bool update(struct loop *c, double loss, double lr, double *norm, struct error *err)
{
    c->optimizer.frozen = finetune_frozen(&c->finetune, c->status->step);
    optimizer_clear_frozen(&c->optimizer, c->model, &c->shards);
    *norm = optimizer_reduce(&c->shards);
    if (!isfinite(loss) || !isfinite(*norm))
        return error_set(err, ERROR_DATA,
                         "the loss of step %llu is not a number; a lower train.lr may help",
                         (unsigned long long)c->status->step + 1);
    if (!begin_finetune(c, err))
        return false;
    pthread_rwlock_wrlock(&c->weights_lock);
    optimizer_update(&c->optimizer, c->model, &c->shards, *norm, lr);
    pthread_rwlock_unlock(&c->weights_lock);
    return true;
}

bool loop_patch(struct loop *c, struct error *err)
{
    uint64_t step = c->status->step;
    if (!patching_is_due(&c->patching, step))
        return true;
    if (!look_at_patched(c, step, err))
        return false;
    pthread_rwlock_wrlock(&c->weights_lock);
    patching_arrive(&c->patching, &c->optimizer, step);
    pthread_rwlock_unlock(&c->weights_lock);
    if (c->patching.role != SECOND_REFERENCE)
        return true;
    set_lr_scale(c, 1); /* what was set was for the reference */
    struct event event = {.kind = EVENT_PATCH, .start_step = c->options.patching.start_step};
    return loop_record(c, event, err);
}

/* Trains on the next batch. */
static bool make_step(struct loop *c, struct error *err)
{
    double began = stopwatch_seconds(&c->board->watch);
    double lr = next_lr(c), loss = NAN, norm = NAN;
    step_began(c);
    lesson_fill(&c->plan, c->status->step, &c->batch);
    struct sequences sequences = batch_sequences(&c->batch);
    bool made = shards_backward(&c->shards, c->model, &sequences, &c->cancel, &loss);
    if (made && !update(c, loss, lr, &norm, err)) {
        step_ended(c, false, 0, 0);
        return false;
    }
    size_t tokens = sequences.start[sequences.count];
    step_ended(c, made, tokens, stopwatch_seconds(&c->board->watch) - began);
    if (!made)
        return true;
    struct training_point point = {
        .step = c->status->step,
        .tokens = c->status->tokens,
        .seconds = c->status->seconds,
        .lr = lr,
        .train_loss = loss,
        .grad_norm = norm,
    };
    return history_add_training(&c->history, &point, err) &&
           (!c->observer.training || c->observer.training(c->observer.context, &point, err)) &&
           end_warm_up(c, err) && loop_patch(c, err);
}

/* At both ends, where fine-tuning or a patched model begins, and every so many steps. */
static bool due(const struct loop *c, uint64_t every)
{
    uint64_t step = c->status->step;
    return step == c->first ||
           step == finetune_steps_before(&c->options.finetune, c->status->steps) ||
           step == c->status->steps || (every > 0 && step % every == 0) ||
           (c->status->patched && step == c->status->patched_at);
}

/* The evaluation and the checkpoint that are due at this step, unless they were made. */
static bool catch_up(struct loop *c, struct error *err)
{
    return loop_patch(c, err) && (!due(c, c->options.evaluate_every) || loop_evaluate(c, err)) &&
           (!due(c, c->options.checkpoint_every) || loop_save(c, err));
}

bool loop_advance(struct loop *c, uint64_t until, struct error *err)
{
    return catch_up(c, err) && (c->status->step >= until || make_step(c, err)) && catch_up(c, err);
}

bool loop_begin(struct loop *c, struct error *err)
{
    loop_start_clock(c);
    struct blas_identity own = blas_identity();
    bool told = loop_record(c, (struct event){.kind = EVENT_START, .blas = &own}, err);
    bool waits = c->goes_on && c->status->step < c->status->steps;
    return loop_patch(c, err) && told && (waits || loop_evaluate(c, err));
}

/* Where it begins */

static bool init_fresh(struct loop *c, const struct trainer_setup *setup, struct error *err)
{
    model_randomize(setup->model, setup->options.seed);
    return optimizer_init(&c->optimizer, &setup->options.optimizer, setup->model->size, err);
}

/* An adaptive sampling goes on as the checkpoint's, or begins here where that had another kind. */
static bool init_widening(struct loop *c, const struct trainer_setup *setup, struct error *err)
{
    const struct trainer_checkpoint *from = setup->from;
    if (setup->forks && from->subset == 0)
        return widening_go_on(&c->widening, c->sampling->options.subset, from->step, err);
    return widening_go_on(&c->widening, from->subset, from->subset_since, err);
}

static bool init_from(struct loop *c, const struct trainer_setup *setup, struct error *err)
{
    const struct trainer_checkpoint *from = setup->from;
    if (!init_widening(c, setup, err))
        return false;
    c->goes_on = !setup->forks;
    c->lr_scale = from->lr_scale;
    c->optimizer = *setup->from_optimizer;
    *setup->from_optimizer = (struct optimizer){0};
    c->status->step = from->step;
    c->status->tokens = from->tokens;
    c->status->seconds = from->seconds;
    c->status->saved_step = setup->forks ? 0 : from->step;
    c->status->has_saved = !setup->forks;
    return true;
}

/* Where a run begins: a checkpoint's state, or random weights. */
static bool init_state(struct loop *c, const struct trainer_setup *setup, struct error *err)
{
    c->lr_scale = 1;
    if (!(setup->from ? init_from(c, setup, err) : init_fresh(c, setup, err)))
        return false;
    patching_init(&c->patching, &c->options.patching, c->model, setup->second_weights,
                  setup->from ? setup->from->role : SECOND_NONE);
    c->status->steps = trainer_steps(&setup->options);
    c->status->seconds_left = NAN;
    c->status->lr = next_lr(c);
    c->status->drawn = finetune_drawn(&c->finetune, c->sampling, own_step(c));
    phase_detector_report(c->detector, &c->status->phase);
    return true;
}

static bool init_evaluation(struct loop *c, const struct trainer_setup *setup, struct error *err)
{
    const struct trainer_options *options = &setup->options;
    const struct evaluation_options asked = {options->evaluate_known, options->evaluate_new,
                                             options->evaluate_circuits};
    const struct evaluation_subject subject = {
        .population = setup->population,
        .vocabulary = setup->vocabulary,
        .sampling = setup->sampling,
        .finetune = &c->finetune,
        .model = &setup->model->options,
        .batch = options->batch,
        .baseline = setup->baseline,
    };
    return evaluation_init(&c->evaluation, &asked, &subject, err);
}

static bool init_weights_lock(struct loop *c, struct error *err)
{
    pthread_rwlockattr_t writer_first;
    pthread_rwlockattr_init(&writer_first);
#ifdef __GLIBC__
    pthread_rwlockattr_setkind_np(&writer_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#endif
    int failure = pthread_rwlock_init(&c->weights_lock, &writer_first);
    pthread_rwlockattr_destroy(&writer_first);
    return failure ? error_system(err, failure, "cannot make a lock") : true;
}

bool loop_init(struct loop *c, const struct trainer_setup *setup, struct status_board *board,
               struct error *err)
{
    const struct trainer_options *options = &setup->options;
    const struct population_options *size = &setup->population->size;
    *c = (struct loop){
        .options = *options,
        .sampling = setup->sampling,
        .model = setup->model,
        .first = setup->first,
        .observer = setup->observer,
        .board = board,
        .status = &board->status,
    };
    c->plan = (struct lesson_plan){
        .population = setup->population,
        .vocabulary = setup->vocabulary,
        .sampling = setup->sampling,
        .finetune = &c->finetune,
        .patching = &c->options.patching,
    };
    if (!init_weights_lock(c, err))
        return false;
    bool made = history_init(&c->history, err) &&
                (c->detector = phase_detector_new(setup->baseline, err)) != NULL &&
                shards_init(&c->shards, &setup->model->options, options->shards,
                            trainer_threads(options), true, err) &&
                batch_init(&c->batch, setup->vocabulary, options->batch, err) &&
                widening_init(&c->widening, setup->sampling, setup->population,
                              options->evaluate_every, err) &&
                finetune_init(&c->finetune, &options->finetune, size, &setup->sampling->options,
                              &options->schedule, err) &&
                init_evaluation(c, setup, err) &&
                exposures_init(&c->exposures, size->seed, size->known, err) &&
                init_state(c, setup, err);
    if (!made)
        loop_free(c);
    return made;
}

void loop_free(struct loop *c)
{
    optimizer_free(&c->optimizer);
    shards_free(&c->shards);
    batch_free(&c->batch);
    evaluation_free(&c->evaluation);
    finetune_free(&c->finetune);
    exposures_free(&c->exposures);
    phase_detector_free(c->detector);
    widening_free(&c->widening);
    history_free(&c->history);
    pthread_rwlock_destroy(&c->weights_lock);
}

/* What is restored */

bool loop_restore_training(struct loop *c, const struct training_point *point, struct error *err)
{
    return history_add_training(&c->history, point, err);
}

bool loop_restore_evaluation(struct loop *c, const struct evaluation_point *recorded,
                             struct error *err)
{
    bool changed, widened;
    struct evaluation_point point = *recorded;
    c->evaluated = point.step + 1;
    baselines_restore(&c->evaluation.baselines, model_step(c, point.step), &point);
    if (!push_phase(c, &point, &changed, err) ||
        (!finetune_has_run(&c->finetune, point.step) &&
         !widening_push(&c->widening, point.step, point.of_subset.loss, &widened, err)))
        return false;
    c->status->drawn = finetune_drawn(&c->finetune, c->sampling, own_step(c));
    if (point.snapshot.known) {
        knowledge_restore_exposures(&point.snapshot, model_step(c, point.step), &c->exposures);
        if (!history_add_snapshot(&c->history, point.step, &point.snapshot, err))
            return false;
    }
    return history_add_evaluation(&c->history, &point, err);
}

bool loop_restore_circuits(struct loop *c, const struct circuits_point *point, struct error *err)
{
    return history_add_circuits(&c->history, point, err);
}

bool loop_restore_turn(struct loop *c, const struct turn *turn, struct error *err)
{
    return history_add_turn(&c->history, turn, err);
}

void loop_restore_exposures(struct loop *c, const struct sampling *sampling,
                            const struct finetune *finetune, size_t batch, uint64_t steps)
{
    finetune_count_exposures(finetune, sampling, batch, model_step(c, steps), &c->exposures);
}
