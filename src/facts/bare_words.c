#include "facts/bare_words.h"

#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "base/utf8.h"

enum { LETTER_BITS = 64 };

/* Counts the code points of a bare word and marks their bits. */
static size_t read_letters(const char *bare, uint64_t *letters)
{
    size_t count = 0, length;
    *letters = 0;
    for (; *bare; bare += length, count++) {
        length = utf8_length(bare);
        uint32_t code = length ? utf8_code(bare, length) : (unsigned char)*bare;
        length = length ? length : 1;
        *letters |= UINT64_C(1) << code % LETTER_BITS;
    }
    return count;
}

bool bare_words_make(struct bare_words *words, char *const *word, size_t count, struct error *err)
{
    *words = (struct bare_words){.count = count};
    bool made = (words->at = memory_new(count, sizeof *words->at, err)) &&
                (words->letters = memory_new(count, sizeof *words->letters, err)) &&
                (words->length = memory_new(count, sizeof *words->length, err));
    for (size_t w = 0; made && w < count; w++) {
        char bare[BARE_ROOM];
        utf8_fold_bare(word[w], bare, sizeof bare);
        size_t length = read_letters(bare, &words->letters[w]);
        words->length[w] = (uint8_t)(length < UINT8_MAX ? length : UINT8_MAX);
        words->at[w] = words->text.length;
        text_add_bytes(&words->text, bare, strlen(bare) + 1);
    }
    if (made && words->text.failed)
        made = error_set(err, ERROR_MEMORY, "out of memory");
    if (!made)
        bare_words_free(words);
    return made;
}

void bare_words_free(struct bare_words *words)
{
    text_free(&words->text);
    memory_free(words->at);
    memory_free(words->letters);
    memory_free(words->length);
    *words = (struct bare_words){0};
}

const char *bare_word(const struct bare_words *words, size_t word)
{
    return words->text.bytes + words->at[word];
}

void sought_word_read(struct sought_word *sought, const char *word, size_t count)
{
    char copy[BARE_ROOM];
    count = count < sizeof copy ? count : sizeof copy - 1;
    memcpy(copy, word, count);
    copy[count] = '\0';
    utf8_fold_bare(copy, sought->bare, sizeof sought->bare);
    sought->bytes = strlen(sought->bare);
    sought->length = read_letters(sought->bare, &sought->letters);
    sought->limit = suggest_limit(sought->bare);
}

/* Whether the word goes on with what is sought behind a hyphen or an apostrophe. */
static bool begins_within(const char *bare, const struct sought_word *sought)
{
    for (bare = strpbrk(bare, "-'"); bare; bare = strpbrk(bare, "-'"))
        if (strncmp(++bare, sought->bare, sought->bytes) == 0)
            return true;
    return false;
}

enum word_fit bare_words_fit(const struct bare_words *words, size_t word,
                             const struct sought_word *sought)
{
    const char *bare = bare_word(words, word);
    if (sought->bytes == 0 || sought->letters & ~words->letters[word])
        return WORD_FITS_NOT;
    if (strncmp(bare, sought->bare, sought->bytes) == 0)
        return bare[sought->bytes] == '\0' ? WORD_IS : WORD_BEGINS;
    return begins_within(bare, sought) ? WORD_WITHIN : WORD_FITS_NOT;
}

static size_t count_bits(uint64_t bits)
{
    return (size_t)__builtin_popcountll(bits);
}

/* An edit adds one letter at most and takes one away. */
bool bare_words_may_be_near(const struct bare_words *words, size_t word,
                            const struct sought_word *sought)
{
    size_t a = words->length[word], b = sought->length, limit = sought->limit;
    uint64_t letters = words->letters[word];
    return (a == UINT8_MAX || (a <= b + limit && b <= a + limit)) &&
           count_bits(letters & ~sought->letters) <= limit &&
           count_bits(sought->letters & ~letters) <= limit;
}

size_t bare_words_distance(const struct bare_words *words, size_t word,
                           const struct sought_word *sought)
{
    if (!bare_words_may_be_near(words, word, sought))
        return SIZE_MAX;
    size_t distance = suggest_distance(sought->bare, bare_word(words, word));
    return distance <= sought->limit ? distance : SIZE_MAX;
}
