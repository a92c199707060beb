/* Map of this file: sorting the runs; curves; values; the legend. */
#include "ui/tui/widgets/overlay_lines.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "lab/overlay.h"
#include "ui/format.h"
#include "ui/tui/widgets/run_series.h"

/* Sorting the runs */

static bool is_like_open(const struct view *view, const struct overlay_run *run)
{
    return overlay_alike(run->settings, &run->rates, view->settings, &view->rates);
}

/* The line of a run that is alike; lines->count where there is none. */
static size_t find_line(const struct overlay_lines *lines, const struct overlay_run *run)
{
    size_t l = 0;
    for (; l < lines->count; l++) {
        const struct overlay_run *first = &lines->view->overlay->run[lines->of[l].first];
        if (overlay_alike(first->settings, &first->rates, run->settings, &run->rates))
            break;
    }
    return l;
}

static void add_run(struct overlay_lines *lines, size_t r)
{
    const struct overlay_run *run = &lines->view->overlay->run[r];
    size_t l = find_line(lines, run);
    lines->line[r] = SIZE_MAX;
    if (run->is_hidden)
        return;
    if (l == OVERLAY_LINES) {
        lines->left_out++;
        return;
    }
    if (l == lines->count) {
        struct overlay_line *line = &lines->of[lines->count++];
        line->first = r;
        line->has_open = is_like_open(lines->view, run);
        line->runs = line->has_open;
        line->style = style_of_series(l);
        snprintf(line->tag, sizeof line->tag, "%zu", l + 1);
    }
    lines->of[l].runs++;
    lines->line[r] = l;
}

static void name_line(struct overlay_lines *lines, size_t l)
{
    struct overlay_line *line = &lines->of[l];
    line->label = run_label_of(lines->view, line->first);
    if (line->runs == 1)
        snprintf(line->name, sizeof line->name, "%.72s", line->label.text);
    else
        snprintf(line->name, sizeof line->name, "%.72s, %zu seeds", line->label.text, line->runs);
}

bool overlay_lines_init(struct overlay_lines *lines, const struct view *view, struct error *err)
{
    *lines = (struct overlay_lines){.view = view};
    size_t runs = view->overlay ? view->overlay->runs : 0;
    if (runs == 0)
        return true;
    lines->line = memory_new(runs, sizeof *lines->line, err);
    for (size_t r = 0; lines->line && r < runs; r++)
        add_run(lines, r);
    for (size_t l = 0; lines->line && l < lines->count; l++)
        name_line(lines, l);
    return lines->line != NULL;
}

void overlay_lines_free(struct overlay_lines *lines)
{
    for (size_t l = 0; l < OVERLAY_LINES; l++)
        envelope_free(&lines->joint[l]);
    envelope_free(&lines->open);
    memory_free(lines->line);
    *lines = (struct overlay_lines){.count = 0};
}

/* Curves */

/* The mean of all runs of a line; envelope[runs of it] is room. */
static bool join(struct overlay_lines *lines, size_t l, const char *key,
                 const struct chart_series *open, const struct chart *chart, size_t columns,
                 const struct envelope **envelope, struct error *err)
{
    const struct overlay *overlay = lines->view->overlay;
    size_t count = 0;
    if (lines->of[l].has_open) {
        struct envelope *own = open->kept ? open->kept : &lines->open;
        if (!chart_reduce(open, &chart->span, columns, own, err))
            return false;
        envelope[count++] = own;
    }
    for (size_t r = 0; r < overlay->runs; r++) {
        if (lines->line[r] != l)
            continue;
        const struct chart_series series = run_series_beside(lines->view, r, key);
        if (!chart_reduce(&series, &chart->span, columns, series.kept, err))
            return false;
        envelope[count++] = series.kept;
    }
    return envelope_join(&lines->joint[l], envelope, count, err);
}

static bool add_mean(struct overlay_lines *lines, size_t l, const char *key,
                     const struct chart_series *open, struct chart *chart, size_t columns,
                     struct error *err)
{
    const struct overlay_line *line = &lines->of[l];
    const struct envelope **envelope = memory_new(line->runs, sizeof *envelope, err);
    bool joined = envelope && join(lines, l, key, open, chart, columns, envelope, err);
    memory_free(envelope);
    if (joined)
        chart_add_curve(chart, (struct chart_curve){.made = &lines->joint[l],
                                                    .dashes = {1, 0, line->style},
                                                    .is_beside = true,
                                                    .hazy = true,
                                                    .haze = line->style,
                                                    .tag = line->tag,
                                                    .name = line->name});
    return joined;
}

