/* Map of this file: ranges; where a value lies; the axes; the ribbon; the curves; the
 * chart; sparklines. */
#include "ui/tui/widgets/chart.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "plot/ticks.h"
#include "ui/format.h"
#include "ui/tui/widgets/canvas.h"

enum { MIN_LABEL_GAP = 2, SHORTEST_LABEL = 4 };

/* Ranges */

static struct chart_point point_of(const struct chart_series *series, size_t at)
{
    return series->point(series->from, at);
}

static void widen(const struct chart_series *series, const struct chart *chart, double *low,
                  double *high)
{
    for (size_t i = 0; i < series->count; i++) {
        const struct chart_point point = point_of(series, i);
        if (isfinite(point.y) && point.x >= chart->first && point.x <= chart->last) {
            *low = fmin(*low, point.y);
            *high = fmax(*high, point.y);
        }
    }
}

/* A baseline has room on both sides. */
static void widen_around(double baseline, double *low, double *high)
{
    if (!isfinite(baseline) || baseline <= 0)
        return;
    *low = fmin(*low, baseline * 0.6);
    *high = fmax(*high, baseline * 1.2);
}

void chart_range(const struct chart *chart, double *low, double *high)
{
    /* A curve that falls below a thousandth of the largest loss leaves the chart: what happened
     * around the baseline must stay visible. */
    const double decades = 1e3;
    *low = chart->top > 0 ? chart->bottom : INFINITY;
    *high = chart->top > 0 ? chart->top : -INFINITY;
    if (chart->top > 0)
        return;
    for (size_t c = 0; c < chart->curves; c++)
        widen(&chart->curve[c].series, chart, low, high);
    for (size_t b = 0; b < chart->baselines; b++)
        for (size_t i = 0; i < chart->baseline[b].count; i++)
            widen_around(point_of(&chart->baseline[b], i).y, low, high);
    widen_around(chart->uniform, low, high);
    if (!(*high > 0)) {
        *low = 1;
        *high = 10;
    }
    *high = ticks_round_up(*high * 1.02);
    *low = chart->linear ? 0 : ticks_round_down(fmax(*low, *high / decades));
}

/* Where a value lies */

struct chart_scale {
    double low, high;   /* loss */
    double first, last; /* steps */
    bool linear;
    int width, height; /* dots */
};

static double share_up(const struct chart_scale *scale, double y)
{
    if (scale->linear)
        return (y - scale->low) / (scale->high - scale->low);
    return log(fmax(y, scale->low * 1e-3) / scale->low) / log(scale->high / scale->low);
}

/* Dots beyond the edges stay near them, so that lines leave the chart in the right direction. */
static int dot_down(const struct chart_scale *scale, double y)
{
    double share = fmin(fmax(share_up(scale, y), -1), 2);
    return (int)lround((1 - share) * (scale->height - 1));
}

static int dot_across(const struct chart_scale *scale, double x)
{
    double share = (x - scale->first) / (scale->last - scale->first);
    return (int)lround(fmin(fmax(share, -1), 2) * (scale->width - 1));
}

/* The row of the plot in which a loss lies; may be outside. */
static int row_of(const struct chart_scale *scale, const struct rect *plot, double y)
{
    return plot->row + (int)floor((double)dot_down(scale, y) * plot->rows / scale->height);
}

/* The column of the plot in which a step lies. */
static int col_of(const struct chart_scale *scale, const struct rect *plot, double x)
{
    double cols = plot->cols - CHART_GUTTER;
    return plot->col + CHART_GUTTER + (int)floor(dot_across(scale, x) * cols / scale->width);
}

/* A baseline at a step; NAN where it has no points. */
static double baseline_at(const struct chart_series *baseline, double step)
{
    size_t i = 0;
    if (baseline->count == 0)
        return NAN;
    while (i + 1 < baseline->count && point_of(baseline, i).x < step)
        i++;
    return point_of(baseline, i).y;
}

/* The axes */

/* Whether the row, or one beside it, has its label already. */
static bool has_label(const struct cells *cells, const struct rect *plot, int row)
{
    for (int near = row - 1; near <= row + 1; near++)
        if (near >= plot->row && near < plot->row + plot->rows &&
            cells_glyph(cells, near, plot->col + CHART_GUTTER - 2) != L' ')
            return true;
    return false;
}

