/* Map of this file: the clock and the speed; the state others may read; records; evaluation,
 * checkpoint and step; the thread and its commands; the public functions. */
#include "train/trainer.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "facts/batch.h"
#include "model/shards.h"
#include "train/evaluation.h"
#include "train/widening.h"

/* A mean over the last seconds: sums that fade with a time constant. */
struct fading_rate {
    double amount, seconds;
};

/* What the record says of running and pausing; steps one by one are not told. */
enum told { TOLD_START, TOLD_RUNNING, TOLD_PAUSED };

struct trainer {
    /* What the thread works with; nobody else touches it but to read weights under the lock. */
    struct trainer_options options;
    const struct population *population;
    const struct vocabulary *vocabulary;
    struct sampling *sampling;
    struct widening widening;
    struct tuning tuning;
    struct patching patching;
    struct model *model;
    struct trainer_observer observer;
    struct optimizer optimizer;
    struct shards shards;
    struct batch batch;
    struct evaluation evaluation;
    struct exposures exposures;
    struct phase_detector *detector;
    struct history history;
    bool goes_on;   /* from a checkpoint of its own */
    uint64_t first; /* step that the run began at */
    bool yields;    /* processors to other threads */
    double lr_scale;
    double started;     /* clock when the work that is not yet in status.seconds began */
    uint64_t evaluated; /* 1 + step of the newest evaluation; 0 before the first */
    uint64_t pause_at;  /* running stops at this step */
    enum told told;
    struct fading_rate tokens_rate, steps_rate;

    pthread_rwlock_t weights_lock;
    atomic_bool cancel; /* give up the step under way */

    /* What is shared, under this lock. */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* something for the thread to do, or in the status */
    struct command_queue queue;
    bool stopping; /* after what is in the queue */
    struct trainer_status status;
    double step_started; /* clock; 0 between steps */
    uint64_t changes;

    pthread_t thread;
    bool has_thread;
};

/* The clock and the speed */

static void rate_add(struct fading_rate *rate, double amount, double seconds, double constant)
{
    double fade = exp(-seconds / constant);
    rate->amount = rate->amount * fade + amount;
    rate->seconds = rate->seconds * fade + seconds;
}

/* The state others may read */

static void announce(struct trainer *t)
{
    t->changes++;
    pthread_cond_broadcast(&t->changed);
}

static void set_state(struct trainer *t, enum trainer_state state)
{
    pthread_mutex_lock(&t->lock);
    t->status.state = state;
    t->status.pausing = false;
    announce(t);
    pthread_mutex_unlock(&t->lock);
}

static void fail(struct trainer *t, const struct error *failure)
{
    pthread_mutex_lock(&t->lock);
    t->status.failure = *failure;
    t->status.failures++;
    pthread_mutex_unlock(&t->lock);
    set_state(t, TRAINER_FAILED);
}

/* The model's own step at a step of the run, and now. */
static uint64_t model_step(const struct trainer *t, uint64_t step)
{
    return patching_own_step(&t->options.patching, step);
}

static uint64_t own_step(const struct trainer *t)
{
    return model_step(t, t->status.step);
}

static double next_lr(const struct trainer *t)
{
    return t->lr_scale * tuning_lr(&t->tuning, own_step(t));
}

/* Adds the time since `started` to the seconds spent, and starts anew. */
static void account_time(struct trainer *t)
{
    double now = clock_seconds();
    pthread_mutex_lock(&t->lock);
    t->status.seconds += now - t->started;
    pthread_mutex_unlock(&t->lock);
    rate_add(&t->steps_rate, 0, now - t->started, 20);
    t->started = now;
}

/* Records */

static bool record_event(struct trainer *t, struct event event, struct error *err)
{
    event.step = t->status.step;
    event.seconds = t->status.seconds;
    return !t->observer.event || t->observer.event(t->observer.context, &event, err);
}

/* Evaluation, checkpoint and step */

/* The detector's report in steps of the run. */
static void report_phase(const struct trainer *t, struct phase_report *report)
{
    phase_detector_report(t->detector, report);
    if (t->status.patched)
        patching_shift_report(&t->options.patching, report);
}

