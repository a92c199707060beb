#include "config.h"

#include "ui/cli/cli.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/shell.h"
#include "config/preset_file.h"
#include "lab/session_resume.h"
#include "ui/cli/columns.h"
#include "ui/cli/output.h"
#include "ui/signals.h"

enum { MAX_OPTIONS = 16, HELP = 'h', HELP_COLUMN = 24 };

int cli_status(const struct error *err)
{
    return err->kind == ERROR_INPUT  ? EXIT_USAGE
           : err->kind == ERROR_BUSY ? EXIT_BUSY
                                     : EXIT_FAILED;
}

int cli_fail(const struct error *err)
{
    output_flush();
    fprintf(stderr, "mneme: %s\n", err->message);
    return cli_status(err);
}

void cli_say_command(FILE *to, const char *what, const struct paths *paths, const char *command,
                     const char *operand)
{
    struct text line = {0};
    text_format(&line, "%s: %s %s ", what, paths->program, command);
    shell_add_operand(&line, operand);
    if (!line.failed)
        output_print_to(to, "%s\n", line.bytes);
    text_free(&line);
}

void cli_obey_for_queue(const struct run_queue *queue)
{
    if (signals_take(SIGNALS_SAVE))
        run_queue_save(queue);
    if (!signals_take(SIGNALS_SUSPEND))
        return;
    run_queue_halt(queue);
    signals_stop();
    run_queue_go_on(queue);
}

void cli_on_crash_say(const struct paths *paths, const char *command, const char *operand)
{
    struct text sentence = {0};
    text_format(&sentence, "resume with: %s %s ", paths->program, command);
    shell_add_operand(&sentence, operand);
    signals_on_crash_say(sentence.failed ? NULL : sentence.bytes);
    text_free(&sentence);
}

void cli_say_note(const struct run_queue *queue, FILE *to)
{
    const char *note = run_queue_note(queue);
    if (note)
        output_print_to(to, RUN_QUEUE_NOTE "%s\n", note);
}

static void print_option(const struct cli_option *option)
{
    char left[64];
    bool has_letter = option->letter < CLI_LONG_ONLY;
    snprintf(left, sizeof left, "  %c%c%s --%s%s%s", has_letter ? '-' : ' ',
             has_letter ? option->letter : ' ', has_letter ? "," : " ", option->name,
             option->argument ? "=" : "", option->argument ? option->argument : "");
    columns_print_item(left, HELP_COLUMN + COLUMNS_GAP, option->text);
}

void cli_print_help(const struct cli_command *command, const struct paths *paths)
{
    static const struct cli_option help = {HELP, "help", NULL, "show this help and exit"};
    printf("Usage: %s%s%s [OPTION]...%s%s\n", paths->program, command->name[0] ? " " : "",
           command->name, command->operands[0] ? " " : "", command->operands);
    columns_print_text(0, command->summary);
    printf("\n");
    for (size_t i = 0; i < command->option_count; i++)
        print_option(&command->options[i]);
    print_option(&help);
}

/* getopt's tables, made from the command's own. */
static int next_option(const struct cli_line *a)
{
    struct option names[MAX_OPTIONS + 2] = {{0}};
    char letters[2 * MAX_OPTIONS + 4];
    size_t n = 0, l = 0;
    letters[l++] = ':'; /* so that a missing value is told from a wrong option */
    letters[l++] = HELP;
    for (; n < a->command->option_count && n < MAX_OPTIONS; n++) {
        const struct cli_option *option = &a->command->options[n];
        names[n] = (struct option){option->name, option->argument ? required_argument : no_argument,
                                   NULL, option->letter};
        if (option->letter < CLI_LONG_ONLY) {
            letters[l++] = (char)option->letter;
            if (option->argument)
                letters[l++] = ':';
        }
    }
    names[n] = (struct option){"help", no_argument, NULL, HELP};
    letters[l] = '\0';
    return getopt_long(a->argc, a->argv, letters, names, NULL);
}

enum { NO_VALUE = ':', WRONG = '?' };

