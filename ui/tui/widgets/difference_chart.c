/* Map of this file: the two runs; the differences; the legend; the chart. */
#include "ui/tui/widgets/difference_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/overlay.h"
#include "plot/ticks.h"
#include "ui/format.h"
#include "ui/tui/widgets/run_label.h"
#include "ui/tui/widgets/run_series.h"
#include "ui/tui/widgets/view_values.h"

/* The two runs */

struct subtraction {
    struct chart_series of, less;
    bool is_pair;                          /* else of a branch and its parent */
    struct run_label label_of, label_less; /* of a pair */
    bool of_open;
};

static struct chart_series series_of(const struct view *view, const struct view_side *side)
{
    return side->is_open ? run_series_loss(view) : run_series_beside(view, side->run, LOSS_KEY);
}

static struct run_label label_of(const struct view *view, const struct view_side *side,
                                 const struct view_side *other)
{
    return side->is_open ? (struct run_label){"this run", true}
                         : run_label_beside(view, side->run, other);
}

static struct subtraction pair_of(const struct view *view)
{
    const struct view_pair *pair = &view->pair;
    return (struct subtraction){.of = series_of(view, &pair->of),
                                .less = series_of(view, &pair->less),
                                .is_pair = true,
                                .label_of = label_of(view, &pair->of, &pair->less),
                                .label_less = label_of(view, &pair->less, &pair->of),
                                .of_open = pair->of.is_open};
}

static struct subtraction difference_of(const struct view *view)
{
    if (view->pair.is_shown)
        return pair_of(view);
    return (struct subtraction){
        .of = run_series_loss(view), .less = run_series_parent(view, LOSS_KEY), .of_open = true};
}

bool difference_is_shown(const struct view *view)
{
    return view->pair.is_shown || (view->difference && run_series_parent(view, LOSS_KEY).count > 0);
}

/* The differences */

/* At a step of the first; without a value where the other has none there. */
static struct chart_point difference_at(const void *from, size_t at)
{
    const struct subtraction *difference = from;
    const struct chart_series *of = &difference->of, *less = &difference->less;
    struct chart_point point = of->point(of->from, at);
    size_t low = 0, high = less->count; /* the first that is not before the step */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (less->point(less->from, middle).x < point.x)
            low = middle + 1;
        else
            high = middle;
    }
    const struct chart_point other =
        low < less->count ? less->point(less->from, low) : (struct chart_point){NAN, NAN};
    point.y = other.x == point.x ? point.y - other.y : NAN;
    return point;
}

static struct chart_series differences_of(const struct subtraction *difference)
{
    return (struct chart_series){difference, difference->of.count, difference_at, NULL};
}

bool difference_has_common(const struct view *view)
{
    const struct subtraction difference = pair_of(view);
    for (size_t i = 0; i < difference.of.count; i++)
        if (isfinite(difference_at(&difference, i).y))
            return true;
    return false;
}

double difference_reach(const struct view *view)
{
    if (!view->pair.is_shown)
        return 0;
    const struct subtraction difference = pair_of(view);
    for (size_t i = difference.of.count; i-- > 0;) {
        const struct chart_point point = difference_at(&difference, i);
        if (isfinite(point.y))
            return point.x;
    }
    return 0;
}

/* At the cursor, or the last one before it; else the newest. NAN where there is none. */
static struct chart_point looked_at(const struct view *view, const struct subtraction *difference)
{
    double cursor = view->has_cursor ? (double)view->cursor : INFINITY;
    struct chart_point point = {cursor, NAN};
    for (size_t i = difference->of.count; i-- > 0 && !isfinite(point.y);) {
        const struct chart_point earlier = difference_at(difference, i);
        if (earlier.x <= cursor && isfinite(earlier.y))
            point = earlier;
    }
    return point;
}

/* The legend */

/* ", nats: -.500"; NAN is "-". */
static void write_value(double value, char text[2 * FORMAT_SIZE])
{
    char number[FORMAT_SIZE];
    snprintf(text, 2 * FORMAT_SIZE, ", nats: %s%s", value >= 0 ? "+" : "",
             format_number(number, value));
}

/* "step 300: fast less first, nats: -.500"; names are cut, or left out, for the number to
 * have room. */
static void draw_pair(const struct subtraction *difference, const char *head, const char *tail,
                      struct rect legend, enum style style, struct cells *cells)
{
    static const char less[] = " less ", comma[] = ", ";
    int col = legend.col + 1, end = legend.col + legend.cols;
    int room = end - col - text_columns(head) - text_columns(less) - text_columns(tail);
    int of_less = text_columns(difference->label_less.text), half = room / 2;
    int of = room - (of_less < half ? of_less : half);
    if (room < 2) {
        cells_format(cells, legend.row, col, end - col, style, "%s%s", head,
                     tail + sizeof comma - 1);
        return;
    }
    col += cells_text(cells, legend.row, col, end - col, style, head);
    col += run_label_draw(&difference->label_of, cells, legend.row, col, of, style);
    col += cells_text(cells, legend.row, col, end - col, style, less);
    col += run_label_draw(&difference->label_less, cells, legend.row, col,
                          end - col - text_columns(tail), style);
    cells_text(cells, legend.row, col, end - col, style, tail);
}

