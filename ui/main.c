/* mneme: commands and options. */
#include "config.h"

#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/auxv.h>
#endif

#include "base/suggest.h"
#include "base/text.h"
#include "config/paths.h"
#include "config/table_preset.h"
#include "engine/launch.h"
#include "engine/rank_service.h"
#include "engine/ranks.h"
#include "model/blas.h"
#include "model/precision.h"
#include "ui/cli/cli.h"
#include "ui/cli/columns.h"
#include "ui/cli/output.h"
#include "ui/signals.h"
#include "ui/tui/workbench.h"

#define COMMAND(name) &cli_##name,
static const struct cli_command *const commands[] = {CLI_COMMANDS(COMMAND)};
#undef COMMAND

enum { COMMANDS = sizeof commands / sizeof *commands };
enum { RUN = 'r', FROM = 'f', STEPS = 'n', GO = 'g', ASCII = 'a' };

static const struct cli_option workbench_options[] = {
    {RUN, "run", "DIR", "save the new run in DIR"},
    {FROM, "from", "RUN[@STEP]", "start from another run, at its newest checkpoint or at STEP"},
    {STEPS, "steps", "N", "make N steps in total"},
    {CLI_SET, "set", "KEY=VALUE", "change a key of the preset, as in train.lr=1e-3"},
    {GO, "go", NULL, "start training immediately"},
    {ASCII, "ascii", NULL, "use ASCII characters only"},
};

static int workbench(const struct cli_command *command, const struct paths *paths, int argc,
                     char **argv);

static const struct cli_command cli_workbench = {
    .name = "",
    .operands = "[PRESET|TABLE|RUN]",
    .summary = "Watch a language model learn facts: open the workbench with a preset, a table of "
               "facts (.csv, .tsv), a run, or a list of them.",
    .options = workbench_options,
    .option_count = sizeof workbench_options / sizeof *workbench_options,
    .run = workbench,
};

static void print_command(const struct paths *paths, const struct cli_command *command)
{
    enum { NAME_COLS = 10, OPERANDS_COLS = 12, BLANKS = 4 };
    struct text usage = {0};
    text_format(&usage, "  %s %-*s %s", paths->program, NAME_COLS, command->name,
                command->operands);
    if (!usage.failed)
        columns_print_item(
            usage.bytes, strlen(paths->program) + NAME_COLS + OPERANDS_COLS + BLANKS + COLUMNS_GAP,
            command->summary);
    text_free(&usage);
}

static void print_help(const struct paths *paths)
{
    cli_print_help(&cli_workbench, paths);
    printf("      --version           show the version and exit\n\nCommands:\n");
    for (size_t i = 0; i < COMMANDS; i++)
        print_command(paths, commands[i]);
    printf("\nEvery command has a --help option; the manual is mneme(1).\n");
}

struct workbench_arguments {
    struct workbench_options options;
    struct strings settings;
};

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct workbench_arguments *a = arguments;
    switch (option) {
    case RUN:
        a->options.first.directory = value;
        return true;
    case FROM:
        a->options.first.from = value;
        return true;
    case STEPS:
        return cli_number("steps", value, 1, UINT32_MAX, &a->options.first.steps, err);
    case CLI_SET:
        return strings_add(&a->settings, value, err);
    case GO:
        a->options.run = true;
        return true;
    default:
        a->options.ascii = true;
        return true;
    }
}

/* For a command that was mistyped, and so taken for a preset. */
static void suggest_command(const struct paths *paths, const char *name)
{
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i]->name;
    const char *near = suggest_of(name, names, COMMANDS);
    if (near)
        fprintf(stderr, "The nearest command is: %s %s\n", paths->program, near);
}

/* What is opened where nothing is named: the table that --set names, or the list. */
static const char *preset_of_settings(const struct workbench_arguments *a)
{
    return table_preset_of(a->options.first.assignment, a->options.first.assignments);
}

static int workbench(const struct cli_command *command, const struct paths *paths, int argc,
                     char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct workbench_arguments a = {0};
    struct error err;
    int status = EXIT_DONE;
    bool interrupted = false;
    bool understood = cli_options(&line, take_option, &a) && cli_operands(&line, 0, 1);
    a.options.first.assignment = (const char *const *)a.settings.text;
    a.options.first.assignments = a.settings.count;
    if (!understood)
        status = line.status;
    else if (!workbench_run(paths, line.operands ? line.operand[0] : preset_of_settings(&a),
                            &a.options, &interrupted, &err))
        status = cli_fail(&err);
    else if (interrupted)
        status = EXIT_INTERRUPTED;
    if (status == EXIT_USAGE && line.operands > 0)
        suggest_command(paths, line.operand[0]);
    strings_free(&a.settings);
    return status;
}

