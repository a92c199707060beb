/* Map of this file: beginning anew; lines of the record; the record; what the status says; who
 * holds the run; the thread. */
#include "lab/follower.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/condition.h"
#include "base/memory.h"
#include "base/thread.h"
#include "record/line_read.h"
#include "record/lines.h"
#include "record/metrics.h"
#include "record/run_lock.h"
#include "train/tracker.h"

const struct follower_pace follower_pace = {.look = 0.5, .quiet = 60, .silent = 120};

/* Seconds of training that speeds are means over, as those of a status board. */
static const double tokens_span = 3, steps_span = 20;

/* A record is quiet after so many times the longest gap it has grown with. */
static const double patience = 3;

struct follower {
    struct follower_of of;
    struct follower_pace pace;
    char *path;      /* of the record */
    uint64_t subset; /* that the sampling began with */

    /* Written by the thread alone. */
    struct history history;
    struct tracker tracker;
    struct baselines baselines;
    struct record_place place;
    bool went_back; /* a line is not behind those before it */
    bool asked;     /* a line is of questions that are watched */
    bool rests;
    double grown, longest; /* clock when the record last grew; the longest time that took, s */
    struct timespec beat;
    double beaten; /* clock when the beat last was another */
    struct status_board board;
    struct follower_report report; /* for who holds the board */

    pthread_t thread;
    bool has_thread;
    pthread_mutex_t mutex; /* of these */
    pthread_cond_t wake;
    bool stops;
};

/* Beginning anew */

/* The steps that a run is to make can be set while it is trained. */
static uint64_t read_steps(const struct follower *f)
{
    struct preset preset;
    if (!run_preset(f->of.run, f->of.paths, &preset, NULL))
        return f->board.status.steps;
    uint64_t steps = trainer_steps(&preset.trainer);
    preset_free(&preset);
    return steps;
}

static void begin_status(struct follower *f)
{
    uint64_t steps = read_steps(f);
    const struct step_plan first = plan_at(f->of.plan, 0);
    struct trainer_status status = {
        .steps = steps, .seconds_left = NAN, .lr = first.lr, .drawn = first.drawn};
    phase_detector_report(f->tracker.detector, &status.phase);
    status_board_hold(&f->board);
    f->board.status = status;
    status_board_release(&f->board);
}

static bool begin_anew(struct follower *f, struct error *err)
{
    history_begin_anew(&f->history);
    tracker_free(&f->tracker);
    baselines_free(&f->baselines);
    f->tracker = (struct tracker){0};
    f->baselines = (struct baselines){.draws = 0};
    sampling_restore(f->of.sampling, f->subset);
    if (!tracker_init(&f->tracker, f->of.plan, f->of.sampling, f->of.population, f->of.baseline,
                      &f->history, &f->board, err) ||
        !baselines_init(&f->baselines, &f->of.asked, err))
        return false;
    begin_status(f);
    return true;
}

/* Lines of the record */

/* What is done in a pause, as keys that are set and questions, does not end it. */
static bool rests_behind(bool rests, const struct record_line *line)
{
    return line->rests || (rests && !line->goes_on);
}

static bool add_evaluation(struct follower *f, const struct evaluation_point *point,
                           struct error *err)
{
    if (point->subset > 0)
        sampling_restore(f->of.sampling, point->subset);
    return tracker_restore(&f->tracker, &f->baselines, point, err);
}

static uint64_t newest_step(const struct history *history)
{
    uint64_t step = history->trainings > 0 ? history->training[history->trainings - 1].step : 0;
    uint64_t evaluated =
        history->evaluations > 0 ? history->evaluation[history->evaluations - 1].step : 0;
    return evaluated > step ? evaluated : step;
}

/* Whether a line is of a step that the record had come to before. */
static bool goes_back(const struct history *history, const struct record_line *line)
{
    const struct circuit_track *circuits = &history->circuits;
    switch (line->kind) {
    case LINE_TRAINING:
        return history->trainings > 0 &&
               line->step <= history->training[history->trainings - 1].step;
    case LINE_EVALUATION:
        return history->evaluations > 0 &&
               line->step <= history->evaluation[history->evaluations - 1].step;
    case LINE_CIRCUITS:
        return circuits->points > 0 && line->step <= circuits->step[circuits->points - 1];
    case LINE_EVENT:
        break;
    }
    return line->starts && line->step < newest_step(history);
}

