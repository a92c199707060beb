/* Map of this file: what there is of a run; its child's words; starting; ending; turns; sums. */
#include "lab/run_queue.h"

#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/strings.h"
#include "config/preset.h"
#include "config/preset_compare.h"
#include "config/preset_complete.h"
#include "config/preset_file.h"
#include "facts/fact_set_load.h"
#include "lab/phase_command.h"
#include "model/precision.h"
#include "record/line_read.h"
#include "record/metrics.h"
#include "record/run.h"
#include "record/run_files.h"
#include "record/run_lock.h"

#define FIXED_PRECISION "train.precision=fp32" /* where a preset leaves it open */
#define HELD_INTERVAL   1.0 /* seconds from one look at what is held to the next */

/* A job under way. */
struct track {
    struct queued_status status;
    struct child child;
    bool is_spaced;           /* its preset or its settings want snapshots */
    bool is_open;             /* they leave the precision to the machine */
    enum precision precision; /* that they ask for, or fp32 */
    bool anew;                /* its child was to begin the run, of which nothing was saved */
    int refusals;             /* of its children by another process, since anything was done here */
    bool has_first;           /* where its child began, for the speed */
    uint64_t first_step;
    double first_seconds;
    struct error said; /* the last line its child wrote on stderr, "" where there is none */
    struct error note; /* a line of its stderr that is none */
};

struct run_queue {
    const struct queued_run *job; /* [count] */
    struct track *track;          /* [count] */
    size_t count;
    const struct paths *paths;
    struct run_queue_options options;
    struct pollfd *watch; /* [at_once * CHILD_STREAMS] */
    char threads[64];     /* the variable that children are told theirs by */
    double held_tried;    /* clock_seconds when what is held was tried last */
    bool stopping;
};

const char *queued_state_name(enum queued_state state)
{
    static const char *const names[] = {"waiting", "held",        "running",
                                        "done",    "interrupted", "failed"};
    return names[state];
}

/* ---- what there is of a run ---- */

/* Says of what else a directory has a run. */
static bool refuse_run(const struct run *run, const char *what, const struct error *other,
                       struct error *err)
{
    return error_set(err, other->kind,
                     "%s holds a run of other %s: %s; delete it or choose another directory",
                     run->directory, what, other->message);
}

/* Whether the run began with the facts that there are now where the preset's lie: it has a copy of
 * its own, and would go on with it. By which names both find them is nothing to that. */
static bool check_facts(const struct run_queue *queue, const struct run *run,
                        const struct preset *made, const struct preset *asked, struct error *err)
{
    struct error other, named;
    struct fact_set facts;
    if (!fact_set_load(&facts, &asked->facts, (const char *const *)queue->paths->data, err))
        return false;
    bool same =
        preset_check_facts(made, &facts, &other) ||
        (preset_names_facts_of(made, asked, &named) ? refuse_run(run, "facts", &other, err)
                                                    : refuse_run(run, "settings", &named, err));
    fact_set_free(&facts);
    return same;
}

/* Whether the run is one of the preset that is asked for. */
static bool check_settings(const struct run_queue *queue, const struct run *run,
                           const struct preset *asked, struct error *err)
{
    struct preset made;
    if (!run_preset(run, queue->paths, &made, err))
        return false;
    struct error other;
    bool ok =
        (preset_is_run_of(&made, asked, &other) || refuse_run(run, "settings", &other, err)) &&
        check_facts(queue, run, &made, asked, err);
    preset_free(&made);
    return ok;
}

/* A run that is at its end has no steps left that could fill a record that was lost. */
static bool check_has_steps(const struct run *run, const struct queued_status *status,
                            bool has_steps, struct error *err)
{
    return has_steps || status->step == 0 || status->step < status->steps ||
           error_set(err, ERROR_DATA,
                     "the record of %s has none of its %" PRIu64
                     " steps; delete the run to have it made again",
                     run->directory, status->step);
}