/* Looks at a patched model's phases and facts apart from its reference's, from this step on. */
static bool look_at_patched(struct trainer *t, uint64_t step, struct error *err)
{
    if (t->status.patched || !patching_holds(&t->options.patching, step))
        return true;
    struct phase_detector *detector = phase_detector_new(t->status.phase.baseline, err);
    if (!detector)
        return false;
    phase_detector_free(t->detector);
    t->detector = detector;
    exposures_reset(&t->exposures);
    history_forget_facts(&t->history);
    pthread_mutex_lock(&t->lock);
    t->status.patched = true;
    t->status.patched_at = t->options.patching.reference_step.count;
    t->status.reference_phase = t->status.phase;
    report_phase(t, &t->status.phase);
    pthread_mutex_unlock(&t->lock);
    return true;
}

/* Phases are those of the training before a fine-tuning. */
static bool push_phase(struct trainer *t, uint64_t step, double loss, bool *changed,
                       struct error *err)
{
    struct phase_report report;
    *changed = false;
    if (tuning_shows(&t->tuning, step))
        return true;
    if (!look_at_patched(t, step, err) ||
        !phase_detector_push(t->detector, (double)model_step(t, step), loss, changed, err))
        return false;
    report_phase(t, &report);
    pthread_mutex_lock(&t->lock);
    t->status.phase = report;
    pthread_mutex_unlock(&t->lock);
    return true;
}

static bool tell_phase(struct trainer *t, struct error *err)
{
    struct phase_report report = t->status.phase;
    return record_event(t, (struct event){.kind = EVENT_PHASE, .phase = &report}, err);
}

/* More individuals are drawn from the next step on than before. */
static bool tell_widening(struct trainer *t, uint64_t from, uint64_t to, struct error *err)
{
    pthread_mutex_lock(&t->lock);
    t->status.drawn = to;
    t->status.widened = t->status.step;
    t->status.unsaved = true;
    announce(t);
    pthread_mutex_unlock(&t->lock);
    return record_event(t, (struct event){.kind = EVENT_WIDEN, .from = from, .to = to}, err);
}

/* Lets more individuals in where what is drawn now was seen to be learned. */
static bool widen(struct trainer *t, const struct evaluation_point *point, struct error *err)
{
    uint64_t from = t->sampling->subset;
    bool widened = false;
    if (tuning_shows(&t->tuning, point->step))
        return true;
    return widening_push(&t->widening, point->step, point->of_subset.loss, &widened, err) &&
           (!widened || tell_widening(t, from, t->sampling->subset, err));
}

/* What there is to say of each fact, before a sampling is widened. */
static bool look_at_facts(struct trainer *t, struct evaluation_point *point, struct error *err)
{
    const struct knowledge *knowledge = &t->history.knowledge;
    tuning_count_exposures(&t->tuning, t->sampling, t->options.batch, own_step(t), &t->exposures);
    evaluation_look_at_facts(&t->evaluation, &t->exposures);
    point->snapshot = t->evaluation.snapshot;
    return history_add_snapshot(&t->history, point->step, &point->snapshot, err) &&
           knowledge_summarize(knowledge, knowledge->attributes, &point->facts, err);
}

static void set_evaluating(struct trainer *t, bool evaluating)
{
    pthread_mutex_lock(&t->lock);
    t->status.evaluating = evaluating;
    announce(t);
    pthread_mutex_unlock(&t->lock);
}

static bool keep_circuits(struct trainer *t, const struct evaluation_point *point,
                          struct error *err)
{
    struct circuits_point *circuits = &t->evaluation.circuits;
    circuits->step = point->step;
    circuits->seconds = point->seconds;
    return t->evaluation.options.circuits == 0 || history_add_circuits(&t->history, circuits, err);
}

static bool record_evaluation(struct trainer *t, const struct evaluation_point *point,
                              struct error *err)
{
    const struct trainer_observer *observer = &t->observer;
    bool recorded = !observer->evaluation || observer->evaluation(observer->context, point, err);
    bool circuits = !observer->circuits || t->evaluation.options.circuits == 0 ||
                    observer->circuits(observer->context, &t->evaluation.circuits, err);
    return recorded && circuits;
}

