/* Map of this file: what is looked at; the chart; the tables. */
#include "ui/tui/widgets/circuits_chart.h"

#include <math.h>
#include <stdio.h>

#include "record/measure.h"
#include "ui/format.h"
#include "ui/tui/widgets/panel.h"
#include "ui/tui/widgets/view_values.h"

/* What is looked at */

enum style circuits_style(enum circuit circuit)
{
    static const enum style styles[CIRCUITS] = {
        [CIRCUIT_WITHIN_NAME] = STYLE_WITHIN_NAME,   [CIRCUIT_NAME_TO_NAMES] = STYLE_TO_NAMES,
        [CIRCUIT_ATTRIBUTE_TO_NAME] = STYLE_TO_NAME, [CIRCUIT_ATTRIBUTE_TO_TEXT] = STYLE_TO_TEXT,
        [CIRCUIT_SHARPNESS] = STYLE_SHARPNESS,
    };
    return styles[circuit];
}

/* The curves: a line each, told apart by its colour and its dashes. Records of the first version
 * lack what is drawn first and have the former circuit. */
static const struct curve {
    enum circuit circuit, former;
    bool in_last_layer;
    const char *sign; /* in the legend */
    int set, space;   /* dots */
} curves[] = {
    {CIRCUIT_WITHIN_NAME, CIRCUIT_NAME_TO_NAMES, false, "╍", 4, 2},
    {CIRCUIT_ATTRIBUTE_TO_NAME, CIRCUIT_ATTRIBUTE_TO_NAME, true, "━", 1, 0},
    {CIRCUIT_ATTRIBUTE_TO_TEXT, CIRCUIT_ATTRIBUTE_TO_TEXT, true, "·", 1, 2},
};

enum { CURVES = sizeof curves / sizeof *curves, LEGEND_SIZE = 64 };

static size_t layer_of(const struct curve *curve, const struct circuits *circuits)
{
    return curve->in_last_layer ? circuits->layers - 1 : 0;
}

static double value_at(const struct circuit_track *track, size_t at, const struct curve *curve,
                       enum circuit circuit)
{
    struct circuits_point point = circuit_track_point(track, at);
    return circuits_of_layer(&point.known, circuit, layer_of(curve, &point.known));
}

/* The former one only where no measurement has the other. */
static enum circuit circuit_of(const struct curve *curve, const struct circuit_track *track)
{
    for (size_t i = track->points; i-- > 0;)
        if (isfinite(value_at(track, i, curve, curve->circuit)))
            return curve->circuit;
    return track->points > 0 ? curve->former : curve->circuit;
}

bool circuits_point_shown(const struct view *view, size_t *point)
{
    const struct circuit_track *track = &view->curves.circuits;
    size_t at = track->points;
    while (at > 1 && view->has_cursor && track->step[at - 1] > view->cursor)
        at--;
    *point = at > 0 ? at - 1 : 0;
    return at > 0;
}

/* The chart */

/* "━ attribute→name L2 .81", or a shorter one. */
static void write_item(const struct curve *curve, const struct circuit_track *track, size_t at,
                       bool wide, char *item, size_t size)
{
    char number[FORMAT_SIZE], layer[FORMAT_SIZE] = "";
    enum circuit circuit = circuit_of(curve, track);
    double value = track->points > 0 ? value_at(track, at, curve, circuit) : NAN;
    if (wide && track->points > 0)
        snprintf(layer, sizeof layer, " L%zu", curve->in_last_layer ? track->layers : 1);
    snprintf(item, size, "%s %s%s %4s", curve->sign,
             wide ? measure_of_circuit(circuit, false)->chart_label
                  : measure_of_circuit(circuit, false)->short_label,
             layer, format_number(number, value));
}

static void draw_legend(const struct view *view, struct cells *cells, struct rect rect)
{
    enum { WIDE_COLS = 80, GAP = 2 };
    const struct circuit_track *track = &view->curves.circuits;
    size_t at;
    bool found = circuits_point_shown(view, &at);
    int col = rect.col + 1, end = rect.col + rect.cols;
    char item[LEGEND_SIZE], step[VIEW_STEP];
    bool wide = rect.cols >= WIDE_COLS;
    if (view->has_cursor && found)
        col += cells_text(cells, rect.row, col, end - col, STYLE_STRONG,
                          view_say_step(view, track->step[at], wide, step)) +
               GAP;
    for (size_t c = 0; c < CURVES; c++) {
        write_item(&curves[c], track, at, wide, item, sizeof item);
        if (col + text_columns(item) > end)
            return;
        col += cells_text(cells, rect.row, col, end - col,
                          circuits_style(circuit_of(&curves[c], track)), item) +
               GAP;
    }
}

struct source {
    const struct circuit_track *track;
    const struct curve *curve;
    enum circuit circuit;
    char name[LEGEND_SIZE]; /* in a figure */
};

static struct chart_point point_at(const void *from, size_t at)
{
    const struct source *source = from;
    double value = value_at(source->track, at, source->curve, source->circuit);
    return (struct chart_point){(double)source->track->step[at], value};
}

/* Kept for what is drawn first and for the former circuit each. */
static struct chart_series series_of(const struct view *view, const struct source *source, size_t c)
{
    size_t slot = 2 * c + (source->circuit != curves[c].circuit);
    return (struct chart_series){source, source->track->points, point_at,
                                 view_kept(view, KEPT_CIRCUITS + slot)};
}

static void say_none(const struct layout *layout, struct cells *cells)
{
    static const char sentence[] =
        "no circuits were measured: eval.circuits is 0, or there is no attention";
    int cols = layout->plot.cols - CHART_GUTTER;
    cells_text(cells, layout->plot.row + layout->plot.rows / 2, layout->plot.col + CHART_GUTTER,
               cols, STYLE_FAINT, sentence);
}

