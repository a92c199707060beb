/* Map of this file: copying the history; the cursor and the window; phases; the chart. */
#include "ui/tui/widgets/view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "plot/ticks.h"
#include "train/timeline.h"
#include "ui/format.h"

/* Fewer evaluations than these do not fill the chart's width. */
enum { EVALUATIONS_ACROSS = 5, LEGEND_SIZE = 64, LEGEND_GAP = 2, WIDE_COLS = 80 };

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

bool curves_update(struct curves *curves, struct history *history, struct error *err)
{
    void *evaluation = curves->evaluation, *training = curves->training;
    history_hold(history);
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
    return copied;
}

void curves_free(struct curves *curves)
{
    memory_free(curves->evaluation);
    memory_free(curves->training);
    circuit_track_free(&curves->circuits);
    turns_free(&curves->turns);
    *curves = (struct curves){0};
}

/* The cursor and the window */

/* Index of the evaluation that is looked at; evaluations must not be 0. */
static size_t looked_at(const struct view *view)
{
    size_t newest = view->curves.evaluations - 1;
    if (!view->has_cursor)
        return newest;
    size_t e = 0;
    while (e < newest && view->curves.evaluation[e].step < view->cursor)
        e++;
    return e;
}

const struct evaluation_point *view_evaluation(const struct view *view)
{
    return view->curves.evaluations ? &view->curves.evaluation[looked_at(view)] : NULL;
}

void view_move_cursor(struct view *view, int evaluations)
{
    if (view->curves.evaluations == 0)
        return;
    long at = (long)looked_at(view) + evaluations, newest = (long)view->curves.evaluations - 1;
    at = at < 0 ? 0 : at > newest ? newest : at;
    view->has_cursor = true;
    view->cursor = view->curves.evaluation[at].step;
}

void view_window(const struct view *view, double *first, double *last)
{
    double newest = (double)view->status.step, planned = (double)view->status.steps;
    double least = fmax((double)view->evaluate_every * EVALUATIONS_ACROSS, 1);
    double fit = fmin(ticks_round_up(fmax(newest, least)), fmax(planned, newest));
    *first = 0;
    *last = fmax(view->zoom == ZOOM_PLANNED ? planned : fit, 1);
    if (view->zoom <= ZOOM_FIT)
        return;
    double span = fmax(*last / (double)(1 << view->zoom), 1);
    double end = view->has_cursor ? (double)view->cursor + span / 2 : newest + span / 20;
    *last = fmin(fmax(end, span), *last);
    *first = *last - span;
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
struct part {
    const struct phase_report *report;
    uint64_t first, last;
};

static struct part reference_part(const struct view *view)
{
    return (struct part){&view->status.reference_phase, 0, view->status.patched_at};
}

static struct part newest_part(const struct view *view)
{
    uint64_t first = view->status.patched ? view->status.patched_at : 0;
    return (struct part){&view->status.phase, first, view->status.step};
}

/* Where there was no plateau, knowledge begins when the detector first said so. */
static double first_evaluation_in(const struct view *view, const struct part *part,
                                  enum phase phase)
{
    for (size_t e = 0; e < view->curves.evaluations; e++) {
        const struct evaluation_point *point = &view->curves.evaluation[e];
        if (point->phase == phase && point->step >= part->first && point->step <= part->last)
            return (double)point->step;
    }
    return NAN;
}

static double phase_start(const struct view *view, const struct part *part, enum phase phase)
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
    struct part part = newest_part(view);
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
                 "step %s: the plateau's end was estimated anew: %s, no longer %s", step, now, old);
    else
        snprintf(sentence, VIEW_SENTENCE, "step %s: the plateau did not end at %s: it goes on",
                 step, old);
    return sentence;
}

bool view_is_tuned(const struct view *view)
{
    return view->tuned_after > 0 && view->status.step > view->tuned_after;
}

static void add_part(const struct view *view, struct timeline *timeline, const struct part *part)
{
    timeline_add_phases(timeline, phase_start(view, part, PHASE_STATISTICS),
                        phase_start(view, part, PHASE_PLATEAU),
                        phase_start(view, part, PHASE_KNOWLEDGE), (double)part->last);
}

