/* mneme score: how likely a run's model finds a text, token by token. */
#include <inttypes.h>
#include <stdio.h>

#include "base/memory.h"
#include "lab/session.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"

static const struct cli_option options[] = {
    CLI_STEP_OPTION,
    {CLI_JSON, "json", NULL, "print one JSON object"},
};

/* A text as tokens after TOKEN_BEGIN, and the log-probability of each. */
struct score {
    int32_t *token;          /* [tokens + 1], TOKEN_BEGIN first */
    double *log_probability; /* [tokens] of token[1 + i], nats */
    size_t tokens;
};

static void score_free(struct score *score)
{
    memory_free(score->token);
    memory_free(score->log_probability);
}

static bool score_tokens(struct session *session, struct score *score, struct error *err)
{
    size_t vocab = engine_model(session->engine)->options.vocab;
    struct decoder *decoder = decoder_new(engine_model(session->engine), err);
    real *after = memory_new(vocab, sizeof *after, err);
    bool read = decoder && after;
    for (size_t i = 0; read && i < score->tokens; i++) {
        read = decoder_read(decoder, &score->token[i], 1, 1, after, err);
        if (read)
            score->log_probability[i] = (double)after[score->token[i + 1]];
    }
    memory_free(after);
    decoder_free(decoder);
    return read;
}

static bool score_tidy(struct session *session, const char *text, struct score *score,
                       struct error *err)
{
    struct vocabulary *vocabulary = &session->vocabulary;
    struct unknown_word unknown;
    *score = (struct score){0};
    size_t tokens = vocabulary_tokenize(vocabulary, text, NULL, 0, &unknown);
    if (unknown.count > 0)
        return question_unknown_word(vocabulary, text, &unknown, err);
    if (tokens == 0)
        return error_set(err, ERROR_INPUT, "there is no text to score");
    size_t most = engine_model(session->engine)->options.max_length;
    if (tokens > most)
        return error_set(err, ERROR_INPUT,
                         "the text has %zu tokens, more than the model's maximum of %zu", tokens,
                         most);
    score->tokens = tokens;
    score->token = memory_new(tokens + 1, sizeof *score->token, err);
    score->log_probability = memory_new(tokens, sizeof *score->log_probability, err);
    bool scored = score->token && score->log_probability;
    if (scored) {
        score->token[0] = TOKEN_BEGIN;
        vocabulary_tokenize(vocabulary, text, score->token + 1, tokens, NULL);
        scored = score_tokens(session, score, err);
    }
    if (!scored)
        score_free(score);
    return scored;
}

static bool score_text(struct session *session, const char *text, struct score *score,
                       struct error *err)
{
    char *tidy = vocabulary_tidy(&session->vocabulary, text, err);
    bool scored = tidy && score_tidy(session, tidy, score, err);
    memory_free(tidy);
    return scored;
}

static double total(const struct score *score)
{
    double sum = 0;
    for (size_t i = 0; i < score->tokens; i++)
        sum += score->log_probability[i];
    return sum;
}

static bool print_json(const struct session *session, const struct score *score, struct error *err)
{
    json_t *tokens = json_array(), *words = json_array(), *log_probabilities = json_array();
    for (size_t i = 0; i < score->tokens; i++) {
        int32_t token = score->token[i + 1];
        json_array_append_new(tokens, json_integer(token));
        json_array_append_new(words, json_string(session->vocabulary.word[token]));
        json_array_append_new(log_probabilities, json_number(score->log_probability[i]));
    }
    json_t *object =
        json_pack("{s:o, s:o, s:o, s:o}", "tokens", tokens, "words", words, "log_probabilities",
                  log_probabilities, "total", json_number(total(score)));
    return json_print(object, err);
}

static void print_lines(const struct session *session, const struct score *score)
{
    for (size_t i = 0; i < score->tokens; i++)
        output_print("%6" PRId32 "  %9.4f  %s\n", score->token[i + 1], score->log_probability[i],
                     session->vocabulary.word[score->token[i + 1]]);
    printf("%6s  %9.4f  nats in total\n", "", total(score));
}

static int run_score(const struct cli_command *command, const struct paths *paths, int argc,
                     char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct error err;
    struct cli_model_options model = {0};
    if (!cli_options(&line, cli_take_model_option, &model) || !cli_operands(&line, 2, 2))
        return line.status;
    struct session session;
    struct score score;
    if (!cli_open_model(&session, paths, line.operand[0], &model, &err))
        return cli_fail(&err);
    bool scored = score_text(&session, line.operand[1], &score, &err);
    if (scored) {
        if (model.json)
            scored = print_json(&session, &score, &err);
        else
            print_lines(&session, &score);
        score_free(&score);
    }
    int status = scored ? EXIT_DONE : cli_fail(&err);
    session_close(&session, &err);
    return status;
}

const struct cli_command cli_score = {
    .name = "score",
    .operands = "RUN TEXT",
    .summary = "Print the log-probability of each token of a text.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_score,
};