bool overlay_lines_add(struct overlay_lines *lines, const char *key,
                       const struct chart_series *open, struct chart *chart, size_t columns,
                       struct error *err)
{
    for (size_t l = 0; l < lines->count; l++) {
        const struct overlay_line *line = &lines->of[l];
        const struct chart_series series = run_series_beside(lines->view, line->first, key);
        if (!series.kept || columns == 0)
            continue;
        if (line->runs == 1)
            chart_add_curve(chart, (struct chart_curve){.series = series,
                                                        .dashes = {1, 0, line->style},
                                                        .is_beside = true,
                                                        .tag = line->tag,
                                                        .name = line->name});
        else if (!add_mean(lines, l, key, open, chart, columns, err))
            return false;
    }
    return true;
}

/* Values */

struct overlay_value {
    double sum, least, most;
    size_t having;
};

static void add_value(struct overlay_value *value, double number)
{
    if (!isfinite(number))
        return;
    value->least = value->having > 0 ? fmin(value->least, number) : number;
    value->most = value->having > 0 ? fmax(value->most, number) : number;
    value->sum += number;
    value->having++;
}

/* At a step that lies among the points, else NAN. */
static double value_at(const struct chart_series *series, double step)
{
    if (series->count == 0)
        return NAN;
    const struct chart_point last = series->point(series->from, series->count - 1);
    size_t low = 0, high = series->count - 1; /* the first that is not before the step */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (series->point(series->from, middle).x < step)
            low = middle + 1;
        else
            high = middle;
    }
    const struct chart_point to = series->point(series->from, low);
    if (step > last.x || (low == 0 && step < to.x))
        return NAN;
    if (low == 0 || !(step < to.x))
        return to.y;
    const struct chart_point from = series->point(series->from, low - 1);
    return from.y + (step - from.x) / (to.x - from.x) * (to.y - from.y);
}

/* The curve of a run of a line; behind all others that of the one that is open. */
static bool find_series(const struct overlay_lines *lines, size_t l, const char *key, size_t run,
                        const struct chart_series *open, struct chart_series *series)
{
    const struct overlay *overlay = lines->view->overlay;
    if (run == overlay->runs) {
        *series = *open;
        return lines->of[l].has_open;
    }
    *series = run_series_beside(lines->view, run, key);
    return lines->line[run] == l && series->kept;
}

/* Where no step is looked at, the last one that all runs of a line have come to: a mean of several
 * steps would be of none. */
static double step_of(const struct overlay_lines *lines, size_t l, const char *key,
                      const struct chart_series *open)
{
    struct chart_series series;
    double step = INFINITY;
    if (lines->view->has_cursor)
        return (double)lines->view->cursor;
    for (size_t r = 0; r <= lines->view->overlay->runs; r++)
        if (find_series(lines, l, key, r, open, &series) && series.count > 0)
            step = fmin(step, series.point(series.from, series.count - 1).x);
    return step;
}

static struct overlay_value value_of(const struct overlay_lines *lines, size_t l, const char *key,
                                     const struct chart_series *open)
{
    struct chart_series series;
    struct overlay_value value = {.having = 0};
    double step = step_of(lines, l, key, open);
    for (size_t r = 0; r <= lines->view->overlay->runs; r++)
        if (find_series(lines, l, key, r, open, &series))
            add_value(&value, value_at(&series, step));
    return value;
}

/* The legend */

enum { VALUE = 96 };
enum { LABEL = 28, WIDE_LABEL = 40, WIDE_COLS = 80, GAP = 3 }; /* columns */

