#include "facts/words.h"

#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

const char *const words_reserved[] = {"<unknown>", "<begin>", "<end>", NULL};

const char *words_find_reserved(const char *text)
{
    size_t i = 0;
    while (words_reserved[i] && !strstr(text, words_reserved[i]))
        i++;
    return words_reserved[i];
}

static bool is_one_of(char byte, const char *set)
{
    return byte != '\0' && strchr(set, byte);
}

static bool is_possessive(const char *bytes, size_t count)
{
    return count == strlen(WORD_POSSESSIVE) && memcmp(bytes, WORD_POSSESSIVE, count) == 0;
}

/* Whether what stands between blanks begins with a mark that is a word of its own. */
static bool begins_with_mark(const char *bytes, size_t count)
{
    bool leads_on = is_one_of(*bytes, WORD_LEADING_MARKS) && count > 1 &&
                    !is_one_of(bytes[1], WORD_MARKS) && !is_possessive(bytes + 1, count - 1);
    return is_one_of(*bytes, WORD_MARKS) && !leads_on;
}

/* Length of the first word of count bytes without blanks that begin with no mark of its own. */
static size_t without_ending(const char *bytes, size_t count)
{
    const size_t possessive = strlen(WORD_POSSESSIVE);
    while (count > 1) {
        if (is_one_of(bytes[count - 1], WORD_MARKS))
            count--;
        else if (count > possessive && is_possessive(bytes + count - possessive, possessive))
            count -= possessive;
        else
            break;
    }
    return count;
}

bool word_next(const char **cursor, struct word *word)
{
    const char *bytes = *cursor + strspn(*cursor, WORD_BLANKS);
    size_t count = strcspn(bytes, WORD_BLANKS);
    if (count == 0) {
        *cursor = bytes;
        return false;
    }
    word->bytes = bytes;
    word->count = begins_with_mark(bytes, count) ? 1 : without_ending(bytes, count);
    *cursor = bytes + word->count;
    return true;
}

bool word_is_mark(const struct word *word)
{
    return word->count == 1 && is_one_of(*word->bytes, WORD_MARKS);
}

bool word_is(const struct word *word, const char *string)
{
    return strlen(string) == word->count && memcmp(string, word->bytes, word->count) == 0;
}

static bool is_lone_closing(const char *word)
{
    return is_one_of(*word, WORD_CLOSING_MARKS) && word[1] == '\0';
}

bool word_after_blank(const char *text, size_t length, const char *word)
{
    if (length == 0 || is_one_of(text[length - 1], WORD_OPENING_MARKS) ||
        is_one_of(text[length - 1], WORD_BLANKS))
        return false;
    return !is_lone_closing(word) && !is_possessive(word, strlen(word));
}

/* Whether a blank stands between a text of `length` bytes and the word behind it. */
static bool needs_blank(const char *text, size_t length, const struct word *word)
{
    char written[WORD_MAX_BYTES + 1];
    size_t kept = word->count < sizeof written ? word->count : sizeof written - 1;
    memcpy(written, word->bytes, kept);
    written[kept] = '\0';
    return word_after_blank(text, length, written);
}

bool words_blank_between(const char *text, const char *next)
{
    struct word word;
    return word_next(&next, &word) && needs_blank(text, strlen(text), &word);
}

bool words_well_spaced(const char *text)
{
    const char *cursor = text, *end = text;
    struct word word;
    while (word_next(&cursor, &word)) {
        bool blank = needs_blank(text, (size_t)(end - text), &word);
        if ((size_t)(word.bytes - end) != blank || (blank && *end != ' '))
            return false;
        end = cursor;
    }
    return *end == '\0';
}

char *words_space(const char *text, struct error *err)
{
    struct text out = {0};
    struct word word;
    text_add(&out, "");
    while (word_next(&text, &word)) {
        if (needs_blank(out.bytes, out.length, &word))
            text_add(&out, " ");
        text_add_bytes(&out, word.bytes, word.count);
    }
    return text_take(&out, err);
}

static bool has_long_word(const char *text)
{
    struct word word;
    while (word_next(&text, &word))
        if (word.count > WORD_MAX_BYTES)
            return true;
    return false;
}

bool words_check(const char *text, struct error *err)
{
    if (!utf8_is_valid(text, strlen(text)))
        return error_set(err, ERROR_INPUT, "not UTF-8");
    const char *reserved = words_find_reserved(text);
    if (reserved)
        return error_set(err, ERROR_INPUT, "%s is reserved for a special token", reserved);
    if (has_long_word(text))
        return error_set(err, ERROR_INPUT, "a word of more than %d bytes", WORD_MAX_BYTES);
    return words_well_spaced(text) ||
           error_set(err, ERROR_INPUT,
                     "there must be one space between words, and none before punctuation");
}

bool word_ends_sentence(const char *word)
{
    return is_one_of(*word, ".!?") && word[1] == '\0';
}
