/* Map of this file: what is drawn; panels; looks; the parent; the legend; a panel; the chart. */
#include "ui/tui/widgets/picked_chart.h"

#include <math.h>
#include <stdio.h>

#include "ui/format.h"
#include "ui/tui/widgets/measure_curve.h"
#include "ui/tui/widgets/overlay_lines.h"
#include "ui/tui/widgets/panel.h"
#include "ui/tui/widgets/run_series.h"
#include "ui/tui/widgets/view_values.h"

/* What is drawn */

struct picked {
    struct measure_curve curve[VIEW_PICKED]; /* [count] */
    size_t slot[VIEW_PICKED];                /* its place among what was picked */
    size_t count;
};

static void find_curves(const struct view *view, struct picked *picked)
{
    picked->count = 0;
    for (size_t i = 0; view->picked && i < view->picked->count && i < VIEW_PICKED; i++)
        if (measure_curve_find(&picked->curve[picked->count], view, view->picked->text[i]))
            picked->slot[picked->count++] = i;
}

/* Panels */

enum { LEAST_ROWS = 5 }; /* of a panel, with its legend */

struct picked_panel {
    const struct measure_axis *axis;
    const struct picked *picked;
    struct rect legend, plot;
    size_t number; /* from above */
    bool is_last;
};

static const struct measure_axis *axis_of(const struct picked *picked, size_t curve)
{
    return picked->curve[curve].measure->axis;
}

/* The axes, each once, in the order in which they were picked first. */
static size_t list_axes(const struct picked *picked, const struct measure_axis *axis[VIEW_PICKED])
{
    size_t axes = 0;
    for (size_t c = 0; c < picked->count; c++) {
        size_t a = 0;
        while (a < axes && axis[a] != axis_of(picked, c))
            a++;
        axis[a] = axis_of(picked, c);
        axes += a == axes;
    }
    return axes;
}

/* Looks */

struct curve_look {
    const char *sign;
    struct chart_dashes dashes;
    bool banded;
};

/* Of the first in a panel, of the first of new individuals, and of others: in colours that no run
 * beside this one has. */
static struct curve_look look_of(const struct picked_panel *panel, size_t curve, size_t others)
{
    static const struct {
        const char *sign;
        int set, space;
    } dashes[] = {{"╍", 4, 2}, {"╌", 2, 2}, {"┄", 6, 2}, {"·", 1, 3}};
    const struct picked *picked = panel->picked;
    size_t of_new = 0, others_before = 0;
    bool is_first = true;
    for (size_t c = 0; c < curve; c++)
        if (axis_of(picked, c) == panel->axis) {
            bool first_of_new = picked->curve[c].measure->is_of_new && of_new++ == 0;
            others_before += !is_first && !first_of_new;
            is_first = is_first && first_of_new;
        }
    if (picked->curve[curve].measure->is_of_new && of_new == 0)
        return (struct curve_look){"·", {1, 2, STYLE_NEW}, false};
    if (is_first)
        return (struct curve_look){"━", {1, 0, STYLE_KNOWN}, true};
    size_t d = others_before % (sizeof dashes / sizeof *dashes);
    return (struct curve_look){
        dashes[d].sign,
        {dashes[d].set, dashes[d].space, style_of_series(others + others_before)},
        false};
}

/* The parent */

/* The curve that a panel has first: other runs are drawn by it alone, since their numbers would be
 * too many. */
static size_t first_of(const struct picked_panel *panel)
{
    size_t c = 0;
    while (axis_of(panel->picked, c) != panel->axis)
        c++;
    return c;
}

static bool has_others(const struct picked_panel *panel, size_t first)
{
    size_t c = first + 1;
    while (c < panel->picked->count && axis_of(panel->picked, c) != panel->axis)
        c++;
    return c < panel->picked->count;
}

static struct chart_series parent_of(const struct picked_panel *panel, size_t first)
{
    const struct measure_curve *curve = &panel->picked->curve[first];
    return run_series_parent(curve->view, curve->path);
}

