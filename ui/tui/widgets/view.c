/* Map of this file: copying the history; the cursor; the window; phases; what every chart has. */
#include "ui/tui/widgets/view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "lab/watches.h"
#include "plot/ticks.h"
#include "train/baselines.h"
#include "train/timeline.h"
#include "ui/format.h"

/* Fewer evaluations than these do not fill the chart's width. */
enum { EVALUATIONS_ACROSS = 5 };

/* For the interval of one and the same end. */
enum { MOST_LOOKS = 3 };

/* Copying the history */

/* Makes `to` as long as `from`, copying what is new. */
static bool append(void **to, size_t *count, size_t *room, const void *from, size_t from_count,
                   size_t size, struct error *err)
{
    if (from_count > *room) {
        void *larger = memory_resize(*to, 2 * from_count, size, err);
        if (!larger)
            return false;
        *to = larger;
        *room = 2 * from_count;
    }
    if (from_count > *count)
        memcpy((char *)*to + *count * size, (const char *)from + *count * size,
               (from_count - *count) * size);
    *count = from_count;
    return true;
}

static double finite_or_0(double number)
{
    return isfinite(number) ? number : 0;
}

/* Of the training losses up to each point, so that the mean of any span is known at once. */
static bool sum_losses(struct curves *curves, size_t count, struct error *err)
{
    size_t from = curves->sums;
    double sum = from > 0 ? curves->loss_sum[from - 1] : 0;
    if (count > curves->sum_room) {
        double *larger = memory_resize(curves->loss_sum, 2 * count, sizeof *larger, err);
        if (!larger)
            return false;
        curves->loss_sum = larger;
        curves->sum_room = 2 * count;
    }
    for (size_t t = from; t < count; t++)
        curves->loss_sum[t] = sum += finite_or_0(curves->training[t].train_loss);
    curves->sums = count;
    return true;
}

bool curves_update(struct curves *curves, struct history *history, struct error *err)
{
    history_hold(history);
    if (curves->beginnings != history->beginnings)
        curves_free(curves);
    curves->beginnings = history->beginnings;
    void *evaluation = curves->evaluation, *training = curves->training;
    bool copied =
        append(&evaluation, &curves->evaluations, &curves->evaluation_room, history->evaluation,
               history->evaluations, sizeof *history->evaluation, err) &&
        append(&training, &curves->trainings, &curves->training_room, history->training,
               history->trainings, sizeof *history->training, err) &&
        circuit_track_copy(&curves->circuits, &history->circuits, err) &&
        turns_copy(&curves->turns, &history->turns, err);
    history_release(history);
    curves->evaluation = evaluation;
    curves->training = training;
    return copied && sum_losses(curves, curves->trainings, err);
}

void curves_free(struct curves *curves)
{
    memory_free(curves->evaluation);
    memory_free(curves->training);
    memory_free(curves->loss_sum);
    circuit_track_free(&curves->circuits);
    turns_free(&curves->turns);
    *curves = (struct curves){0};
}

/* The cursor */

void view_look_like(struct view *view, const struct view *other)
{
    view->chart = other->chart;
    view->question.index = other->question.index;
    view->linear = other->linear;
    view->difference = other->difference;
    view->log_steps = other->log_steps;
    view->smooth = other->smooth;
    view->window = other->window;
    view->window_first = other->window_first;
    view->window_last = other->window_last;
    memcpy(view->values, other->values, sizeof view->values);
    view->has_cursor = other->has_cursor;
    view->cursor = other->cursor;
}

bool view_take_question(struct view *view, struct watches *watches, struct error *err)
{
    struct view_question *question = &view->question;
    question_track_free(&question->track);
    question->rivals = 0;
    question->stale = false;
    question->count = watches_count(watches);
    if (question->index >= question->count)
        question->index = question->count > 0 ? question->count - 1 : 0;
    return watches_copy(watches, question->index, &question->track, err) &&
           question_track_rivals(&question->track, question->rival, VIEW_RIVALS, &question->rivals,
                                 err);
}

/* How many of `count` points are not behind the cursor; without one, all. Their steps, the first of
 * them at `step`, ascend and are `size` bytes apart. */