/* The option with this letter; null where there is none. */
static const struct cli_option *find_option(const struct cli_command *command, int letter)
{
    for (size_t i = 0; i < command->option_count; i++)
        if (command->options[i].letter == letter)
            return &command->options[i];
    return NULL;
}

/* Options whose name begins so. */
static size_t count_options(const struct cli_command *command, const char *name, size_t length)
{
    size_t count = strncmp("help", name, length) == 0;
    for (size_t i = 0; i < command->option_count; i++)
        count += strncmp(command->options[i].name, name, length) == 0;
    return count;
}

/* What getopt refused; not in its own words, which print an option with all that is in it. */
static void explain_option(const struct cli_line *line, int refusal, struct error *err)
{
    const char *word = line->argv[optind - 1];
    const char *name = strncmp(word, "--", 2) == 0 ? word + 2 : "";
    size_t length = strcspn(name, "=");
    const struct cli_option *option = find_option(line->command, optopt);
    if (refusal == NO_VALUE)
        error_set(err, ERROR_INPUT, "option --%s needs a value", option ? option->name : name);
    else if (*name && count_options(line->command, name, length) > 1)
        error_set(err, ERROR_INPUT, "option --%.*s is ambiguous", (int)length, name);
    else if (*name && optopt != 0)
        error_set(err, ERROR_INPUT, "option --%.*s takes no value", (int)length, name);
    else if (*name)
        error_set(err, ERROR_INPUT, "unrecognized option --%s", name);
    else
        error_set(err, ERROR_INPUT, "unrecognized option -%c", optopt);
}

static void suggest_help(const struct cli_line *line)
{
    const char *name = line->command->name;
    fprintf(stderr, "Try: %s%s%s --help\n", line->paths->program, name[0] ? " " : "", name);
}

bool cli_options(struct cli_line *line, cli_take *take, void *arguments)
{
    struct error err;
    opterr = 0;
    for (int option; (option = next_option(line)) >= 0;) {
        if (option == HELP) {
            cli_print_help(line->command, line->paths);
            line->status = EXIT_DONE;
            return false;
        }
        if (option == WRONG || option == NO_VALUE) {
            explain_option(line, option, &err);
            line->status = cli_fail(&err);
            suggest_help(line);
            return false;
        }
        if (!take(arguments, option, optarg, &err)) {
            line->status = cli_fail(&err);
            return false;
        }
    }
    return true;
}

bool cli_operands(struct cli_line *line, int least, int most)
{
    line->operand = line->argv + optind;
    line->operands = line->argc - optind;
    if (line->operands >= least && line->operands <= most)
        return true;
    const char *name = line->command->name;
    fprintf(stderr, "mneme: usage: %s%s%s [OPTION]... %s\n", line->paths->program,
            name[0] ? " " : "", name, line->command->operands);
    suggest_help(line);
    line->status = EXIT_USAGE;
    return false;
}

bool cli_number(const char *option, const char *value, uint64_t least, uint64_t most,
                uint64_t *number, struct error *err)
{
    uint64_t parsed;
    if (!number_read_count(value, &parsed) || parsed < least || parsed > most)
        return error_set(err, ERROR_INPUT,
                         "--%s needs a whole number from %" PRIu64 " to %" PRIu64 ", not \"%s\"",
                         option, least, most, value);
    *number = parsed;
    return true;
}

bool cli_take_model_option(void *arguments, int option, const char *value, struct error *err)
{
    struct cli_model_options *options = arguments;
    if (option == CLI_JSON)
        return options->json = true;
    return options->has_step = cli_number("step", value, 0, UINT64_MAX, &options->step, err);
}

bool cli_open_model(struct session *session, const struct paths *paths, const char *run,
                    const struct cli_model_options *options, struct error *err)
{
    return session_open_model(session, paths, run, options->has_step ? &options->step : NULL, err);
}

bool cli_load_preset(struct preset *preset, const struct paths *paths, const char *name,
                     const struct strings *settings, struct error *err)
{
    return preset_load_with(preset, paths, name, (const char *const *)settings->text,
                            settings->count, err);
}
