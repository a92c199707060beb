#include "facts/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "base/utf8.h"

enum { FOLDED_ROOM = UTF8_GROWTH * WORD_MAX_BYTES + 1 };

static size_t count_words(const char *text)
{
    size_t count = 0;
    struct word word;
    while (word_next(&text, &word))
        count++;
    return count;
}

/* Words of all pools and templates, the same ones counted again. */
static size_t count_all_words(const struct fact_set *facts)
{
    size_t count = 0;
    for (size_t i = 0; i < facts->pools; i++)
        for (size_t j = 0; j < facts->pool[i].count; j++)
            count += count_words(facts->pool[i].entry[j]);
    for (size_t i = 0; i < facts->attributes; i++)
        for (size_t j = 0; j < facts->templates; j++) {
            const struct template *template = &facts->attribute[i].template[j];
            count += count_words(template->before_name) + count_words(template->before_value) +
                     count_words(template->after_value);
        }
    return count;
}

static bool add_word(struct vocabulary *vocabulary, const char *word, struct error *err)
{
    char *copy = memory_string(word, err);
    if (!copy)
        return false;
    vocabulary->word[vocabulary->words++] = copy;
    return true;
}

/* The token of a word, which is added when it is new. */
static bool take_word(struct vocabulary *vocabulary, const struct word *word, int32_t *token,
                      struct error *err)
{
    char string[WORD_MAX_BYTES + 1];
    char folded[FOLDED_ROOM];
    memcpy(string, word->bytes, word->count);
    string[word->count] = '\0';
    const size_t *known = dictionary_get(&vocabulary->index, string);
    if (known) {
        *token = (int32_t)*known;
        return true;
    }
    size_t added = vocabulary->words;
    *token = (int32_t)added;
    utf8_fold(string, folded, sizeof folded);
    const size_t *before = dictionary_get(&vocabulary->folded, folded);
    size_t first = before ? *before : added;
    vocabulary->alike[added] = (int32_t)first;
    vocabulary->kin[first]++;
    return add_word(vocabulary, string, err) &&
           dictionary_put(&vocabulary->index, string, added, err) &&
           (before || dictionary_put(&vocabulary->folded, folded, added, err));
}

/* Splits a text and appends its tokens at *end. */
static bool take_text(struct vocabulary *vocabulary, const char *text, int32_t **end,
                      struct tokens *tokens, struct error *err)
{
    struct word word;
    *tokens = (struct tokens){.token = *end};
    while (word_next(&text, &word)) {
        if (!take_word(vocabulary, &word, *end, err))
            return false;
        (*end)++;
        tokens->count++;
    }
    return true;
}

static bool take_pools(struct vocabulary *vocabulary, int32_t **end, struct error *err)
{
    const struct fact_set *facts = vocabulary->facts;
    for (size_t i = 0; i < facts->pools; i++) {
        const struct pool *pool = &facts->pool[i];
        struct tokens *entry = memory_new(pool->count, sizeof *entry, err);
        if (!entry)
            return false;
        vocabulary->entry[i] = entry;
        for (size_t j = 0; j < pool->count; j++)
            if (!take_text(vocabulary, pool->entry[j], end, &entry[j], err))
                return false;
    }
    return true;
}

static bool take_templates(struct vocabulary *vocabulary, int32_t **end, struct error *err)
{
    const struct fact_set *facts = vocabulary->facts;
    for (size_t i = 0; i < facts->attributes; i++) {
        struct template_tokens *tokens = memory_new(facts->templates, sizeof *tokens, err);
        if (!tokens)
            return false;
        vocabulary->template[i] = tokens;
        for (size_t j = 0; j < facts->templates; j++) {
            const struct template *template = &facts->attribute[i].template[j];
            if (!take_text(vocabulary, template->before_name, end, &tokens[j].before_name, err) ||
                !take_text(vocabulary, template->before_value, end, &tokens[j].before_value, err) ||
                !take_text(vocabulary, template->after_value, end, &tokens[j].after_value, err))
                return false;
        }
    }
    return true;
}

static int compare_entries(const void *left, const void *right)
{
    const struct sorted_entry *a = left, *b = right;
    uint32_t shared = a->count < b->count ? a->count : b->count;
    for (uint32_t i = 0; i < shared; i++)
        if (a->alike[i] != b->alike[i])
            return a->alike[i] < b->alike[i] ? -1 : 1;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return a->entry < b->entry ? -1 : a->entry > b->entry;
}

