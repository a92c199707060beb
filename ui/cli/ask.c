/* mneme ask: questions to a run's model, one or a conversation. Map of this file: answers;
 * findings of commands; lines; the command. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* readline.h wants stdio.h before it. */
#include <readline/history.h>
#include <readline/readline.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "facts/words.h"
#include "lab/session.h"
#include "lab/session_ask.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"
#include "ui/cli/table.h"
#include "ui/format.h"
#include "ui/inquiry.h"
#include "ui/requests.h"

enum { BAR = 20 };

static const struct cli_option options[] = {
    CLI_STEP_OPTION,
    {CLI_JSON, "json", NULL, "print each answer as a JSON object"},
};

/* Answers */

static void print_candidate(const struct candidate *candidate, const struct answer *answer)
{
    char bar[BAR + 1] = {0}, chance[FORMAT_SIZE];
    size_t filled = (size_t)(candidate->probability * BAR + 0.5);
    memset(bar, '#', filled < BAR ? filled : BAR);
    bool true_one = answer->has_truth && strcmp(candidate->text, answer->truth) == 0;
    output_print("  %8s  %-*s  %s%s\n", format_chance(chance, candidate->probability), BAR, bar,
                 candidate->text, true_one ? "  (true)" : "");
}

static void print_entropy(const struct answer *answer)
{
    const struct answer_ignorance *nobody = &answer->nobody;
    if (!answer->has_attribute) {
        printf("  entropy of the next word %.2f nats\n", answer->entropy);
        return;
    }
    printf("  entropy %.2f nats; ", answer->entropy);
    if (baselines_differ(nobody->sampled, nobody->uniform))
        printf("entropy of the sampled values %.2f; ", nobody->sampled);
    printf("uniform baseline %.2f\n", nobody->uniform);
}

static void print_answer(const struct answer *answer, const struct fact_set *facts)
{
    char chance[FORMAT_SIZE];
    bool apart = words_blank_between(answer->prompt, answer->completion);
    output_print("%s%s%s\n", answer->prompt, apart ? " " : "", answer->completion);
    if (*answer->lead)
        output_print("  goes on with: %s ...\n", answer->lead);
    if (answer->other)
        output_print("  would rather say: %s (%s), no value of %s\n", answer->other,
                     format_chance(chance, answer->other_probability),
                     facts->attribute[answer->attribute].name);
    for (size_t i = 0; i < answer->candidates; i++)
        print_candidate(&answer->candidate[i], answer);
    if (answer->has_individual)
        output_print("  %s: %s\n", answer->name, individual_status_shown(answer->status, facts));
    if (answer->has_truth)
        output_print("  %s: %s (%s)  %s\n", facts->attribute[answer->attribute].name, answer->truth,
                     format_chance(chance, answer->truth_probability),
                     answer->correct ? "right" : "wrong");
    else if (answer->is_untold)
        output_print("  %s: not in the table\n", facts->attribute[answer->attribute].name);
    if (answer->hint)
        output_print("  %s%s\n", answer->hint,
                     answer->has_individual ? " (/wordings lists all)" : "");
    print_entropy(answer);
    output_flush();
}

static bool answer_prompt_line(struct session *session, const char *prompt, bool json,
                               struct error *err)
{
    struct answer answer;
    if (!session_ask(session, prompt, &answer, err))
        return false;
    bool printed = true;
    if (json)
        printed = json_print(json_answer(&answer, &session->facts), err);
    else
        print_answer(&answer, &session->facts);
    answer_free(&answer);
    return printed;
}

/* Findings of commands */

static bool print_attributes(const struct finding *finding, const struct fact_set *facts,
                             struct error *err)
{
    struct table table = {.columns = 4, .left = 4};
    bool added = true;
    for (size_t a = 0; added && a < finding->answers; a++) {
        const struct answer *answer = &finding->answer[a];
        char chance[FORMAT_SIZE], true_chance[FORMAT_SIZE];
        bool any = answer->candidates > 0;
        added =
            table_add(&table, err, "  %s", facts->attribute[answer->attribute].name) &&
            table_add(&table, err, "%s", any ? answer->candidate[0].text : "") &&
            table_add(&table, err, "%s",
                      format_chance(chance, any ? answer->candidate[0].probability : 0)) &&
            (!answer->has_truth
                 ? table_add(&table, err, "%s", answer->is_untold ? "not in the table" : "")
             : answer->correct ? table_add(&table, err, "right")
                               : table_add(&table, err, "wrong: %s (%s)", answer->truth,
                                           format_chance(true_chance, answer->truth_probability)));
    }
    if (added)
        table_print(&table);
    table_free(&table);
    return added;
}

/* All attributes of an individual, under its name. */
static bool print_individual(const struct finding *finding, const struct fact_set *facts, bool json,
                             struct error *err)
{
    const struct answer *first = &finding->answer[0];
    bool printed = true;
    for (size_t a = 0; json && printed && a < finding->answers; a++)
        printed = json_print(json_answer(&finding->answer[a], facts), err);
    if (json)
        return printed;
    output_print("%s: %s %s\n", first->name, individual_status_shown(first->status, facts),
                 facts->individual);
    return print_attributes(finding, facts, err);
}

/* Items one a line, under their title where they have one. */
static void print_list(const struct listed *list)
{
    char count[FORMAT_SIZE];
    if (list->title)
        output_print("%s: %s\n", list->title, format_count(count, list->count));
    for (size_t i = 0; i < list->item.count; i++)
        output_print("%s%s\n", list->title ? "  " : "", list->item.text[i]);
}

