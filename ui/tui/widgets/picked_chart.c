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
    size_t beyond; /* curves that no panel has room for, where this one says so */
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

/* The curves of other axes than the first `fitting` ones. */
static size_t count_beyond(const struct picked *picked, const struct measure_axis *const *axis,
                           size_t fitting)
{
    size_t beyond = picked->count;
    for (size_t c = 0; c < picked->count; c++)
        for (size_t a = 0; a < fitting; a++)
            beyond -= axis[a] == axis_of(picked, c);
    return beyond;
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

/* The legend: "━ attr_acc .107", in the order in which they were picked, and the parent, as far as
 * there is room; the rest is counted. */

enum { LEGEND_GAP = 2, LEAST_NAME = 7, NUMBER_COLS = 4 };

struct legend_item {
    enum style style;
    const char *sign;
    char name[VIEW_STEP], number[FORMAT_SIZE];
};

struct picked_legend {
    struct legend_item item[VIEW_PICKED + 1]; /* [items] */
    size_t items;
};

static void add_item(struct picked_legend *legend, enum style style, const char *sign,
                     const char *of, const char *name, double value)
{
    struct legend_item *item = &legend->item[legend->items++];
    item->style = style;
    item->sign = sign;
    snprintf(item->name, sizeof item->name, "%s%s", of, name);
    format_measured(item->number, value);
}

/* "parent", or "parent's attr_acc" where the panel has other measures. */
static void add_parent(const struct picked_panel *panel, struct picked_legend *legend)
{
    const size_t first = first_of(panel);
    const struct measure_curve *curve = &panel->picked->curve[first];
    const struct chart_series parent = parent_of(panel, first);
    bool names = has_others(panel, first);
    if (parent.count > 0)
        add_item(legend, STYLE_PARENT, "╌", names ? "parent's " : "parent",
                 names ? curve->path : "",
                 run_series_value(&parent, measure_curve_looked_at(curve).x));
}

static void make_legend(const struct picked_panel *panel, size_t others,
                        struct picked_legend *legend)
{
    const struct picked *picked = panel->picked;
    const struct view *view = picked->curve[0].view;
    legend->items = 0;
    for (size_t c = 0; c < picked->count; c++) {
        if (axis_of(picked, c) != panel->axis)
            continue;
        const struct curve_look look = look_of(panel, c, others);
        add_item(legend, look.banded ? phase_style(view->status.phase.phase) : look.dashes.style,
                 look.sign, "", picked->curve[c].path,
                 measure_curve_looked_at(&picked->curve[c]).y);
    }
    add_parent(panel, legend);
}

/* Columns beside the name. */
static int columns_beside(const struct legend_item *item)
{
    int number = text_columns(item->number);
    return text_columns(item->sign) + (number > NUMBER_COLS ? number : NUMBER_COLS) + 2;
}

/* Columns of so many items, with the last one's name as short as it may become. */
static int least_columns(const struct picked_legend *legend, size_t shown)
{
    int columns = 0;
    for (size_t i = 0; i < shown; i++) {
        int name = text_columns(legend->item[i].name);
        columns += columns_beside(&legend->item[i]) + (i > 0 ? LEGEND_GAP : 0) +
                   (i + 1 == shown && name > LEAST_NAME ? LEAST_NAME : name);
    }
    return columns;
}

/* "" where nothing is left out. Returns its columns. */
static int write_more(size_t left_out, char more[VIEW_STEP])
{
    *more = '\0';
    if (left_out > 0)
        snprintf(more, VIEW_STEP, "  and %zu more", left_out);
    return text_columns(more);
}

/* With its name cut where it has no room up to the end. Returns the columns used. */
static int draw_item(const struct legend_item *item, int row, int col, int end, struct cells *cells)
{
    int room = end - col - columns_beside(item);
    int sign = cells_text(cells, row, col, end - col, item->style, item->sign) + 1;
    int name = cells_text(cells, row, col + sign, room > 1 ? room : 1, item->style, item->name) + 1;
    return sign + name +
           cells_format(cells, row, col + sign + name, end - col - sign - name, item->style, "%*s",
                        NUMBER_COLS, item->number);
}

static void draw_items(const struct picked_panel *panel, const struct picked_legend *legend,
                       int col, struct cells *cells)
{
    const int row = panel->legend.row;
    int end = panel->legend.col + panel->legend.cols;
    size_t shown = legend->items;
    char more[VIEW_STEP];
    while (shown > 1 &&
           least_columns(legend, shown) + write_more(legend->items - shown + panel->beyond, more) >
               end - col)
        shown--;
    int columns = write_more(legend->items - shown + panel->beyond, more);
    if (least_columns(legend, shown) + columns <= end - col) {
        cells_right(cells, row, end, columns, STYLE_FAINT, more);
        end -= columns;
    }
    for (size_t i = 0; i < shown; i++)
        col += draw_item(&legend->item[i], row, col, end, cells) + LEGEND_GAP;
}

static void draw_legend(const struct picked_panel *panel, size_t others, struct cells *cells)
{
    enum { WIDE_COLS = 80 };
    const struct rect rect = panel->legend;
    const struct picked *picked = panel->picked;
    const struct view *view = picked->curve[0].view;
    int col = rect.col + 1, end = rect.col + rect.cols;
    struct picked_legend legend;
    char step[VIEW_STEP];
    if (rect.rows <= 0)
        return;
    if (view->has_cursor && panel->axis == axis_of(picked, 0)) {
        uint64_t measured = (uint64_t)measure_curve_looked_at(&picked->curve[0]).x;
        col += cells_text(cells, rect.row, col, end - col, STYLE_STRONG,
                          view_say_step(view, measured, rect.cols >= WIDE_COLS, step)) +
               LEGEND_GAP;
    }
    make_legend(panel, others, &legend);
    draw_items(panel, &legend, col, cells);
}

/* A panel */

static void add_curves(const struct picked_panel *panel, size_t others, struct chart *chart)
{
    const struct picked *picked = panel->picked;
    chart_add_curve(chart, (struct chart_curve){.series = parent_of(panel, first_of(panel)),
                                                .dashes = {2, 2, STYLE_PARENT},
                                                .is_beside = true,
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
    const size_t beyond = count_beyond(&picked, axis, fitting);
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
            a == 0 ? beyond : 0,
            a + 1 == fitting};
        drawn = draw_panel(&panel, layout, cells, err);
    }
    return drawn;
}

const struct run_chart_ops picked_chart = {
    .draw = picked_draw,
    .reach = run_series_reach,
    .draw_side = panel_draw_side,
};
