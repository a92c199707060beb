/* Map of this file: the number of a run; the values of a setting; cells; the map. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "config/preset_key.h"
#include "figure/figure_measure.h"
#include "figure/figure_ops.h"
#include "lab/groups.h"
#include "plot/heatmap.h"

#define LOG_FROM 10 /* colours of values that differ by a larger factor are logarithmic */

/* The number of a run */

static void write_loss(char text[AXIS_TEXT], double value)
{
    snprintf(text, AXIS_TEXT, value < 9.95 ? "%.2f" : "%.1f", value);
}

static void write_percent(char text[AXIS_TEXT], double value)
{
    snprintf(text, AXIS_TEXT, "%.1f", value);
}

static void write_step(char text[AXIS_TEXT], double value)
{
    number_write_grouped(text, (uint64_t)llround(value));
}

static const struct heatmap_number {
    const char *label;
    const char *key; /* of the record, whose last value it is; null for the plateau's end */
    void (*write)(char text[AXIS_TEXT], double value);
} heatmap_numbers[] = {
    [FIGURE_FINAL_LOSS] = {"final attribute loss (nats)", "attr_loss", write_loss},
    [FIGURE_FINAL_ACCURACY] = {"final accuracy (%)", "attr_acc", write_percent},
    [FIGURE_PLATEAU_END] = {"plateau end (step)", NULL, write_step},
};

/* NAN for a plateau that has no end. */
static bool read_number(const struct run_result *result,
                        const struct heatmap_number *heatmap_number, double *number,
                        struct error *err)
{
    struct series series;
    *number = run_result_own_plateau_end(result);
    if (!heatmap_number->key)
        return true;
    if (!run_result_measure(result, heatmap_number->key, &series, err))
        return false;
    *number = figure_measure_find(heatmap_number->key).axis->factor * series.y[series.count - 1];
    series_free(&series);
    return true;
}

/* The values of a setting */

struct values {
    char **value; /* [count] ascending, each once; as in the preset */
    char **shown; /* [count] as in the figure */
    size_t count;
};

static void values_free(struct values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        memory_free(values->value[i]);
        memory_free(values->shown[i]);
    }
    memory_free(values->value);
    memory_free(values->shown);
    *values = (struct values){0};
}

/* Where a value stands, or would. */
static size_t values_find(const struct values *values, const char *value)
{
    size_t at = 0;
    while (at < values->count && groups_compare_values(values->value[at], value) < 0)
        at++;
    return at;
}

static bool values_add(struct values *values, const struct preset *preset,
                       const struct preset_key *key, struct error *err)
{
    char *value = preset_value(preset, key, err);
    if (!value)
        return false;
    size_t at = values_find(values, value), behind = values->count - at;
    if (at < values->count && strcmp(values->value[at], value) == 0) {
        memory_free(value);
        return true;
    }
    char *shown = groups_key_value(preset, key, err);
    if (!shown) {
        memory_free(value);
        return false;
    }
    memmove(&values->value[at + 1], &values->value[at], behind * sizeof *values->value);
    memmove(&values->shown[at + 1], &values->shown[at], behind * sizeof *values->shown);
    values->value[at] = value;
    values->shown[at] = shown;
    values->count++;
    return true;
}

static bool values_init(struct values *values, const struct run_result *result, size_t count,
                        const struct preset_key *key, struct error *err)
{
    *values = (struct values){0};
    values->value = memory_new(count, sizeof *values->value, err);
    values->shown = values->value ? memory_new(count, sizeof *values->shown, err) : NULL;
    bool ok = values->shown != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = values_add(values, &result[i].preset, key, err);
    if (!ok)
        values_free(values);
    return ok;
}

/* Cells */

struct heatmap_cells {
    const struct run_result *result; /* [count] */
    size_t count;
    struct values column, row;
    size_t *cell;  /* [count] of each run */
    double *value; /* [row.count][column.count] */
};

static bool find_cell(struct heatmap_cells *cells, size_t run, const struct figure_options *options,
                      struct error *err)
{
    const struct preset *preset = &cells->result[run].preset;
    char *x = preset_value(preset, options->x, err);
    char *y = x ? preset_value(preset, options->y, err) : NULL;
    if (y)
        cells->cell[run] =
            values_find(&cells->row, y) * cells->column.count + values_find(&cells->column, x);
    memory_free(x);
    memory_free(y);
    return y != NULL;
}

