#include "facts/question.h"

#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "facts/name_reader.h"
#include "facts/words.h"

enum { NEAREST_SHOWN = 3 };

bool question_unknown_word(const struct vocabulary *vocabulary, const char *text,
                           const struct unknown_word *unknown, struct error *err)
{
    const char *nearest[NEAREST_SHOWN];
    char *word = memory_format(err, "%.*s", (int)unknown->count, text + unknown->first);
    if (!word)
        return false;
    size_t count = vocabulary_nearest(vocabulary, word, nearest, NEAREST_SHOWN);
    struct text near = {0};
    for (size_t i = 0; i < count; i++)
        text_format(&near, "%s%s", i ? ", " : "; near: ", nearest[i]);
    error_set(err, ERROR_INPUT, "\"%s\" is not in the model's vocabulary%s", word,
              near.bytes ? near.bytes : "");
    text_free(&near);
    memory_free(word);
    return false;
}

/* Where the prompt's last full name is, in tokens of the question. */
struct question_place {
    size_t first, count;
};

/* Token of the question at which the byte of the prompt begins, or the next after it. */
static size_t token_at(const char *prompt, size_t byte)
{
    const char *cursor = prompt;
    struct word word;
    size_t token = 1; /* behind TOKEN_BEGIN */
    while (word_next(&cursor, &word) && (size_t)(word.bytes - prompt) < byte)
        token++;
    return token;
}

/* Finds the name that begins last. One within another is none: the last of "Papua New Guinea" is
 * no country of its own. */
static bool find_last_name(struct question *question, const struct population *population,
                           const struct vocabulary *vocabulary, const char *prompt,
                           struct question_place *name)
{
    const char *cursor = prompt;
    size_t end = 0; /* of the name so far, in bytes */
    struct word word;
    while (word_next(&cursor, &word)) {
        size_t bytes, first = (size_t)(word.bytes - prompt);
        uint64_t individual;
        if (!name_read(population, vocabulary, word.bytes, &individual, &bytes) ||
            first + bytes <= end)
            continue;
        end = first + bytes;
        name->first = token_at(prompt, first);
        name->count = token_at(prompt, end) - name->first;
        question->individual = individual;
        question->has_individual = true;
    }
    return question->has_individual;
}

/* Whether token[0..count) are the words of `tokens`, both folded. */
static bool same_tokens(const struct vocabulary *vocabulary, const int32_t *token, size_t count,
                        const struct tokens *tokens)
{
    if (count != tokens->count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!utf8_equal_folded(vocabulary->word[token[i]], vocabulary->word[tokens->token[i]]))
            return false;
    return true;
}

/* How much of a template is in the question. */
enum fit { FIT_NONE, FIT_AFTER_NAME, FIT_SENTENCE };

static enum fit fit_of(const struct question *question, const struct vocabulary *vocabulary,
                       const struct question_place *name, const struct template_tokens *template)
{
    const int32_t *token = question->token;
    size_t behind = name->first + name->count, before = template->before_name.count;
    if (!same_tokens(vocabulary, token + behind, question->tokens - behind,
                     &template->before_value))
        return FIT_NONE;
    if (before >= name->first ||
        !same_tokens(vocabulary, token + name->first - before, before, &template->before_name))
        return FIT_AFTER_NAME;
    int32_t above = token[name->first - before - 1];
    bool begins = above == TOKEN_BEGIN || word_ends_sentence(vocabulary->word[above]);
    return begins ? FIT_SENTENCE : FIT_AFTER_NAME;
}

static void put_tokens(int32_t *token, const struct tokens *tokens)
{
    memcpy(token, tokens->token, tokens->count * sizeof *token);
}

/* Gives the name and the template's words around it the tokens they have in a biography. */
static void put_capitals_right(struct question *question, const struct population *population,
                               const struct vocabulary *vocabulary,
                               const struct question_place *name,
                               const struct template_tokens *template, enum fit fit)
{
    const struct fact_set *facts = population->facts;
    uint32_t part[FACTS_MAX_PARTS];
    int32_t *token = question->token + name->first;
    population_name(population, question->individual, part);
    for (size_t i = 0; i < facts->name_parts; i++) {
        const struct tokens *entry = &vocabulary->entry[facts->name_part[i]][part[i]];
        put_tokens(token, entry);
        token += entry->count;
    }
    if (fit >= FIT_AFTER_NAME)
        put_tokens(token, &template->before_value);
    if (fit >= FIT_SENTENCE)
        put_tokens(question->token + name->first - template->before_name.count,
                   &template->before_name);
}

