/* Map of this file: what there is of a run; its child's words; starting; ending; turns; sums. */
#include "lab/jobs.h"

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
#include "config/preset.h"
#include "record/metrics.h"
#include "record/run.h"

#define HELD_INTERVAL 1.0 /* seconds from one look at what is held to the next */

/* A job under way. */
struct track {
    struct job_status status;
    struct child child;
    bool has_first; /* where its child began, for the speed */
    uint64_t first_step;
    double first_seconds;
    struct error said; /* the last line its child wrote on stderr, "" where there is none */
    struct error note; /* a line of its stderr that is none */
};

struct jobs {
    const struct job *job; /* [count] */
    struct track *track;   /* [count] */
    size_t count;
    const struct paths *paths;
    struct jobs_options options;
    struct pollfd *watch; /* [at_once * CHILD_STREAMS] */
    char threads[64];     /* the variable that children are told theirs by */
    double held_tried;    /* clock_seconds when what is held was tried last */
    bool stopping;
};

const char *job_state_name(enum job_state state)
{
    static const char *const names[] = {"waiting", "held",        "running",
                                        "done",    "interrupted", "failed"};
    return names[state];
}

/* ---- what there is of a run ---- */

/* Whether the run is one of the preset that is asked for. */
static bool check_settings(const struct jobs *jobs, const struct run *run,
                           const struct preset *asked, struct error *err)
{
    struct preset made;
    if (!run_preset(run, jobs->paths, &made, err))
        return false;
    struct error other;
    bool ok = preset_is_run_of(&made, asked, &other) ||
              error_set(err, other.kind,
                        "%s holds a run of other settings: %s; delete it or choose another "
                        "directory",
                        run->directory, other.message);
    preset_free(&made);
    return ok;
}

/* How far the run has come. It is done with a checkpoint and an evaluation of the last step. */
static bool read_record(const struct run *run, struct job_status *status, bool *saved,
                        struct error *err)
{
    struct metrics_end end = {0};
    uint64_t *steps = NULL;
    size_t count = 0;
    char *record = run_metrics_path(run, err);
    bool ok = record && (!file_exists(record) || metrics_read_end(&end, record, err)) &&
              run_checkpoints(run, &steps, &count, err);
    memory_free(record);
    if (!ok)
        return false;
    *saved = count > 0;
    status->step = *saved ? steps[count - 1] : 0;
    if (end.has_evaluation) {
        status->attr_loss = end.evaluation.known.loss;
        status->attr_accuracy = end.evaluation.known.accuracy;
        status->seconds = end.evaluation.seconds;
    }
    bool asked = end.has_evaluation && end.evaluation.step >= status->steps;
    if (asked && end.step >= status->steps && status->step >= status->steps)
        status->state = JOB_DONE;
    memory_free(steps);
    return true;
}

/* Reads what there is: *found where the directory holds a run, *saved where that has checkpoints.
 */
static bool inspect(const struct jobs *jobs, size_t index, bool *found, bool *saved,
                    struct error *err)
{
    const struct job *job = &jobs->job[index];
    struct job_status *status = &jobs->track[index].status;
    struct preset asked;
    *found = *saved = false;
    if (!preset_load_with(&asked, jobs->paths, job->preset, job->setting, job->settings, err))
        return false;
    status->steps = trainer_steps(&asked.trainer);
    bool ok = true;
    *found = run_is_there(job->directory);
    if (*found) {
        struct run run;
        ok = run_open(&run, jobs->paths, job->directory, false, err);
        if (ok) {
            /* One without a checkpoint is begun again, whatever it was. */
            ok = read_record(&run, status, saved, err) &&
                 (!*saved || check_settings(jobs, &run, &asked, err));
            run_close(&run);
        }
    }
    preset_free(&asked);
    return ok;
}

/* ---- its child's words ---- */