/* Measures recall and circuits at this step unless that was done. One that is cancelled leaves no
 * trace. */
static bool evaluate(struct trainer *t, struct error *err)
{
    uint64_t step = t->status.step;
    if (t->evaluated == step + 1)
        return true;
    struct evaluation_point point = {.step = step};
    set_evaluating(t, true);
    bool measured = false, changed;
    bool ok = evaluation_measure(&t->evaluation, t->model, &t->shards, &t->cancel, own_step(t),
                                 &point, &measured, err);
    set_evaluating(t, false);
    account_time(t);
    if (!ok || !measured)
        return ok;
    point.seconds = t->status.seconds;
    /* The detector, which takes a step once, behind what can be done again. */
    if (!look_at_patched(t, step, err) || !look_at_facts(t, &point, err) ||
        !push_phase(t, step, point.known.loss, &changed, err))
        return false;
    point.phase = t->status.phase.phase;
    if (!history_add_evaluation(&t->history, &point, err) || !keep_circuits(t, &point, err))
        return false;
    t->evaluated = step + 1;
    pthread_mutex_lock(&t->lock);
    announce(t);
    pthread_mutex_unlock(&t->lock);
    /* What could not be told does not keep the rest from being. */
    bool told = !changed || tell_phase(t, err);
    bool widened = widen(t, &point, err);
    return record_evaluation(t, &point, err) && widened && told;
}

static bool save(struct trainer *t, struct error *err)
{
    if (!t->observer.checkpoint || (t->status.has_saved && !t->status.unsaved))
        return true;
    account_time(t);
    struct trainer_checkpoint checkpoint = {
        .step = t->status.step,
        .tokens = t->status.tokens,
        .seconds = t->status.seconds,
        .lr_scale = t->lr_scale,
        .subset = t->sampling->subset,
        .subset_since = t->widening.since,
        .role = t->patching.role,
        .model = t->model,
        .twin = t->patching.twin,
        .optimizer = &t->optimizer,
    };
    const char *path = NULL;
    if (!t->observer.checkpoint(t->observer.context, &checkpoint, &path, err))
        return false;
    pthread_mutex_lock(&t->lock);
    t->status.saved_step = checkpoint.step;
    t->status.has_saved = true;
    t->status.saves++;
    t->status.unsaved = false;
    announce(t);
    pthread_mutex_unlock(&t->lock);
    account_time(t);
    return record_event(t, (struct event){.kind = EVENT_CHECKPOINT, .path = path}, err);
}

static void step_began(struct trainer *t)
{
    pthread_mutex_lock(&t->lock);
    t->step_started = clock_seconds();
    pthread_mutex_unlock(&t->lock);
}

/* After a step that took `seconds`: counters and speeds. */
static void step_ended(struct trainer *t, bool made, size_t tokens, double seconds)
{
    if (made) {
        rate_add(&t->tokens_rate, (double)tokens, seconds, 3);
        t->steps_rate.amount++;
    }
    account_time(t);
    pthread_mutex_lock(&t->lock);
    struct trainer_status *s = &t->status;
    t->step_started = 0;
    if (made) {
        s->step++;
        if (tuning_begins(&t->tuning, s->step))
            t->lr_scale = 1; /* what was set was for the schedule before */
        s->unsaved = true;
        s->tokens += tokens;
        s->tokens_per_second = t->tokens_rate.amount / t->tokens_rate.seconds;
        s->seconds_left =
            (double)(s->steps - s->step) * t->steps_rate.seconds / t->steps_rate.amount;
        s->lr = next_lr(t);
        s->drawn = tuning_drawn(&t->tuning, t->sampling, own_step(t));
    }
    announce(t);
    pthread_mutex_unlock(&t->lock);
}

