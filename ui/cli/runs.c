/* mneme runs: what was run so far. */
#include <inttypes.h>
#include <stdio.h>

#include "record/run_list.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"
#include "ui/cli/table.h"

enum { RUN_COLUMNS = 6 };

static const struct cli_option options[] = {
    {CLI_JSON, "json", NULL, "print a JSON object for each run"},
};

static bool print_json(const struct run_summary *run, struct error *err)
{
    json_t *object =
        json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:b, s:o, s:o, s:o}", "name",
                  json_text(run->name), "directory", json_text(run->directory), "preset",
                  json_text(run->preset), "step", (json_int_t)run->step, "steps",
                  (json_int_t)run->steps, "modified", (json_int_t)run->modified, "running",
                  run->busy, "attr_loss", run->has_recall ? json_number(run->loss) : json_null(),
                  "attr_acc", run->has_recall ? json_number(run->accuracy) : json_null(), "phase",
                  run->has_recall ? json_string(phase_name(run->phase)) : json_null());
    return json_print(object, err);
}

static bool add_recall(struct table *table, const struct run_summary *run, struct error *err)
{
    if (!run->has_recall)
        return table_add(table, err, "-") && table_add(table, err, "-") &&
               table_add(table, err, "-");
    return table_add(table, err, "%.3f", run->loss) &&
           table_add(table, err, "%.1f %%", 100 * run->accuracy) &&
           table_add(table, err, "%s", phase_name(run->phase));
}

/* The year where it is another one. */
static bool add_time(struct table *table, const struct run_summary *run, struct error *err)
{
    char when[32] = "";
    struct tm changed, today;
    time_t now = time(NULL);
    if (localtime_r(&run->modified, &changed) && localtime_r(&now, &today))
        strftime(when, sizeof when, changed.tm_year == today.tm_year ? "%m-%d %H:%M" : "%Y-%m-%d",
                 &changed);
    return table_add(table, err, "%s", run->busy ? "open now" : when);
}

static bool add_row(struct table *table, const struct run_summary *run, struct error *err)
{
    return table_add(table, err, "%s", run->name) &&
           table_add(table, err, "%" PRIu64 "/%" PRIu64, run->step, run->steps) &&
           add_recall(table, run, err) && add_time(table, run, err);
}

static bool add_heading(struct table *table, struct error *err)
{
    static const char *const headings[RUN_COLUMNS] = {"run",      "step/steps", "loss",
                                                      "accuracy", "phase",      "changed"};
    bool added = true;
    for (size_t c = 0; added && c < RUN_COLUMNS; c++)
        added = table_add(table, err, "%s", headings[c]);
    return added;
}

static bool print_table(const struct run_summary *list, size_t count, struct error *err)
{
    struct table table = {.columns = RUN_COLUMNS, .left = 1};
    bool ok = count == 0 || add_heading(&table, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = add_row(&table, &list[i], err);
    if (ok)
        table_print(&table);
    table_free(&table);
    return ok;
}

/* What the list does not show. */
static void say_elsewhere(const struct paths *paths, size_t count)
{
    if (count == 0)
        output_print_to(stderr, "no runs yet; start one with: %s quickstart\n", paths->program);
    if (output_is_terminal())
        output_print("Listed are the runs in %s;\nruns saved elsewhere (--run DIR) are not.\n",
                     paths->runs);
}

/* --json is all there is. */
static bool take_option(void *json, int option, const char *value, struct error *err)
{
    (void)option;
    (void)value;
    (void)err;
    return *(bool *)json = true;
}

static int runs(const struct cli_command *command, const struct paths *paths, int argc, char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct error err;
    bool json = false, printed = true;
    if (!cli_options(&line, take_option, &json) || !cli_operands(&line, 0, 0))
        return line.status;
    struct run_summary *list;
    size_t count;
    if (!run_list(paths, &list, &count, &err))
        return cli_fail(&err);
    for (size_t i = 0; json && i < count && printed; i++)
        printed = print_json(&list[i], &err);
    if (!json && (printed = print_table(list, count, &err)))
        say_elsewhere(paths, count);
    run_list_free(list, count);
    return printed ? EXIT_DONE : cli_fail(&err);
}

const struct cli_command cli_runs = {
    .name = "runs",
    .operands = "",
    .summary = "List runs, newest first.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = runs,
};
