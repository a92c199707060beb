/* Map of this file: what runs are called; cells as objects and as a table. */
#include "ui/cli/sweep_cells.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "ui/cli/json.h"
#include "ui/cli/progress.h"
#include "ui/cli/table.h"
#include "ui/format.h"

/* What runs are called */

static void add_part(struct text *label, const char *name, const char *value)
{
    text_format(label, "%s%s%s%s", label->length > 0 ? " " : "", name, *name ? "=" : "", value);
}

/* A preset's name, or the last part of its path. */
static const char *preset_name(const struct sweep *sweep, size_t cell)
{
    return file_name(sweep_cell_preset(sweep, cell));
}

char *sweep_label_run(const struct sweep *sweep, size_t run, struct error *err)
{
    struct text label = {0};
    size_t cell = run % sweep->cells;
    char seed[NUMBER_TEXT];
    if (sweep->presets.count > 1)
        add_part(&label, "", preset_name(sweep, cell));
    for (size_t k = 0; k < sweep->keys; k++)
        if (sweep->key[k].values.count > 1)
            add_part(&label, sweep->key[k].label, sweep_cell_value(sweep, cell, k));
    snprintf(seed, sizeof seed, "%" PRIu64, sweep->seed[run / sweep->cells]);
    if (sweep->seeds > 1 || label.length == 0)
        add_part(&label, "seed", seed);
    return text_take(&label, err);
}

/* Cells as objects and as a table */

static json_t *json_of_number(const struct summary *number)
{
    return json_pack("{s:o, s:o, s:I}", "mean", json_number(number->mean), "std",
                     json_number(number->deviation), "runs", (json_int_t)number->count);
}

bool sweep_print_cell(const struct sweep *sweep, size_t cell, const struct sweep_result *result,
                      struct error *err)
{
    json_t *settings = json_object(), *runs = json_array();
    for (size_t k = 0; k < sweep->keys; k++)
        if (sweep_cell_has_key(sweep, cell, k))
            json_object_set_new(settings, sweep->key[k].name,
                                json_text(sweep_cell_value(sweep, cell, k)));
    for (size_t s = 0; s < sweep->seeds; s++)
        json_array_append_new(runs, json_text(sweep->job[s * sweep->cells + cell].directory));
    json_t *object = json_pack("{s:o, s:o, s:o, s:I, s:b, s:o, s:o, s:o, s:o}", "preset",
                               json_text(sweep_cell_preset(sweep, cell)), "settings", settings,
                               "runs", runs, "done", (json_int_t)result->done, "chosen",
                               result->chosen, "train_loss", json_of_number(&result->train_loss),
                               "attr_loss", json_of_number(&result->attr_loss), "attr_acc",
                               json_of_number(&result->attr_accuracy), "plateau_end",
                               json_of_number(&result->plateau_end));
    return json_print(object, err);
}

/* A number as a cell of the table shows it. */
typedef const char *write_number(char text[FORMAT_SIZE], double number);

static const char *write_percent(char text[FORMAT_SIZE], double share)
{
    if (isfinite(share))
        snprintf(text, FORMAT_SIZE, "%.1f", 100 * share);
    else
        snprintf(text, FORMAT_SIZE, "-");
    return text;
}

static const char *write_step(char text[FORMAT_SIZE], double step)
{
    if (isfinite(step))
        return format_count(text, (uint64_t)(step + 0.5));
    snprintf(text, FORMAT_SIZE, "-");
    return text;
}

static bool add_number(struct table *table, const struct summary *number, write_number *write,
                       const char *unit, struct error *err)
{
    char mean[FORMAT_SIZE], deviation[FORMAT_SIZE];
    write(mean, number->mean);
    if (number->count == 0)
        return table_add(table, err, "-");
    if (number->count == 1)
        return table_add(table, err, "%s%s", mean, unit);
    return table_add(table, err, "%s %s %s%s", mean, progress_utf8() ? "±" : "+-",
                     write(deviation, number->deviation), unit);
}

/* Of the runs whose plateau has ended, which are said where they are not all. */
static bool add_plateau_end(struct table *table, const struct summary *end, size_t runs,
                            struct error *err)
{
    char some[64] = "";
    if (end->count < runs)
        snprintf(some, sizeof some, " (%zu of %zu)", end->count, runs);
    return add_number(table, end, write_step, some, err);
}

static bool add_titles(struct table *table, const struct sweep *sweep, struct error *err)
{
    static const char *const titles[] = {"runs", "train loss", "attr loss", "accuracy",
                                         "plateau end"};
    bool ok = table_add(table, err, "%s", "");
    if (ok && sweep->presets.count > 1)
        ok = table_add(table, err, "preset");
    for (size_t k = 0; ok && k < sweep->keys; k++)
        if (sweep->key[k].values.count > 1)
            ok = table_add(table, err, "%s", sweep->key[k].label);
    for (size_t i = 0; ok && i < sizeof titles / sizeof *titles; i++)
        ok = table_add(table, err, "%s", titles[i]);
    return ok;
}

static bool add_cell(struct table *table, const struct sweep *sweep, size_t cell,
                     const struct sweep_result *result, struct error *err)
{
    bool ok = table_add(table, err, "%s", sweep->tunes && result->chosen ? "*" : "");
    if (ok && sweep->presets.count > 1)
        ok = table_add(table, err, "%s", preset_name(sweep, cell));
    for (size_t k = 0; ok && k < sweep->keys; k++)
        if (sweep->key[k].values.count > 1)
            ok = table_add(table, err, "%s", sweep_cell_value(sweep, cell, k));
    return ok && table_add(table, err, "%zu", result->done) &&
           add_number(table, &result->train_loss, format_number, "", err) &&
           add_number(table, &result->attr_loss, format_number, "", err) &&
           add_number(table, &result->attr_accuracy, write_percent, " %", err) &&
           add_plateau_end(table, &result->plateau_end, result->done, err);
}

static size_t varied_keys(const struct sweep *sweep)
{
    size_t count = 0;
    for (size_t k = 0; k < sweep->keys; k++)
        count += sweep->key[k].values.count > 1;
    return count;
}

bool sweep_print_table(const struct sweep *sweep, const struct sweep_result *result,
                       struct error *err)
{
    enum { NUMBERS = 5 };
    size_t left = 1 + (sweep->presets.count > 1);
    struct table table = {.columns = left + varied_keys(sweep) + NUMBERS, .left = left};
    bool ok = add_titles(&table, sweep, err);
    for (size_t c = 0; ok && c < sweep->cells; c++)
        ok = add_cell(&table, sweep, c, &result[c], err);
    if (ok) {
        printf("\n");
        table_print(&table);
    }
    table_free(&table);
    return ok;
}