/* A warm-up that ended with the step just made. */
static bool end_warm_up(struct trainer *t, struct error *err)
{
    const struct sampling *sampling = t->sampling;
    bool ended = sampling->options.kind == SAMPLING_WARM_UP && own_step(t) == sampling->length;
    return !ended || tell_widening(t, sampling->options.subset, sampling->size.known, err);
}

/* Fine-tuning begins with the update that follows. */
static bool begin_tuning(struct trainer *t, struct error *err)
{
    struct event event = {.kind = EVENT_FINE_TUNING, .tuning = &t->tuning};
    if (!tuning_begins(&t->tuning, t->status.step))
        return true;
    optimizer_reset(&t->optimizer);
    return record_event(t, event, err);
}

/* Updates the weights from the shards' gradients, whose norm is *norm. */
static bool update(struct trainer *t, double loss, double lr, double *norm, struct error *err)
{
    t->optimizer.frozen = tuning_frozen(&t->tuning, t->status.step);
    optimizer_clear_frozen(&t->optimizer, t->model, &t->shards);
    *norm = optimizer_reduce(&t->shards);
    if (!isfinite(loss) || !isfinite(*norm))
        return error_set(err, ERROR_DATA,
                         "the loss of step %llu is not a number; a lower train.lr may help",
                         (unsigned long long)t->status.step + 1);
    if (!begin_tuning(t, err))
        return false;
    pthread_rwlock_wrlock(&t->weights_lock);
    optimizer_update(&t->optimizer, t->model, &t->shards, *norm, lr);
    pthread_rwlock_unlock(&t->weights_lock);
    return true;
}

static void set_lr_scale(struct trainer *t, double scale)
{
    pthread_mutex_lock(&t->lock);
    t->lr_scale = scale;
    t->status.lr = next_lr(t);
    announce(t);
    pthread_mutex_unlock(&t->lock);
}

/* Keeps the weights that a patched model is to set out from; or, where it does, exchanges them. */
static bool patch(struct trainer *t, struct error *err)
{
    uint64_t step = t->status.step;
    if (!patching_is_due(&t->patching, step))
        return true;
    if (!look_at_patched(t, step, err))
        return false;
    pthread_rwlock_wrlock(&t->weights_lock);
    patching_arrive(&t->patching, &t->optimizer, step);
    pthread_rwlock_unlock(&t->weights_lock);
    if (t->patching.role != TWIN_REFERENCE)
        return true;
    set_lr_scale(t, 1); /* what was set was for the reference */
    struct event event = {.kind = EVENT_PATCH, .start_step = t->options.patching.start_step};
    return record_event(t, event, err);
}

/* Trains on the next batch. A step that is cancelled leaves everything as it was. */
static bool make_step(struct trainer *t, struct error *err)
{
    double began = clock_seconds();
    double lr = next_lr(t), loss = NAN, norm = NAN;
    step_began(t);
    uint64_t own = own_step(t);
    batch_fill_training(&t->batch, t->population, t->vocabulary,
                        tuning_sampling(&t->tuning, t->sampling, own), own);
    struct sequences sequences = batch_sequences(&t->batch);
    bool made = shards_backward(&t->shards, t->model, &sequences, &t->cancel, &loss);
    if (made && !update(t, loss, lr, &norm, err)) {
        step_ended(t, false, 0, 0);
        return false;
    }
    size_t tokens = sequences.start[sequences.count];
    step_ended(t, made, tokens, clock_seconds() - began);
    if (!made)
        return true;
    struct training_point point = {
        .step = t->status.step,
        .tokens = t->status.tokens,
        .seconds = t->status.seconds,
        .lr = lr,
        .train_loss = loss,
        .grad_norm = norm,
    };
    return history_add_training(&t->history, &point, err) &&
           (!t->observer.training || t->observer.training(t->observer.context, &point, err)) &&
           end_warm_up(t, err) && patch(t, err);
}

/* At both ends, where fine-tuning or a patched model begins, and every so many steps. */
static bool due(const struct trainer *t, uint64_t every)
{
    uint64_t step = t->status.step;
    return step == t->first || step == tuning_steps_before(&t->options.tuning, t->status.steps) ||
           step == t->status.steps || (every > 0 && step % every == 0) ||
           (t->status.patched && step == t->status.patched_at);
}