/* What does not fit one thing alone is listed, and told as wrong. */
static bool print_finding(const struct finding *finding, const struct fact_set *facts, bool json,
                          struct error *err)
{
    bool printed = true;
    if (finding->answers > 0)
        return print_individual(finding, facts, json, err);
    if (finding->note && !finding->undecided && !finding->prompt)
        output_print_to(output_is_terminal() ? stdout : stderr, "%s\n", finding->note);
    for (size_t l = 0; printed && l < finding->lists; l++)
        if (json)
            printed = json_print(json_listed(&finding->list[l]), err);
        else
            print_list(&finding->list[l]);
    output_flush();
    if (printed && finding->undecided)
        return error_set(err, ERROR_INPUT, "%.*s", (int)strcspn(finding->note, ":"), finding->note);
    return printed;
}

/* "/who NAME": the commands that need no screen. */
static bool answer_command(struct session *session, const char *line, bool json, struct error *err)
{
    const struct request_info *info;
    struct finding finding;
    struct inquiry inquiry = {
        .session = session,
        .most = UINT64_MAX,
        .seed = (uint64_t)(clock_seconds() * 1e6),
    };
    if (!request_parse(line, &info, &inquiry.argument, err))
        return false;
    if (!info->inquire)
        return error_set(err, ERROR_INPUT, "/%s is for the workbench; /help lists what works here",
                         info->command);
    if (!info->inquire(&inquiry, &finding, err))
        return false;
    bool printed = print_finding(&finding, &session->facts, json, err);
    finding_free(&finding);
    return printed;
}

/* Lines */

/* Without blanks at its ends: a command, or a prompt. */
static bool answer_one(struct session *session, const char *line, bool json, struct error *err)
{
    const char *text = line + strspn(line, WORD_BLANKS);
    if (*text != '/')
        return answer_prompt_line(session, line, json, err);
    size_t length = strlen(text);
    while (length > 0 && strchr(WORD_BLANKS, text[length - 1]))
        length--;
    char *command = memory_format(err, "%.*s", (int)length, text);
    bool answered = command && answer_command(session, command, json, err);
    memory_free(command);
    return answered;
}

/* Where prompts come from: readline on a terminal, else standard input. */
struct prompts {
    bool interactive;
    size_t line;   /* the one read last, from 1 */
    bool has_null; /* and a string would end within it */
};

/* The next line without its newline; null at the end. */
static char *read_line(struct prompts *prompts)
{
    prompts->line++;
    if (prompts->interactive) {
        char *line = readline("> ");
        if (line && line[0])
            add_history(line);
        return line;
    }
    char *line = NULL;
    size_t room = 0;
    ssize_t length = getline(&line, &room, stdin);
    if (length < 0) {
        free(line);
        return NULL;
    }
    prompts->has_null = strlen(line) < (size_t)length;
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static bool is_blank(const char *line)
{
    size_t length;
    while ((length = utf8_blank(line)) > 0)
        line += length;
    return *line == '\0';
}

static bool answer_line(struct session *session, const struct prompts *prompts, const char *line,
                        bool json, struct error *err)
{
    if (prompts->has_null)
        return error_set(err, ERROR_INPUT, "line %zu of standard input holds a null byte",
                         prompts->line);
    return is_blank(line) || answer_one(session, line, json, err);
}

/* With a prompt that can be asked, whatever the facts are about. */
static void greet(const struct session *session)
{
    char *example = session_example(session, 0, NULL);
    output_print("%s, step %" PRIu64 ". Type a prompt%s%s%s, or /help; Ctrl-D exits.\n",
                 session->run.name, session->checkpoint_step, example ? ", as in \"" : "",
                 example ? example : "", example ? "\"" : "");
    memory_free(example);
}

/* Answers line after line; a question that cannot be read is reported and the next one taken. */
static int converse(struct session *session, bool json)
{
    struct prompts prompts = {.interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)};
    struct error err;
    int status = EXIT_DONE;
    rl_bind_key('\t', rl_insert);
    if (prompts.interactive)
        greet(session);
    for (char *line; (line = read_line(&prompts)); free(line))
        if (!answer_line(session, &prompts, line, json, &err))
            status = cli_fail(&err);
    if (prompts.interactive)
        return EXIT_DONE;
    if (ferror(stdin)) {
        error_set(&err, ERROR_SYSTEM, "standard input could not be read");
        status = cli_fail(&err);
    }
    return status;
}

/* The command */

/* The operands after the run are one prompt. */
static char *join_prompt(char **word, int words, struct error *err)
{
    struct text prompt = {0};
    for (int i = 0; i < words; i++) {
        text_add(&prompt, i > 0 ? " " : "");
        text_add(&prompt, word[i]);
    }
    return text_take(&prompt, err);
}

static int ask(const struct cli_command *command, const struct paths *paths, int argc, char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct error err;
    struct cli_model_options model = {0};
    if (!cli_options(&line, cli_take_model_option, &model) || !cli_operands(&line, 1, argc))
        return line.status;
    struct session session;
    if (!cli_open_model(&session, paths, line.operand[0], &model, &err))
        return cli_fail(&err);
    int status = EXIT_DONE;
    if (line.operands > 1) {
        char *prompt = join_prompt(line.operand + 1, line.operands - 1, &err);
        if (!prompt || !answer_one(&session, prompt, model.json, &err))
            status = cli_fail(&err);
        memory_free(prompt);
    } else
        status = converse(&session, model.json);
    session_close(&session, &err);
    return status;
}

const struct cli_command cli_ask = {
    .name = "ask",
    .operands = "RUN [PROMPT]",
    .summary = "Ask a run's model to complete a prompt; /help lists commands.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = ask,
};
