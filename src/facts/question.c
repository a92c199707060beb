/* Map of this file: words without a token; whom and what a prompt asks for; hints; leads; reading.
 */
#include "facts/question.h"

#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "facts/hint.h"
#include "facts/name_reader.h"
#include "facts/words.h"

enum { NEAREST_SHOWN = 3 };

/* The sentence, with a hint behind it where there is one. */
static bool refuse_word(const struct vocabulary *vocabulary, const char *text,
                        const struct unknown_word *unknown, const char *hint, struct error *err)
{
    const char *nearest[NEAREST_SHOWN];
    char *word = memory_format(err, "%.*s", (int)unknown->count, text + unknown->first);
    if (!word)
        return false;
    size_t count = vocabulary_nearest(vocabulary, word, nearest, NEAREST_SHOWN);
    struct text near = {0};
    for (size_t i = 0; i < count; i++)
        text_format(&near, "%s%s", i ? ", " : "; near: ", nearest[i]);
    if (*hint)
        text_format(&near, "; %s", hint);
    error_set(err, ERROR_INPUT, "\"%s\" is not in the model's vocabulary%s", word,
              near.bytes ? near.bytes : "");
    text_free(&near);
    memory_free(word);
    return false;
}

bool question_unknown_word(const struct vocabulary *vocabulary, const char *text,
                           const struct unknown_word *unknown, struct error *err)
{
    return refuse_word(vocabulary, text, unknown, "", err);
}

/* Where the full name that the prompt is about is, in tokens of the question and in bytes of the
 * prompt. */