static bool add_rate(struct follower *f, const struct record_line *line, struct error *err)
{
    struct history *history = &f->history;
    struct turn turn = {TURN_RATE, line->step, line->rate_before, line->rate, NAN};
    if (!isfinite(turn.from) && history->trainings > 0)
        turn.from = history->training[history->trainings - 1].lr;
    return history_add_turn(history, &turn, err);
}

static bool add_event(struct follower *f, const struct record_line *line, struct error *err)
{
    const struct turn branch = {TURN_BRANCH, line->step, NAN, NAN, NAN};
    uint64_t steps = read_steps(f);
    status_board_hold(&f->board);
    f->board.status.steps = steps;
    status_board_release(&f->board);
    f->asked = f->asked || line->watches || line->asks;
    if (line->saves)
        history_add_checkpoint(&f->history, line->step);
    sampling_restore(f->of.sampling, line->widened_to);
    return (!line->forks || history_add_turn(&f->history, &branch, err)) &&
           (!line->sets_rate || add_rate(f, line, err));
}

static bool add_line(struct follower *f, const struct record_line *line,
                     const struct circuits_point *circuits, struct error *err)
{
    f->went_back = f->went_back || goes_back(&f->history, line);
    if (f->went_back)
        return true;
    f->rests = rests_behind(f->rests, line);
    switch (line->kind) {
    case LINE_TRAINING:
        return history_add_training(&f->history, &line->training, err);
    case LINE_EVALUATION:
        return add_evaluation(f, &line->evaluation, err);
    case LINE_CIRCUITS:
        return history_add_circuits(&f->history, circuits, err);
    case LINE_EVENT:
        return add_event(f, line, err);
    }
    return true;
}

static bool take_line(void *context, const char *bytes, size_t length, struct error *err)
{
    struct follower *f = context;
    struct record_line line;
    struct circuits_point circuits = {0};
    bool added = line_read(&line, bytes, length, f->of.population->facts, &circuits, err) &&
                 add_line(f, &line, &circuits, err);
    knowledge_snapshot_free(&line.evaluation.snapshot);
    circuits_free(&circuits.known);
    circuits_free(&circuits.held_out);
    return added;
}

/* The record */

static bool add_all(struct follower *f, const struct metrics *metrics, struct error *err)
{
    bool added = true;
    for (size_t i = 0; added && i < metrics->trainings; i++)
        added = history_add_training(&f->history, &metrics->training[i], err);
    for (size_t i = 0; added && i < metrics->evaluations; i++)
        added = add_evaluation(f, &metrics->evaluation[i], err);
    for (size_t i = 0; added && i < metrics->circuits.points; i++) {
        struct circuits_point point = circuit_track_point(&metrics->circuits, i);
        added = history_add_circuits(&f->history, &point, err);
    }
    for (size_t i = 0; added && i < metrics->turns.count; i++)
        added = history_add_turn(&f->history, &metrics->turns.turn[i], err);
    return added;
}

static bool take_rest(void *context, const char *bytes, size_t length, struct error *err)
{
    bool *rests = context;
    struct record_line line;
    if (!line_read(&line, bytes, length, NULL, NULL, err))
        return false;
    *rests = rests_behind(*rests, &line);
    return true;
}

static bool read_rest(struct follower *f, struct error *err)
{
    struct error damage = {ERROR_NONE, ""};
    struct record_lines lines;
    f->rests = false;
    if (!lines_read(&lines, f->path, err))
        return false;
    bool read = lines_each(&lines, take_rest, &f->rests, &damage, err);
    lines_free(&lines);
    return read;
}

static bool read_all(struct follower *f, struct error *err)
{
    struct error damage;
    struct metrics metrics = {0};
    bool read = begin_anew(f, err) && lines_begin(&f->place, f->path) &&
                metrics_read_past_damage(&metrics, f->path, f->of.population->facts, &damage, err);
    f->place.bytes = metrics.whole_bytes;
    read = read && add_all(f, &metrics, err) && read_rest(f, err);
    metrics_free(&metrics);
    f->went_back = !read;
    f->asked = true;
    return read;
}

