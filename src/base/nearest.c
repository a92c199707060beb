#include "base/nearest.h"

#include <stdint.h>

#include "base/fold.h"

#define CHARACTERS 64

struct characters {
    uint32_t code[CHARACTERS];
    size_t count;  /* of code */
    size_t beyond; /* characters there was no room for */
};

static void read_characters(struct characters *characters, const char *word)
{
    characters->count = characters->beyond = 0;
    uint32_t code;
    while ((code = fold_next(&word)) != 0) {
        if (characters->count < CHARACTERS)
            characters->code[characters->count++] = code;
        else
            characters->beyond++;
    }
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(const char *a, const char *b)
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
            size_t replaced = last[j - 1] + (x.code[i - 1] != y.code[j - 1]);
            now[j] = smaller(replaced, smaller(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && x.code[i - 1] == y.code[j - 2] && x.code[i - 2] == y.code[j - 1])
                now[j] = smaller(now[j], before_last[j - 2] + 1);
        }
    }
    size_t beyond = x.beyond > y.beyond ? x.beyond - y.beyond : y.beyond - x.beyond;
    return row[x.count % 3][y.count] + beyond;
}

size_t nearest_limit(const char *word)
{
    size_t characters = 0;
    while (fold_next(&word) != 0)
        characters++;
    if (characters < 2)
        return 0;
    return characters < 6 ? 1 : characters / 3;
}

const char *nearest_of(const char *word, const char *const *list, size_t count)
{
    const char *nearest = NULL;
    size_t limit = nearest_limit(word);
    for (size_t i = 0; i < count; i++) {
        size_t distance = nearest_distance(word, list[i]);
        if (distance <= limit && (!nearest || distance < nearest_distance(word, nearest)))
            nearest = list[i];
    }
    return nearest;
}