static const struct cli_command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static void print_version(void)
{
    struct blas blas = blas_in_use();
    char sentence[BLAS_SENTENCE];
    blas_explain(&blas, sentence);
    printf("%s\n%s\n", PACKAGE_STRING, sentence);
    precision_explain(sentence);
    printf("%s\n", sentence);
    if (ranks_library())
        printf("%s: mpirun trains one run with several processes\n", ranks_library());
}

/* Another build of the library would make wrong numbers, and a kernel of instructions that the
 * processor lacks end the program at its first product. */
static bool check_blas(struct error *err)
{
    struct blas blas = blas_in_use();
    if (!blas_uses_openmp())
        return error_set(err, ERROR_INPUT,
                         "the loader found an %s that does not use OpenMP, which several threads "
                         "cannot call at once; LD_LIBRARY_PATH may lead there",
                         blas.library);
    return blas.processor == INSTRUCTIONS_UNKNOWN || blas.needs <= blas.processor ||
           error_set(err, ERROR_INPUT,
                     "%s uses its kernel %s, which needs %s, but the processor has %s%s",
                     blas.library, blas.kernel, instruction_set_name(blas.needs),
                     instruction_set_name(blas.processor),
                     blas.reason == BLAS_BY_USER ? "; unset " BLAS_KERNEL_VARIABLE : "");
}

/* Rank 0 runs the command, with the others' help. */
static int run_with_ranks(const struct cli_command *command, const struct paths *paths, int argc,
                          char **argv)
{
    struct error err;
    if (!ranks_begin(&err))
        return launch_is_first() ? cli_fail(&err) : cli_status(&err);
    if (ranks_own() > 0)
        return rank_service_run();
    int status = command->run(command, paths, argc, argv);
    rank_service_end();
    return status;
}

static int dispatch(const struct paths *paths, int argc, char **argv)
{
    struct error err;
    const struct cli_command *command = argc > 1 ? find_command(argv[1]) : NULL;
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
                     (strcmp(argv[1], "help") == 0 && argc == 2))) {
        print_help(paths);
        return EXIT_DONE;
    }
    if (argc > 1 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)) {
        print_version();
        return EXIT_DONE;
    }
    if (!check_blas(&err))
        return cli_fail(&err);
    if (!command) {
        launch_children_alone();
        return workbench(&cli_workbench, paths, argc, argv);
    }
    argv[1] = argv[0]; /* whose name getopt's messages begin with */
    if (command->uses_ranks && launch_is_of_ranks())
        return run_with_ranks(command, paths, argc - 1, argv + 1);
    launch_children_alone();
    return command->run(command, paths, argc - 1, argv + 1);
}

/* This program's file; null where it is not what the process was started with, as where the dynamic
 * loader was given it as an argument. */
static const char *own_file(char found[PATH_MAX])
{
#ifdef __linux__
    if (getauxval(AT_BASE) == 0)
        return NULL;
    return realpath("/proc/self/exe", found) ? found : "/proc/self/exe"; /* deleted meanwhile */
#else
    (void)found;
    return NULL;
#endif
}

/* The library chose its kernel when it was loaded; where that was a lesser one than the processor
 * can run, the program executes itself again with the fitting one named in its environment, which
 * its children inherit. Where that cannot be done it goes on as it is. */
static void use_fitting_kernel(char **argv)
{
    char found[PATH_MAX];
    struct blas blas = blas_in_use();
    const char *wanted = blas_wanted_kernel(&blas), *program = wanted ? own_file(found) : NULL;
    if (!program || setenv(BLAS_DEFAULT_VARIABLE, blas.kernel, 1) != 0 ||
        setenv(BLAS_KERNEL_VARIABLE, wanted, 1) != 0)
        return;
    signals_hold();
    execv(program, argv);
    signals_begin();
    unsetenv(BLAS_KERNEL_VARIABLE);
    unsetenv(BLAS_DEFAULT_VARIABLE);
}

int main(int argc, char **argv)
{
    char program[] = "mneme";
    signals_begin();
    output_keep_streams();
    signal(SIGXFSZ, SIG_IGN); /* a file that becomes too large is an error like a full disk */
    use_fitting_kernel(argv);
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    struct paths paths;
    struct error err;
    if (!paths_find(&paths, argc > 0 ? argv[0] : NULL, &err))
        return cli_fail(&err);
    if (argc > 0)
        argv[0] = program;
    int status = dispatch(&paths, argc, argv);
    if (!output_close(&err) && !(status == EXIT_INTERRUPTED && signals_ended()))
        status = cli_fail(&err);
    paths_free(&paths);
    return status;
}