static bool circuits_draw(const struct view *view, const struct layout *layout, struct cells *cells,
                          struct error *err)
{
    const struct circuit_track *track = &view->curves.circuits;
    struct chart chart = {
        .uniform = NAN, .linear = true, .top = 1, .label = "share of attention, known"};
    struct chart_places places = {layout->plot, layout->ribbon, layout->axis};
    struct view_labels labels;
    struct source source[CURVES];
    for (size_t c = 0; c < CURVES; c++) {
        source[c] = (struct source){track, &curves[c], circuit_of(&curves[c], track), ""};
        snprintf(source[c].name, sizeof source[c].name, "%s, layer %zu",
                 measure_of_circuit(source[c].circuit, false)->chart_label,
                 curves[c].in_last_layer ? track->layers : 1);
        chart_add_curve(&chart,
                        (struct chart_curve){.name = source[c].name,
                                             .series = series_of(view, &source[c], c),
                                             .dashes = {curves[c].set, curves[c].space,
                                                        circuits_style(source[c].circuit)}});
    }
    view_frame_chart(view, &chart, &labels);
    view_values_frame(view, VIEW_CIRCUITS, &chart);
    bool drawn = chart_draw(&chart, places, cells, err);
    if (layout->legend.rows > 0)
        draw_legend(view, cells, layout->legend);
    if (track->points == 0 && view->curves.evaluations > 0)
        say_none(layout, cells);
    return drawn;
}

/* The tables */

enum { TABLE_ROWS = 1 + CIRCUITS };

static void draw_layer(const struct view *view, const struct circuits_point *point, size_t layer,
                       struct rect rect, struct cells *cells)
{
    char known[FORMAT_SIZE], held_out[FORMAT_SIZE];
    snprintf(known, sizeof known, "layer %zu", layer + 1);
    panel_draw_two_values(cells, rect, known, "known", panel_word_for_new(view), STYLE_KNOWN,
                          STYLE_NEW);
    for (enum circuit c = 0; c < CIRCUITS; c++) {
        rect.row++;
        panel_draw_two_values(
            cells, rect, measure_of_circuit(c, false)->short_label,
            format_number(known, circuits_of_layer(&point->known, c, layer)),
            view->all_known
                ? NULL
                : format_number(held_out, circuits_of_layer(&point->held_out, c, layer)),
            STYLE_PLAIN, STYLE_PLAIN);
    }
}

static enum style share_style(double share)
{
    const double much = 0.5, little = 0.1;
    return share >= much ? STYLE_STRONG : share < little ? STYLE_FAINT : STYLE_PLAIN;
}

/* One circuit of every head, in per cent where three columns are free for each, else in tenths. */
static void draw_heads(const struct circuits *circuits, enum circuit circuit, struct rect rect,
                       struct cells *cells)
{
    const int label = 3, most = 4;
    int each = (rect.cols - label) / (int)circuits->heads;
    each = each > most ? most : each;
    cells_format(cells, rect.row, rect.col, rect.cols, STYLE_FAINT, "%s, heads, %s",
                 measure_of_circuit(circuit, false)->chart_label, each >= 3 ? "%" : "tenths");
    for (size_t l = 0; l < circuits->layers && (int)l + 1 < rect.rows; l++) {
        int row = rect.row + 1 + (int)l;
        cells_format(cells, row, rect.col, label, STYLE_FAINT, "%zu", l + 1);
        for (size_t h = 0; h < circuits->heads && each > 0; h++) {
            double share = circuits_of_head(circuits, circuit, l, h);
            char text[FORMAT_SIZE];
            if (!isfinite(share))
                continue;
            snprintf(text, sizeof text, "%.0f",
                     each >= 3 ? fmin(99, 100 * share) : fmin(9, floor(10 * share)));
            cells_right(cells, row, rect.col + label + ((int)h + 1) * each, each,
                        share_style(share), text);
        }
    }
}

static void draw_tables(const struct view *view, struct rect rect, struct cells *cells)
{
    static const enum circuit by_head[] = {CIRCUIT_ATTRIBUTE_TO_NAME, CIRCUIT_WITHIN_NAME,
                                           CIRCUIT_ATTRIBUTE_TO_TEXT, CIRCUIT_SHARPNESS,
                                           CIRCUIT_NAME_TO_NAMES};
    size_t at;
    if (!circuits_point_shown(view, &at))
        return;
    struct circuits_point point = circuit_track_point(&view->curves.circuits, at);
    int end = rect.row + rect.rows, layers = (int)point.known.layers;
    if (layers > 1 && rect.rows >= 2 * TABLE_ROWS) {
        draw_layer(view, &point, 0, rect, cells);
        rect.row += TABLE_ROWS + (rect.rows > 2 * TABLE_ROWS);
    }
    if (rect.row + TABLE_ROWS <= end)
        draw_layer(view, &point, point.known.layers - 1, rect, cells);
    rect.row += TABLE_ROWS + 1;
    for (size_t i = 0; i < sizeof by_head / sizeof *by_head; i++) {
        rect.rows = end - rect.row;
        if (rect.rows < 1 + layers)
            return;
        draw_heads(&point.known, by_head[i], rect, cells);
        rect.row += 1 + layers + 1;
    }
}

static bool circuits_draw_side(const struct view *view, struct rect rect, struct cells *cells,
                               struct error *err)
{
    (void)err;
    draw_tables(view, rect, cells);
    return true;
}

/* Shares are from 0 to 1. */
static bool circuits_is_linear(const struct view *view)
{
    (void)view;
    return true;
}

const struct run_chart_ops circuits_chart = {
    .draw = circuits_draw,
    .is_linear = circuits_is_linear,
    .draw_side = circuits_draw_side,
};