/* .5 and -.5, as everywhere. */
static void drop_zero(char *number)
{
    char *digits = number + (*number == '-');
    if (digits[0] == '0' && digits[1] == '.')
        memmove(digits, digits + 1, strlen(digits));
}

/* Writes a loss in front of its row where there is room. */
static void label_loss(struct cells *cells, const struct rect *plot, int row, double loss,
                       enum style style)
{
    if (row < plot->row || row >= plot->row + plot->rows || has_label(cells, plot, row))
        return;
    char text[FORMAT_SIZE];
    if (style == STYLE_BASELINE)
        snprintf(text, sizeof text, "%.2f", loss);
    else
        snprintf(text, sizeof text, "%.3g", loss);
    drop_zero(text);
    cells_right(cells, row, plot->col + CHART_GUTTER - 1, CHART_GUTTER - 1, style, text);
}

static void label_baseline(struct cells *cells, const struct chart_scale *scale,
                           const struct rect *plot, double baseline)
{
    if (isfinite(baseline))
        label_loss(cells, plot, row_of(scale, plot, baseline), baseline, STYLE_BASELINE);
}

static void label_losses(const struct chart *chart, const struct chart_scale *scale,
                         struct cells *cells, const struct rect *plot)
{
    /* Digits in the order in which they are worth a label. */
    static const double digits[] = {1, 5, 2, 3, 7, 4, 6, 8};
    for (size_t b = 0; b < chart->baselines; b++)
        label_baseline(cells, scale, plot, baseline_at(&chart->baseline[b], scale->last));
    label_baseline(cells, scale, plot, chart->uniform);
    if (scale->linear) {
        double tick = ticks_distance(scale->high - scale->low, (plot->rows - 1) / 2);
        for (double loss = ceil(scale->low / tick) * tick; loss <= scale->high + tick / 2;
             loss += tick)
            label_loss(cells, plot, row_of(scale, plot, loss), loss, STYLE_FAINT);
        return;
    }
    for (size_t d = 0; d < sizeof digits / sizeof digits[0]; d++)
        for (double power = pow(10, floor(log10(scale->low) + 1e-9)); power <= scale->high;
             power *= 10) {
            double loss = digits[d] * power;
            if (loss >= scale->low * (1 - 1e-9) && loss <= scale->high * (1 + 1e-9))
                label_loss(cells, plot, row_of(scale, plot, loss), loss, STYLE_FAINT);
        }
}

static void label_steps(const struct chart_scale *scale, struct cells *cells,
                        const struct rect *plot, const struct rect *axis)
{
    char text[FORMAT_SIZE];
    int cols = plot->cols - CHART_GUTTER;
    double span = scale->last - scale->first;
    double tick = fmax(ticks_distance(span, cols / 10 > 0 ? cols / 10 : 1), 1);
    int free_from = axis->col;
    for (double x = ceil(scale->first / tick) * tick; x <= scale->last + tick * 1e-9; x += tick) {
        format_count(text, (uint64_t)llround(x));
        int columns = text_columns(text);
        int col = col_of(scale, plot, x) - (columns - 1) / 2;
        if (col + columns > axis->col + axis->cols)
            col = axis->col + axis->cols - columns;
        if (col < free_from)
            continue;
        cells_text(cells, axis->row, col, columns, STYLE_FAINT, text);
        free_from = col + columns + MIN_LABEL_GAP;
    }
}

/* The ribbon */

static void draw_band(const struct chart_band *band, const struct chart_scale *scale,
                      struct cells *cells, const struct rect *plot, int row)
{
    if (band->to < scale->first || band->from > scale->last)
        return;
    int from = col_of(scale, plot, fmax(band->from, scale->first));
    int to = col_of(scale, plot, fmin(band->to, scale->last));
    for (int col = from; col <= to; col++)
        cells_put(cells, row, col, L'━', band->style);
    if (band->from > scale->first)
        cells_put(cells, row, from, L'┃', band->style);
    int columns = text_columns(band->label), room = to - from + 1;
    if (room >= columns + 4)
        cells_format(cells, row, from + (room - columns - 2) / 2, columns + 2, band->style, " %s ",
                     band->label);
    else if (room >= SHORTEST_LABEL + 2)
        cells_text(cells, row, from + 1, room - 2, band->style, band->label);
}