/* The evaluation and the checkpoint that are due at this step, unless they were made. */
static bool catch_up(struct trainer *t, struct error *err)
{
    return patch(t, err) && (!due(t, t->options.evaluate_every) || evaluate(t, err)) &&
           (!due(t, t->options.checkpoint_every) || save(t, err));
}

/* One step, and what is due after it; where a failure left that undone, first of all. */
static bool advance(struct trainer *t, struct error *err)
{
    return catch_up(t, err) && (t->status.step >= t->pause_at || make_step(t, err)) &&
           catch_up(t, err);
}

/* The thread and its commands */

static bool take_command(struct trainer *t, bool wait, struct command *command)
{
    pthread_mutex_lock(&t->lock);
    while (wait && t->queue.count == 0 && !t->stopping)
        pthread_cond_wait(&t->changed, &t->lock);
    bool taken = command_queue_take(&t->queue, command);
    if (!taken && t->stopping) {
        *command = (struct command){.kind = COMMAND_STOP};
        taken = true;
    }
    pthread_mutex_unlock(&t->lock);
    return taken;
}

static bool begin_running(struct trainer *t, uint64_t pause_at)
{
    if (t->status.step >= t->status.steps && t->status.state != TRAINER_FAILED)
        return false;
    t->pause_at = pause_at;
    pthread_mutex_lock(&t->lock);
    t->status.unsaved |= !t->status.has_saved;
    pthread_mutex_unlock(&t->lock);
    set_state(t, TRAINER_RUNNING);
    return true;
}

static bool run(struct trainer *t, struct error *err)
{
    bool told_pause = t->told == TOLD_PAUSED;
    if (!begin_running(t, t->status.steps))
        return true;
    t->told = TOLD_RUNNING;
    return !told_pause || record_event(t, (struct event){.kind = EVENT_RESUME}, err);
}

static void make_steps(struct trainer *t, uint64_t steps)
{
    uint64_t left = t->status.steps - t->status.step;
    begin_running(t, t->status.step + (steps < left ? steps : left));
}

/* Running is over: all steps are made, or a pause begins. */
static bool settle(struct trainer *t, struct error *err)
{
    bool finished = t->status.step >= t->status.steps;
    bool tell = t->told == TOLD_RUNNING && !finished;
    set_state(t, finished ? TRAINER_FINISHED : TRAINER_PAUSED);
    if (!tell)
        return true;
    t->told = TOLD_PAUSED;
    return record_event(t, (struct event){.kind = EVENT_PAUSE}, err);
}

static bool set_lr(struct trainer *t, double value, struct error *err)
{
    double scheduled = tuning_lr(&t->tuning, own_step(t));
    pthread_mutex_lock(&t->lock);
    t->status.unsaved = true;
    pthread_mutex_unlock(&t->lock);
    set_lr_scale(t, scheduled > 0 ? value / scheduled : t->lr_scale);
    struct event event = {.kind = EVENT_SET, .key = "train.lr", .value = value};
    return record_event(t, event, err);
}

/* What is saved is patched where its step says so, whether or not that could be told. */
static bool stop(struct trainer *t, struct error *err)
{
    bool patched = patch(t, err);
    return (!t->status.unsaved || save(t, err)) &&
           record_event(t, (struct event){.kind = EVENT_STOP}, err) && patched;
}

static bool obey(struct trainer *t, const struct command *command, struct error *err)
{
    if (t->status.state != TRAINER_RUNNING)
        t->started = clock_seconds();
    switch (command->kind) {
    case COMMAND_RUN:
        return run(t, err);
    case COMMAND_STEP:
        make_steps(t, command->steps);
        return true;
    case COMMAND_PAUSE:
        return t->status.state != TRAINER_RUNNING || settle(t, err);
    case COMMAND_SET_LR:
        return set_lr(t, command->value, err);
    case COMMAND_CHECKPOINT:
        return save(t, err) && (t->status.state != TRAINER_FAILED || settle(t, err));
    case COMMAND_EVALUATE:
        return evaluate(t, err) && (t->status.state != TRAINER_FAILED || settle(t, err));
    case COMMAND_STOP:
        return stop(t, err);
    }
    return true;
}

