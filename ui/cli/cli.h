/* What all commands share: their table, their options, and how they fail. */
#ifndef MNEME_UI_CLI_CLI_H
#define MNEME_UI_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/paths.h"
#include "config/preset.h"
#include "lab/run_queue.h"
#include "lab/session.h"

enum exit_status {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_BUSY = RUN_QUEUE_BUSY,               /* another process writes the run */
    EXIT_INTERRUPTED = RUN_QUEUE_INTERRUPTED, /* by a signal that asks for the end, after saving */
};

/* One option of a command. */
struct cli_option {
    int letter;           /* 'n'; above 255 for an option without a letter */
    const char *name;     /* "steps" */
    const char *argument; /* "N"; null where it takes none */
    const char *text;     /* what it does */
};

enum { CLI_LONG_ONLY = 256, CLI_SET = 's', CLI_JSON = 'j', CLI_STEP = 't' };

/* One command: a file of ui/cli each. */
struct cli_command {
    const char *name;
    const char *operands;             /* "RUN [PROMPT]" */
    const char *summary;              /* one line */
    const struct cli_option *options; /* [option_count] */
    size_t option_count;
    int (*run)(const struct cli_command *command, const struct paths *paths, int argc, char **argv);
    bool uses_ranks; /* where the program was started as several, they work for one such command */
};

/* All of them, in the order of help. */
#define CLI_COMMANDS(ROW)                                                                          \
    ROW(train)                                                                                     \
    ROW(watch)                                                                                     \
    ROW(ask)                                                                                       \
    ROW(score)                                                                                     \
    ROW(eval)                                                                                      \
    ROW(facts)                                                                                     \
    ROW(circuits)                                                                                  \
    ROW(phases)                                                                                    \
    ROW(plot)                                                                                      \
    ROW(export)                                                                                    \
    ROW(sample)                                                                                    \
    ROW(runs)                                                                                      \
    ROW(presets)                                                                                   \
    ROW(facts_init)                                                                                \
    ROW(bench)                                                                                     \
    ROW(sweep)                                                                                     \
    ROW(reproduce)

#define CLI_DECLARE(name) extern const struct cli_command cli_##name;
CLI_COMMANDS(CLI_DECLARE)
#undef CLI_DECLARE

/* A command line; argv[0] is the command's name. */
struct cli_line {
    const struct cli_command *command;
    const struct paths *paths;
    int argc;
    char **argv;
    char **operand; /* [operands] after cli_operands */
    int operands;
    int status; /* to leave with, where a function below returns false */
};

/* Takes one option, by its letter, into a command's arguments. */
typedef bool cli_take(void *arguments, int option, const char *value, struct error *err);

/* Reads the options, each of which is handed to take. False after --help was answered, or where an
 * option is wrong or take failed and that was said. */
bool cli_options(struct cli_line *line, cli_take *take, void *arguments);

/* Reads the operands behind the options. False where they are fewer than least or more than most
 * and that was said. */
bool cli_operands(struct cli_line *line, int least, int most);

void cli_print_help(const struct cli_command *command, const struct paths *paths);

/* Whole numbers of an option's value; false with a sentence naming the option. */
bool cli_number(const char *option, const char *value, uint64_t least, uint64_t most,
                uint64_t *number, struct error *err);

/* What every command that asks a run's model takes. */
struct cli_model_options {
    bool json;
    bool has_step;
    uint64_t step; /* of the checkpoint; the newest without */
};

#define CLI_STEP_OPTION                                                                            \
    {                                                                                              \
        CLI_STEP, "step", "T", "use the checkpoint or snapshot of step T, not the newest"          \
    }

/* Takes --json or --step into a struct cli_model_options. */
cli_take cli_take_model_option;

/* Opens the model of a run, at the step that was asked for. */
bool cli_open_model(struct session *session, const struct paths *paths, const char *run,
                    const struct cli_model_options *options, struct error *err);

/* The exit status that fits the error. */
int cli_status(const struct error *err);

/* What a sentence on stderr begins with that tells of no failure. */
#define CLI_NOTE "mneme: note: "

/* Prints "mneme: MESSAGE" on stderr and returns the exit status that fits the error. */
int cli_fail(const struct error *err);

/* Prints what a child noted, if one did. */
void cli_say_note(const struct run_queue *queue, FILE *to);

/* Prints what a command line is for and the line, to be copied: "ask it with: mneme ask DIR". */
void cli_say_command(FILE *to, const char *what, const struct paths *paths, const char *command,
                     const char *operand);

/* Has the children of a command stop and go on with it, and save, where signals ask for that. */
void cli_obey_for_queue(const struct run_queue *queue);

/* Should the program crash from here on, it says that this command goes on. */
void cli_on_crash_say(const struct paths *paths, const char *command, const char *operand);

/* Loads a preset and applies the assignments of all --set options, in order. */
bool cli_load_preset(struct preset *preset, const struct paths *paths, const char *name,
                     const struct strings *settings, struct error *err);

#endif