/* "╌ parent .107", or "╌ parent's attr_acc .107" where the panel has other measures; "" where no
 * parent is drawn. */
static void write_parent(const struct picked_panel *panel, char *item, size_t size)
{
    const size_t first = first_of(panel);
    const struct measure_curve *curve = &panel->picked->curve[first];
    const struct chart_series parent = parent_of(panel, first);
    bool names = has_others(panel, first);
    char number[FORMAT_SIZE];
    double value = run_series_value(&parent, measure_curve_looked_at(curve).x);
    *item = '\0';
    if (parent.count > 0)
        snprintf(item, size, "╌ parent%s%s %4s", names ? "'s " : "", names ? curve->path : "",
                 format_measured(number, value));
}

/* The legend: "━ attr_acc .107", in the order in which they were picked, and the parent. */

static void draw_legend(const struct picked_panel *panel, size_t others, struct cells *cells)
{
    enum { GAP = 2, WIDE_COLS = 80 };
    const struct rect rect = panel->legend;
    const struct picked *picked = panel->picked;
    const struct view *view = picked->curve[0].view;
    int col = rect.col + 1, end = rect.col + rect.cols;
    char number[FORMAT_SIZE], step[VIEW_STEP], item[128];
    if (rect.rows <= 0)
        return;
    if (view->has_cursor && panel->axis == axis_of(picked, 0)) {
        uint64_t measured = (uint64_t)measure_curve_looked_at(&picked->curve[0]).x;
        col += cells_text(cells, rect.row, col, end - col, STYLE_STRONG,
                          view_say_step(view, measured, rect.cols >= WIDE_COLS, step)) +
               GAP;
    }
    for (size_t c = 0; c < picked->count; c++) {
        if (axis_of(picked, c) != panel->axis)
            continue;
        const struct curve_look look = look_of(panel, c, others);
        enum style style = look.banded ? phase_style(view->status.phase.phase) : look.dashes.style;
        snprintf(item, sizeof item, "%s %s %4s", look.sign, picked->curve[c].path,
                 format_measured(number, measure_curve_looked_at(&picked->curve[c]).y));
        col += cells_text(cells, rect.row, col, end - col, style, item) + GAP;
    }
    write_parent(panel, item, sizeof item);
    cells_text(cells, rect.row, col, end - col, STYLE_PARENT, item);
}

/* A panel */

static void add_curves(const struct picked_panel *panel, size_t others, struct chart *chart)
{
    const struct picked *picked = panel->picked;
    chart_add_curve(chart, (struct chart_curve){.series = parent_of(panel, first_of(panel)),
                                                .dashes = {2, 2, STYLE_PARENT},
                                                .name = "parent"});
    for (size_t c = picked->count; c-- > 0;) { /* the first over the others */
        if (axis_of(picked, c) != panel->axis)
            continue;
        const struct curve_look look = look_of(panel, c, others);
        struct envelope *kept = view_kept(picked->curve[c].view, KEPT_PICKED + picked->slot[c]);
        chart_add_curve(
            chart, (struct chart_curve){.series = measure_curve_series(&picked->curve[c], kept),
                                        .dashes = look.dashes,
                                        .banded = look.banded,
                                        .name = picked->curve[c].path});
    }
}

static bool add_others(const struct picked_panel *panel, struct overlay_lines *lines,
                       struct chart *chart, struct rect *plot, struct cells *cells,
                       struct error *err)
{
    const struct picked *picked = panel->picked;
    const size_t c = first_of(panel);
    struct envelope *kept = view_kept(picked->curve[c].view, KEPT_PICKED + picked->slot[c]);
    const struct chart_series open = measure_curve_series(&picked->curve[c], kept);
    overlay_lines_legend(lines, picked->curve[c].path, &open, plot, cells);
    return overlay_lines_add(lines, picked->curve[c].path, &open, chart,
                             chart_columns(*plot, cells->ascii), err);
}