/* The bands of phases that have begun, and of fine-tuning. */
static void make_bands(const struct view *view, struct chart *chart)
{
    const struct part reference = reference_part(view), newest = newest_part(view);
    struct timeline timeline = {.spans = 0};
    if (view->status.patched)
        add_part(view, &timeline, &reference);
    add_part(view, &timeline, &newest);
    if (view_is_tuned(view))
        timeline_add_finetuning(&timeline, (double)view->tuned_after, (double)view->status.step);
    for (size_t i = 0; i < timeline.spans && chart->bands < CHART_BANDS; i++) {
        const struct timeline_span *span = &timeline.span[i];
        enum style style =
            span->kind == TIMELINE_FINETUNING ? STYLE_TUNED : phase_style((enum phase)span->kind);
        chart->band[chart->bands++] =
            (struct chart_band){span->from, span->to, style, timeline_name(span->kind)};
    }
}

/* The chart */

static enum style known_style(const struct view *view)
{
    return phase_style(view->status.phase.phase);
}

/* Relative: one line is enough, and who is asked may differ so much. */
#define SAME_BASELINE 0.01

/* Whether knowing nobody costs something else for new individuals, so that theirs is shown. */
static bool has_held_out_baseline(const struct view *view)
{
    for (size_t e = 0; e < view->curves.evaluations; e++) {
        const struct evaluation_point *point = &view->curves.evaluation[e];
        if (point->step > 0 &&
            fabs(point->baseline.held_out / point->baseline.known - 1) > SAME_BASELINE)
            return true;
    }
    return false;
}

/* The baseline of all alike, where that of what is sampled has been another; NAN otherwise. */
static double uniform_beside(const struct view *view)
{
    for (size_t e = 0; e < view->curves.evaluations; e++) {
        const struct evaluation_point *point = &view->curves.evaluation[e];
        if (point->step > 0 && fabs(point->baseline.known / view->baseline - 1) > SAME_BASELINE)
            return view->baseline;
    }
    return NAN;
}

struct legend_item {
    const char *sign, *name;
    double value;
    bool shows_value;
    enum style style;
};

/* Returns its columns. */
static int write_item(const struct legend_item *item, char text[LEGEND_SIZE])
{
    char number[FORMAT_SIZE];
    if (item->shows_value)
        snprintf(text, LEGEND_SIZE, "%s %s %4s", item->sign, item->name,
                 format_number(number, item->value));
    else
        snprintf(text, LEGEND_SIZE, "%s %s", item->sign, item->name);
    return text_columns(text);
}

/* From right to left, so that the values keep their place; the first are left out where there is no
 * room for all. */
static void draw_items(const struct legend_item *item, size_t count, struct rect rect,
                       struct cells *cells)
{
    char text[LEGEND_SIZE];
    int needed = 0, end = rect.col + rect.cols;
    for (size_t i = 0; i < count; i++)
        needed += write_item(&item[i], text) + (i > 0 ? LEGEND_GAP : 0);
    for (; count > 0 && needed > rect.cols; item++, count--)
        needed -= write_item(item, text) + LEGEND_GAP;
    for (; count > 0; item++, count--) {
        end -= write_item(item, text);
        cells_text(cells, rect.row, end, rect.cols, item->style, text);
        end -= LEGEND_GAP;
    }
}

static void draw_legend(const struct view *view, struct cells *cells, struct rect rect)
{
    const struct evaluation_point *point = view_evaluation(view);
    char step[FORMAT_SIZE];
    int used = rect.col + 1;
    bool wide = rect.cols >= WIDE_COLS;
    if (view->has_cursor && point)
        used += cells_format(cells, rect.row, used, rect.cols - 1, STYLE_STRONG, "step %s ",
                             format_count(step, point->step));
    else
        used += cells_format(cells, rect.row, used, rect.cols - 1, STYLE_PLAIN,
                             wide ? "attribute loss, nats (%s) " : "attribute loss ",
                             view->linear ? "linear" : "log");
    /* The least needed first: the baselines' values are on the axis as well. */
    struct legend_item item[6];
    size_t count = 0;
    if (isfinite(uniform_beside(view)))
        item[count++] = (struct legend_item){"┈", "uniform", view->baseline, wide, STYLE_BASELINE};
    if (has_held_out_baseline(view))
        item[count++] = (struct legend_item){"┄", "of new", point ? point->baseline.held_out : NAN,
                                             wide, STYLE_BASELINE};
    item[count++] = (struct legend_item){
        "┄", "baseline", point ? point->baseline.known : view->baseline, wide, STYLE_BASELINE};
    item[count++] =
        (struct legend_item){"·", "new", point ? point->held_out.loss : NAN, true, STYLE_NEW};
    if (view_is_tuned(view))
        item[count++] = (struct legend_item){"╍", "tuned",
                                             point && point->tuned > 0 ? point->of_tuned.loss : NAN,
                                             true, STYLE_TUNED};
    item[count++] = (struct legend_item){"━", "known", point ? point->known.loss : NAN, true,
                                         known_style(view)};
    draw_items(item, count, (struct rect){rect.row, used, 1, rect.col + rect.cols - used}, cells);
}

