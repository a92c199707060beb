/* Map of this file: the legend; the curves; the chart. */
#include "ui/tui/widgets/loss_chart.h"

#include <math.h>
#include <stdio.h>

#include "ui/format.h"
#include "ui/tui/widgets/difference_chart.h"
#include "ui/tui/widgets/overlay_lines.h"
#include "ui/tui/widgets/panel.h"
#include "ui/tui/widgets/run_series.h"
#include "ui/tui/widgets/view_values.h"

enum { LEGEND_SIZE = 64, LEGEND_GAP = 2, WIDE_COLS = 80 };

/* The legend */

static enum style known_style(const struct view *view)
{
    return phase_style(view->status.phase.phase);
}

static bool has_held_out_baseline(const struct view *view)
{
    return view_baselines(view).new_differs;
}

/* The baseline of all alike, where that of what is sampled has been another; NAN otherwise. */
static double uniform_beside(const struct view *view)
{
    return view_baselines(view).uniform_differs ? view->baseline : NAN;
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
    const struct chart_series parent = run_series_parent(view, LOSS_KEY);
    char step[VIEW_STEP], of_new[LEGEND_SIZE];
    int used = rect.col + 1;
    bool wide = rect.cols >= WIDE_COLS;
    if (view->has_cursor && point)
        used += cells_format(cells, rect.row, used, rect.cols - 1, STYLE_STRONG, "%s ",
                             view_say_step(view, point->step, wide, step));
    else
        used += cells_format(cells, rect.row, used, rect.cols - 1, STYLE_PLAIN,
                             wide ? "attribute loss, nats (%s) " : "attribute loss ",
                             view->linear ? "linear" : "log");
    /* The least needed first: the baselines' values are on the axis as well. */
    struct legend_item item[7];
    snprintf(of_new, sizeof of_new, "of %s", view_word_for_new(view));
    size_t count = 0;
    if (isfinite(uniform_beside(view)))
        item[count++] = (struct legend_item){"┈", "uniform", view->baseline, wide, STYLE_BASELINE};
    if (has_held_out_baseline(view))
        item[count++] = (struct legend_item){"╌", of_new, point ? point->baseline.held_out : NAN,
                                             wide, STYLE_BASELINE};
    item[count++] = (struct legend_item){
        "┄", "baseline", point ? point->baseline.known : view->baseline, wide, STYLE_BASELINE};
    if (!view->all_known)
        item[count++] = (struct legend_item){"·", view_word_for_new(view),
                                             point ? point->held_out.loss : NAN, true, STYLE_NEW};
    if (view_is_tuned(view))
        item[count++] = (struct legend_item){"╍", "tuned",
                                             point && point->tuned > 0 ? point->of_tuned.loss : NAN,
                                             true, STYLE_TUNED};
    if (parent.count > 0)
        item[count++] = (struct legend_item){
            "╌", "parent", point ? run_series_value(&parent, (double)point->step) : NAN, true,
            STYLE_PARENT};
    item[count++] = (struct legend_item){"━", "known", point ? point->known.loss : NAN, true,
                                         known_style(view)};
    draw_items(item, count, (struct rect){rect.row, used, 1, rect.col + rect.cols - used}, cells);
}

/* The curves, where the view has them: an evaluation each. */

static const struct evaluation_point *evaluation_at(const void *view, size_t at)
{
    return &((const struct view *)view)->curves.evaluation[at];
}

static struct chart_point held_out_at(const void *view, size_t at)
{
    const struct evaluation_point *point = evaluation_at(view, at);
    return (struct chart_point){(double)point->step, point->held_out.loss};
}

static struct chart_point tuned_at(const void *view, size_t at)
{
    const struct evaluation_point *point = evaluation_at(view, at);
    return (struct chart_point){(double)point->step, point->tuned > 0 ? point->of_tuned.loss : NAN};
}

static struct chart_point baseline_at(const void *view, size_t at)
{
    const struct evaluation_point *point = evaluation_at(view, at);
    return (struct chart_point){(double)point->step, point->baseline.known};
}