/* Needs the tokens of all entries. */
static bool sort_pools(struct vocabulary *vocabulary, const int32_t *end, struct error *err)
{
    const struct fact_set *facts = vocabulary->facts;
    size_t stored = (size_t)(end - vocabulary->storage);
    vocabulary->alike_storage = memory_new(stored, sizeof *vocabulary->alike_storage, err);
    if (!vocabulary->alike_storage)
        return false;
    for (size_t i = 0; i < stored; i++)
        vocabulary->alike_storage[i] = vocabulary->alike[vocabulary->storage[i]];
    for (size_t i = 0; i < facts->pools; i++) {
        size_t count = facts->pool[i].count;
        struct sorted_entry *sorted = memory_new(count, sizeof *sorted, err);
        if (!sorted)
            return false;
        vocabulary->sorted[i] = sorted;
        for (size_t j = 0; j < count; j++) {
            const struct tokens *entry = &vocabulary->entry[i][j];
            sorted[j] = (struct sorted_entry){
                .alike = vocabulary->alike_storage + (entry->token - vocabulary->storage),
                .count = (uint32_t)entry->count,
                .entry = (uint32_t)j,
            };
        }
        qsort(sorted, count, sizeof *sorted, compare_entries);
    }
    return true;
}

static bool build(struct vocabulary *vocabulary, struct error *err)
{
    const struct fact_set *facts = vocabulary->facts;
    size_t most = count_all_words(facts);
    bool made =
        (vocabulary->word = memory_new(TOKENS_RESERVED + most, sizeof *vocabulary->word, err)) &&
        (vocabulary->alike = memory_new(TOKENS_RESERVED + most, sizeof *vocabulary->alike, err)) &&
        (vocabulary->kin = memory_new(TOKENS_RESERVED + most, sizeof *vocabulary->kin, err)) &&
        (vocabulary->storage = memory_new(most, sizeof *vocabulary->storage, err)) &&
        (vocabulary->sorted = memory_new(facts->pools, sizeof *vocabulary->sorted, err)) &&
        (vocabulary->entry = memory_new(facts->pools, sizeof *vocabulary->entry, err)) &&
        (vocabulary->template = memory_new(facts->attributes, sizeof *vocabulary->template, err));
    for (size_t i = 0; made && i < TOKENS_RESERVED; i++)
        made = add_word(vocabulary, words_reserved[i], err);
    int32_t *end = vocabulary->storage;
    return made && take_pools(vocabulary, &end, err) && take_templates(vocabulary, &end, err) &&
           sort_pools(vocabulary, end, err) &&
           bare_words_make(&vocabulary->bare, vocabulary->word, vocabulary->words, err);
}

bool vocabulary_build(struct vocabulary *vocabulary, const struct fact_set *facts,
                      struct error *err)
{
    *vocabulary = (struct vocabulary){.facts = facts};
    bool built = build(vocabulary, err);
    if (!built)
        vocabulary_free(vocabulary);
    return built;
}

void vocabulary_free(struct vocabulary *vocabulary)
{
    for (size_t i = 0; vocabulary->entry && i < vocabulary->facts->pools; i++)
        memory_free(vocabulary->entry[i]);
    for (size_t i = 0; vocabulary->template && i < vocabulary->facts->attributes; i++)
        memory_free(vocabulary->template[i]);
    for (size_t i = 0; i < vocabulary->words; i++)
        memory_free(vocabulary->word[i]);
    for (size_t i = 0; vocabulary->sorted && i < vocabulary->facts->pools; i++)
        memory_free(vocabulary->sorted[i]);
    bare_words_free(&vocabulary->bare);
    memory_free(vocabulary->entry);
    memory_free(vocabulary->sorted);
    memory_free(vocabulary->alike);
    memory_free(vocabulary->kin);
    memory_free(vocabulary->alike_storage);
    memory_free(vocabulary->template);
    memory_free(vocabulary->word);
    memory_free(vocabulary->storage);
    dictionary_free(&vocabulary->index);
    dictionary_free(&vocabulary->folded);
    *vocabulary = (struct vocabulary){0};
}

/* The first token that folds to the same as the word. */
static int32_t first_alike(const struct vocabulary *vocabulary, const char *word)
{
    char folded[FOLDED_ROOM];
    if (!utf8_fold(word, folded, sizeof folded))
        return TOKEN_UNKNOWN;
    const size_t *token = dictionary_get(&vocabulary->folded, folded);
    return token ? (int32_t)*token : TOKEN_UNKNOWN;
}

int32_t vocabulary_token(const struct vocabulary *vocabulary, const char *word)
{
    const size_t *token = dictionary_get(&vocabulary->index, word);
    if (token)
        return (int32_t)*token;
    int32_t alike = first_alike(vocabulary, word);
    return vocabulary->kin[alike] == 1 ? alike : TOKEN_UNKNOWN;
}

/* Null-terminates a word; false where it is longer than any that there is. */
static bool copy_word(const struct word *word, char string[WORD_MAX_BYTES + 1])
{
    if (word->count > WORD_MAX_BYTES)
        return false;
    memcpy(string, word->bytes, word->count);
    string[word->count] = '\0';
    return true;
}

int32_t vocabulary_alike(const struct vocabulary *vocabulary, const struct word *word)
{
    char string[WORD_MAX_BYTES + 1];
    return copy_word(word, string) ? first_alike(vocabulary, string) : TOKEN_UNKNOWN;
}