/* The curves */

static enum style style_at(const struct chart *chart, double x)
{
    enum style style = STYLE_KNOWN;
    for (size_t b = 0; b < chart->bands; b++)
        if (x >= chart->band[b].from)
            style = chart->band[b].style;
    return style;
}

/* Whether the curve is not drawn between two points. */
static bool is_cut(const struct chart *chart, const struct chart_point *from,
                   const struct chart_point *to)
{
    return from->x < chart->cut && to->x >= chart->cut;
}

static void draw_whole(const struct chart *chart, const struct chart_curve *curve,
                       const struct chart_scale *scale, struct canvas *canvas)
{
    struct chart_point from = {0};
    bool begun = false;
    for (size_t i = 0; i < curve->series.count; i++) {
        const struct chart_point to = point_of(&curve->series, i);
        if (!isfinite(to.y))
            continue;
        const struct chart_point start = begun && !is_cut(chart, &from, &to) ? from : to;
        if (to.x >= scale->first && start.x <= scale->last)
            canvas_line(canvas, dot_across(scale, start.x), dot_down(scale, start.y),
                        dot_across(scale, to.x), dot_down(scale, to.y),
                        curve->banded ? style_at(chart, to.x) : curve->dashes.style);
        from = to;
        begun = true;
    }
}

/* The straight lines between points. */
static void draw_broken(const struct chart *chart, const struct chart_curve *curve,
                        const struct chart_scale *scale, struct canvas *canvas)
{
    const struct chart_series *series = &curve->series;
    const struct chart_dashes dashes = curve->dashes;
    size_t next = 0;
    for (int x = 0; x < canvas->width; x++) {
        if (x % (dashes.set + dashes.space) >= dashes.set)
            continue;
        double step = scale->first + (scale->last - scale->first) * x / fmax(canvas->width - 1, 1);
        while (next < series->count && point_of(series, next).x < step)
            next++;
        if (next == series->count)
            return;
        const struct chart_point to = point_of(series, next);
        const struct chart_point from = next > 0 ? point_of(series, next - 1) : to;
        double share = to.x > from.x ? (step - from.x) / (to.x - from.x) : 1;
        if (isfinite(to.y) && isfinite(from.y) && step >= from.x && !is_cut(chart, &from, &to))
            canvas_dot(canvas, x, dot_down(scale, from.y + share * (to.y - from.y)), dashes.style);
    }
}

static bool has_value(const struct chart_series *series, size_t at)
{
    return at < series->count && isfinite(point_of(series, at).y);
}

/* Points without a value on either side, which no line leads to: a dot each. */
static void draw_lone(const struct chart_curve *curve, const struct chart_scale *scale,
                      struct canvas *canvas)
{
    const struct chart_series *series = &curve->series;
    for (size_t i = 0; i < series->count; i++) {
        const struct chart_point point = point_of(series, i);
        bool joined = has_value(series, i + 1) || (i > 0 && has_value(series, i - 1));
        if (isfinite(point.y) && !joined && point.x >= scale->first && point.x <= scale->last)
            canvas_dot(canvas, dot_across(scale, point.x), dot_down(scale, point.y),
                       curve->dashes.style);
    }
}

static void draw_curve(const struct chart *chart, const struct chart_curve *curve,
                       const struct chart_scale *scale, struct canvas *canvas)
{
    if (curve->dashes.space > 0) {
        draw_broken(chart, curve, scale, canvas);
        draw_lone(curve, scale, canvas);
    } else
        draw_whole(chart, curve, scale, canvas);
}

/* The chart */

static void draw_upright(const struct chart_scale *scale, struct cells *cells,
                         const struct rect *plot, double x, wchar_t glyph, enum style style)
{
    if (!(x >= scale->first && x <= scale->last))
        return;
    int col = col_of(scale, plot, x);
    for (int row = plot->row; row < plot->row + plot->rows; row++)
        cells_put(cells, row, col, glyph, style);
}