/* How far the run has come. It is done with a checkpoint and an evaluation of the last step. */
static bool read_record(const struct run *run, struct queued_status *status, bool *saved,
                        bool *has_steps, struct error *err)
{
    struct metrics_end end = {0};
    uint64_t *steps = NULL;
    size_t count = 0;
    char *record = run_metrics_path(run, err);
    bool ok = record && (!file_exists(record) || metrics_read_end(&end, record, err)) &&
              (!run_files_hold(run->directory, RUN_CHECKPOINTS) ||
               run_checkpoints(run, &steps, &count, err));
    memory_free(record);
    if (!ok)
        return false;
    *saved = count > 0;
    *has_steps = end.has_training;
    status->step = *saved ? steps[count - 1] : 0;
    if (end.has_evaluation) {
        status->attr_loss = end.evaluation.known.loss;
        status->attr_accuracy = end.evaluation.known.accuracy;
        status->seconds = end.evaluation.seconds;
    }
    if (end.has_training)
        status->train_loss = end.training.train_loss;
    bool asked = end.has_evaluation && end.evaluation.step >= status->steps;
    if (asked && end.step >= status->steps && status->step >= status->steps)
        status->state = QUEUED_DONE;
    memory_free(steps);
    return true;
}

bool queued_run_preset(const struct queued_run *job, const struct paths *paths,
                       struct preset *preset, struct error *err)
{
    if (!preset_load_with(preset, paths, job->preset, job->setting, job->settings, err))
        return false;
    preset_settle_precision(preset, PRECISION_FP32);
    return true;
}

/* What the run is to be, as far as its preset and settings say. */
static bool load_asked(const struct run_queue *queue, const struct queued_run *job,
                       struct preset *asked, struct error *err)
{
    struct run run;
    if (job->preset)
        return preset_load_with(asked, queue->paths, job->preset, job->setting, job->settings, err);
    if (!run_open(&run, queue->paths, job->directory, err))
        return false;
    bool read = run_preset(&run, queue->paths, asked, err);
    run_close(&run);
    return read;
}

/* Reads a run: *saved where it has checkpoints. */
static bool inspect_run(const struct run_queue *queue, const struct queued_run *job,
                        const struct preset *asked, struct queued_status *status, bool *saved,
                        struct error *err)
{
    struct run run;
    bool has_steps;
    if (!run_open(&run, queue->paths, job->directory, err))
        return false;
    bool ok = read_record(&run, status, saved, &has_steps, err) &&
              (!*saved || ((!job->preset || check_settings(queue, &run, asked, err)) &&
                           check_has_steps(&run, status, has_steps, err)));
    run_close(&run);
    return ok;
}

/* Who has the lock may be making a run there just now, and whether that fails is seen when the lock
 * is free. */
static bool has_holder(const char *directory)
{
    struct error who;
    return !run_lock_is_free(directory, file_name(directory), &who);
}

/* Whether a run can be begun there, of which nothing was saved, whatever it was. */
static bool can_begin(const char *directory, struct error *err)
{
    return run_has_room(directory, err) || has_holder(directory);
}

/* Reads what there is of a job's run: *saved where that has checkpoints. */
static bool inspect(const struct run_queue *queue, size_t index, bool *saved, struct error *err)
{
    const struct queued_run *job = &queue->job[index];
    struct track *track = &queue->track[index];
    struct preset asked;
    *saved = false;
    if (!load_asked(queue, job, &asked, err))
        return false;
    track->is_open = preset_settle_precision(&asked, PRECISION_FP32);
    track->precision = asked.model.precision;
    track->status.steps = trainer_steps(&asked.trainer);
    track->is_spaced = asked.trainer.checkpoint_keep == KEEP_SPACED;
    bool ok = !run_files_is_run(job->directory) ||
              inspect_run(queue, job, &asked, &track->status, saved, err) ||
              (!run_files_is_run(job->directory) && has_holder(job->directory));
    if (ok && !*saved && !can_begin(job->directory, err)) /* unless another has made it meanwhile */
        ok = run_files_is_run(job->directory) &&
             inspect_run(queue, job, &asked, &track->status, saved, err) && *saved;
    preset_free(&asked);
    return ok;
}

/* ---- its child's words ---- */

static void take_training(struct track *track, const struct training_point *point)
{
    struct queued_status *status = &track->status;
    if (!track->has_first) {
        track->first_step = point->step;
        track->first_seconds = point->seconds;
        track->has_first = true;
    }
    status->has_it = true;
    status->step = point->step;
    status->train_loss = point->train_loss;
    status->seconds = point->seconds;
    if (point->step > track->first_step && status->steps >= point->step)
        status->seconds_left = (point->seconds - track->first_seconds) *
                               (double)(status->steps - point->step) /
                               (double)(point->step - track->first_step);
}

