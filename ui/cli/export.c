/* mneme export: a run's model for other programs. */
#include <inttypes.h>
#include <stdio.h>

#include "base/memory.h"
#include "lab/export.h"
#include "ui/cli/cli.h"
#include "ui/cli/output.h"
#include "ui/format.h"

enum { OUTPUT = 'o' };

static const struct cli_option options[] = {
    {OUTPUT, "output", "DIR", "write to DIR (default NAME-gpt2)"},
    {CLI_STEP, "step", "T", "export the checkpoint or snapshot of step T"},
};

struct export_arguments {
    struct cli_model_options model;
    const char *output;
};

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct export_arguments *a = arguments;
    if (option != OUTPUT)
        return cli_take_model_option(&a->model, option, value, err);
    a->output = value;
    return *value != '\0' || error_set(err, ERROR_INPUT, "--output needs a directory");
}

static bool export_to(const struct session *session, const char *directory, struct error *err)
{
    char parameters[FORMAT_SIZE];
    if (!export_gpt2(session, directory, err))
        return false;
    size_t count = model_count_parameters(&engine_model(session->engine)->options);
    output_print("%s: GPT-2 with %s parameters and %zu words, of step %" PRIu64 "\n", directory,
                 format_short(parameters, (double)count), session->vocabulary.words,
                 session->checkpoint_step);
    return true;
}

static bool export_run(const struct session *session, const char *output, struct error *err)
{
    if (output)
        return export_to(session, output, err);
    char *directory = memory_format(err, "%s-gpt2", session->run.name);
    bool exported = directory && export_to(session, directory, err);
    memory_free(directory);
    return exported;
}

static int export(const struct cli_command *command, const struct paths *paths, int argc,
                  char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct export_arguments a = {0};
    struct error err;
    if (!cli_options(&line, take_option, &a) || !cli_operands(&line, 1, 1))
        return line.status;
    struct session session;
    if (!cli_open_model(&session, paths, line.operand[0], &a.model, &err))
        return cli_fail(&err);
    int status = export_run(&session, a.output, &err) ? EXIT_DONE : cli_fail(&err);
    session_close(&session, &err);
    return status;
}

const struct cli_command cli_export = {
    .name = "export",
    .operands = "RUN",
    .summary = "Export a run's model as a GPT-2 that other programs can load.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = export,
};