/* Nothing but upright lines, in ASCII too, which a label may cover. */
static bool is_free(const struct cells *cells, int row, int col, int columns)
{
    for (int c = col; c < col + columns; c++)
        if (!wcschr(L" ┊│:|", cells_glyph(cells, row, c)))
            return false;
    return true;
}

/* Curves at most, which a label covers where no row is free. */
static bool is_wordless(const struct cells *cells, int row, int col, int columns)
{
    for (int c = col; c < col + columns; c++) {
        wchar_t glyph = cells_glyph(cells, row, c);
        if (glyph < 0x80 && isalnum((int)glyph))
            return false;
    }
    return true;
}

typedef bool may_cover(const struct cells *cells, int row, int col, int columns);

/* The first row, from the head or the foot on; -1 where there is none. */
static int find_row(const struct cells *cells, const struct rect *plot, bool at_foot, int start,
                    int columns, may_cover *may)
{
    for (int i = 0; i < plot->rows; i++) {
        int row = plot->row + (at_foot ? plot->rows - 1 - i : i);
        if (may(cells, row, start, columns))
            return row;
    }
    return -1;
}

/* A label before the column, or behind it, as is wanted where there is room on both sides; false
 * where there is none, or where it would cover another label. It stands in the first row that is
 * free, from the wanted one on. */
static bool label_mark(struct cells *cells, const struct rect *plot, bool at_foot, int col,
                       const char *label, bool behind, enum style style)
{
    int columns = text_columns(label);
    bool fits_before = col - columns - 1 >= plot->col + CHART_GUTTER;
    bool fits_behind = col + columns + 2 <= plot->col + plot->cols;
    int start = fits_before && !(behind && fits_behind) ? col - columns - 1 : col + 2;
    if (!fits_before && !fits_behind)
        return false;
    int row = find_row(cells, plot, at_foot, start, columns, is_free);
    if (row < 0)
        row = find_row(cells, plot, at_foot, start, columns, is_wordless);
    if (row < 0)
        return false;
    cells_text(cells, row, start, columns, style, label);
    return true;
}

static void draw_uprights(const struct chart *chart, const struct chart_scale *scale,
                          struct cells *cells, const struct rect *plot)
{
    draw_upright(scale, cells, plot, chart->cut, L'┊', STYLE_STRONG);
    draw_upright(scale, cells, plot, chart->mark, L'┊', STYLE_KNOWLEDGE);
    for (size_t i = 0; i < chart->turns; i++)
        draw_upright(scale, cells, plot, chart->turn[i].step, L'┊', STYLE_PLAIN);
    draw_upright(scale, cells, plot, chart->cursor, L'│', STYLE_STRONG);
}

static bool is_shown(const struct chart_scale *scale, double x)
{
    return isfinite(x) && x >= scale->first && x <= scale->last;
}

/* The plateau's end and the cut have theirs at the foot, where curves that fall are not for long;
 * turns at the head, behind their lines. */
static void label_marks(const struct chart *chart, const struct chart_scale *scale,
                        struct cells *cells, const struct rect *plot)
{
    if (is_shown(scale, chart->mark)) {
        int col = col_of(scale, plot, chart->mark);
        if (!label_mark(cells, plot, true, col, chart->mark_label, false, STYLE_KNOWLEDGE) &&
            chart->mark_brief)
            label_mark(cells, plot, true, col, chart->mark_brief, false, STYLE_KNOWLEDGE);
    }
    if (is_shown(scale, chart->cut))
        label_mark(cells, plot, true, col_of(scale, plot, chart->cut), chart->cut_label, false,
                   STYLE_STRONG);
    for (size_t i = 0; i < chart->turns; i++)
        if (is_shown(scale, chart->turn[i].step))
            label_mark(cells, plot, false, col_of(scale, plot, chart->turn[i].step),
                       chart->turn[i].label, true, STYLE_PLAIN);
}

static void put_baseline(const struct chart_scale *scale, struct cells *cells,
                         const struct rect *plot, int col, double baseline, wchar_t glyph)
{
    int row = isfinite(baseline) ? row_of(scale, plot, baseline) : -1;
    if (row >= plot->row && row < plot->row + plot->rows)
        cells_put(cells, row, col, glyph, STYLE_BASELINE);
}