static void take_training(struct track *track, const struct training_point *point)
{
    struct job_status *status = &track->status;
    if (!track->has_first) {
        track->first_step = point->step;
        track->first_seconds = point->seconds;
        track->has_first = true;
    }
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
    struct metrics_line read;
    if (of_err && strncmp(line, JOBS_NOTE, strlen(JOBS_NOTE)) == 0)
        error_set(&track->note, ERROR_SYSTEM, "%s", line + strlen(JOBS_NOTE));
    else if (of_err)
        error_set(&track->said, ERROR_SYSTEM, "%s", line);
    else if (!metrics_read_line(&read, line, length, NULL, NULL, NULL))
        return;
    else if (read.kind == METRICS_TRAINING)
        take_training(track, &read.training);
    else if (read.kind == METRICS_EVALUATION) {
        track->status.attr_loss = read.evaluation.known.loss;
        track->status.attr_accuracy = read.evaluation.known.accuracy;
    }
}

/* ---- starting ---- */

static void fail(struct track *track, const struct error *why)
{
    track->status.state = JOB_FAILED;
    track->status.failure = *why;
    track->status.seconds_left = NAN;
}

/* Whether nobody writes the job's run; ERROR_BUSY says who does. Looks alone: whoever begins at
 * this moment is not disturbed. */
static bool is_free(const struct job *job, struct error *err)
{
    return run_lock_is_free(job->directory, strrchr(job->directory, '/') + 1, err);
}

static void hold(struct track *track, const struct error *who)
{
    track->status.state = JOB_HELD;
    track->status.failure = *who;
    track->status.seconds_left = NAN;
}

/* `mneme train --json --run=DIR --set=KEY=VALUE ... PRESET`, or --resume=DIR. The strings of
 * options are in *made, to be freed. */
struct command_line {
    const char **argument; /* null-terminated */
    char **made;           /* [count] */
    size_t count;
};

static void free_command_line(struct command_line *line)
{
    for (size_t i = 0; line->made && i < line->count; i++)
        memory_free(line->made[i]);
    memory_free(line->made);
    memory_free(line->argument);
}

static bool add_option(struct command_line *line, size_t *arguments, const char *name,
                       const char *value, struct error *err)
{
    char *option = memory_format(err, "--%s=%s", name, value);
    if (option)
        line->argument[(*arguments)++] = line->made[line->count++] = option;
    return option != NULL;
}

static bool make_command_line(struct command_line *line, const struct jobs *jobs,
                              const struct job *job, bool resume, struct error *err)
{
    enum { OTHERS = 8 }; /* arguments besides settings, and the null */
    *line = (struct command_line){0};
    line->argument = memory_new(job->settings + OTHERS, sizeof *line->argument, err);
    line->made = memory_new(job->settings + OTHERS, sizeof *line->made, err);
    if (!line->argument || !line->made)
        return false;
    size_t n = 0;
    line->argument[n++] = jobs->options.program;
    line->argument[n++] = "train";
    line->argument[n++] = "--json";
    if (resume)
        return add_option(line, &n, "resume", job->directory, err);
    bool ok = add_option(line, &n, "run", job->directory, err) &&
              (!job->from || add_option(line, &n, "from", job->from, err));
    for (size_t i = 0; ok && i < job->settings; i++)
        ok = add_option(line, &n, "set", job->setting[i], err);
    line->argument[n++] = "--";
    line->argument[n++] = job->preset;
    return ok;
}

static bool spawn(struct jobs *jobs, size_t index, bool resume, struct error *err)
{
    struct track *track = &jobs->track[index];
    struct command_line line;
    bool ok = make_command_line(&line, jobs, &jobs->job[index], resume, err) &&
              child_start(&track->child, line.argument, jobs->threads, err);
    free_command_line(&line);
    track->has_first = false;
    track->said = (struct error){0};
    if (ok)
        track->status.state = JOB_RUNNING;
    return ok;
}

static void start(struct jobs *jobs, size_t index)
{
    struct track *track = &jobs->track[index];
    bool found, saved;
    struct error err;
    if (!is_free(&jobs->job[index], &err)) {
        hold(track, &err);
        return;
    }
    bool ok = inspect(jobs, index, &found, &saved, &err);
    if (ok && track->status.state == JOB_DONE)
        return;
    if (!ok || !spawn(jobs, index, saved, &err))
        fail(track, &err);
}

/* ---- ending ---- */

/* Why a child that did not make its steps ended. */
static void explain_end(const struct track *track, int status, struct error *err)
{
    static const char front[] = "mneme: ";
    const char *said = track->said.message;
    if (strncmp(said, front, strlen(front)) == 0)
        said += strlen(front);
    if (WIFSIGNALED(status))
        error_set(err, ERROR_SYSTEM, "ended by signal %d (%s)%s%s", WTERMSIG(status),
                  strsignal(WTERMSIG(status)), *said ? ": " : "", said);
    else
        error_set(err, ERROR_SYSTEM, "%s", *said ? said : "ended without a word");
}