static bool read_questions(struct follower *f, struct error *err)
{
    struct questions questions;
    f->asked = !questions_read(&questions, f->path, UINT64_MAX, err);
    if (!f->asked)
        watches_restore(f->of.watches, &questions, true);
    return !f->asked;
}

/* *grew tells whether anything came. */
static bool read_more(struct follower *f, bool *grew, struct error *err)
{
    bool is_same = true, read;
    struct error damage = {ERROR_NONE, ""};
    struct record_lines lines = {.text = NULL};
    *grew = f->went_back;
    if (!f->went_back && !lines_read_behind(&lines, f->path, &f->place, &is_same, err))
        return false;
    *grew = *grew || !is_same || lines.bytes > 0;
    read = lines_each(&lines, take_line, f, &damage, err);
    lines_free(&lines);
    read = read && ((is_same && !f->went_back) || read_all(f, err));
    return read && (!f->asked || read_questions(f, err));
}

/* What the status says */

/* The newest point that is at least so many seconds of training before the last. */
static const struct training_point *find_before(const struct history *history, double seconds)
{
    const struct training_point *point = history->training;
    size_t last = history->trainings - 1, at = last;
    while (at > 0 && point[last].seconds - point[at].seconds < seconds)
        at--;
    return &point[at];
}

static void find_speed(const struct history *history, struct trainer_status *status)
{
    if (history->trainings < 2)
        return;
    const struct training_point *last = &history->training[history->trainings - 1];
    const struct training_point *near = find_before(history, tokens_span);
    const struct training_point *far = find_before(history, steps_span);
    if (last->seconds > near->seconds && last->tokens > near->tokens)
        status->tokens_per_second =
            (double)(last->tokens - near->tokens) / (last->seconds - near->seconds);
    if (last->seconds > far->seconds && status->steps >= status->step)
        status->seconds_left = (double)(status->steps - status->step) *
                               (last->seconds - far->seconds) / (double)(last->step - far->step);
}

static void find_saved(const struct follower *f, struct trainer_status *status)
{
    uint64_t *step = NULL;
    size_t count;
    if (!run_models(f->of.run, &step, &count, NULL))
        return;
    /* One of a later step than the record has come to is a remnant that the run went back behind,
     * or, where it is alone, was saved since the record was read. */
    size_t up_to = count;
    while (up_to > 0 && step[up_to - 1] > status->step)
        up_to--;
    status->has_saved = count > 0;
    status->saved_step = count > 0 ? step[up_to > 0 ? up_to - 1 : count - 1] : 0;
    memory_free(step);
}

static void set_status(struct follower *f)
{
    const struct history *history = &f->history;
    struct trainer_status status = f->board.status;
    status.step = newest_step(history);
    if (history->trainings > 0) {
        const struct training_point *last = &history->training[history->trainings - 1];
        status.tokens = last->tokens;
        status.seconds = last->seconds;
        status.lr = last->lr;
    }
    status.drawn = plan_at(f->of.plan, status.step).drawn;
    find_saved(f, &status);
    bool trains = f->report.state <= FOLLOWER_HEARS_NONE && !f->rests;
    bool is_heard = trains && f->report.state == FOLLOWER_SEES_WRITER;
    status.state = status.step >= status.steps ? TRAINER_FINISHED
                   : trains                    ? TRAINER_RUNNING
                                               : TRAINER_PAUSED;
    status.tokens_per_second = 0;
    status.seconds_left = NAN;
    if (is_heard)
        find_speed(history, &status);
    status_board_hold(&f->board);
    f->board.status = status;
    status_board_publish(&f->board);
}

/* Who holds the run */

static bool beats_on(struct follower *f, const struct run_lock_sight *sight, double now)
{
    bool is_other = sight->beat.tv_sec != f->beat.tv_sec || sight->beat.tv_nsec != f->beat.tv_nsec;
    f->beat = sight->beat;
    f->beaten = is_other || f->beaten <= 0 ? now : f->beaten;
    return !sight->is_elsewhere || now - f->beaten < f->pace.silent;
}

static enum follower_state find_state(struct follower *f, const struct run_lock_sight *sight,
                                      double now)
{
    double quiet = fmax(f->pace.quiet, patience * f->longest);
    if (!sight->held)
        return sight->left ? FOLLOWER_ORPHANED : FOLLOWER_LEFT;
    if (!beats_on(f, sight, now))
        return FOLLOWER_ORPHANED;
    return f->rests || now - f->grown < quiet ? FOLLOWER_SEES_WRITER : FOLLOWER_HEARS_NONE;
}