static size_t count_up_to_cursor(const struct view *view, const uint64_t *step, size_t count,
                                 size_t size)
{
    size_t low = 0, high = count; /* those up to the cursor are below it */
    if (!view->has_cursor)
        return count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (*(const uint64_t *)((const char *)step + middle * size) <= view->cursor)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Index of the evaluation that is looked at; evaluations must not be 0. */
static size_t looked_at(const struct view *view)
{
    const struct evaluation_point *evaluation = view->curves.evaluation;
    size_t count =
        count_up_to_cursor(view, &evaluation->step, view->curves.evaluations, sizeof *evaluation);
    return count > 0 ? count - 1 : 0;
}

const char *view_word_for_new(const struct view *view)
{
    return individual_status_shown(INDIVIDUAL_NEW, view->facts);
}

const struct evaluation_point *view_evaluation(const struct view *view)
{
    return view->curves.evaluations ? &view->curves.evaluation[looked_at(view)] : NULL;
}

const struct training_point *view_training(const struct view *view)
{
    const struct training_point *training = view->curves.training;
    size_t count = view->curves.trainings;
    if (count > 0)
        count = count_up_to_cursor(view, &training->step, count, sizeof *training);
    return count > 0 ? &training[count - 1] : NULL;
}

const char *view_say_step(const struct view *view, uint64_t measured, bool wide,
                          char text[VIEW_STEP])
{
    char step[FORMAT_SIZE], other[FORMAT_SIZE];
    int used = snprintf(text, VIEW_STEP, "step %s", format_count(step, view->cursor));
    if (measured != view->cursor)
        snprintf(text + used, VIEW_STEP - (size_t)used, " (%s %s)", wide ? "measured at" : "as of",
                 format_count(other, measured));
    return text;
}

void view_move_cursor(struct view *view, int evaluations)
{
    if (view->curves.evaluations == 0)
        return;
    size_t from = looked_at(view);
    bool between = view->has_cursor && view->cursor > view->curves.evaluation[from].step;
    long at = (long)from + evaluations + (between && evaluations < 0);
    long newest = (long)view->curves.evaluations - 1;
    at = at < 0 ? 0 : at > newest ? newest : at;
    view->has_cursor = true;
    view->cursor = view->curves.evaluation[at].step;
    view_show_cursor(view);
}

/* The window */

/* The last step that can be shown. */
static double end_of(const struct view *view)
{
    double own = fmax((double)view->status.steps, (double)view->status.step);
    return fmax(fmax(own, view->reach), 1);
}

static struct step_span fitting(const struct view *view)
{
    double newest = fmax((double)view->status.step, view->reach);
    double least = fmax((double)view->evaluate_every * EVALUATIONS_ACROSS, 1);
    double fit = fmin(ticks_round_up(fmax(newest, least)), end_of(view));
    return (struct step_span){0, fmax(fit, 1), view->log_steps};
}

struct step_span view_span(const struct view *view)
{
    if (view->window == WINDOW_SET)
        return (struct step_span){view->window_first, view->window_last, view->log_steps};
    if (view->window == WINDOW_PLANNED)
        return (struct step_span){0, end_of(view), view->log_steps};
    return fitting(view);
}

static void set_window(struct view *view, struct step_span span)
{
    view->window = WINDOW_SET;
    view->window_first = span.first;
    view->window_last = span.last;
}

/* The step that stays where it is: the cursor's, else the newest, else the middle. */
static double held_step(const struct view *view, const struct step_span *span)
{
    double cursor = (double)view->cursor, newest = (double)view->status.step;
    if (view->has_cursor && step_span_holds(span, cursor))
        return cursor;
    return step_span_holds(span, newest) ? newest : step_span_step(span, 0.5);
}

static void zoom_in(struct view *view, double step)
{
    const double half = 0.5, least = 4;
    if (view->window == WINDOW_PLANNED)
        view->window = WINDOW_FIT;
    else
        set_window(view, step_span_zoom(view_span(view), step, half, least, end_of(view)));
}

static void zoom_out(struct view *view, double step)
{
    const struct step_span fit = fitting(view);
    if (view->window != WINDOW_SET) {
        view->window = WINDOW_PLANNED;
        return;
    }
    struct step_span span = step_span_zoom(view_span(view), step, 2, 0, end_of(view));
    if (span.first <= fit.first && span.last >= fit.last)
        view->window = WINDOW_FIT;
    else
        set_window(view, span);
}

void view_zoom_in(struct view *view)
{
    const struct step_span span = view_span(view);
    zoom_in(view, held_step(view, &span));
}

void view_zoom_out(struct view *view)
{
    const struct step_span span = view_span(view);
    zoom_out(view, held_step(view, &span));
}

void view_zoom_in_at(struct view *view, double share)
{
    const struct step_span span = view_span(view);
    zoom_in(view, step_span_step(&span, share));
}

void view_zoom_out_at(struct view *view, double share)
{
    const struct step_span span = view_span(view);
    zoom_out(view, step_span_step(&span, share));
}

void view_pan_by(struct view *view, double share)
{
    set_window(view, step_span_pan(view_span(view), share, end_of(view)));
}

void view_pan(struct view *view, int quarters)
{
    view_pan_by(view, quarters / 4.0);
}

void view_point_at(struct view *view, double share)
{
    const struct step_span span = view_span(view);
    double step = step_span_step(&span, share), least = INFINITY;
    for (size_t e = 0; e < view->curves.evaluations; e++) {
        double away = fabs((double)view->curves.evaluation[e].step - step);
        if (away < least) {
            least = away;
            view->has_cursor = true;
            view->cursor = view->curves.evaluation[e].step;
        }
    }
}

void view_show_cursor(struct view *view)
{
    const double margin = 0.1;
    struct step_span span = view_span(view);
    if (view->window == WINDOW_SET && view->has_cursor)
        set_window(view, step_span_show(span, (double)view->cursor, margin, end_of(view)));
}

/* Looks at evaluations that came since the last time. */
static void look_at_baselines(const struct view *view, struct view_notes *notes)
{
    for (; notes->evaluations < view->curves.evaluations; notes->evaluations++) {
        const struct evaluation_point *point = &view->curves.evaluation[notes->evaluations];
        if (point->step == 0)
            continue;
        notes->new_differs |= baselines_differ(point->baseline.held_out, point->baseline.known);
        notes->uniform_differs |= baselines_differ(point->baseline.known, view->baseline);
    }
}

struct view_notes view_baselines(const struct view *view)
{
    struct view_notes notes = {.evaluations = 0};
    look_at_baselines(view, view->notes ? view->notes : &notes);
    return view->notes ? *view->notes : notes;
}

struct envelope *view_kept(const struct view *view, size_t which)
{
    return view->kept ? &view->kept[which] : NULL;
}

/* Phases */

enum style phase_style(enum phase phase)
{
    static const enum style style[] = {
        [PHASE_STATISTICS] = STYLE_STATISTICS,
        [PHASE_PLATEAU] = STYLE_PLATEAU,
        [PHASE_KNOWLEDGE] = STYLE_KNOWLEDGE,
    };
    return style[phase];
}

/* Steps of one training: all, or the reference's, or those of the model patched with it. */
struct view_part {
    const struct phase_report *report;
    uint64_t first, last;
};

static struct view_part reference_part(const struct view *view)
{
    return (struct view_part){&view->status.reference_phase, 0, view->status.patched_at};
}

static struct view_part newest_part(const struct view *view)
{
    uint64_t first = view->status.patched ? view->status.patched_at : 0;
    return (struct view_part){&view->status.phase, first, view->status.step};
}

/* Where there was no plateau, knowledge begins when the detector first said so. */
static double first_evaluation_in(const struct view *view, const struct view_part *part,
                                  enum phase phase)
{
    for (size_t e = 0; e < view->curves.evaluations; e++) {
        const struct evaluation_point *point = &view->curves.evaluation[e];
        if (point->phase == phase && point->step >= part->first && point->step <= part->last)
            return (double)point->step;
    }
    return NAN;
}

static double phase_start(const struct view *view, const struct view_part *part, enum phase phase)
{
    const struct phase_report *report = part->report;
    if (phase > report->phase)
        return NAN;
    if (phase == PHASE_STATISTICS)
        return (double)part->first;
    if (phase == PHASE_PLATEAU)
        return report->plateau_start;
    return isfinite(report->plateau_end) ? report->plateau_end
                                         : first_evaluation_in(view, part, phase);
}

double view_phase_start(const struct view *view, enum phase phase)
{
    struct view_part part = newest_part(view);
    return phase_start(view, &part, phase);
}

/* The interval, where the fit finds the end that the status has. The evaluations may come a little
 * later than the status that was read off them. */
static void find_interval(struct view *view)
{
    struct phase_report report;
    view->plateau.low = view->plateau.high = NAN;
    view->plateau.looks++;
    view->plateau.evaluations = view->curves.evaluations;
    if (!timeline_fit(view->curves.evaluation, view->curves.evaluations, view->patching,
                      view->status.patched, view->tuned_after, view->status.phase.baseline, &report,
                      NULL) ||
        fabs(report.plateau_end - view->plateau.end) >= 0.5)
        return;
    view->plateau.low = report.plateau_end_low;
    view->plateau.high = report.plateau_end_high;
}

/* "551 (540 to 560)"; the interval only where there is one, open on a side where it is. */
static void write_end(const struct view *view, const char *between, char *text, size_t room)
{
    char end[FORMAT_SIZE], interval[PHASE_INTERVAL_TEXT];
    format_count(end, (uint64_t)llround(view->plateau.end));
    phase_say_interval(view->plateau.low, view->plateau.high, between, interval);
    snprintf(text, room, interval[0] ? "%s (%s)" : "%s", end, interval);
}

const char *view_follow_plateau(struct view *view, char sentence[VIEW_SENTENCE])
{
    const struct trainer_status *status = &view->status;
    double end = status->phase.plateau_end, before = view->plateau.end;
    bool had = view->plateau.has_end && view->plateau.patched == status->patched;
    char step[FORMAT_SIZE], old[FORMAT_SIZE], now[FORMAT_SIZE + PHASE_INTERVAL_TEXT + 8];
    if (had && end == before && isnan(view->plateau.low) && view->plateau.looks < MOST_LOOKS &&
        view->plateau.evaluations < view->curves.evaluations)
        find_interval(view);
    if (had ? end == before : !isfinite(end) && !view->plateau.has_end)
        return NULL;
    view->plateau.looks = 0;
    view->plateau.has_end = isfinite(end);
    view->plateau.patched = status->patched;
    view->plateau.end = end;
    if (view->plateau.has_end)
        find_interval(view);
    if (!had)
        return NULL;
    format_count(step, status->step);
    format_count(old, (uint64_t)llround(before));
    write_end(view, " to ", now, sizeof now);
    if (view->plateau.has_end)
        snprintf(sentence, VIEW_SENTENCE,
                 "step %s: new estimate of the plateau's end: %s, no longer %s", step, now, old);
    else
        snprintf(sentence, VIEW_SENTENCE, "step %s: the plateau did not end at %s: it continues",
                 step, old);
    return sentence;
}

bool view_is_tuned(const struct view *view)
{
    return view->tuned_after > 0 && view->status.step > view->tuned_after;
}

static void add_part(const struct view *view, struct timeline *timeline,
                     const struct view_part *part)
{
    timeline_add_phases(timeline, phase_start(view, part, PHASE_STATISTICS),
                        phase_start(view, part, PHASE_PLATEAU),
                        phase_start(view, part, PHASE_KNOWLEDGE), (double)part->last);
}

/* The bands of phases that have begun, and of fine-tuning. */
static void make_bands(const struct view *view, struct chart *chart)
{
    const struct view_part reference = reference_part(view), newest = newest_part(view);
    struct timeline timeline = {.spans = 0};
    if (view->status.patched)
        add_part(view, &timeline, &reference);
    add_part(view, &timeline, &newest);
    if (view_is_tuned(view))
        timeline_add_finetuning(&timeline, (double)view->tuned_after, (double)view->status.step);
    for (size_t i = 0; i < timeline.spans; i++) {
        const struct timeline_span *span = &timeline.span[i];
        enum style style =
            span->kind == TIMELINE_FINETUNING ? STYLE_TUNED : phase_style((enum phase)span->kind);
        chart_add_band(chart,
                       (struct chart_band){span->from, span->to, style, timeline_name(span->kind)});
    }
}

/* What every chart of the run has */

static void mark_turns(const struct view *view, struct chart *chart, struct view_labels *labels)
{
    const struct turns *turns = &view->curves.turns;
    size_t first = turns->count > VIEW_TURNS ? turns->count - VIEW_TURNS : 0;
    chart->turn = labels->turn;
    for (size_t i = first; i < turns->count; i++) {
        size_t at = chart->turns++;
        turn_write(labels->turn_label[at], &turns->turn[i]);
        labels->turn[at] = (struct chart_turn){(double)turns->turn[i].step, labels->turn_label[at]};
    }
}

void view_frame_chart(const struct view *view, struct chart *chart, struct view_labels *labels)
{
    char end[sizeof labels->mark / 2], brief[FORMAT_SIZE];
    *labels = (struct view_labels){0};
    chart->mark = view->plateau.has_end ? view->plateau.end : NAN;
    chart->mark_label = labels->mark;
    chart->mark_brief = labels->mark_brief;
    chart->cut = view->status.patched ? (double)view->status.patched_at : NAN;
    chart->cut_label = "attention patched";
    chart->cursor = view->has_cursor ? (double)view->cursor : NAN;
    if (view->plateau.has_end) {
        write_end(view, "-", end, sizeof end);
        snprintf(labels->mark, sizeof labels->mark, "plateau ends at %s", end);
        snprintf(labels->mark_brief, sizeof labels->mark_brief, "plateau ends at %s",
                 format_count(brief, (uint64_t)llround(view->plateau.end)));
    }
    mark_turns(view, chart, labels);
    make_bands(view, chart);
    chart->span = view_span(view);
    chart->smooth = view->smooth;
    chart->closely = view->window == WINDOW_SET;
    chart->taker = view->taker;
}