/* What stands behind a label: ": 3.81", or ", 3 seeds: 3.81 (3.70-3.92)". */
static void write_value(const struct overlay_lines *lines, size_t l, const char *key,
                        const struct chart_series *open, char text[VALUE])
{
    char mean[FORMAT_SIZE], least[FORMAT_SIZE], most[FORMAT_SIZE];
    const struct overlay_line *line = &lines->of[l];
    const struct overlay_run *first = &lines->view->overlay->run[line->first];
    const struct overlay_value value = value_of(lines, l, key, open);
    format_measured(mean, value.having > 0 ? value.sum / (double)value.having : NAN);
    if (first->trouble.kind != ERROR_NONE)
        snprintf(text, VALUE, ": cannot be read");
    else if (line->runs == 1)
        snprintf(text, VALUE, ": %4s", mean);
    else if (value.having > 1)
        snprintf(text, VALUE, ", %zu seeds: %4s (%s-%s)", value.having, mean,
                 format_measured(least, value.least), format_measured(most, value.most));
    else
        snprintf(text, VALUE, ", %zu of %zu seeds: %4s", value.having, line->runs, mean);
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

struct overlay_item {
    const struct overlay_line *line;
    char value[VALUE];
    int label, others; /* columns */
};

/* Items that stand one behind the other, on as many rows as they need. */
struct overlay_legend {
    struct overlay_item item[OVERLAY_LINES]; /* [items] */
    size_t items;
    int label; /* columns that one has at most */
    int width, rows;
};

struct overlay_place {
    int row, col;
};

static int columns_of(const struct overlay_legend *legend, const struct overlay_item *item)
{
    return item->others + smaller(item->label, legend->label);
}

/* Where an item stands that comes behind this place. */
static struct overlay_place place_item(const struct overlay_legend *legend, size_t i,
                                       struct overlay_place behind)
{
    bool fits =
        behind.col == 0 || behind.col + columns_of(legend, &legend->item[i]) <= legend->width;
    return fits ? behind : (struct overlay_place){behind.row + 1, 0};
}

static struct overlay_place behind_item(const struct overlay_legend *legend, size_t i,
                                        struct overlay_place place)
{
    int columns = columns_of(legend, &legend->item[i]);
    return (struct overlay_place){place.row,
                                  place.col + smaller(columns, legend->width - place.col) + GAP};
}

static int rows_of(const struct overlay_legend *legend)
{
    struct overlay_place place = {0, 0};
    for (size_t i = 0; i < legend->items; i++)
        place = behind_item(legend, i, place_item(legend, i, place));
    return place.row + 1;
}

/* Labels are cut so that more of them stand on a row, and no more than that takes. */
static void fit_labels(struct overlay_legend *legend)
{
    legend->label = legend->width + 1 >= WIDE_COLS ? WIDE_LABEL : LABEL;
    const int rows = rows_of(legend), least = legend->label;
    if (rows <= legend->rows)
        legend->label = RUN_LABEL;
    while (legend->label > least && rows_of(legend) > rows)
        legend->label--;
}

static void make_legend(const struct overlay_lines *lines, const char *key,
                        const struct chart_series *open, const struct rect *rect,
                        struct overlay_legend *legend)
{
    *legend = (struct overlay_legend){
        .items = lines->count, .width = rect->cols - 1, .rows = rect->rows / 3};
    for (size_t l = 0; l < lines->count; l++) {
        struct overlay_item *item = &legend->item[l];
        item->line = &lines->of[l];
        write_value(lines, l, key, open, item->value);
        item->label = text_columns(item->line->label.text);
        item->others = text_columns(item->line->tag) + 1 + text_columns(item->value);
    }
    fit_labels(legend);
}

/* "1 wide-model: 3.81", in at most `width` columns: where these are too few the label is cut. */
static void draw_item(const struct overlay_item *item, struct cells *cells, int row, int col,
                      int width)
{
    const struct overlay_line *line = item->line;
    int end = col + width, of_value = text_columns(item->value);
    cells_text(cells, row, col, width, line->style, line->tag);
    col += text_columns(line->tag) + 1;
    col += run_label_draw(&line->label, cells, row, col, end - of_value - col, line->style);
    cells_text(cells, row, col, end - col, line->style, item->value);
}

void overlay_lines_legend(const struct overlay_lines *lines, const char *key,
                          const struct chart_series *open, struct rect *rect, struct cells *cells)
{
    struct overlay_legend legend;
    struct overlay_place at = {0, 0};
    const int col = rect->col + 1;
    size_t i = 0;
    make_legend(lines, key, open, rect, &legend);
    if (legend.rows == 0 || lines->count == 0)
        return;
    for (; i < legend.items; i++) {
        struct overlay_place place = place_item(&legend, i, at);
        if (place.row == legend.rows)
            break;
        draw_item(&legend.item[i], cells, rect->row + place.row, col + place.col,
                  smaller(columns_of(&legend, &legend.item[i]), legend.width - place.col));
        at = behind_item(&legend, i, place);
    }
    if (lines->count - i + lines->left_out > 0)
        cells_format(cells, rect->row + at.row, col + at.col, legend.width - at.col, STYLE_FAINT,
                     "and %zu more", lines->count - i + lines->left_out);
    rect->row += at.row + 1;
    rect->rows -= at.row + 1;
}