static void take_line(void *context, const char *line, size_t length, bool of_err)
{
    struct track *track = context;
    struct record_line read;
    if (of_err && strncmp(line, RUN_QUEUE_NOTE, strlen(RUN_QUEUE_NOTE)) == 0)
        error_set(&track->note, ERROR_SYSTEM, "%s", line + strlen(RUN_QUEUE_NOTE));
    else if (of_err)
        error_set(&track->said, ERROR_SYSTEM, "%s", line);
    else if (!line_read(&read, line, length, NULL, NULL, NULL))
        return;
    else if (read.kind == LINE_TRAINING)
        take_training(track, &read.training);
    else if (read.kind == LINE_EVALUATION) {
        track->status.attr_loss = read.evaluation.known.loss;
        track->status.attr_accuracy = read.evaluation.known.accuracy;
    }
}

/* ---- starting ---- */

static void fail(struct track *track, const struct error *why)
{
    track->status.state = QUEUED_FAILED;
    track->status.failure = *why;
    track->status.seconds_left = NAN;
}

/* Whether nobody writes the job's run; ERROR_BUSY says who does. Looks alone: whoever begins at
 * this moment is not disturbed. */
static bool is_free(const struct queued_run *job, struct error *err)
{
    return run_lock_is_free(job->directory, file_name(job->directory), err);
}

static void hold(struct track *track, const struct error *who)
{
    track->status.state = QUEUED_HELD;
    track->status.failure = *who;
    track->status.seconds_left = NAN;
}

static bool add_option(struct strings *line, const char *name, const char *value, struct error *err)
{
    return strings_take(line, memory_format(err, "--%s=%s", name, value), err);
}

/* `mneme train --json --run=DIR --set=KEY=VALUE ... PRESET`, or --resume=DIR. There are many runs,
 * and nobody watches: they keep snapshots only where their settings, which come last, say so. */
static bool make_command_line(struct strings *line, const struct run_queue *queue, size_t index,
                              bool resume, struct error *err)
{
    const struct queued_run *job = &queue->job[index];
    if (!strings_add(line, queue->options.program, err) || !strings_add(line, "train", err) ||
        !strings_add(line, "--json", err))
        return false;
    if (resume || !job->preset)
        return add_option(line, "resume", job->directory, err);
    bool ok =
        add_option(line, "run", job->directory, err) &&
        (!job->from || add_option(line, "from", job->from, err)) &&
        (!queue->track[index].is_spaced || add_option(line, "set", "checkpoint.keep=all", err));
    for (size_t i = 0; ok && i < job->settings; i++)
        ok = add_option(line, "set", job->setting[i], err);
    ok = ok && (!queue->track[index].is_open || add_option(line, "set", FIXED_PRECISION, err));
    return ok && strings_add(line, "--", err) && strings_add(line, job->preset, err);
}

static bool spawn(struct run_queue *queue, size_t index, bool resume, struct error *err)
{
    struct track *track = &queue->track[index];
    struct strings line = {0};
    bool ok = make_command_line(&line, queue, index, resume, err) &&
              child_start(&track->child, (const char *const *)line.text, queue->threads, err);
    strings_free(&line);
    track->anew = !resume;
    track->has_first = false;
    track->status.has_it = false;
    track->said = (struct error){0};
    if (ok) {
        track->status.state = QUEUED_RUNNING;
        track->status.begun = true;
    }
    if (ok && queue->options.yields)
        child_yield(&track->child);
    return ok;
}

/* Runs that are compared are not made in another precision than they ask for. */
static bool can_make(const struct track *track, struct error *err)
{
    const char *lacks;
    precision_in_use(track->precision, &lacks);
    return !lacks || error_set(err, ERROR_INPUT,
                               "train.precision = %s cannot be had: %s; a run among others is not "
                               "made in another precision",
                               precision_names[track->precision], lacks);
}

static void start(struct run_queue *queue, size_t index)
{
    struct track *track = &queue->track[index];
    bool saved;
    struct error err;
    if (!is_free(&queue->job[index], &err)) {
        hold(track, &err);
        return;
    }
    bool ok = inspect(queue, index, &saved, &err);
    if (ok && track->status.state == QUEUED_DONE)
        return;
    if (!ok || (queue->job[index].preset && !can_make(track, &err)) ||
        !spawn(queue, index, saved, &err))
        fail(track, &err);
}

