/* Map of this file: the curves; the legend; the chart; what stands beside it. */
#include "ui/tui/widgets/question_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/format.h"
#include "ui/tui/widgets/view_values.h"

/* The curves: told apart by colour, and by dashes where there is none. */

struct question_curve {
    const struct question_track *track;
    bool is_truth;
    size_t value; /* in the track's, of another */
};

static const struct {
    const char *sign; /* in the legend */
    struct chart_dashes dashes;
} looks[] = {
    {"━", {1, 0, STYLE_RIGHT}}, /* the truth */
    {"╍", {4, 2, STYLE_NEW}},
    {"╌", {2, 2, STYLE_TUNED}},
    {"·", {1, 2, STYLE_STATISTICS}},
};

enum { CURVES = 1 + VIEW_RIVALS, LEGEND_SIZE = 64, LEGEND_NAME = 30, LEGEND_GAP = 2 };

struct question_curves {
    struct question_curve curve[CURVES]; /* [count] */
    size_t look[CURVES];
    size_t count;
};

static struct question_curves curves_of(const struct view *view)
{
    const struct question_track *track = &view->question.track;
    struct question_curves shown = {.count = 0};
    if (track->truth)
        shown.curve[shown.count++] = (struct question_curve){track, true, 0};
    for (size_t r = 0; r < view->question.rivals; r++) {
        shown.look[shown.count] = 1 + r;
        shown.curve[shown.count++] = (struct question_curve){track, false, view->question.rival[r]};
    }
    return shown;
}

static const char *name_of(const struct question_curve *curve)
{
    return curve->is_truth ? curve->track->truth : curve->track->value.text[curve->value];
}

static double probability_at(const struct question_curve *curve, const struct question_point *point)
{
    return curve->is_truth ? point->truth : question_point_probability(point, curve->value);
}

static struct chart_point point_at(const void *from, size_t at)
{
    const struct question_curve *curve = from;
    const struct question_point *point = &curve->track->point[at];
    return (struct chart_point){(double)point->step, probability_at(curve, point)};
}

/* The answer under the cursor, else the newest; null before the first. */
static const struct question_point *looked_at(const struct view *view)
{
    return question_track_at(&view->question.track, view->has_cursor ? view->cursor : UINT64_MAX);
}

/* The legend */

/* Bytes of a name that have room, between two characters. */
static size_t cut(const char *name)
{
    size_t bytes = 0, next;
    while ((next = utf8_length(name + bytes)) > 0 && bytes + next <= LEGEND_NAME)
        bytes += next;
    return bytes;
}

/* "━ Kyoto .31": what has no number was not among the likeliest. */
static int write_item(const struct question_curve *curve, size_t look,
                      const struct question_point *point, char item[LEGEND_SIZE])
{
    char number[FORMAT_SIZE];
    const char *name = name_of(curve);
    double probability = point ? probability_at(curve, point) : NAN;
    size_t bytes = cut(name);
    snprintf(item, LEGEND_SIZE, "%s %.*s%s%s %4s", looks[look].sign, (int)bytes, name,
             name[bytes] ? "…" : "", curve->is_truth ? " ✓" : "",
             isfinite(probability) ? format_probability(number, probability) : "-");
    return text_columns(item);
}

/* From right to left, the truth first; what has no room beside half of the prompt is left out. */
static void draw_legend(const struct view *view, const struct question_curves *shown,
                        struct rect rect, struct cells *cells)
{
    const struct question_point *point = looked_at(view);
    char item[LEGEND_SIZE], step[VIEW_STEP];
    int col = rect.col + 1, end = rect.col + rect.cols;
    int room = rect.cols - rect.cols / 3, needed = 0;
    size_t fitting = 0;
    for (; fitting < shown->count; fitting++) {
        int columns = write_item(&shown->curve[fitting], shown->look[fitting], point, item);
        if (fitting > 0 && needed + LEGEND_GAP + columns > room)
            break;
        needed += LEGEND_GAP + columns;
    }
    for (size_t i = fitting; i-- > 0;) {
        end -= write_item(&shown->curve[i], shown->look[i], point, item);
        cells_text(cells, rect.row, end, rect.cols, looks[shown->look[i]].dashes.style, item);
        end -= LEGEND_GAP;
    }
    const char *prompt = view->question.track.prompt ? view->question.track.prompt : "";
    if (view->has_cursor && point) {
        view_say_step(view, point->step, true, step);
        if (col + text_columns(step) + 2 + text_columns(prompt) > end)
            view_say_step(view, point->step, false, step);
        col += cells_format(cells, rect.row, col, end - col, STYLE_STRONG, "%s: ", step);
    }
    cells_text(cells, rect.row, col, end - col, STYLE_PLAIN, prompt);
}

/* The chart */