static int32_t token_of(const struct vocabulary *vocabulary, const struct word *word)
{
    char string[WORD_MAX_BYTES + 1];
    return copy_word(word, string) ? vocabulary_token(vocabulary, string) : TOKEN_UNKNOWN;
}

/* The first of a range whose word at `depth` is at least this one. */
static size_t find_first(const struct sorted_entry *sorted, struct entry_range range, size_t depth,
                         int32_t alike)
{
    while (range.first < range.end) {
        size_t middle = range.first + (range.end - range.first) / 2;
        if (sorted[middle].count <= depth || sorted[middle].alike[depth] < alike)
            range.first = middle + 1;
        else
            range.end = middle;
    }
    return range.first;
}

struct entry_range vocabulary_narrow(const struct vocabulary *vocabulary, size_t pool,
                                     struct entry_range range, size_t depth, int32_t alike)
{
    const struct sorted_entry *sorted = vocabulary->sorted[pool];
    range.first = find_first(sorted, range, depth, alike);
    range.end = find_first(sorted, range, depth, alike + 1);
    return range;
}

/* Adds the bytes to out with `plain` in the place of what find finds. */
static void add_plain(struct text *out, const struct word *word, size_t (*find)(const char *text),
                      const char *plain)
{
    size_t length;
    for (size_t i = 0; i < word->count; i += length) {
        size_t found = find(word->bytes + i);
        length = found ? found : utf8_length(word->bytes + i);
        if (found)
            text_add(out, plain);
        else
            text_add_bytes(out, word->bytes + i, length);
    }
}

static char *replace_in_unknown_words(const struct vocabulary *vocabulary, const char *text,
                                      size_t (*find)(const char *text), const char *plain,
                                      struct error *err)
{
    const char *cursor = text, *behind = text;
    struct text out = {0};
    struct word word;
    while (word_next(&cursor, &word)) {
        text_add_bytes(&out, behind, (size_t)(word.bytes - behind));
        if (token_of(vocabulary, &word) != TOKEN_UNKNOWN)
            text_add_bytes(&out, word.bytes, word.count);
        else
            add_plain(&out, &word, find, plain);
        behind = cursor;
    }
    text_add(&out, behind);
    return text_take(&out, err);
}

char *vocabulary_tidy(const struct vocabulary *vocabulary, const char *text, struct error *err)
{
    if (!utf8_is_valid(text, strlen(text))) {
        error_set(err, ERROR_INPUT, "the text is not UTF-8");
        return NULL;
    }
    char *spaced = replace_in_unknown_words(vocabulary, text, utf8_blank, " ", err);
    char *tidy =
        spaced ? replace_in_unknown_words(vocabulary, spaced, utf8_apostrophe, "'", err) : NULL;
    memory_free(spaced);
    return tidy;
}

size_t vocabulary_tokenize(const struct vocabulary *vocabulary, const char *text, int32_t *token,
                           size_t room, struct unknown_word *unknown)
{
    struct unknown_word first_unknown = {0};
    const char *cursor = text;
    struct word word;
    size_t count = 0;
    while (word_next(&cursor, &word)) {
        int32_t found = token_of(vocabulary, &word);
        if (found == TOKEN_UNKNOWN && first_unknown.count == 0)
            first_unknown = (struct unknown_word){(size_t)(word.bytes - text), word.count};
        if (count < room)
            token[count] = found;
        count++;
    }
    if (unknown)
        *unknown = first_unknown;
    return count;
}

void vocabulary_text(const struct vocabulary *vocabulary, const int32_t *token, size_t count,
                     struct text *out)
{
    for (size_t i = 0; i < count; i++) {
        if (token[i] == TOKEN_BEGIN || token[i] == TOKEN_END)
            continue;
        const char *word = vocabulary->word[token[i]];
        if (word_after_blank(out->bytes, out->length, word))
            text_add(out, " ");
        text_add(out, word);
    }
}

size_t vocabulary_nearest(const struct vocabulary *vocabulary, const char *word,
                          const char **nearest, size_t room)
{
    size_t limit = suggest_limit(word), found = 0;
    struct sought_word sought;
    sought_word_read(&sought, word, strlen(word));
    sought.limit = limit;
    for (size_t i = TOKENS_RESERVED; i < vocabulary->words; i++) {
        const char *candidate = vocabulary->word[i];
        if (!bare_words_may_be_near(&vocabulary->bare, i, &sought))
            continue;
        size_t distance = suggest_distance(word, candidate);
        if (distance > limit)
            continue;
        size_t place = found;
        while (place > 0 && suggest_distance(word, nearest[place - 1]) > distance)
            place--;
        if (place == room)
            continue;
        found += found < room;
        for (size_t j = found - 1; j > place; j--)
            nearest[j] = nearest[j - 1];
        nearest[place] = candidate;
    }
    return found;
}