/* ---- ending ---- */

/* Why a child that did not make its steps ended. */
static void explain_end(const struct track *track, int status, struct error *err)
{
    const char *message = error_message_in(track->said.message);
    const char *said = message ? message : track->said.message;
    if (WIFSIGNALED(status))
        error_set(err, ERROR_SYSTEM, "ended by signal %d (%s)%s%s", WTERMSIG(status),
                  strsignal(WTERMSIG(status)), *said ? ": " : "", said);
    else
        error_set(err, ERROR_SYSTEM, "%s", *said ? said : "ended without a message");
}

/* What train ends with when a signal has asked it to and it has saved; or such a signal, before it
 * took any. Whether this queue sent it or somebody else does not matter. */
static bool was_interrupted(int status)
{
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return signal ? signal == SIGINT || signal == SIGTERM
                  : WEXITSTATUS(status) == RUN_QUEUE_INTERRUPTED;
}

/* Whether the child ended since another process had taken the run before it, held it still or held
 * it no more. What becomes of that run is seen when its turn comes again; it is made here where the
 * other left it. */
static bool found_busy(struct track *track, int status)
{
    struct error who;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != RUN_QUEUE_BUSY)
        return false;
    explain_end(track, status, &who);
    hold(track, &who);
    track->refusals++;
    return true;
}

/* Whether the child made no step because another process had begun, or made, the run before it. One
 * that goes on with what it finds cannot be refused for that again. */
static bool came_too_late(struct run_queue *queue, size_t index)
{
    struct track *track = &queue->track[index];
    struct error err;
    bool saved;
    if (track->has_first)
        return false;
    if (!is_free(&queue->job[index], &err)) {
        hold(track, &err);
        return true;
    }
    if (!inspect(queue, index, &saved, &err)) {
        if (track->anew)
            fail(track, &err);
        return track->anew;
    }
    if (track->status.state != QUEUED_DONE && track->anew && saved)
        track->status.state = QUEUED_WAITING;
    return track->status.state != QUEUED_RUNNING;
}

/* It is as it was saved: behind the last step that its child told, or by others meanwhile. */
static void interrupt(struct run_queue *queue, size_t index)
{
    struct track *track = &queue->track[index];
    struct queued_status told = track->status;
    struct error ignored;
    bool saved;
    if (!inspect(queue, index, &saved, &ignored) || !saved)
        track->status = told;
    if (track->status.state != QUEUED_DONE)
        track->status.state = QUEUED_INTERRUPTED;
}

static void forget_refusals(struct run_queue *queue)
{
    for (size_t i = 0; i < queue->count; i++)
        queue->track[i].refusals = 0;
}

static void end(struct run_queue *queue, size_t index)
{
    int status;
    struct track *track = &queue->track[index];
    child_end(&track->child, &status);
    track->status.seconds_left = NAN;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        track->status.state = QUEUED_DONE;
        track->status.has_it = true;
    }
    if (track->status.state == QUEUED_DONE)
        forget_refusals(queue);
    else if (was_interrupted(status))
        interrupt(queue, index);
    else if (!found_busy(track, status) && !came_too_late(queue, index)) {
        struct error err;
        explain_end(track, status, &err);
        fail(track, &err);
    }
    if (queue->stopping &&
        (track->status.state == QUEUED_HELD || track->status.state == QUEUED_WAITING))
        track->status.state = QUEUED_INTERRUPTED;
}

/* ---- turns ---- */

struct run_queue *run_queue_new(const struct queued_run *job, size_t count,
                                const struct paths *paths, const struct run_queue_options *options,
                                struct error *err)
{
    struct run_queue *queue = memory_new(1, sizeof *queue, err);
    if (!queue)
        return NULL;
    *queue = (struct run_queue){.job = job, .count = count, .paths = paths, .options = *options};
    queue->track = memory_new(count, sizeof *queue->track, err);
    queue->watch = memory_new(options->at_once * CHILD_STREAMS, sizeof *queue->watch, err);
    if (!queue->track || !queue->watch) {
        memory_free(queue->track);
        memory_free(queue->watch);
        memory_free(queue);
        return NULL;
    }
    size_t threads = options->threads / options->at_once;
    if (!options->announces)
        phase_commands_forbid();
    snprintf(queue->threads, sizeof queue->threads, "OMP_NUM_THREADS=%zu",
             threads > 1 ? threads : 1);
    for (size_t i = 0; i < count; i++) {
        struct queued_status *status = &queue->track[i].status;
        bool saved;
        struct error why;
        *status = (struct queued_status){.train_loss = NAN,
                                         .attr_loss = NAN,
                                         .attr_accuracy = NAN,
                                         .seconds = NAN,
                                         .seconds_left = NAN};
        if (!inspect(queue, i, &saved, &why))
            fail(&queue->track[i], &why);
        status->before = status->state == QUEUED_DONE;
    }
    return queue;
}

