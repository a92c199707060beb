/* mneme runs: what was run so far, and what of it is in the trash. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "record/run_list.h"
#include "record/run_trash.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"
#include "ui/cli/table.h"

enum { RUN_COLUMNS = 6 };

enum { OPTION_TRASH = CLI_LONG_ONLY, OPTION_RESTORE, OPTION_EMPTY, OPTION_YES };

static const struct cli_option options[] = {
    {CLI_JSON, "json", NULL, "print a JSON object for each run"},
    {OPTION_TRASH, "trash", NULL, "list the runs that were deleted"},
    {OPTION_RESTORE, "restore", "RUN", "take a run out of the trash again"},
    {OPTION_EMPTY, "empty-trash", NULL, "remove deleted runs for good; asks first"},
    {OPTION_YES, "yes", NULL, "do that without asking"},
};

struct runs_arguments {
    bool json, trash, empty, yes;
    const char *restored; /* or null */
};

static bool print_json(const struct run_summary *run, struct error *err)
{
    json_t *object =
        json_pack("{s:o, s:o, s:o, s:I, s:o, s:I, s:b, s:o, s:o, s:o}", "name",
                  json_text(run->name), "directory", json_text(run->directory), "preset",
                  json_text(run->preset), "step", (json_int_t)run->step, "steps",
                  run->steps > 0 ? json_integer((json_int_t)run->steps) : json_null(), "modified",
                  (json_int_t)run->modified.tv_sec, "running", run->busy, "attr_loss",
                  run->has_recall ? json_number(run->loss) : json_null(), "attr_acc",
                  run->has_recall ? json_number(run->accuracy) : json_null(), "phase",
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
           table_add(table, err, "%s", run_summary_phase(run));
}

/* The year where it is another one. */
static bool add_time(struct table *table, const struct run_summary *run, struct error *err)
{
    char when[32] = "";
    struct tm changed, today;
    time_t now = time(NULL);
    if (localtime_r(&run->modified.tv_sec, &changed) && localtime_r(&now, &today))
        strftime(when, sizeof when, changed.tm_year == today.tm_year ? "%m-%d %H:%M" : "%Y-%m-%d",
                 &changed);
    return table_add(table, err, "%s", run->busy ? "open now" : when);
}

/* "12/40"; "12/-" where its preset cannot be read. */
static bool add_steps(struct table *table, const struct run_summary *run, struct error *err)
{
    return run->steps > 0 ? table_add(table, err, "%" PRIu64 "/%" PRIu64, run->step, run->steps)
                          : table_add(table, err, "%" PRIu64 "/-", run->step);
}

static bool add_row(struct table *table, const struct run_summary *run, struct error *err)
{
    return table_add(table, err, "%s", run->name) && add_steps(table, run, err) &&
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

/* The trash */

static bool print_trash(const struct run_trash *trash, struct error *err)
{
    struct table table = {.columns = 2, .left = 2};
    bool ok = trash->count == 0 ||
              (table_add(&table, err, "deleted run") && table_add(&table, err, "on"));
    for (size_t r = 0; ok && r < trash->count; r++) {
        char when[32] = "";
        struct tm date;
        if (localtime_r(&trash->run[r].when, &date))
            strftime(when, sizeof when, "%Y-%m-%d %H:%M", &date);
        ok = table_add(&table, err, "%s", trash->run[r].origin) &&
             table_add(&table, err, "%s", when);
    }
    if (ok)
        table_print(&table);
    table_free(&table);
    if (ok && trash->count == 0)
        output_print_to(stderr, "the trash is empty\n");
    return ok;
}

static bool restore(const struct run_trash *trash, const char *name, struct error *err)
{
    const struct trashed_run *run = run_trash_find(trash, name);
    return run ? run_trash_restore(run, err)
               : error_set(err, ERROR_INPUT, "there is no run %s in the trash", name);
}

/* Whether somebody at a terminal says so. */
static bool is_agreed(size_t count)
{
    char answer[8] = "";
    fprintf(stderr,
            count == 1 ? "Remove 1 deleted run for good? [y/N] "
                       : "Remove %zu deleted runs for good? [y/N] ",
            count);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static bool empty(const struct run_trash *trash, bool yes, struct error *err)
{
    bool removed = true;
    if (!yes && trash->count > 0 && !isatty(STDIN_FILENO))
        return error_set(err, ERROR_INPUT,
                         "nobody can be asked here; --yes empties the trash without asking");
    if (!yes && trash->count > 0 && !is_agreed(trash->count))
        return true;
    for (size_t r = 0; removed && r < trash->count; r++)
        removed = run_trash_remove(&trash->run[r], err);
    return removed;
}

static bool see_to_trash(const struct paths *paths, const struct runs_arguments *arguments,
                         struct error *err)
{
    struct run_trash trash;
    if (!run_trash_read(&trash, paths, err))
        return false;
    bool done = arguments->restored ? restore(&trash, arguments->restored, err)
                : arguments->empty  ? empty(&trash, arguments->yes, err)
                                    : print_trash(&trash, err);
    run_trash_free(&trash);
    return done;
}

/* The command */

static bool take_option(void *context, int option, const char *value, struct error *err)
{
    struct runs_arguments *arguments = context;
    (void)err;
    if (option == OPTION_RESTORE)
        arguments->restored = value;
    else
        *(option == OPTION_TRASH   ? &arguments->trash
          : option == OPTION_EMPTY ? &arguments->empty
          : option == OPTION_YES   ? &arguments->yes
                                   : &arguments->json) = true;
    return true;
}

static bool check(const struct runs_arguments *arguments, struct error *err)
{
    int of_trash = arguments->trash + arguments->empty + (arguments->restored != NULL);
    if (of_trash > 1)
        return error_set(err, ERROR_INPUT, "of --trash, --restore and --empty-trash take one");
    return !arguments->json || of_trash == 0 ||
           error_set(err, ERROR_INPUT, "--json prints runs that are not in the trash");
}

static bool print_runs(const struct paths *paths, bool json, struct error *err)
{
    struct run_summary *list;
    size_t count;
    bool printed = true;
    if (!run_list(paths, &list, &count, err))
        return false;
    for (size_t i = 0; json && i < count && printed; i++)
        printed = print_json(&list[i], err);
    if (!json && (printed = print_table(list, count, err)))
        say_elsewhere(paths, count);
    run_list_free(list, count);
    return printed;
}

static int runs(const struct cli_command *command, const struct paths *paths, int argc, char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct error err;
    struct runs_arguments arguments = {.restored = NULL};
    if (!cli_options(&line, take_option, &arguments) || !cli_operands(&line, 0, 0))
        return line.status;
    if (!check(&arguments, &err))
        return cli_fail(&err);
    bool of_trash = arguments.trash || arguments.empty || arguments.restored;
    bool done =
        of_trash ? see_to_trash(paths, &arguments, &err) : print_runs(paths, arguments.json, &err);
    return done ? EXIT_DONE : cli_fail(&err);
}

const struct cli_command cli_runs = {
    .name = "runs",
    .operands = "",
    .summary = "List runs, newest first.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = runs,
};