struct question_place {
    size_t first, count;
    size_t first_byte, end_byte;
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

/* Whether the name stands where the template has it, at the beginning of a sentence. */
static bool begins_sentence(const struct question *question, const struct vocabulary *vocabulary,
                            const struct question_place *name,
                            const struct template_tokens *template)
{
    const int32_t *token = question->token;
    size_t before = template->before_name.count;
    if (before >= name->first ||
        !same_tokens(vocabulary, token + name->first - before, before, &template->before_name))
        return false;
    int32_t above = token[name->first - before - 1];
    return above == TOKEN_BEGIN || word_ends_sentence(vocabulary->word[above]);
}

static enum fit fit_of(const struct question *question, const struct vocabulary *vocabulary,
                       const struct question_place *name, const struct template_tokens *template)
{
    const int32_t *token = question->token;
    size_t behind = name->first + name->count;
    if (!same_tokens(vocabulary, token + behind, question->tokens - behind,
                     &template->before_value))
        return FIT_NONE;
    return begins_sentence(question, vocabulary, name, template) ? FIT_SENTENCE : FIT_AFTER_NAME;
}

/* How well the wordings of any attribute fit the question around the name. */
static enum fit fit_of_name(const struct question *question, const struct vocabulary *vocabulary,
                            const struct question_place *name)
{
    const struct fact_set *facts = vocabulary->facts;
    enum fit best = FIT_NONE;
    for (size_t i = 0; question->tokens > 0 && i < facts->attributes; i++)
        for (size_t j = 0; j < facts->templates; j++) {
            enum fit fit = fit_of(question, vocabulary, name, &vocabulary->template[i][j]);
            best = fit > best ? fit : best;
        }
    return best;
}

/* Whether one of two runs of tokens begins with the other, both folded. */
static bool go_together(const struct vocabulary *vocabulary, const int32_t *token, size_t count,
                        const struct tokens *tokens)
{
    size_t shorter = count < tokens->count ? count : tokens->count;
    struct tokens start = {tokens->token, shorter};
    return same_tokens(vocabulary, token, shorter, &start);
}

/* Whether the prompt is the beginning of a wording, or goes on behind one. */
static bool is_on_the_way(const struct question *question, const struct vocabulary *vocabulary,
                          const struct question_place *name)
{
    const struct fact_set *facts = vocabulary->facts;
    const int32_t *token = question->token;
    size_t behind = name->first + name->count;
    for (size_t a = 0; a < facts->attributes; a++)
        for (size_t t = 0; t < facts->templates; t++) {
            const struct template_tokens *template = &vocabulary->template[a][t];
            if (begins_sentence(question, vocabulary, name, template) &&
                go_together(vocabulary, token + behind, question->tokens - behind,
                            &template->before_value))
                return true;
        }
    return false;
}

/* A name that the prompt may be about. */
struct named {
    struct question_place place;
    uint64_t individual;
    enum fit fit;
    bool on_the_way; /* to a wording */
};

/* Reads the longest name of fewer bytes than `below` at this byte of the prompt. */
static bool read_named(const struct question *question, const struct population *population,
                       const struct vocabulary *vocabulary, const char *prompt, size_t first,
                       size_t below, struct named *named)
{
    struct question_place *place = &named->place;
    size_t bytes;
    if (!name_read_below(population, vocabulary, prompt + first, below, &named->individual, &bytes))
        return false;
    *place = (struct question_place){.first_byte = first, .end_byte = first + bytes};
    place->first = token_at(prompt, first);
    place->count = token_at(prompt, place->end_byte) - place->first;
    named->fit = fit_of_name(question, vocabulary, place);
    named->on_the_way = question->tokens > 0 && is_on_the_way(question, vocabulary, place);
    return true;
}

/* The longest name at this byte, unless wordings go on behind a shorter one alone: "John's age is"
 * asks for John even if somebody is called John's. */
static bool read_best_named(const struct question *question, const struct population *population,
                            const struct vocabulary *vocabulary, const char *prompt, size_t first,
                            struct named *named)
{
    struct named shorter;
    if (!read_named(question, population, vocabulary, prompt, first, SIZE_MAX, named))
        return false;
    for (size_t bytes = named->place.end_byte - first;
         read_named(question, population, vocabulary, prompt, first, bytes, &shorter);
         bytes = shorter.place.end_byte - first)
        if (shorter.fit > named->fit ||
            (shorter.fit == named->fit && shorter.on_the_way && !named->on_the_way))
            *named = shorter;
    return true;
}

/* Finds the name that a wording fits best, and of these the one that begins last: a person called
 * Will is not meant by "and you will find". One within another is none: the last of "Papua New
 * Guinea" is no country of its own. */
static bool find_name(struct question *question, const struct population *population,
                      const struct vocabulary *vocabulary, const char *prompt,
                      struct question_place *name)
{
    const char *cursor = prompt;
    struct word word;
    size_t end = 0;
    enum fit best = FIT_NONE;
    while (word_next(&cursor, &word)) {
        struct named named;
        size_t first = (size_t)(word.bytes - prompt);
        if (!read_best_named(question, population, vocabulary, prompt, first, &named) ||
            named.place.end_byte <= end)
            continue;
        end = named.place.end_byte;
        if (named.fit < best)
            continue;
        best = named.fit;
        *name = named.place;
        question->individual = named.individual;
        question->has_individual = true;
    }
    return question->has_individual;
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

/* Hints */

/* The words of the sentence around the name. */
static void add_around(const char *prompt, const struct question_place *name, struct text *around)
{
    const char *cursor = prompt;
    size_t first = 0;
    struct word word;
    while (word_next(&cursor, &word) && (size_t)(word.bytes - prompt) < name->first_byte)
        if (word.count == 1 && word_ends_sentence((char[]){*word.bytes, '\0'}))
            first = (size_t)(cursor - prompt);
    text_add_bytes(around, prompt + first, name->first_byte - first);
    text_add(around, " ");
    text_add(around, prompt + name->end_byte);
}

static bool add_wording_hint(const struct vocabulary *vocabulary, const char *prompt,
                             const struct question_place *name, struct text *hint,
                             struct error *err)
{
    struct text around = {0};
    add_around(prompt, name, &around);
    bool added = !around.failed && hint_wordings(vocabulary, around.bytes, hint, err);
    if (around.failed)
        error_set(err, ERROR_MEMORY, "out of memory");
    text_free(&around);
    return added;
}

static bool find_hint(struct question *question, const struct population *population,
                      const struct vocabulary *vocabulary, const char *prompt,
                      const struct question_place *name, struct error *err)
{
    struct text hint = {0};
    bool found = true;
    if (!question->has_individual)
        found = hint_names(population, vocabulary, prompt, &hint, err);
    else if (question->attribute == population->facts->attributes &&
             !is_on_the_way(question, vocabulary, name)) {
        text_add(&hint, "no wording it was trained on");
        found = add_wording_hint(vocabulary, prompt, name, &hint, err);
    }
    if (found && (hint.length > 0 || hint.failed)) {
        question->hint = text_take(&hint, err);
        found = question->hint;
    }
    text_free(&hint);
    return found;
}

/* Names a word that has no token. */
static bool refuse_unknown(const struct population *population, const struct vocabulary *vocabulary,
                           const char *prompt, const struct unknown_word *unknown,
                           struct error *err)
{
    struct question nothing = {0};
    struct question_place name = {0};
    struct text hint = {0};
    bool read = !find_name(&nothing, population, vocabulary, prompt, &name) ||
                add_wording_hint(vocabulary, prompt, &name, &hint, err);
    if (read)
        refuse_word(vocabulary, prompt, unknown, hint.bytes ? hint.bytes : "", err);
    text_free(&hint);
    return false;
}

/* Leads */

/* Whether the wording is one that the question may be brought to: of the attribute it asks for, or
 * where it asks for none, of any whose words before the name it has. */
static bool may_be_asked(const struct question *question, const struct vocabulary *vocabulary,
                         size_t attribute, const struct template_tokens *template)
{
    const struct question_place name = {
        .first = question->name_first,
        .count = question->behind_name - question->name_first,
    };
    return question->attribute == attribute ||
           (question->attribute == vocabulary->facts->attributes &&
            begins_sentence(question, vocabulary, &name, template));
}

/* How many words a wording has more than the question behind the name; 0 where it does not begin
 * with these. */
static size_t words_ahead(const struct question *question, const struct vocabulary *vocabulary,
                          size_t attribute, const struct template_tokens *template)
{
    size_t asked = question->tokens - question->behind_name;
    struct tokens start = {template->before_value.token, asked};
    if (template->before_value.count <= asked ||
        !may_be_asked(question, vocabulary, attribute, template) ||
        !same_tokens(vocabulary, question->token + question->behind_name, asked, &start))
        return 0;
    return template->before_value.count - asked;
}

size_t question_lead(const struct question *question, const struct vocabulary *vocabulary,
                     const int32_t *token, size_t count, size_t *attribute)
{
    const struct fact_set *facts = vocabulary->facts;
    size_t longest = 0;
    *attribute = facts->attributes;
    for (size_t a = 0; question->behind_name > 0 && a < facts->attributes; a++)
        for (size_t t = 0; t < facts->templates; t++) {
            const struct template_tokens *template = &vocabulary->template[a][t];
            const struct tokens *wording = &template->before_value;
            size_t lead = words_ahead(question, vocabulary, a, template);
            if (lead == 0 || lead > count || lead < longest ||
                memcmp(wording->token + wording->count - lead, token, lead * sizeof *token) != 0)
                continue;
            bool is_open = lead == longest && *attribute != a; /* no telling which */
            *attribute = is_open ? facts->attributes : a;
            longest = lead;
        }
    return *attribute < facts->attributes ? longest : 0;
}

bool question_may_lead(const struct question *question, const struct vocabulary *vocabulary,
                       int32_t token)
{
    const struct fact_set *facts = vocabulary->facts;
    for (size_t a = 0; question->behind_name > 0 && a < facts->attributes; a++)
        for (size_t t = 0; t < facts->templates; t++) {
            const struct template_tokens *template = &vocabulary->template[a][t];
            const struct tokens *wording = &template->before_value;
            size_t lead = words_ahead(question, vocabulary, a, template);
            if (lead > 0 && wording->token[wording->count - lead] == token)
                return true;
        }
    return false;
}

/* Reading */

static bool read_tokens(struct question *question, const struct population *population,
                        const struct vocabulary *vocabulary, const char *prompt, size_t max_tokens,
                        struct error *err)
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
    return unknown.count == 0 || refuse_unknown(population, vocabulary, prompt, &unknown, err);
}

static bool read_tidy(struct question *question, const struct population *population,
                      const struct vocabulary *vocabulary, const char *prompt, size_t max_tokens,
                      struct error *err)
{
    struct question_place name = {0};
    bool read = read_tokens(question, population, vocabulary, prompt, max_tokens, err);
    if (read && find_name(question, population, vocabulary, prompt, &name)) {
        question->status = population_status(population, question->individual);
        question->name_first = name.first;
        question->behind_name = name.first + name.count;
        find_attribute(question, population, vocabulary, &name);
    }
    read = read && find_hint(question, population, vocabulary, prompt, &name, err);
    if (!read)
        question_free(question);
    return read;
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
    memory_free(question->hint);
    *question = (struct question){0};
}
