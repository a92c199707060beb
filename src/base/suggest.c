#include "base/suggest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

enum { CHARACTERS = 64, BEYOND = 192, MARKS = 3 };

/* A letter with the marks on it; what has more marks counts as several. */
struct character {
    uint32_t code[1 + MARKS]; /* 0 where there is none */
};

struct characters {
    struct character character[CHARACTERS];
    size_t count;  /* of character */
    size_t beyond; /* characters there was no room for, no more than BEYOND of them */
};

/* Reads the next character of a text; false at the end. *code is the code point that was read
 * ahead. */
static bool read_character(struct folded *text, uint32_t *code, struct character *character)
{
    *character = (struct character){0};
    if (*code == 0)
        return false;
    size_t marks = 0;
    character->code[0] = *code;
    while ((*code = utf8_next_folded(text)) != 0 && utf8_is_mark(*code) && marks < MARKS)
        character->code[++marks] = *code;
    return true;
}

static void read_characters(struct characters *characters, const char *word)
{
    struct folded text = {.next = word};
    struct character character;
    uint32_t code = utf8_next_folded(&text);
    characters->count = characters->beyond = 0;
    while (characters->beyond < BEYOND && read_character(&text, &code, &character)) {
        if (characters->count < CHARACTERS)
            characters->character[characters->count++] = character;
        else
            characters->beyond++;
    }
}

static bool same(const struct character *a, const struct character *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t suggest_distance(const char *a, const char *b)
{
    struct characters x, y;
    read_characters(&x, a);
    read_characters(&y, b);
    /* row[i % 3][j]: distance between the first i characters of x and the first j of y. */
    size_t row[3][CHARACTERS + 1];
    for (size_t j = 0; j <= y.count; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= x.count; i++) {
        size_t *now = row[i % 3];
        const size_t *last = row[(i + 2) % 3], *before_last = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= y.count; j++) {
            const struct character *m = &x.character[i - 1], *n = &y.character[j - 1];
            size_t replaced = last[j - 1] + !same(m, n);
            now[j] = smaller(replaced, smaller(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && same(m, n - 1) && same(m - 1, n))
                now[j] = smaller(now[j], before_last[j - 2] + 1);
        }
    }
    size_t beyond = x.beyond > y.beyond ? x.beyond - y.beyond : y.beyond - x.beyond;
    return row[x.count % 3][y.count] + beyond;
}

size_t suggest_limit(const char *word)
{
    struct characters read;
    read_characters(&read, word);
    size_t characters = read.count + read.beyond;
    if (characters < 2)
        return 0;
    return characters < 6 ? 1 : characters / 3;
}

const char *suggest_of(const char *word, const char *const *list, size_t count)
{
    const char *nearest = NULL;
    size_t limit = suggest_limit(word);
    for (size_t i = 0; i < count; i++) {
        size_t distance = suggest_distance(word, list[i]);
        if (distance <= limit && (!nearest || distance < suggest_distance(word, nearest)))
            nearest = list[i];
    }
    return nearest;
}

bool suggest_refuse(const char *what, const char *word, const char *const *list, size_t count,
                    const char *otherwise, struct error *err)
{
    const char *near = suggest_of(word, list, count);
    if (near)
        return error_set(err, ERROR_INPUT, "%s %s; did you mean %s?", what, word, near);
    return otherwise ? error_set(err, ERROR_INPUT, "%s \"%s\"; %s", what, word, otherwise)
                     : error_set(err, ERROR_INPUT, "%s %s", what, word);
}

bool suggest_refuse_of_all(const char *what, const char *word, const char *const *list,
                           size_t count, struct error *err)
{
    const char *meant = suggest_of(word, list, count);
    if (meant)
        return error_set(err, ERROR_INPUT, "there is no %s \"%s\"; did you mean \"%s\"?", what,
                         word, meant);
    struct text all = {0};
    for (size_t i = 0; i < count; i++)
        text_format(&all, "%s%s", i ? ", " : "", list[i]);
    error_set(err, ERROR_INPUT, "there is no %s \"%s\"; there are: %s", what, word,
              all.bytes ? all.bytes : "none");
    text_free(&all);
    return false;
}
