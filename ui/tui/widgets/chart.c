/* Map of this file: ranges; the ribbon; envelopes; the curves; their tags; the chart. */
#include "ui/tui/widgets/chart.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <wchar.h>

#include "plot/ticks.h"
#include "ui/tui/widgets/canvas.h"
#include "ui/tui/widgets/chart_labels.h"
#include "ui/tui/widgets/chart_scale.h"

enum { SHORTEST_LABEL = 6 };

/* Ranges */

static struct chart_point point_of(const struct chart_series *series, size_t at)
{
    return series->point(series->from, at);
}

/* What was made of the curve's points, where that is for the span that is shown. */
static const struct envelope *envelope_of(const struct chart_curve *curve)
{
    return curve->made ? curve->made : curve->series.kept;
}

static void widen(const struct chart_curve *curve, const struct chart *chart, double *low,
                  double *high)
{
    const struct chart_series *series = &curve->series;
    double least, most;
    if (envelope_of(curve)) {
        if (envelope_range(envelope_of(curve), &least, &most)) {
            *low = fmin(*low, least);
            *high = fmax(*high, most);
        }
        return;
    }
    for (size_t i = 0; i < series->count; i++) {
        const struct chart_point point = point_of(series, i);
        if (isfinite(point.y) && step_span_holds(&chart->span, point.x)) {
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

/* What holds at a step is that of the first point from there on. */
static double baseline_at(const struct chart_series *baseline, double step)
{
    size_t low = 0, high = baseline->count;
    if (baseline->count == 0)
        return NAN;
    while (low + 1 < high) {
        size_t middle = low + (high - low - 1) / 2;
        if (point_of(baseline, middle).x < step)
            low = middle + 1;
        else
            high = middle + 1;
    }
    return point_of(baseline, low).y;
}

/* The least and the largest that holds at the steps that are shown; false where none does. */
static bool baseline_range(const struct chart_series *baseline, const struct chart *chart,
                           double *low, double *high)
{
    const double first = baseline_at(baseline, chart->span.first);
    const double last = baseline_at(baseline, chart->span.last);
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; !baseline->kept && i < baseline->count; i++)
        if (step_span_holds(&chart->span, point_of(baseline, i).x)) {
            least = fmin(least, point_of(baseline, i).y);
            most = fmax(most, point_of(baseline, i).y);
        }
    if (baseline->kept)
        envelope_range(baseline->kept, &least, &most);
    *low = fmin(least, fmin(first, last)); /* which pass over what is no number */
    *high = fmax(most, fmax(first, last));
    return *low <= *high;
}

static void widen_around_all(const struct chart_series *baseline, const struct chart *chart,
                             double *low, double *high)
{
    double least, most;
    if (baseline_range(baseline, chart, &least, &most)) {
        widen_around(least, low, high);
        widen_around(most, low, high);
    }
}

/* Of a span without points: those on both sides of it, which a line through it leads to. */
static void widen_beside(const struct chart_curve *curve, const struct step_span *span, double *low,
                         double *high)
{
    double before = NAN, behind = NAN;
    for (size_t i = 0; i < curve->series.count && !isfinite(behind); i++) {
        const struct chart_point point = point_of(&curve->series, i);
        if (isfinite(point.y) && point.x < span->first)
            before = point.y;
        else if (isfinite(point.y) && point.x > span->last)
            behind = point.y;
    }
    *low = fmin(*low, fmin(before, behind)); /* which pass over what is no number */
    *high = fmax(*high, fmax(before, behind));
}

/* Where a logarithmic axis begins that curves reach from `low` to `high`. One that falls below a
 * thousandth of the largest value leaves the chart: what happened above must stay visible. Runs
 * beside the open one are there to be compared, and leave it below a millionth. */
static double least_shown(const struct chart *chart, double low, double high)
{
    const double decades = 1e3, decades_beside = 1e6;
    double least = INFINITY, most = -INFINITY;
    for (size_t c = 0; c < chart->curves; c++)
        if (chart->curve[c].is_beside)
            widen(&chart->curve[c], chart, &least, &most);
    low = fmax(low, high / decades);
    return least > 0 ? fmin(low, fmax(least, high / decades_beside)) : low;
}

/* As far as curves reach, with a margin. */
static void fit_closely(const struct chart *chart, double *low, double *high)
{
    const double margin = 0.05, least = 1e-3; /* of the largest, so that rounding is no mountain */
    double beside_low = INFINITY, beside_high = -INFINITY;
    for (size_t c = 0; c < chart->curves; c++)
        widen(&chart->curve[c], chart, low, high);
    bool is_empty = *low > *high;
    for (size_t c = 0; is_empty && c < chart->curves; c++)
        widen_beside(&chart->curve[c], &chart->span, &beside_low, &beside_high);
    *low = fmin(*low, beside_low);
    *high = fmax(*high, beside_high);
    if (!(*low <= *high) || (!chart->linear && *high <= 0)) {
        *low = 1;
        *high = 10;
    }
    double room = fmax(margin * (*high - *low), least * fmax(fabs(*low), fabs(*high)));
    if (room <= 0) /* nothing but zeros */
        room = 1;
    if (!chart->linear)
        *low = least_shown(chart, *low, *high);
    *low = chart->linear ? *low - room : fmax(*low - room, *low * (1 - margin));
    *high += room;
}

/* Losses, and what they are compared with. */
static void fit_losses(const struct chart *chart, double *low, double *high)
{
    for (size_t c = 0; c < chart->curves; c++)
        widen(&chart->curve[c], chart, low, high);
    for (size_t b = 0; b < chart->baselines; b++)
        widen_around_all(&chart->baseline[b], chart, low, high);
    widen_around(chart->uniform, low, high);
    if (!(*high > 0)) {
        *low = 1;
        *high = 10;
    }
    *high = ticks_round_up(*high * 1.02);
    *low = chart->linear ? 0 : ticks_round_down(least_shown(chart, *low, *high));
}

/* What shows all there is. */
static void fit(const struct chart *chart, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    if (chart->closely)
        fit_closely(chart, low, high);
    else if (chart->top > 0) {
        *low = chart->bottom;
        *high = chart->top;
    } else
        fit_losses(chart, low, high);
    ticks_keep_range(low, high, !chart->linear);
}

void chart_range(const struct chart *chart, double *low, double *high)
{
    const double decades = 1e-3; /* of what goes down to 0 or below on an axis that cannot */
    bool fits = chart->linear || chart->values.high > 0;
    if (!chart->has_values || !fits) {
        fit(chart, low, high);
        return;
    }
    *high = chart->values.high;
    *low = chart->values.low;
    if (!chart->linear && *low <= 0)
        *low = decades * *high;
    ticks_keep_range(low, high, !chart->linear);
}

/* The ribbon */

static void draw_band(const struct chart_band *band, const struct chart_scale *scale,
                      struct cells *cells, const struct rect *plot, int row)
{
    const struct step_span *span = &scale->span;
    if (band->to < span->first || band->from > span->last)
        return;
    int from = chart_col_of(scale, plot, fmax(band->from, span->first));
    int to = chart_col_of(scale, plot, fmin(band->to, span->last));
    for (int col = from; col <= to; col++)
        cells_put(cells, row, col, L'━', band->style);
    if (band->from > span->first)
        cells_put(cells, row, from, L'┃', band->style);
    int columns = text_columns(band->label), room = to - from + 1;
    if (room >= columns + 4)
        cells_format(cells, row, from + (room - columns - 2) / 2, columns + 2, band->style, " %s ",
                     band->label);
    else if (room >= SHORTEST_LABEL + 2)
        cells_text(cells, row, from + 1, room - 2, band->style, band->label);
}

/* Envelopes: what is drawn of the curves, beside those that somebody keeps. */

struct chart_shapes {
    struct envelope own[CHART_CURVES], smooth[CHART_CURVES];
    const struct envelope *shape[CHART_CURVES]; /* [chart.curves] */
};

size_t chart_columns(struct rect plot, bool ascii)
{
    int cols = plot.cols - CHART_GUTTER;
    return cols > 0 ? (size_t)(cols * canvas_across(ascii)) : 0;
}

bool chart_reduce(const struct chart_series *series, const struct step_span *span, size_t columns,
                  struct envelope *envelope, struct error *err)
{
    if (!envelope_fit(envelope, span, columns, err))
        return false;
    if (envelope->taken > series->count)
        envelope_forget(envelope);
    while (envelope->taken < series->count) {
        const struct chart_point point = point_of(series, envelope->taken);
        envelope_add(envelope, point.x, point.y);
    }
    return true;
}

static bool shape_curve(const struct chart *chart, size_t c, size_t columns,
                        struct chart_shapes *shapes, struct error *err)
{
    const struct chart_curve *curve = &chart->curve[c];
    struct envelope *kept = curve->series.kept ? curve->series.kept : &shapes->own[c];
    shapes->shape[c] = curve->made ? curve->made : kept;
    return curve->made || chart_reduce(&curve->series, &chart->span, columns, kept, err);
}

static void shapes_free(struct chart_shapes *shapes)
{
    for (size_t c = 0; c < CHART_CURVES; c++) {
        envelope_free(&shapes->own[c]);
        envelope_free(&shapes->smooth[c]);
    }
}

static bool make_shapes(const struct chart *chart, size_t columns, struct chart_shapes *shapes,
                        struct error *err)
{
    for (size_t b = 0; b < chart->baselines; b++) {
        const struct chart_series *baseline = &chart->baseline[b];
        if (baseline->kept && !chart_reduce(baseline, &chart->span, columns, baseline->kept, err))
            return false;
    }
    for (size_t c = 0; c < chart->curves; c++)
        if (!shape_curve(chart, c, columns, shapes, err))
            return false;
    return true;
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

/* How a curve is drawn. */
struct pen {
    const struct chart *chart;
    const struct chart_scale *scale;
    struct canvas *canvas;
    struct chart_dashes dashes;
    bool banded;
    bool shades; /* it draws what is below the curves */
    bool means;  /* of each column alone, where it is broken */
};

static enum style pen_style(const struct pen *pen, double x)
{
    enum style style = pen->banded ? style_at(pen->chart, x) : pen->dashes.style;
    return pen->shades ? style_shade(style) : style;
}

/* Whether the curve is not drawn between two points. */
static bool is_cut(const struct chart *chart, double from, double to)
{
    return from < chart->cut && to >= chart->cut;
}

/* Where the straight line between two places is at a column. */
static double height_at(struct chart_place from, struct chart_place to, double x)
{
    return to.x > from.x ? from.y + (x - from.x) / (to.x - from.x) * (to.y - from.y) : to.y;
}

/* Brings the ends of a line that leaves the picture to its edges. */
static void draw_between(const struct pen *pen, struct envelope_point from,
                         struct envelope_point to)
{
    const double edge = pen->canvas->width - 1;
    struct chart_place start = chart_place_of(pen->scale, from),
                       end = chart_place_of(pen->scale, to);
    const struct chart_place first = start, last = end;
    if (is_cut(pen->chart, from.x, to.x))
        return;
    if (start.x < 0)
        start = (struct chart_place){0, height_at(first, last, 0)};
    if (end.x > edge)
        end = (struct chart_place){edge, height_at(first, last, edge)};
    const int rows = pen->canvas->height - 1;
    canvas_line(pen->canvas, (int)lround(start.x), chart_near_dot(start.y, rows),
                (int)lround(end.x), chart_near_dot(end.y, rows), pen_style(pen, to.x));
}

static void draw_upto(const struct pen *pen, size_t x, double least, double most, enum style style)
{
    canvas_line(pen->canvas, (int)x, chart_dot_down(pen->scale, most), (int)x,
                chart_dot_down(pen->scale, least), style);
}

/* Every column from its least to its largest value, and lines between them. */
static void draw_whole(const struct pen *pen, const struct envelope *shape)
{
    struct envelope_point from = shape->before;
    bool begun = shape->has_before;
    for (size_t x = 0; x < shape->columns; x++) {
        const struct envelope_column *column = &shape->column[x];
        if (column->points == 0)
            continue;
        if (begun)
            draw_between(pen, from, column->first);
        draw_upto(pen, x, column->least, column->most, pen_style(pen, column->last.x));
        from = column->last;
        begun = true;
    }
    if (begun && shape->has_after)
        draw_between(pen, from, shape->after);
}

/* The means alone. */
static void draw_means(const struct pen *pen, const struct envelope *shape)
{
    struct envelope_point from = {0};
    bool begun = false;
    for (size_t x = 0; x < shape->columns; x++) {
        const struct envelope_column *column = &shape->column[x];
        if (column->points == 0)
            continue;
        draw_between(pen, begun ? from : column->first, column->first);
        from = column->last;
        begun = true;
    }
}

/* Where a line goes on from a column: to the next one with points, or behind the picture. */
static bool find_next(const struct envelope *shape, size_t x, struct envelope_point *to,
                      bool *apart)
{
    while (x < shape->columns && shape->column[x].points == 0)
        x++;
    *to = x < shape->columns ? shape->column[x].first : shape->after;
    *apart = x < shape->columns ? shape->column[x].after_gap : shape->after_is_apart;
    return x < shape->columns || shape->has_after;
}

/* Whether a column has values that the line between the points around it does not come near, so
 * that they would be lost between two dashes. */
static bool stands_out(const struct pen *pen, const struct envelope_column *column,
                       const struct envelope_point *from, const struct envelope_point *to)
{
    int most = chart_dot_down(pen->scale, column->most),
        least = chart_dot_down(pen->scale, column->least);
    int before = chart_dot_down(pen->scale, from->y), behind = chart_dot_down(pen->scale, to->y);
    int top = before < behind ? before : behind, foot = before < behind ? behind : before;
    return !pen->means && (most < top - 1 || least > foot + 1);
}

static void draw_dot_between(const struct pen *pen, size_t x, struct envelope_point from,
                             struct envelope_point to)
{
    double y =
        height_at(chart_place_of(pen->scale, from), chart_place_of(pen->scale, to), (double)x);
    if (!is_cut(pen->chart, from.x, to.x))
        canvas_dot(pen->canvas, (int)x, chart_near_dot(y, pen->canvas->height - 1),
                   pen_style(pen, to.x));
}

static void draw_broken(const struct pen *pen, const struct envelope *shape)
{
    const size_t set = (size_t)pen->dashes.set, period = set + (size_t)pen->dashes.space;
    struct envelope_point from = shape->before, to;
    bool begun = shape->has_before, apart;
    for (size_t x = 0; x < shape->columns; x++) {
        const struct envelope_column *column = &shape->column[x];
        bool is_set = x % period<set, has_points = column->points> 0;
        bool goes_on = find_next(shape, has_points ? x + 1 : x, &to, &apart) && !apart;
        bool joined = (begun && !column->after_gap) || goes_on;
        const struct envelope_point *before = begun ? &from : &column->first;
        if (!has_points && is_set && begun && goes_on)
            draw_dot_between(pen, x, from, to);
        if (has_points &&
            (is_set || !joined || stands_out(pen, column, before, goes_on ? &to : &column->last)))
            draw_upto(pen, x, pen->means ? column->last.y : column->least,
                      pen->means ? column->last.y : column->most, pen_style(pen, column->last.x));
        if (has_points) {
            from = column->last;
            begun = true;
        }
    }
}

/* Every other dot from the least to the largest value of a column, and both of these. */
static void draw_haze(const struct pen *pen, const struct envelope *shape)
{
    for (size_t x = 0; x < shape->columns; x++) {
        const struct envelope_column *column = &shape->column[x];
        if (column->points == 0)
            continue;
        int top = chart_dot_down(pen->scale, column->most),
            foot = chart_dot_down(pen->scale, column->least);
        for (int y = top; y <= foot; y++)
            if (y == top || y == foot || ((int)x + y) % 2 == 0)
                canvas_dot(pen->canvas, (int)x, y, pen->dashes.style);
    }
}

static bool is_smoothed(const struct chart *chart, const struct chart_curve *curve)
{
    return chart->smooth && !curve->hazy;
}

static void draw_line(const struct pen *pen, const struct envelope *shape)
{
    if (pen->dashes.space > 0)
        draw_broken(pen, shape);
    else if (pen->means)
        draw_means(pen, shape);
    else
        draw_whole(pen, shape);
}

/* What is below all curves: the bands of means, and faint the curves that are smoothed. */
static void draw_below(const struct pen *pen, const struct chart_curve *curve,
                       const struct envelope *shape)
{
    struct pen below = *pen;
    below.shades = !curve->hazy;
    if (curve->hazy) {
        below.dashes.style = curve->haze;
        draw_haze(&below, shape);
    } else if (is_smoothed(pen->chart, curve))
        draw_line(&below, shape);
}

static bool draw_above(const struct pen *pen, const struct chart_curve *curve,
                       const struct envelope *shape, struct envelope *smooth, struct error *err)
{
    const size_t parts = 60; /* of the picture's width, a mean is over two */
    const bool smooths = is_smoothed(pen->chart, curve);
    struct pen above = *pen;
    above.means = smooths || curve->hazy;
    if (smooths && !envelope_smooth(smooth, shape, shape->columns / parts + 1, err))
        return false;
    draw_line(&above, smooths ? smooth : shape);
    return true;
}

static struct pen pen_of(const struct chart *chart, size_t c, const struct chart_scale *scale,
                         struct canvas *canvas)
{
    const struct chart_curve *curve = &chart->curve[c];
    return (struct pen){.chart = chart,
                        .scale = scale,
                        .canvas = canvas,
                        .dashes = curve->dashes,
                        .banded = curve->banded};
}

static bool draw_curves(const struct chart *chart, struct chart_shapes *shapes,
                        const struct chart_scale *scale, struct canvas *canvas, struct error *err)
{
    for (size_t c = 0; c < chart->curves; c++) {
        const struct pen pen = pen_of(chart, c, scale, canvas);
        draw_below(&pen, &chart->curve[c], shapes->shape[c]);
    }
    for (size_t c = 0; c < chart->curves; c++) {
        const struct pen pen = pen_of(chart, c, scale, canvas);
        if (!draw_above(&pen, &chart->curve[c], shapes->shape[c], &shapes->smooth[c], err))
            return false;
    }
    return true;
}

/* Tags */

/* Curves at most, without other words that these would run into. */
static bool is_wordless(const struct cells *cells, int row, int col, int columns)
{
    for (int c = col - 1; c <= col + columns; c++) {
        wchar_t glyph = cells_glyph(cells, row, c);
        if (glyph < 0x80 && isalnum((int)glyph))
            return false;
    }
    return true;
}

/* Beside the last point that is shown, above or below where another tag stands there. */
static void draw_tag(const struct chart_curve *curve, const struct envelope *shape,
                     const struct chart_scale *scale, const struct rect *plot, struct cells *cells)
{
    static const int nearby[] = {0, -1, 1, -2, 2, -3, 3, -4, 4};
    size_t last = shape->columns;
    while (last > 0 && shape->column[last - 1].points == 0)
        last--;
    if (last == 0 || !curve->tag)
        return;
    const struct envelope_point *end = &shape->column[last - 1].last;
    int columns = text_columns(curve->tag), edge = plot->col + plot->cols - columns;
    int row = chart_row_of(scale, plot, end->y), col = chart_col_of(scale, plot, end->x) + 1;
    col = col > edge ? edge : col;
    for (size_t i = 0; i < sizeof nearby / sizeof *nearby; i++) {
        int at = row + nearby[i];
        if (at >= plot->row && at < plot->row + plot->rows &&
            is_wordless(cells, at, col, columns)) {
            cells_text(cells, at, col, columns, curve->dashes.style, curve->tag);
            return;
        }
    }
}

static void draw_tags(const struct chart *chart, const struct chart_shapes *shapes,
                      const struct chart_scale *scale, const struct rect *plot, struct cells *cells)
{
    for (size_t c = 0; c < chart->curves; c++)
        draw_tag(&chart->curve[c], shapes->shape[c], scale, plot, cells);
}

/* The chart */

static void draw_upright(const struct chart_scale *scale, struct cells *cells,
                         const struct rect *plot, double x, wchar_t glyph, enum style style)
{
    if (!(isfinite(x) && step_span_holds(&scale->span, x)))
        return;
    int col = chart_col_of(scale, plot, x);
    for (int row = plot->row; row < plot->row + plot->rows; row++)
        cells_put(cells, row, col, glyph, style);
}

/* Nothing but upright lines, in ASCII too, which a label may cover. */
static bool is_free(const struct cells *cells, int row, int col, int columns)
{
    for (int c = col; c < col + columns; c++)
        if (!wcschr(L" ┊│:|", cells_glyph(cells, row, c)))
            return false;
    return is_wordless(cells, row, col, columns);
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
    return isfinite(x) && step_span_holds(&scale->span, x);
}

/* The plateau's end and the cut have theirs at the foot, where curves that fall are not for long;
 * turns at the head, behind their lines. */
static void label_marks(const struct chart *chart, const struct chart_scale *scale,
                        struct cells *cells, const struct rect *plot)
{
    if (is_shown(scale, chart->mark)) {
        int col = chart_col_of(scale, plot, chart->mark);
        if (!label_mark(cells, plot, true, col, chart->mark_label, false, STYLE_KNOWLEDGE) &&
            chart->mark_brief)
            label_mark(cells, plot, true, col, chart->mark_brief, false, STYLE_KNOWLEDGE);
    }
    if (is_shown(scale, chart->cut))
        label_mark(cells, plot, true, chart_col_of(scale, plot, chart->cut), chart->cut_label,
                   false, STYLE_STRONG);
    for (size_t i = 0; i < chart->turns; i++)
        if (is_shown(scale, chart->turn[i].step))
            label_mark(cells, plot, false, chart_col_of(scale, plot, chart->turn[i].step),
                       chart->turn[i].label, true, STYLE_PLAIN);
}

static void put_baseline(const struct chart_scale *scale, struct cells *cells,
                         const struct rect *plot, int col, double baseline, wchar_t glyph)
{
    int row = isfinite(baseline) ? chart_row_of(scale, plot, baseline) : -1;
    if (row >= plot->row && row < plot->row + plot->rows)
        cells_put(cells, row, col, glyph, STYLE_BASELINE);
}

static void draw_baselines(const struct chart *chart, const struct chart_scale *scale,
                           struct cells *cells, const struct rect *plot)
{
    static const wchar_t glyph[CHART_BASELINES] = {L'┄', L'╴'};
    int apart = cells->ascii ? 2 : 1; /* dots of the curve stand next to each other */
    int left = plot->col + CHART_GUTTER, cols = plot->cols - CHART_GUTTER;
    for (int col = 0; col < cols; col += apart) {
        double step = step_span_step(&scale->span, (col + 0.5) / cols);
        put_baseline(scale, cells, plot, left + col, chart->uniform, L'┈');
        for (size_t b = chart->baselines; b-- > 0;)
            put_baseline(scale, cells, plot, left + col, baseline_at(&chart->baseline[b], step),
                         glyph[b]);
    }
}

static void draw_axes(const struct chart *chart, const struct chart_scale *scale,
                      struct cells *cells, const struct chart_places *places)
{
    for (size_t b = 0; b < chart->baselines; b++)
        chart_label_baseline(scale, cells, &places->plot,
                             baseline_at(&chart->baseline[b], scale->span.last));
    chart_label_baseline(scale, cells, &places->plot, chart->uniform);
    chart_label_losses(scale, cells, &places->plot);
    if (places->axis.rows > 0)
        chart_label_steps(scale, cells, &places->plot, &places->axis);
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

/* Of the foremost curve. */
static double find_held(const struct chart *chart, const struct chart_shapes *shapes)
{
    const struct envelope *shape = chart->curves > 0 ? shapes->shape[chart->curves - 1] : NULL;
    double value = NAN;
    if (shape && isfinite(chart->cursor) && step_span_holds(&chart->span, chart->cursor))
        value = envelope_value(shape, envelope_column(shape, chart->cursor));
    for (size_t c = shape ? shape->columns : 0; c-- > 0 && !isfinite(value);)
        if (shape->column[c].points > 0)
            value = shape->column[c].last.y;
    return value;
}

/* Of the points that are shown, else of a line that leads through. */
static void find_reach(const struct chart *chart, const struct chart_shapes *shapes,
                       struct chart_reach *reach)
{
    double low, high;
    reach->parts = 0;
    for (size_t c = 0; c < chart->curves; c++) {
        const struct envelope *shape = shapes->shape[c];
        if (envelope_range(shape, &low, &high))
            chart_reach_add(reach, low, high);
        else if (shape->has_before && shape->has_after)
            chart_reach_add(reach, fmin(shape->before.y, shape->after.y),
                            fmax(shape->before.y, shape->after.y));
    }
    for (size_t b = 0; b < chart->baselines; b++)
        if (baseline_range(&chart->baseline[b], chart, &low, &high))
            chart_reach_add(reach, low, high);
    if (isfinite(chart->uniform))
        chart_reach_add(reach, chart->uniform, chart->uniform);
}

static void tell_drawn(const struct chart *chart, const struct chart_shapes *shapes,
                       const struct chart_scale *scale, const struct rect *plot)
{
    struct chart_drawn *drawn = chart->drawn;
    if (!drawn)
        return;
    drawn->plot = *plot;
    drawn->shown = (struct value_span){scale->low, scale->high, !chart->linear};
    drawn->whole.logarithmic = !chart->linear;
    fit(chart, &drawn->whole.low, &drawn->whole.high);
    drawn->held = find_held(chart, shapes);
    find_reach(chart, shapes, &drawn->reach);
}

/* Whether any curve has a point among the steps that are shown, or a line through them. */
static bool has_curve(const struct chart *chart, const struct chart_shapes *shapes)
{
    for (size_t c = 0; c < chart->curves; c++) {
        const struct envelope *shape = shapes->shape[c];
        bool has = shape->has_before && shape->has_after;
        for (size_t x = 0; x < shape->columns && !has; x++)
            has = shape->column[x].points > 0;
        if (has)
            return true;
    }
    return false;
}

static void say_empty(const struct chart *chart, const struct chart_shapes *shapes,
                      const struct rect *plot, struct cells *cells)
{
    static const char sentence[] = "nothing was measured at these steps";
    int cols = plot->cols - CHART_GUTTER, col = (cols - text_columns(sentence)) / 2;
    if (chart->closely && !has_curve(chart, shapes))
        cells_text(cells, plot->row + plot->rows / 2,
                   plot->col + CHART_GUTTER + (col > 0 ? col : 0), cols, STYLE_FAINT, sentence);
}

/* The axes, the curves, and what is written over them. */
static bool draw_all(const struct chart *chart, struct chart_places places,
                     struct chart_shapes *shapes, struct canvas *canvas, struct cells *cells,
                     struct error *err)
{
    const struct rect *plot = &places.plot;
    struct chart_scale scale = {
        .span = chart->span,
        .linear = chart->linear,
        .width = canvas->width,
        .height = canvas->height,
    };
    if (!make_shapes(chart, (size_t)canvas->width, shapes, err))
        return false;
    chart_range(chart, &scale.low, &scale.high);
    tell_drawn(chart, shapes, &scale, plot);
    draw_baselines(chart, &scale, cells, plot);
    draw_uprights(chart, &scale, cells, plot);
    draw_axes(chart, &scale, cells, &places);
    if (!draw_curves(chart, shapes, &scale, canvas, err))
        return false;
    canvas_draw(canvas, cells, plot->row, plot->col + CHART_GUTTER);
    label_marks(chart, &scale, cells, plot);
    draw_tags(chart, shapes, &scale, plot, cells);
    say_empty(chart, shapes, plot, cells);
    return true;
}

bool chart_draw(const struct chart *chart, struct chart_places places, struct cells *cells,
                struct error *err)
{
    struct chart_shapes shapes = {.shape = {NULL}};
    struct canvas canvas;
    int cols = places.plot.cols - CHART_GUTTER;
    if (chart->taker.take)
        chart->taker.take(chart->taker.context, chart);
    if (places.plot.rows <= 0 || cols <= 0)
        return true;
    if (!canvas_init(&canvas, places.plot.rows, cols, cells->ascii, err))
        return false;
    bool drawn = draw_all(chart, places, &shapes, &canvas, cells, err);
    canvas_free(&canvas);
    shapes_free(&shapes);
    return drawn;
}