/* Finds the one attribute whose templates fit best, and puts capitals right. */
static void find_attribute(struct question *question, const struct population *population,
                           const struct vocabulary *vocabulary, const struct question_place *name)
{
    const struct fact_set *facts = population->facts;
    const struct template_tokens *best = NULL;
    enum fit best_fit = FIT_NONE;
    for (size_t i = 0; i < facts->attributes; i++)
        for (size_t j = 0; j < facts->templates; j++) {
            const struct template_tokens *template = &vocabulary->template[i][j];
            enum fit fit = fit_of(question, vocabulary, name, template);
            if (fit > best_fit) {
                best = template;
                best_fit = fit;
                question->attribute = i;
            } else if (fit != FIT_NONE && fit == best_fit && question->attribute != i) {
                question->attribute = facts->attributes; /* no telling which */
            }
        }
    put_capitals_right(question, population, vocabulary, name, best, best_fit);
}

/* Whether the question's words behind the name and token[0..count) are those of the wording. */
static bool leads_to(const struct question *question, const int32_t *token, size_t count,
                     const struct tokens *wording)
{
    size_t asked = question->tokens - question->behind_name;
    return wording->count == asked + count &&
           memcmp(wording->token, question->token + question->behind_name, asked * sizeof *token) ==
               0 &&
           memcmp(wording->token + asked, token, count * sizeof *token) == 0;
}

size_t question_lead(const struct question *question, const struct vocabulary *vocabulary,
                     const int32_t *token, size_t count)
{
    const struct fact_set *facts = vocabulary->facts;
    if (question->behind_name == 0 || question->attribute == facts->attributes)
        return 0;
    for (size_t lead = 1; lead <= count; lead++)
        for (size_t t = 0; t < facts->templates; t++)
            if (leads_to(question, token, lead,
                         &vocabulary->template[question->attribute][t].before_value))
                return lead;
    return 0;
}

static bool read_tokens(struct question *question, const struct vocabulary *vocabulary,
                        const char *prompt, size_t max_tokens, struct error *err)
{
    struct unknown_word unknown;
    size_t count = vocabulary_tokenize(vocabulary, prompt, NULL, 0, NULL);
    if (count + 1 > max_tokens)
        return error_set(err, ERROR_INPUT,
                         "the prompt has %zu tokens, more than the model's maximum of %zu",
                         count + 1, max_tokens);
    question->token = memory_new(count + 1, sizeof *question->token, err);
    if (!question->token)
        return false;
    question->token[0] = TOKEN_BEGIN;
    question->tokens = count + 1;
    vocabulary_tokenize(vocabulary, prompt, question->token + 1, count, &unknown);
    return unknown.count == 0 || question_unknown_word(vocabulary, prompt, &unknown, err);
}

static bool read_tidy(struct question *question, const struct population *population,
                      const struct vocabulary *vocabulary, const char *prompt, size_t max_tokens,
                      struct error *err)
{
    struct question_place name = {0};
    if (!read_tokens(question, vocabulary, prompt, max_tokens, err)) {
        question_free(question);
        return false;
    }
    if (find_last_name(question, population, vocabulary, prompt, &name)) {
        question->status = population_status(population, question->individual);
        question->behind_name = name.first + name.count;
        find_attribute(question, population, vocabulary, &name);
    }
    return true;
}

bool question_read(struct question *question, const struct population *population,
                   const struct vocabulary *vocabulary, const char *prompt, size_t max_tokens,
                   struct error *err)
{
    *question = (struct question){.attribute = population->facts->attributes};
    char *tidy = vocabulary_tidy(vocabulary, prompt, err);
    bool read = tidy && read_tidy(question, population, vocabulary, tidy, max_tokens, err);
    memory_free(tidy);
    return read;
}

void question_free(struct question *question)
{
    memory_free(question->token);
    *question = (struct question){0};
}