/* Runs of one cell may differ in nothing that decides what is shown. */
static bool check_cell(const struct run_result *run, size_t runs, struct error *err)
{
    struct groups groups;
    if (!groups_init(&groups, run, runs, err))
        return false;
    bool ok = groups.count == 1;
    if (!ok)
        error_set(err, ERROR_INPUT,
                  "%s (%s) and %s (%s) would share a cell of the heat map; choose other keys for "
                  "--x and --y, or fewer runs",
                  groups.group[0].run[0]->name, groups.group[0].name, groups.group[1].run[0]->name,
                  groups.group[1].name);
    groups_free(&groups);
    return ok;
}

/* The mean over the runs of a cell that have the number; NAN where none has. */
static bool fill_cell(struct heatmap_cells *cells, size_t cell,
                      const struct heatmap_number *heatmap_number, struct run_result *members,
                      struct error *err)
{
    size_t runs = 0, numbers = 0;
    double sum = 0;
    for (size_t i = 0; i < cells->count; i++) {
        double number;
        if (cells->cell[i] != cell)
            continue;
        members[runs++] = cells->result[i];
        if (!read_number(&cells->result[i], heatmap_number, &number, err))
            return false;
        if (isfinite(number)) {
            sum += number;
            numbers++;
        }
    }
    cells->value[cell] = numbers > 0 ? sum / (double)numbers : NAN;
    return runs < 2 || check_cell(members, runs, err);
}

static void cells_free(struct heatmap_cells *cells)
{
    values_free(&cells->column);
    values_free(&cells->row);
    memory_free(cells->cell);
    memory_free(cells->value);
}

static bool fill_cells(struct heatmap_cells *cells, const struct figure_options *options,
                       struct error *err)
{
    size_t count = cells->row.count * cells->column.count;
    /* Copies for grouping, whose texts stay with the results they are of. */
    struct run_result *members = memory_new(cells->count, sizeof *members, err);
    cells->cell = members ? memory_new(cells->count, sizeof *cells->cell, err) : NULL;
    cells->value = cells->cell ? memory_new(count, sizeof *cells->value, err) : NULL;
    bool ok = cells->value != NULL;
    for (size_t i = 0; ok && i < cells->count; i++)
        ok = find_cell(cells, i, options, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = fill_cell(cells, i, &heatmap_numbers[options->value], members, err);
    memory_free(members);
    return ok;
}

static bool cells_init(struct heatmap_cells *cells, const struct run_result *result, size_t count,
                       const struct figure_options *options, struct error *err)
{
    *cells = (struct heatmap_cells){.result = result, .count = count};
    if (values_init(&cells->column, result, count, options->x, err) &&
        values_init(&cells->row, result, count, options->y, err) && fill_cells(cells, options, err))
        return true;
    cells_free(cells);
    return false;
}

/* The map */

/* How the colours are spaced; false where no cell has a number. */
static bool choose_scale(const struct heatmap_cells *cells, enum axis_scale *scale)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < cells->row.count * cells->column.count; i++)
        if (isfinite(cells->value[i])) {
            low = fmin(low, cells->value[i]);
            high = fmax(high, cells->value[i]);
        }
    *scale = low > 0 && high > LOG_FROM * low ? AXIS_LOGARITHMIC : AXIS_LINEAR;
    return low <= high;
}

static bool draw_cells(const struct heatmap_cells *cells, const struct figure_options *options,
                       struct surface *surface, double width, double height, struct error *err)
{
    const struct heatmap_number *heatmap_number = &heatmap_numbers[options->value];
    enum axis_scale scale;
    if (!choose_scale(cells, &scale))
        return error_set(err, ERROR_INPUT, "none of these runs has a plateau end");
    char *x = groups_key_name(options->x->section, options->x->name, err);
    char *y = x ? groups_key_name(options->y->section, options->y->name, err) : NULL;
    if (y)
        heatmap_draw(
            &(struct heatmap){
                .title = options->title,
                .x_label = x,
                .y_label = y,
                .value_label = heatmap_number->label,
                .column = (const char *const *)cells->column.shown,
                .columns = cells->column.count,
                .row = (const char *const *)cells->row.shown,
                .rows = cells->row.count,
                .value = cells->value,
                .scale = scale,
                .write = heatmap_number->write,
            },
            surface, width, height);
    memory_free(x);
    memory_free(y);
    return y != NULL;
}

static bool draw_heatmap(const struct run_result *result, size_t count,
                         const struct figure_options *options, struct surface *surface,
                         double width, double height, struct error *err)
{
    struct heatmap_cells cells;
    if (!cells_init(&cells, result, count, options, err))
        return false;
    bool ok = draw_cells(&cells, options, surface, width, height, err);
    cells_free(&cells);
    return ok;
}

static bool leaves_out(const struct figure_options *options)
{
    return options->value == FIGURE_PLATEAU_END;
}

const struct figure_ops figure_heatmap = {
    .takes_keys = true,
    .leaves_out = leaves_out,
    .draw = draw_heatmap,
};