/* Whether all that the job needs is done; it fails, or is left, where that does not come. */
static bool is_ready(struct run_queue *queue, size_t index)
{
    const struct queued_run *job = &queue->job[index];
    for (size_t i = 0; i < job->afters; i++) {
        enum queued_state state = queue->track[job->after[i]].status.state;
        if (state == QUEUED_FAILED) {
            struct error why;
            error_set(&why, ERROR_INPUT, "it needs %s, which failed",
                      queue->job[job->after[i]].directory);
            fail(&queue->track[index], &why);
        }
        if (state == QUEUED_INTERRUPTED)
            interrupt(queue, index);
        if (state != QUEUED_DONE)
            return false;
    }
    return true;
}

/* What seems free and refuses every child, as where locks do not work, is not tried for ever by who
 * leaves it. */
static bool is_tried(const struct run_queue *queue, const struct track *track)
{
    enum { REFUSALS_MOST = 2 };
    return !queue->options.leaves_held || track->refusals < REFUSALS_MOST;
}

static size_t count_running(const struct run_queue *queue)
{
    return run_queue_count(queue, QUEUED_RUNNING);
}

static void start_in_state(struct run_queue *queue, enum queued_state state)
{
    size_t running = count_running(queue);
    for (size_t i = 0; i < queue->count && running < queue->options.at_once; i++)
        if (queue->track[i].status.state == state && is_tried(queue, &queue->track[i]) &&
            is_ready(queue, i)) {
            start(queue, i);
            running += queue->track[i].status.state == QUEUED_RUNNING;
        }
}

static void start_what_can(struct run_queue *queue)
{
    double now = clock_seconds();
    bool waits = !queue->options.leaves_held || count_running(queue) > 0;
    if (waits && now - queue->held_tried >= HELD_INTERVAL) {
        start_in_state(queue, QUEUED_HELD);
        queue->held_tried = now;
    }
    start_in_state(queue, QUEUED_WAITING);
}

/* What others have is tried when there is nothing else to do; if they have done it, something may
 * have waited for that. */
static void start_what_was_left(struct run_queue *queue)
{
    if (count_running(queue) == 0)
        start_in_state(queue, QUEUED_HELD);
    if (count_running(queue) == 0)
        start_in_state(queue, QUEUED_WAITING);
}

static void wait_for_news(struct run_queue *queue, double seconds)
{
    size_t watched = 0;
    for (size_t i = 0; i < queue->count; i++)
        if (queue->track[i].status.state == QUEUED_RUNNING)
            watched += child_watch(&queue->track[i].child, queue->watch + watched);
    if (watched > 0 || run_queue_count(queue, QUEUED_HELD) > 0)
        poll(queue->watch, watched, (int)(1000 * seconds));
}

/* Whether the child has taken the run, by its lock: before its first step a model has to be made.
 */
static void look_for_lock(const struct queued_run *job, struct track *track)
{
    struct run_lock_sight sight;
    if (track->status.has_it)
        return;
    run_lock_look(job->directory, &sight);
    track->status.has_it = sight.held && holder_is_process(&sight.holder, track->child.process);
}

static void follow(struct run_queue *queue, size_t index)
{
    struct track *track = &queue->track[index];
    if (child_read(&track->child, take_line, track))
        look_for_lock(&queue->job[index], track);
    else
        end(queue, index);
}

