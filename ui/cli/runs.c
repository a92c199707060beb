/* mneme runs: what was run so far. */
#include <inttypes.h>
#include <stdio.h>

#include "lab/run_list.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"

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

static void print_row(const struct run_summary *run)
{
    char when[32] = "";
    struct tm local;
    if (localtime_r(&run->modified, &local))
        strftime(when, sizeof when, "%Y-%m-%d %H:%M", &local);
    output_print("%-32s  %8" PRIu64 "/%-8" PRIu64 "  ", run->name, run->step, run->steps);
    if (run->has_recall)
        printf("%6.3f  %5.1f %%  %-10s", run->loss, 100 * run->accuracy, phase_name(run->phase));
    else
        printf("%6s  %7s  %-10s", "-", "-", "-");
    printf("  %s%s\n", when, run->busy ? "  open" : "");
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
    if (count > 0 && !json)
        printf("%-32s  %8s/%-8s  %6s  %7s  %-10s  %s\n", "run", "step", "steps", "loss", "known",
               "phase", "last change");
    for (size_t i = 0; i < count && printed; i++)
        if (json)
            printed = print_json(&list[i], &err);
        else
            print_row(&list[i]);
    if (count == 0 && !json)
        output_print("no runs yet in %s; begin one with: %s quickstart\n", paths->runs,
                     paths->program);
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