/* A fresh run shows what it starts from; one that was stopped in its last evaluation makes that. */
static bool begin(struct trainer *t, struct error *err)
{
    t->started = clock_seconds();
    bool told = record_event(t, (struct event){.kind = EVENT_START}, err);
    bool waits = t->goes_on && t->status.step < t->status.steps;
    return patch(t, err) && told && (waits || evaluate(t, err));
}

/* On Linux a thread has a nice value of its own, which threads inherit; elsewhere it is the whole
 * program's, and left alone. */
static void yield_processors(void)
{
#ifdef __linux__
    enum { NICE = 10 };
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + NICE);
#endif
}

static void *trainer_main(void *argument)
{
    struct trainer *t = argument;
    struct error err = {0};
    if (t->yields)
        yield_processors();
    if (!begin(t, &err) || !settle(t, &err))
        fail(t, &err);
    for (;;) {
        struct command command;
        bool done = true;
        bool commanded = take_command(t, t->status.state != TRAINER_RUNNING, &command);
        if (commanded)
            done = obey(t, &command, &err);
        else
            done = advance(t, &err) && (t->status.step < t->pause_at || settle(t, &err));
        if (!done)
            fail(t, &err);
        if (commanded && command.kind == COMMAND_STOP)
            return NULL;
    }
}

/* The public functions */

uint64_t trainer_steps(const struct trainer_options *options)
{
    return patching_steps(&options->patching, options->schedule.steps);
}

size_t trainer_threads(const struct trainer_options *options)
{
    return options->threads > 0 && options->threads < options->shards ? options->threads
                                                                      : options->shards;
}

size_t trainer_bytes(const struct trainer_options *options, const struct model_options *model)
{
    size_t arrays = 3; /* weights and two moments; a twin's weights */
    arrays += options->patching.reference_step.given;
    return arrays * model_count_parameters(model) * sizeof(real) +
           shards_bytes(model, options->shards, trainer_threads(options), true);
}

static bool init_locks(struct trainer *t, struct error *err)
{
    pthread_condattr_t monotonic;
    pthread_rwlockattr_t writer_first;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_rwlockattr_init(&writer_first);
#ifdef __GLIBC__
    pthread_rwlockattr_setkind_np(&writer_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#endif
    int failure = pthread_mutex_init(&t->lock, NULL);
    failure = failure ? failure : pthread_cond_init(&t->changed, &monotonic);
    failure = failure ? failure : pthread_rwlock_init(&t->weights_lock, &writer_first);
    pthread_condattr_destroy(&monotonic);
    pthread_rwlockattr_destroy(&writer_first);
    return failure ? error_system(err, failure, "cannot make a lock") : true;
}

static void trainer_free(struct trainer *t)
{
    optimizer_free(&t->optimizer);
    shards_free(&t->shards);
    batch_free(&t->batch);
    evaluation_free(&t->evaluation);
    tuning_free(&t->tuning);
    exposures_free(&t->exposures);
    phase_detector_free(t->detector);
    widening_free(&t->widening);
    history_free(&t->history);
    pthread_rwlock_destroy(&t->weights_lock);
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->lock);
    command_queue_free(&t->queue);
    memory_free(t);
}

static bool init_fresh(struct trainer *t, const struct trainer_setup *setup, struct error *err)
{
    model_randomize(setup->model, setup->options.seed);
    return optimizer_init(&t->optimizer, &setup->options.optimizer, setup->model->size, err);
}

/* An adaptive sampling goes on as the checkpoint's, or begins here where that had another kind. */
static bool init_widening(struct trainer *t, const struct trainer_setup *setup, struct error *err)
{
    const struct trainer_checkpoint *from = setup->from;
    if (setup->forks && from->subset == 0)
        return widening_go_on(&t->widening, t->sampling->options.subset, from->step, err);
    return widening_go_on(&t->widening, from->subset, from->subset_since, err);
}