bool run_queue_turn(struct run_queue *queue, double seconds)
{
    if (!queue->stopping)
        start_what_can(queue);
    if (!queue->stopping && queue->options.leaves_held)
        start_what_was_left(queue);
    if (queue->options.leaves_held && count_running(queue) == 0)
        return false;
    wait_for_news(queue, seconds);
    for (size_t i = 0; i < queue->count; i++)
        if (queue->track[i].status.state == QUEUED_RUNNING)
            follow(queue, i);
    return run_queue_count(queue, QUEUED_RUNNING) + run_queue_left(queue) > 0;
}

void run_queue_look(struct run_queue *queue)
{
    for (size_t i = 0; i < queue->count; i++) {
        struct error who;
        if (queue->track[i].status.state == QUEUED_WAITING && !is_free(&queue->job[i], &who))
            hold(&queue->track[i], &who);
    }
}

size_t run_queue_left(const struct run_queue *queue)
{
    return run_queue_count(queue, QUEUED_WAITING) + run_queue_count(queue, QUEUED_HELD);
}

size_t run_queue_retaken(const struct run_queue *queue)
{
    size_t count = 0;
    for (size_t i = 0; i < queue->count; i++)
        count +=
            queue->track[i].status.state == QUEUED_FAILED && has_holder(queue->job[i].directory);
    return count;
}

static void signal_all(const struct run_queue *queue, int signal)
{
    for (size_t i = 0; i < queue->count; i++)
        if (queue->track[i].status.state == QUEUED_RUNNING)
            child_signal(&queue->track[i].child, signal);
}

/* One that has not told of a step yet may not take the signal yet, and has nothing to save. */
void run_queue_save(const struct run_queue *queue)
{
    for (size_t i = 0; i < queue->count; i++)
        if (queue->track[i].status.state == QUEUED_RUNNING)
            child_signal(&queue->track[i].child, SIGUSR1);
}

void run_queue_halt(const struct run_queue *queue)
{
    signal_all(queue, SIGSTOP);
}

void run_queue_go_on(const struct run_queue *queue)
{
    signal_all(queue, SIGCONT);
}

void run_queue_stop(struct run_queue *queue)
{
    if (queue->stopping)
        return;
    queue->stopping = true;
    signal_all(queue, SIGINT);
    signal_all(queue, SIGCONT); /* one that somebody has halted would never take it */
    for (size_t i = 0; i < queue->count; i++) {
        enum queued_state state = queue->track[i].status.state;
        if (state == QUEUED_WAITING || state == QUEUED_HELD)
            interrupt(queue, i);
    }
}

void run_queue_free(struct run_queue *queue)
{
    if (!queue)
        return;
    run_queue_stop(queue);
    while (run_queue_turn(queue, 1))
        ;
    memory_free(queue->track);
    memory_free(queue->watch);
    memory_free(queue);
}

const char *run_queue_note(const struct run_queue *queue)
{
    for (size_t i = 0; i < queue->count; i++)
        if (queue->track[i].note.kind)
            return queue->track[i].note.message;
    return NULL;
}

/* ---- sums ---- */

const struct queued_status *run_queue_status(const struct run_queue *queue, size_t index)
{
    return &queue->track[index].status;
}

size_t run_queue_count(const struct run_queue *queue, enum queued_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < queue->count; i++)
        count += queue->track[i].status.state == state;
    return count;
}

/* The share of its own steps that a job has made, and those are made by its child alone where it
 * begins with another's weights. */
static double share_made(const struct run_queue *queue, size_t index)
{
    const struct track *track = &queue->track[index];
    const struct queued_status *status = &track->status;
    bool forked = queue->job[index].from != NULL;
    if (forked && !track->has_first)
        return 0;
    double before = forked ? (double)track->first_step : 0;
    double own = (double)status->steps - before;
    return own > 0 ? ((double)status->step - before) / own : 1;
}

double run_queue_seconds_left(const struct run_queue *queue)
{
    double seconds = 0, made = 0, left = 0;
    for (size_t i = 0; i < queue->count; i++) {
        const struct queued_status *status = &queue->track[i].status;
        double share = share_made(queue, i);
        double work = queue->job[i].work > 0 ? queue->job[i].work : (double)status->steps;
        double before = queue->job[i].from ? queue->track[i].first_seconds : 0;
        if (isfinite(status->seconds) && share > 0) {
            seconds += status->seconds - before;
            made += work * share;
        }
        if (status->state < QUEUED_DONE)
            left += work * (1 - share);
    }
    return made > 0 ? seconds / made * left / (double)queue->options.at_once : NAN;
}
