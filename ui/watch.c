/* mneme watch: the workbench on a run that another process trains. */
#include <stddef.h>

#include "ui/cli/cli.h"
#include "ui/tui/workbench.h"

enum { ASCII = 'a' };

static const struct cli_option options[] = {
    {ASCII, "ascii", NULL, "use ASCII characters only"},
};

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct workbench_options *taken = arguments;
    (void)value, (void)err;
    taken->ascii |= option == ASCII;
    return true;
}

static int run(const struct cli_command *command, const struct paths *paths, int argc, char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct workbench_options taken = {.watch = true};
    struct error err;
    bool interrupted;
    if (!cli_options(&line, take_option, &taken) || !cli_operands(&line, 1, 1))
        return line.status;
    if (!workbench_run(paths, line.operand[0], &taken, &interrupted, &err))
        return cli_fail(&err);
    return interrupted ? EXIT_INTERRUPTED : EXIT_DONE;
}

const struct cli_command cli_watch = {
    .name = "watch",
    .operands = "RUN",
    .summary =
        "Follow a run that another process trains: its curves as they grow, questions to its "
        "newest model. Nothing of the run is changed.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