static void draw_baselines(const struct chart *chart, const struct chart_scale *scale,
                           struct cells *cells, const struct rect *plot)
{
    static const wchar_t glyph[CHART_BASELINES] = {L'┄', L'╌'};
    int apart = cells->ascii ? 2 : 1; /* dots of the curve stand next to each other */
    int left = plot->col + CHART_GUTTER, cols = plot->cols - CHART_GUTTER;
    for (int col = 0; col < cols; col += apart) {
        double step = scale->first + (scale->last - scale->first) * (col + 0.5) / cols;
        put_baseline(scale, cells, plot, left + col, chart->uniform, L'┈');
        for (size_t b = chart->baselines; b-- > 0;)
            put_baseline(scale, cells, plot, left + col, baseline_at(&chart->baseline[b], step),
                         glyph[b]);
    }
}

static void draw_axes(const struct chart *chart, const struct chart_scale *scale,
                      struct cells *cells, const struct chart_places *places)
{
    label_losses(chart, scale, cells, &places->plot);
    if (places->axis.rows > 0)
        label_steps(scale, cells, &places->plot, &places->axis);
    if (places->ribbon.rows > 0)
        for (size_t b = 0; b < chart->bands; b++)
            draw_band(&chart->band[b], scale, cells, &places->plot, places->ribbon.row);
}

void chart_add_curve(struct chart *chart, struct chart_curve curve)
{
    if (chart->curves < CHART_CURVES)
        chart->curve[chart->curves++] = curve;
}

void chart_add_baseline(struct chart *chart, struct chart_series baseline)
{
    if (chart->baselines < CHART_BASELINES)
        chart->baseline[chart->baselines++] = baseline;
}

void chart_add_band(struct chart *chart, struct chart_band band)
{
    if (chart->bands < CHART_BANDS)
        chart->band[chart->bands++] = band;
}

bool chart_draw(const struct chart *chart, struct chart_places places, struct cells *cells,
                struct error *err)
{
    const struct rect *plot = &places.plot;
    struct canvas canvas;
    int cols = plot->cols - CHART_GUTTER;
    if (plot->rows <= 0 || cols <= 0)
        return true;
    if (!canvas_init(&canvas, plot->rows, cols, cells->ascii, err))
        return false;
    struct chart_scale scale = {
        .first = chart->first,
        .last = chart->last,
        .linear = chart->linear,
        .width = canvas.width,
        .height = canvas.height,
    };
    chart_range(chart, &scale.low, &scale.high);
    draw_baselines(chart, &scale, cells, plot);
    draw_uprights(chart, &scale, cells, plot);
    draw_axes(chart, &scale, cells, &places);
    for (size_t c = 0; c < chart->curves; c++)
        draw_curve(chart, &chart->curve[c], &scale, &canvas);
    canvas_draw(&canvas, cells, plot->row, plot->col + CHART_GUTTER);
    canvas_free(&canvas);
    label_marks(chart, &scale, cells, plot);
    return true;
}

/* Sparklines */

static void find_range(const double *value, size_t count, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < count; i++)
        if (isfinite(value[i])) {
            *low = fmin(*low, value[i]);
            *high = fmax(*high, value[i]);
        }
    if (!(*high > *low))
        *high = *low + 1;
}

bool sparkline_draw(const double *value, size_t count, double low, double high, struct rect rect,
                    enum style style, struct cells *cells, struct error *err)
{
    struct canvas canvas;
    if (rect.rows <= 0 || rect.cols <= 0 || count == 0)
        return true;
    if (low == 0 && high == 0)
        find_range(value, count, &low, &high);
    if (!canvas_init(&canvas, rect.rows, rect.cols, cells->ascii, err))
        return false;
    int before_x = -1, before_y = -1;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(value[i]))
            continue;
        double across = count > 1 ? (double)i / (double)(count - 1) : 0;
        double up = fmin(fmax((value[i] - low) / (high - low), 0), 1);
        int x = (int)lround(across * (canvas.width - 1));
        int y = (int)lround((1 - up) * (canvas.height - 1));
        canvas_line(&canvas, before_x < 0 ? x : before_x, before_x < 0 ? y : before_y, x, y, style);
        before_x = x;
        before_y = y;
    }
    canvas_draw(&canvas, cells, rect.row, rect.col);
    canvas_free(&canvas);
    return true;
}