/* A shell's way of saying that a signal ended a program, which train takes up when it has saved. */
static bool was_interrupted(int status)
{
    return WIFSIGNALED(status) || WEXITSTATUS(status) >= 128;
}

/* Whether the child made no step because another process had begun, or made, the run before it. */
static bool came_too_late(struct jobs *jobs, size_t index)
{
    struct track *track = &jobs->track[index];
    struct error err;
    bool found, saved;
    if (track->has_first)
        return false;
    if (!is_free(&jobs->job[index], &err)) {
        hold(track, &err);
        return true;
    }
    return inspect(jobs, index, &found, &saved, &err) && track->status.state == JOB_DONE;
}

static void end(struct jobs *jobs, size_t index)
{
    int status;
    struct track *track = &jobs->track[index];
    child_end(&track->child, &status);
    track->status.seconds_left = NAN;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        track->status.state = JOB_DONE;
    else if (jobs->stopping && was_interrupted(status))
        track->status.state = JOB_INTERRUPTED;
    else if (!came_too_late(jobs, index)) {
        struct error err;
        explain_end(track, status, &err);
        fail(track, &err);
    }
    if (jobs->stopping && track->status.state == JOB_HELD)
        track->status.state = JOB_INTERRUPTED;
}

/* ---- turns ---- */

struct jobs *jobs_new(const struct job *job, size_t count, const struct paths *paths,
                      const struct jobs_options *options, struct error *err)
{
    struct jobs *jobs = memory_new(1, sizeof *jobs, err);
    if (!jobs)
        return NULL;
    *jobs = (struct jobs){.job = job, .count = count, .paths = paths, .options = *options};
    jobs->track = memory_new(count, sizeof *jobs->track, err);
    jobs->watch = memory_new(options->at_once * CHILD_STREAMS, sizeof *jobs->watch, err);
    if (!jobs->track || !jobs->watch) {
        memory_free(jobs->track);
        memory_free(jobs->watch);
        memory_free(jobs);
        return NULL;
    }
    size_t threads = options->threads / options->at_once;
    snprintf(jobs->threads, sizeof jobs->threads, "OMP_NUM_THREADS=%zu", threads > 1 ? threads : 1);
    for (size_t i = 0; i < count; i++) {
        struct job_status *status = &jobs->track[i].status;
        bool found, saved;
        struct error why;
        *status = (struct job_status){.train_loss = NAN,
                                      .attr_loss = NAN,
                                      .attr_accuracy = NAN,
                                      .seconds = NAN,
                                      .seconds_left = NAN};
        if (!inspect(jobs, i, &found, &saved, &why))
            fail(&jobs->track[i], &why);
        status->before = status->state == JOB_DONE;
    }
    return jobs;
}

/* Whether all that the job needs is done; it fails where that cannot come. */
static bool is_ready(struct jobs *jobs, size_t index)
{
    const struct job *job = &jobs->job[index];
    for (size_t i = 0; i < job->afters; i++) {
        enum job_state state = jobs->track[job->after[i]].status.state;
        if (state == JOB_FAILED) {
            struct error why;
            error_set(&why, ERROR_INPUT, "it needs %s, which failed",
                      jobs->job[job->after[i]].directory);
            fail(&jobs->track[index], &why);
        }
        if (state != JOB_DONE)
            return false;
    }
    return true;
}

static void start_in_state(struct jobs *jobs, enum job_state state)
{
    size_t running = jobs_count(jobs, JOB_RUNNING);
    for (size_t i = 0; i < jobs->count && running < jobs->options.at_once; i++)
        if (jobs->track[i].status.state == state && is_ready(jobs, i)) {
            start(jobs, i);
            running += jobs->track[i].status.state == JOB_RUNNING;
        }
}

static void start_what_can(struct jobs *jobs)
{
    double now = clock_seconds();
    if (now - jobs->held_tried >= HELD_INTERVAL) {
        start_in_state(jobs, JOB_HELD);
        jobs->held_tried = now;
    }
    start_in_state(jobs, JOB_WAITING);
}

