/* Map of this file: the legend; the curves; the chart. */
#include "ui/tui/widgets/loss_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/format.h"
#include "ui/tui/widgets/difference_chart.h"
#include "ui/tui/widgets/overlay_lines.h"
#include "ui/tui/widgets/panel.h"
#include "ui/tui/widgets/run_series.h"
#include "ui/tui/widgets/view_values.h"

enum { LEGEND_SIZE = 64, LEGEND_GAP = 2, LEGEND_ITEMS = 8 };

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

enum baselines_said {
    BASELINES_WITH_VALUES,
    BASELINES_BY_NAME, /* their values are on the axis as well */
    BASELINES_AS_ONE,
    BASELINES_UNSAID,
};

/* What is said, from all to the least: the first that has room is. */
struct wording {
    const char *head;
    bool says_axis;
    enum baselines_said baselines;
    int gap;
};

static const struct wording wordings[] = {
    {"attribute loss, nats", true, BASELINES_WITH_VALUES, LEGEND_GAP},
    {"attribute loss, nats", true, BASELINES_BY_NAME, LEGEND_GAP},
    {"attribute loss", false, BASELINES_BY_NAME, LEGEND_GAP},
    {"attribute loss", false, BASELINES_AS_ONE, LEGEND_GAP},
    {"attribute loss", false, BASELINES_AS_ONE, 1},
    {"loss", false, BASELINES_AS_ONE, LEGEND_GAP},
    {"attribute loss", false, BASELINES_UNSAID, 1},
    {"loss", false, BASELINES_UNSAID, LEGEND_GAP},
};

enum { WORDINGS = sizeof wordings / sizeof *wordings };

struct loss_item {
    const char *sign, *name;
    double value;
    bool shows_value;
    enum style style;
};

struct loss_legend {
    char head[2 * VIEW_STEP], of_new[LEGEND_SIZE], signs[LEGEND_SIZE];
    struct loss_item item[LEGEND_ITEMS]; /* [items] the least needed first */
    size_t items;
    int gap;
};

static void add_item(struct loss_legend *legend, struct loss_item item)
{
    if (legend->items < LEGEND_ITEMS)
        legend->item[legend->items++] = item;
}

/* Returns its columns. */
static int write_item(const struct loss_item *item, char text[LEGEND_SIZE])
{
    char number[FORMAT_SIZE];
    if (item->shows_value)
        snprintf(text, LEGEND_SIZE, "%s %s %4s", item->sign, item->name,
                 format_number(number, item->value));
    else
        snprintf(text, LEGEND_SIZE, "%s %s", item->sign, item->name);
    return text_columns(text);
}

/* What is drawn, or the step that is looked at. */
static void write_head(const struct view *view, const struct wording *wording,
                       struct loss_legend *legend)
{
    const struct evaluation_point *point = view_evaluation(view);
    const char *axis = !wording->says_axis ? "" : view->linear ? " (linear)" : " (log)";
    char step[VIEW_STEP];
    if (view->has_cursor && point)
        snprintf(legend->head, sizeof legend->head, "%s",
                 view_say_step(view, point->step, wording->says_axis, step));
    else
        snprintf(legend->head, sizeof legend->head, "%s%s", wording->head, axis);
}

static void name_baselines(const struct view *view, enum baselines_said said,
                           struct loss_legend *legend)
{
    const struct evaluation_point *point = view_evaluation(view);
    const bool has_uniform = isfinite(uniform_beside(view)),
               has_held_out = has_held_out_baseline(view), wide = said == BASELINES_WITH_VALUES;
    if (said == BASELINES_UNSAID)
        return;
    if (said == BASELINES_AS_ONE && (has_uniform || has_held_out)) {
        snprintf(legend->signs, sizeof legend->signs, "┄%s%s", has_held_out ? "╴" : "",
                 has_uniform ? "┈" : "");
        add_item(legend,
                 (struct loss_item){legend->signs, "baselines", NAN, false, STYLE_BASELINE});
        return;
    }
    snprintf(legend->of_new, sizeof legend->of_new, "of %s", view_word_for_new(view));
    if (has_uniform)
        add_item(legend, (struct loss_item){"┈", "uniform", view->baseline, wide, STYLE_BASELINE});
    if (has_held_out)
        add_item(legend,
                 (struct loss_item){"╴", legend->of_new, point ? point->baseline.held_out : NAN,
                                    wide, STYLE_BASELINE});
    add_item(legend,
             (struct loss_item){"┄", "baseline", point ? point->baseline.known : view->baseline,
                                wide, STYLE_BASELINE});
}

static void make_legend(const struct view *view, const struct wording *wording,
                        struct loss_legend *legend)
{
    const struct evaluation_point *point = view_evaluation(view);
    const struct chart_series parent = run_series_parent(view, LOSS_KEY);
    *legend = (struct loss_legend){.gap = wording->gap};
    write_head(view, wording, legend);
    name_baselines(view, wording->baselines, legend);
    if (!view->all_known)
        add_item(legend, (struct loss_item){"·", view_word_for_new(view),
                                            point ? point->held_out.loss : NAN, true, STYLE_NEW});
    if (view_is_tuned(view))
        add_item(legend, (struct loss_item){"╍", "tuned",
                                            point && point->tuned > 0 ? point->of_tuned.loss : NAN,
                                            true, STYLE_TUNED});
    if (parent.count > 0)
        add_item(legend,
                 (struct loss_item){"╌", "parent",
                                    point ? run_series_value(&parent, (double)point->step) : NAN,
                                    true, STYLE_PARENT});
    add_item(legend, (struct loss_item){"━", "known", point ? point->known.loss : NAN, true,
                                        known_style(view)});
}

static int columns_of(const struct loss_legend *legend)
{
    char text[LEGEND_SIZE];
    int columns = text_columns(legend->head);
    for (size_t i = 0; i < legend->items; i++)
        columns += legend->gap + write_item(&legend->item[i], text);
    return columns;
}

/* In the first wording that has room; where none has, without what is needed least. */
static void fit_legend(const struct view *view, int room, struct loss_legend *legend)
{
    for (size_t w = 0; w < WORDINGS; w++) {
        make_legend(view, &wordings[w], legend);
        if (columns_of(legend) <= room)
            return;
    }
    while (legend->items > 0 && columns_of(legend) > room)
        memmove(legend->item, legend->item + 1, --legend->items * sizeof *legend->item);
}

/* Items from right to left, so that the values keep their place. */
static void draw_legend(const struct view *view, struct cells *cells, struct rect rect)
{
    struct loss_legend legend;
    char text[LEGEND_SIZE];
    int end = rect.col + rect.cols, col = rect.col + 1;
    fit_legend(view, rect.cols - 1, &legend);
    for (size_t i = 0; i < legend.items; i++) {
        end -= write_item(&legend.item[i], text);
        cells_text(cells, rect.row, end > col ? end : col, rect.cols, legend.item[i].style, text);
        end -= legend.gap;
    }
    cells_text(cells, rect.row, col, end - col, view->has_cursor ? STYLE_STRONG : STYLE_PLAIN,
               legend.head);
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
         .is_beside = true,
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