/* Whether anything is another than before. */
static bool look_at_holder(struct follower *f, const struct error *trouble)
{
    struct run_lock_sight sight;
    double now = clock_seconds();
    run_lock_look(f->of.run->directory, &sight);
    struct follower_report report = f->report;
    report.state = find_state(f, &sight, now);
    report.rests = f->rests;
    report.is_read_only = !run_is_writable(f->of.run->directory);
    report.quiet = now - f->grown;
    report.trouble = *trouble;
    if (sight.holder.text[0] != '\0')
        memcpy(report.holder, sight.holder.text, sizeof report.holder);
    bool changed = report.state != f->report.state || report.rests != f->report.rests ||
                   report.is_read_only != f->report.is_read_only ||
                   report.state == FOLLOWER_HEARS_NONE || trouble->kind != f->report.trouble.kind;
    status_board_hold(&f->board);
    f->report = report;
    status_board_release(&f->board);
    return changed;
}

/* The thread */

static void look(struct follower *f)
{
    struct error trouble = {ERROR_NONE, ""};
    double now = clock_seconds();
    bool grew = false;
    read_more(f, &grew, &trouble);
    if (grew) {
        f->longest = fmax(f->longest, f->report.rests ? 0 : now - f->grown);
        f->grown = now;
    }
    if (look_at_holder(f, &trouble) || grew)
        set_status(f);
}

/* Waits for the next look; false where there is none. */
static bool wait_for_look(struct follower *f)
{
    const struct timespec until = condition_moment(f->pace.look);
    pthread_mutex_lock(&f->mutex);
    int timed_out = 0;
    while (!f->stops && !timed_out)
        timed_out = pthread_cond_timedwait(&f->wake, &f->mutex, &until);
    bool goes_on = !f->stops;
    pthread_mutex_unlock(&f->mutex);
    return goes_on;
}

static void *follower_main(void *context)
{
    struct follower *f = context;
    while (wait_for_look(f))
        look(f);
    return NULL;
}

static bool start(struct follower *f, struct error *err)
{
    int failure = thread_start(&f->thread, follower_main, f);
    f->has_thread = failure == 0;
    return failure ? error_system(err, failure, "cannot start a thread") : true;
}

static void init_wake(struct follower *f)
{
    pthread_mutex_init(&f->mutex, NULL);
    condition_init(&f->wake);
}

struct follower *follower_new(const struct follower_of *of, const struct follower_pace *pace,
                              struct error *err)
{
    struct follower *f = memory_new(1, sizeof *f, err);
    if (!f || !history_init(&f->history, err)) {
        memory_free(f);
        return NULL;
    }
    if (!status_board_init(&f->board, err)) {
        history_free(&f->history);
        memory_free(f);
        return NULL;
    }
    init_wake(f);
    f->of = *of;
    f->pace = *pace;
    f->subset = of->sampling->subset;
    f->grown = clock_seconds();
    f->path = run_metrics_path(of->run, err);
    if (f->path && read_all(f, err) && read_questions(f, err)) {
        look_at_holder(f, &(struct error){ERROR_NONE, ""});
        set_status(f);
        if (start(f, err))
            return f;
    }
    follower_free(f);
    return NULL;
}

void follower_free(struct follower *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->mutex);
    f->stops = true;
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->mutex);
    if (f->has_thread)
        pthread_join(f->thread, NULL);
    pthread_cond_destroy(&f->wake);
    pthread_mutex_destroy(&f->mutex);
    tracker_free(&f->tracker);
    baselines_free(&f->baselines);
    history_free(&f->history);
    status_board_free(&f->board);
    memory_free(f->path);
    memory_free(f);
}

void follower_status(struct follower *f, struct trainer_status *status)
{
    status_board_read(&f->board, status);
}

struct history *follower_history(struct follower *f)
{
    return &f->history;
}

void follower_tell(struct follower *f, struct follower_report *report)
{
    status_board_hold(&f->board);
    *report = f->report;
    status_board_release(&f->board);
}

bool follower_wait(struct follower *f, double seconds, uint64_t *seen)
{
    return status_board_wait(&f->board, seconds, seen);
}