/* Those of the chart's curves, [evaluations] each. */
struct points {
    struct chart_point *known, *held_out, *tuned, *baseline, *held_out_baseline;
};

static bool copy_points(const struct view *view, struct points *points, struct error *err)
{
    size_t count = view->curves.evaluations;
    points->known = memory_new(count, sizeof *points->known, err);
    points->held_out = memory_new(count, sizeof *points->held_out, err);
    points->tuned = memory_new(count, sizeof *points->tuned, err);
    points->baseline = memory_new(count > 0 ? count : 1, sizeof *points->baseline, err);
    points->held_out_baseline =
        memory_new(count > 0 ? count : 1, sizeof *points->held_out_baseline, err);
    if (!points->known || !points->held_out || !points->tuned || !points->baseline ||
        !points->held_out_baseline)
        return false;
    points->baseline[0] = points->held_out_baseline[0] = (struct chart_point){0, view->baseline};
    for (size_t e = 0; e < count; e++) {
        const struct evaluation_point *point = &view->curves.evaluation[e];
        double step = (double)point->step;
        points->known[e] = (struct chart_point){step, point->known.loss};
        points->baseline[e] = (struct chart_point){step, point->baseline.known};
        points->held_out_baseline[e] = (struct chart_point){step, point->baseline.held_out};
        points->held_out[e] = (struct chart_point){step, point->held_out.loss};
        points->tuned[e] =
            (struct chart_point){step, point->tuned > 0 ? point->of_tuned.loss : NAN};
    }
    return true;
}

static void invite(const struct view *view, const struct layout *layout, struct cells *cells)
{
    static const char *const lines[] = {
        "space starts training",
        "ask anything meanwhile: Enter, then a name",
    };
    if (view->status.step > 0 || view->status.state != TRAINER_PAUSED || layout->plot.rows < 6)
        return;
    for (int l = 0; l < 2; l++) {
        int columns = text_columns(lines[l]);
        int free_cols = layout->plot.cols - CHART_GUTTER;
        if (columns < free_cols)
            cells_text(cells, layout->plot.row + layout->plot.rows - 3 + l,
                       layout->plot.col + CHART_GUTTER + (free_cols - columns) / 2, columns,
                       l == 0 ? STYLE_STRONG : STYLE_FAINT, lines[l]);
    }
}

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
    view_window(view, &chart->first, &chart->last);
}

bool view_draw_chart(const struct view *view, const struct layout *layout, struct cells *cells,
                     struct error *err)
{
    struct view_labels labels;
    struct points points = {0};
    bool drawn = copy_points(view, &points, err);
    if (drawn) {
        struct chart chart = {
            .known = points.known,
            .knowns = view->curves.evaluations,
            .held_out = points.held_out,
            .held_outs = view->curves.evaluations,
            .tuned = points.tuned,
            .tuneds = view->curves.evaluations,
            .baseline = points.baseline,
            .baselines = view->curves.evaluations > 0 ? view->curves.evaluations : 1,
            .held_out_baseline = has_held_out_baseline(view) ? points.held_out_baseline : NULL,
            .uniform = uniform_beside(view),
            .linear = view->linear,
        };
        view_frame_chart(view, &chart, &labels);
        struct chart_places places = {layout->plot, layout->ribbon, layout->axis};
        drawn = chart_draw(&chart, places, cells, err);
    }
    if (layout->legend.rows > 0)
        draw_legend(view, cells, layout->legend);
    invite(view, layout, cells);
    memory_free(points.known);
    memory_free(points.held_out);
    memory_free(points.tuned);
    memory_free(points.baseline);
    memory_free(points.held_out_baseline);
    return drawn;
}