/* With the step that is looked at, where one is. */
static void draw_of_pair(const struct view *view, const struct subtraction *difference,
                         uint64_t measured, const char *tail, struct rect legend,
                         struct cells *cells)
{
    enum { WIDE_COLS = 80 };
    char head[2 * VIEW_STEP] = "loss: ", text[VIEW_STEP];
    if (view->has_cursor && legend.cols < WIDE_COLS) /* room for names */
        snprintf(head, sizeof head, "step %s: ", format_count(text, measured));
    else if (view->has_cursor)
        snprintf(head, sizeof head, "%s: ", view_say_step(view, measured, true, text));
    draw_pair(difference, head, tail, legend, view->has_cursor ? STYLE_STRONG : STYLE_PLAIN, cells);
}

/* From the longest that can be said to the least; the number is in all of them. */
static void draw_of_branch(const struct view *view, uint64_t measured, const char *tail,
                           struct rect legend, struct cells *cells)
{
    enum { WAYS = 4 };
    static const char *const of[WAYS] = {"attribute loss, ", "loss, ", "", ""};
    const enum style style = view->has_cursor ? STYLE_STRONG : STYLE_PLAIN;
    int room = legend.cols - 1;
    char text[4 * VIEW_STEP] = "", step[VIEW_STEP];
    for (int way = 0; way < WAYS && (way == 0 || text_columns(text) > room); way++) {
        const char *what = view->has_cursor && way == 0 ? of[1] : of[way];
        const char *number = way + 1 < WAYS ? tail : strchr(tail, ':');
        snprintf(text, sizeof text, "%s%s%sless the parent's%s",
                 view->has_cursor ? view_say_step(view, measured, way == 0, step) : "",
                 view->has_cursor ? ": " : "", what, number);
    }
    cells_text(cells, legend.row, legend.col + 1, room, style, text);
}

static void draw_legend(const struct view *view, const struct subtraction *difference,
                        struct rect legend, struct cells *cells)
{
    const struct chart_point point = looked_at(view, difference);
    uint64_t measured = isfinite(point.y) ? (uint64_t)point.x : view->cursor;
    char tail[2 * FORMAT_SIZE];
    write_value(point.y, tail);
    if (difference->is_pair)
        draw_of_pair(view, difference, measured, tail, legend, cells);
    else
        draw_of_branch(view, measured, tail, legend, cells);
}

/* The chart */

static struct chart_point nothing_at(const void *view, size_t at)
{
    (void)view;
    (void)at;
    return (struct chart_point){0, 0};
}

/* As far above 0 as below. */
static bool fit_around_0(const struct view *view, const struct chart_series *series, size_t columns,
                         struct chart *chart, struct error *err)
{
    const double least = 0.01, margin = 1.02; /* nats, so that rounding is no mountain */
    struct envelope shape = {.columns = 0};
    const struct step_span span = view_span(view);
    double low, high, most = least;
    if (columns > 0 && !chart_reduce(series, &span, columns, &shape, err))
        return false;
    if (columns > 0 && envelope_range(&shape, &low, &high))
        most = fmax(most, fmax(-low, high));
    envelope_free(&shape);
    chart->top = ticks_round_up(most * margin);
    chart->bottom = -chart->top;
    return true;
}

/* Phases, turns and the plateau's end are those of the run that is open. */
static void forget_open(struct chart *chart)
{
    chart->mark = chart->cut = NAN;
    chart->bands = chart->turns = 0;
}

bool difference_draw(const struct view *view, const struct layout *layout, struct cells *cells,
                     struct error *err)
{
    char label[256] = "attribute loss, less the parent's (nats)";
    struct view_labels labels;
    const struct subtraction difference = difference_of(view);
    const struct chart_series series = differences_of(&difference);
    struct chart chart = {.uniform = NAN, .linear = true, .label = label};
    if (difference.is_pair)
        snprintf(label, sizeof label, "attribute loss, %.96s less %.96s (nats)",
                 difference.label_of.text, difference.label_less.text);
    if (!fit_around_0(view, &series, chart_columns(layout->plot, cells->ascii), &chart, err))
        return false;
    chart_add_baseline(&chart, (struct chart_series){view, 1, nothing_at, NULL});
    view_frame_chart(view, &chart, &labels);
    view_values_frame(view, VIEW_DIFFERENCE, &chart);
    if (!difference.of_open)
        forget_open(&chart);
    chart_add_curve(&chart, (struct chart_curve){.series = series,
                                                 .dashes = {1, 0, STYLE_KNOWN},
                                                 .banded = difference.of_open});
    const struct chart_places places = {layout->plot, layout->ribbon, layout->axis};
    bool drawn = chart_draw(&chart, places, cells, err);
    if (layout->legend.rows > 0)
        draw_legend(view, &difference, layout->legend, cells);
    return drawn;
}