/* What happened when is told once. */
static void keep_silent(struct chart *chart, struct view_labels *labels)
{
    chart->mark_label = chart->cut_label = "";
    chart->mark_brief = NULL;
    for (size_t t = 0; t < chart->turns; t++)
        labels->turn[t].label = "";
}

static bool draw_panel(const struct picked_panel *panel, const struct layout *layout,
                       struct cells *cells, struct error *err)
{
    const struct view *view = panel->picked->curve[0].view;
    const struct measure_axis *axis = panel->axis;
    struct view_labels labels;
    struct overlay_lines lines;
    struct rect plot = panel->plot;
    struct chart chart = {
        .uniform = NAN,
        .linear = (axis->scale == AXIS_LINEAR) != view->linear,
        .label = axis->label,
        .factor = axis->factor,
    };
    if (chart.linear && axis->top > 0)
        chart.top = axis->top / axis->factor;
    view_frame_chart(view, &chart, &labels);
    view_values_frame(view, VIEW_PANEL + panel->number, &chart);
    if (!panel->is_last)
        keep_silent(&chart, &labels);
    bool drawn = overlay_lines_init(&lines, view, err) &&
                 add_others(panel, &lines, &chart, &plot, cells, err);
    if (drawn) {
        const struct rect nothing = {0, 0, 0, 0};
        const struct chart_places places = {plot, panel->is_last ? layout->ribbon : nothing,
                                            panel->is_last ? layout->axis : nothing};
        add_curves(panel, lines.count, &chart);
        drawn = chart_draw(&chart, places, cells, err);
    }
    draw_legend(panel, lines.count, cells);
    overlay_lines_free(&lines);
    return drawn;
}

/* The chart */

static void say(const struct layout *layout, struct cells *cells, const char *sentence)
{
    int cols = layout->plot.cols - CHART_GUTTER;
    cells_text(cells, layout->plot.row + layout->plot.rows / 2, layout->plot.col + CHART_GUTTER,
               cols, STYLE_FAINT, sentence);
}

static bool picked_draw(const struct view *view, const struct layout *layout, struct cells *cells,
                        struct error *err)
{
    const struct measure_axis *axis[VIEW_PICKED];
    struct picked picked;
    find_curves(view, &picked);
    size_t axes = list_axes(&picked, axis);
    const int row = layout->legend.rows > 0 ? layout->legend.row : layout->plot.row;
    const int rows = layout->plot.row + layout->plot.rows - row;
    size_t fitting = rows / LEAST_ROWS > 1 ? (size_t)(rows / LEAST_ROWS) : 1;
    bool drawn = true;
    if (axes == 0)
        say(layout, cells, "this run has none of what was picked: p picks");
    fitting = axes < fitting ? axes : fitting;
    for (size_t a = 0; drawn && a < fitting; a++) {
        int first = row + (int)a * rows / (int)fitting,
            next = row + ((int)a + 1) * rows / (int)fitting;
        int legend = layout->legend.rows > 0;
        const struct rect all = layout->plot;
        const struct picked_panel panel = {
            axis[a],
            &picked,
            {first, all.col, legend, all.cols},
            {first + legend, all.col, next - first - legend, all.cols},
            a,
            a + 1 == fitting};
        drawn = draw_panel(&panel, layout, cells, err);
    }
    if (fitting < axes && layout->legend.rows > 0) {
        char more[FORMAT_SIZE + 16];
        snprintf(more, sizeof more, " and %zu more", axes - fitting);
        cells_right(cells, layout->legend.row, layout->legend.col + layout->legend.cols,
                    layout->legend.cols, STYLE_FAINT, more);
    }
    return drawn;
}

const struct run_chart_ops picked_chart = {
    .draw = picked_draw,
    .reach = run_series_reach,
    .draw_side = panel_draw_side,
};