static struct chart_point held_out_baseline_at(const void *view, size_t at)
{
    const struct evaluation_point *point = evaluation_at(view, at);
    return (struct chart_point){(double)point->step, point->baseline.held_out};
}

/* Before the first evaluation. */
static struct chart_point first_baseline_at(const void *view, size_t at)
{
    (void)at;
    return (struct chart_point){0, ((const struct view *)view)->baseline};
}

static void add_baselines(const struct view *view, struct chart *chart)
{
    size_t count = view->curves.evaluations;
    if (count == 0)
        chart_add_baseline(chart, (struct chart_series){view, 1, first_baseline_at, NULL});
    else
        chart_add_baseline(
            chart, (struct chart_series){view, count, baseline_at, view_kept(view, KEPT_BASELINE)});
    if (has_held_out_baseline(view))
        chart_add_baseline(chart, (struct chart_series){view, count, held_out_baseline_at,
                                                        view_kept(view, KEPT_NEW_BASELINE)});
}

static void add_curves(const struct view *view, struct chart *chart)
{
    size_t count = view->curves.evaluations;
    const struct chart_curve curves[] = {
        {.series = run_series_parent(view, LOSS_KEY),
         .dashes = {2, 2, STYLE_PARENT},
         .name = "parent"},
        {.series = {view, count, held_out_at, view_kept(view, KEPT_NEW)},
         .dashes = {1, 2, STYLE_NEW},
         .name = view_word_for_new(view)},
        {.series = {view, count, tuned_at, view_kept(view, KEPT_TUNED)},
         .dashes = {4, 2, STYLE_TUNED},
         .name = "fine-tuned"},
        {.series = run_series_loss(view), .banded = true, .name = "known"},
    };
    for (size_t c = 0; c < sizeof curves / sizeof *curves; c++)
        chart_add_curve(chart, curves[c]);
}

/* The chart */

static void invite(const struct view *view, const struct layout *layout, struct cells *cells)
{
    static const char *const lines[] = {
        "space starts training",
        "ask anything meanwhile: Enter, then a name",
    };
    if (view->is_followed || view->status.step > 0 || view->status.state != TRAINER_PAUSED ||
        layout->plot.rows < 6)
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

/* The curves of other runs are below those of this one. */
static bool draw_losses(const struct view *view, const struct layout *layout,
                        struct overlay_lines *lines, struct cells *cells, struct error *err)
{
    struct view_labels labels;
    struct chart chart = {
        .uniform = uniform_beside(view), .linear = view->linear, .label = "attribute loss (nats)"};
    struct chart_places places = {layout->plot, layout->ribbon, layout->axis};
    const struct chart_series known = run_series_loss(view);
    overlay_lines_legend(lines, LOSS_KEY, &known, &places.plot, cells);
    view_frame_chart(view, &chart, &labels);
    view_values_frame(view, VIEW_LOSS, &chart);
    if (!overlay_lines_add(lines, LOSS_KEY, &known, &chart,
                           chart_columns(places.plot, cells->ascii), err))
        return false;
    add_baselines(view, &chart);
    add_curves(view, &chart);
    return chart_draw(&chart, places, cells, err);
}

static bool loss_draw(const struct view *view, const struct layout *layout, struct cells *cells,
                      struct error *err)
{
    struct overlay_lines lines;
    if (difference_is_shown(view))
        return difference_draw(view, layout, cells, err);
    bool drawn =
        overlay_lines_init(&lines, view, err) && draw_losses(view, layout, &lines, cells, err);
    overlay_lines_free(&lines);
    if (layout->legend.rows > 0)
        draw_legend(view, cells, layout->legend);
    invite(view, layout, cells);
    return drawn;
}

static double loss_reach(const struct view *view)
{
    return difference_is_shown(view) ? difference_reach(view) : run_series_reach(view);
}

const struct run_chart_ops loss_chart = {
    .draw = loss_draw,
    .reach = loss_reach,
    .is_linear = difference_is_shown,
    .draw_side = panel_draw_side,
};