/* Where the logarithmic axis begins: at the power of ten below the least probability. */
static double find_bottom(const struct question_curves *shown)
{
    const double most = 0.1, least = 1e-6;
    double low = most;
    for (size_t c = 0; c < shown->count; c++)
        for (size_t p = 0; p < shown->curve[c].track->points; p++) {
            double y = point_at(&shown->curve[c], p).y;
            low = isfinite(y) && y > 0 ? fmin(low, y) : low;
        }
    return fmax(pow(10, floor(log10(low) + 1e-9)), least);
}

static void say_none(const struct view *view, const struct layout *layout, struct cells *cells)
{
    int cols = layout->plot.cols - CHART_GUTTER;
    cells_text(cells, layout->plot.row + layout->plot.rows / 2, layout->plot.col + CHART_GUTTER,
               cols, STYLE_FAINT,
               view->question.count == 0 ? "no question is watched: w watches the last answer's"
                                         : "not asked yet: the next evaluation does");
}

static bool question_draw(const struct view *view, const struct layout *layout, struct cells *cells,
                          struct error *err)
{
    const struct question_curves shown = curves_of(view);
    const struct chart_places places = {layout->plot, layout->ribbon, layout->axis};
    struct view_labels labels;
    struct chart chart = {.uniform = NAN, .linear = view->linear, .top = 1, .label = "probability"};
    if (!view->linear)
        chart.bottom = find_bottom(&shown);
    for (size_t c = shown.count; c-- > 0;)
        chart_add_curve(
            &chart, (struct chart_curve){
                        .series = {&shown.curve[c], shown.curve[c].track->points, point_at, NULL},
                        .dashes = looks[shown.look[c]].dashes,
                        .name = name_of(&shown.curve[c])});
    view_frame_chart(view, &chart, &labels);
    view_values_frame(view, VIEW_QUESTION, &chart);
    bool drawn = chart_draw(&chart, places, cells, err);
    if (layout->legend.rows > 0)
        draw_legend(view, &shown, layout->legend, cells);
    if (view->question.track.points == 0)
        say_none(view, layout, cells);
    return drawn;
}

/* What stands beside it */

/* The prompt on as many rows as it takes; returns them. */
static int draw_prompt(const char *prompt, struct rect rect, struct cells *cells)
{
    int row = 0;
    while (*prompt && row < rect.rows) {
        size_t next, bytes = text_wrap(prompt, rect.cols, &next);
        cells_format(cells, rect.row + row++, rect.col, rect.cols, STYLE_STRONG, "%.*s", (int)bytes,
                     prompt);
        prompt += next;
    }
    return row;
}

static void draw_value(const char *text, double probability, bool is_truth, struct rect rect,
                       struct cells *cells)
{
    char number[FORMAT_SIZE];
    const enum style style = is_truth ? STYLE_RIGHT : STYLE_PLAIN;
    if (is_truth)
        cells_put(cells, rect.row, rect.col, L'✓', style);
    cells_text(cells, rect.row, rect.col + 2, rect.cols - 7, style, text);
    cells_right(cells, rect.row, rect.col + rect.cols, 4, style,
                format_probability(number, probability));
}

/* The answer's values, and the truth behind them where it is none of them. */
static void draw_values(const struct question_track *track, const struct question_point *point,
                        struct rect rect, struct cells *cells)
{
    bool has_truth = false;
    int end = rect.row + rect.rows;
    rect.rows = 1;
    for (size_t v = 0; v < point->values && rect.row < end; v++, rect.row++) {
        const char *text = track->value.text[point->value[v]];
        bool is_truth = track->truth && strcmp(text, track->truth) == 0;
        has_truth |= is_truth;
        draw_value(text, point->probability[v], is_truth, rect, cells);
    }
    if (track->truth && !has_truth && rect.row < end)
        draw_value(track->truth, point->truth, true, rect, cells);
}

static bool question_draw_side(const struct view *view, struct rect rect, struct cells *cells,
                               struct error *err)
{
    const struct question_track *track = &view->question.track;
    const struct question_point *point = looked_at(view);
    char step[FORMAT_SIZE];
    (void)err;
    if (!track->prompt)
        return true;
    cells_format(cells, rect.row, rect.col, rect.cols, STYLE_FAINT, "question %zu of %zu",
                 view->question.index + 1, view->question.count);
    int end = rect.row + rect.rows, row = rect.row + 1;
    row += draw_prompt(track->prompt, (struct rect){row, rect.col, end - row, rect.cols}, cells);
    if (!point || row + 1 >= end)
        return true;
    cells_format(cells, row + 1, rect.col, rect.cols, STYLE_FAINT, "asked at step %s",
                 format_count(step, point->step));
    draw_values(track, point, (struct rect){row + 2, rect.col, end - row - 2, rect.cols}, cells);
    return true;
}

const struct run_chart_ops question_chart = {
    .draw = question_draw,
    .draw_side = question_draw_side,
};