static bool init_from(struct trainer *t, const struct trainer_setup *setup, struct error *err)
{
    const struct trainer_checkpoint *from = setup->from;
    if (!init_widening(t, setup, err))
        return false;
    t->goes_on = !setup->forks;
    t->lr_scale = setup->forks ? 1 : from->lr_scale;
    t->optimizer = *setup->from_optimizer;
    *setup->from_optimizer = (struct optimizer){0};
    t->status.step = from->step;
    t->status.tokens = from->tokens;
    t->status.seconds = from->seconds;
    t->status.saved_step = setup->forks ? 0 : from->step;
    t->status.has_saved = !setup->forks;
    return true;
}

/* Where a run begins: a checkpoint's state, or random weights. */
static bool init_state(struct trainer *t, const struct trainer_setup *setup, struct error *err)
{
    t->lr_scale = 1;
    if (!(setup->from ? init_from(t, setup, err) : init_fresh(t, setup, err)))
        return false;
    patching_init(&t->patching, &t->options.patching, t->model, setup->twin,
                  setup->from ? setup->from->role : TWIN_NONE);
    t->status.steps = trainer_steps(&setup->options);
    t->status.seconds_left = NAN;
    t->status.lr = next_lr(t);
    t->status.drawn = tuning_drawn(&t->tuning, t->sampling, own_step(t));
    phase_detector_report(t->detector, &t->status.phase);
    return true;
}

static bool init_evaluation(struct trainer *t, const struct trainer_setup *setup, struct error *err)
{
    const struct trainer_options *options = &setup->options;
    const struct evaluation_options asked = {options->evaluate_known, options->evaluate_new,
                                             options->evaluate_circuits};
    const struct evaluation_subject subject = {
        .population = setup->population,
        .vocabulary = setup->vocabulary,
        .sampling = setup->sampling,
        .tuning = &t->tuning,
        .model = &setup->model->options,
        .baseline = setup->baseline,
    };
    return evaluation_init(&t->evaluation, &asked, &subject, err);
}

struct trainer *trainer_new(const struct trainer_setup *setup, struct error *err)
{
    struct trainer *t = memory_new(1, sizeof *t, err);
    if (!t)
        return NULL;
    const struct trainer_options *options = &setup->options;
    const struct population_options *size = &setup->population->size;
    t->options = *options;
    t->population = setup->population;
    t->vocabulary = setup->vocabulary;
    t->sampling = setup->sampling;
    t->model = setup->model;
    t->first = setup->first;
    t->observer = setup->observer;
    bool made = init_locks(t, err) && history_init(&t->history, err) &&
                (t->detector = phase_detector_new(setup->baseline, err)) != NULL &&
                shards_init(&t->shards, &setup->model->options, options->shards,
                            trainer_threads(options), true, err) &&
                batch_init(&t->batch, setup->vocabulary, options->batch, err) &&
                widening_init(&t->widening, setup->sampling, setup->population,
                              options->evaluate_every, err) &&
                tuning_init(&t->tuning, &options->tuning, size, &setup->sampling->options,
                            &options->schedule, err) &&
                init_evaluation(t, setup, err) &&
                exposures_init(&t->exposures, size->seed, size->known, err) &&
                init_state(t, setup, err);
    if (made)
        return t;
    trainer_free(t);
    return NULL;
}

bool trainer_recall_training(struct trainer *trainer, const struct training_point *point,
                             struct error *err)
{
    return history_add_training(&trainer->history, point, err);
}

bool trainer_recall_evaluation(struct trainer *trainer, const struct evaluation_point *point,
                               struct error *err)
{
    bool changed, widened;
    trainer->evaluated = point->step + 1;
    if (!push_phase(trainer, point->step, point->known.loss, &changed, err) ||
        (!tuning_shows(&trainer->tuning, point->step) &&
         !widening_push(&trainer->widening, point->step, point->of_subset.loss, &widened, err)))
        return false;
    trainer->status.drawn = tuning_drawn(&trainer->tuning, trainer->sampling, own_step(trainer));
    if (point->snapshot.known) {
        knowledge_recall_exposures(&point->snapshot, model_step(trainer, point->step),
                                   &trainer->exposures);
        if (!history_add_snapshot(&trainer->history, point->step, &point->snapshot, err))
            return false;
    }
    return history_add_evaluation(&trainer->history, point, err);
}