static void wait_for_news(struct jobs *jobs, double seconds)
{
    size_t watched = 0;
    for (size_t i = 0; i < jobs->count; i++)
        if (jobs->track[i].status.state == JOB_RUNNING)
            watched += child_watch(&jobs->track[i].child, jobs->watch + watched);
    if (watched > 0 || jobs_count(jobs, JOB_HELD) > 0)
        poll(jobs->watch, watched, (int)(1000 * seconds));
}

bool jobs_turn(struct jobs *jobs, double seconds)
{
    if (!jobs->stopping)
        start_what_can(jobs);
    wait_for_news(jobs, seconds);
    for (size_t i = 0; i < jobs->count; i++) {
        struct track *track = &jobs->track[i];
        if (track->status.state == JOB_RUNNING && !child_read(&track->child, take_line, track))
            end(jobs, i);
    }
    return jobs_count(jobs, JOB_RUNNING) + jobs_count(jobs, JOB_WAITING) +
               jobs_count(jobs, JOB_HELD) >
           0;
}

static void signal_all(const struct jobs *jobs, int signal)
{
    for (size_t i = 0; i < jobs->count; i++)
        if (jobs->track[i].status.state == JOB_RUNNING)
            child_signal(&jobs->track[i].child, signal);
}

/* One that has not told of a step yet may not take the signal yet, and has nothing to save. */
void jobs_save(const struct jobs *jobs)
{
    for (size_t i = 0; i < jobs->count; i++)
        if (jobs->track[i].status.state == JOB_RUNNING)
            child_signal(&jobs->track[i].child, SIGUSR1);
}

void jobs_halt(const struct jobs *jobs)
{
    signal_all(jobs, SIGSTOP);
}

void jobs_go_on(const struct jobs *jobs)
{
    signal_all(jobs, SIGCONT);
}

void jobs_stop(struct jobs *jobs)
{
    if (jobs->stopping)
        return;
    jobs->stopping = true;
    signal_all(jobs, SIGINT);
    for (size_t i = 0; i < jobs->count; i++) {
        enum job_state *state = &jobs->track[i].status.state;
        if (*state == JOB_WAITING || *state == JOB_HELD)
            *state = JOB_INTERRUPTED;
    }
}

void jobs_free(struct jobs *jobs)
{
    if (!jobs)
        return;
    jobs_stop(jobs);
    while (jobs_turn(jobs, 1))
        ;
    memory_free(jobs->track);
    memory_free(jobs->watch);
    memory_free(jobs);
}

const char *jobs_note(const struct jobs *jobs)
{
    for (size_t i = 0; i < jobs->count; i++)
        if (jobs->track[i].note.kind)
            return jobs->track[i].note.message;
    return NULL;
}

/* ---- sums ---- */

const struct job_status *jobs_status(const struct jobs *jobs, size_t index)
{
    return &jobs->track[index].status;
}

size_t jobs_count(const struct jobs *jobs, enum job_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < jobs->count; i++)
        count += jobs->track[i].status.state == state;
    return count;
}

/* The share of its own steps that a job has made, and those are made by its child alone where it
 * begins with another's weights. */
static double share_made(const struct jobs *jobs, size_t index)
{
    const struct track *track = &jobs->track[index];
    const struct job_status *status = &track->status;
    bool forked = jobs->job[index].from != NULL;
    if (forked && !track->has_first)
        return 0;
    double before = forked ? (double)track->first_step : 0;
    double own = (double)status->steps - before;
    return own > 0 ? ((double)status->step - before) / own : 1;
}

double jobs_seconds_left(const struct jobs *jobs)
{
    double seconds = 0, made = 0, left = 0;
    for (size_t i = 0; i < jobs->count; i++) {
        const struct job_status *status = &jobs->track[i].status;
        double share = share_made(jobs, i);
        double work = jobs->job[i].work > 0 ? jobs->job[i].work : (double)status->steps;
        double before = jobs->job[i].from ? jobs->track[i].first_seconds : 0;
        if (isfinite(status->seconds) && share > 0) {
            seconds += status->seconds - before;
            made += work * share;
        }
        if (status->state < JOB_DONE)
            left += work * (1 - share);
    }
    return made > 0 ? seconds / made * left / (double)jobs->options.at_once : NAN;
}