bool trainer_recall_circuits(struct trainer *trainer, const struct circuits_point *point,
                             struct error *err)
{
    return history_add_circuits(&trainer->history, point, err);
}

void trainer_recall_exposures(struct trainer *trainer, const struct sampling *sampling,
                              const struct tuning *tuning, size_t batch, uint64_t steps)
{
    tuning_count_exposures(tuning, sampling, batch, model_step(trainer, steps),
                           &trainer->exposures);
}

bool trainer_start(struct trainer *trainer, bool yields, struct error *err)
{
    trainer->yields = yields;
    int failure = pthread_create(&trainer->thread, NULL, trainer_main, trainer);
    trainer->has_thread = failure == 0;
    return failure ? error_system(err, failure, "cannot start the trainer's thread") : true;
}

bool trainer_send(struct trainer *trainer, struct command command, struct error *err)
{
    pthread_mutex_lock(&trainer->lock);
    bool stop = command.kind == COMMAND_STOP;
    bool sent = stop || command_queue_put(&trainer->queue, command, err);
    if (stop) {
        trainer->stopping = true;
        atomic_store(&trainer->cancel, true);
    }
    if (command.kind == COMMAND_PAUSE)
        trainer->status.pausing = trainer->status.state == TRAINER_RUNNING;
    if (command.kind == COMMAND_RUN || command.kind == COMMAND_STEP)
        trainer->status.pausing = false;
    if (command.kind == COMMAND_SET_LR && sent) /* a checkpoint asked for next is not in vain */
        trainer->status.unsaved = true;
    announce(trainer);
    pthread_mutex_unlock(&trainer->lock);
    return sent;
}

void trainer_status(struct trainer *trainer, struct trainer_status *status)
{
    pthread_mutex_lock(&trainer->lock);
    *status = trainer->status;
    double elapsed = trainer->step_started > 0 ? clock_seconds() - trainer->step_started : 0;
    double tokens_per_step = status->step > 0 ? (double)status->tokens / (double)status->step : 0;
    pthread_mutex_unlock(&trainer->lock);
    double share = tokens_per_step > 0 ? elapsed * status->tokens_per_second / tokens_per_step : 0;
    status->step_share = share < 1 ? share : 1;
}

struct history *trainer_history(struct trainer *trainer)
{
    return &trainer->history;
}

bool trainer_wait(struct trainer *trainer, double seconds, uint64_t *seen)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    double end = (double)until.tv_nsec * 1e-9 + seconds;
    until.tv_sec += (time_t)floor(end);
    until.tv_nsec = (long)((end - floor(end)) * 1e9);
    pthread_mutex_lock(&trainer->lock);
    int timed_out = 0;
    while (trainer->changes == *seen && !timed_out)
        timed_out = pthread_cond_timedwait(&trainer->changed, &trainer->lock, &until);
    bool changed = trainer->changes != *seen;
    *seen = trainer->changes;
    pthread_mutex_unlock(&trainer->lock);
    return changed;
}

const struct model *trainer_hold_weights(struct trainer *trainer)
{
    pthread_rwlock_rdlock(&trainer->weights_lock);
    return trainer->model;
}

void trainer_release_weights(struct trainer *trainer)
{
    pthread_rwlock_unlock(&trainer->weights_lock);
}

bool trainer_stop(struct trainer *trainer, struct error *err)
{
    bool stopped = true;
    if (trainer->has_thread) {
        trainer_send(trainer, (struct command){.kind = COMMAND_STOP}, NULL);
        pthread_join(trainer->thread, NULL);
        if (trainer->status.state == TRAINER_FAILED) {
            stopped = false;
            if (err)
                *err = trainer->status.failure;
        }
    }
    trainer_free(trainer);
    return stopped;
}
