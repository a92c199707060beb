/* Words as people look for them: folded (base/utf8.h) and without the marks on their letters, so
 * that "bogota" finds "Bogotá". */
#ifndef MNEME_FACTS_BARE_WORDS_H
#define MNEME_FACTS_BARE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct bare_words {
    struct text text;  /* all of them, each with a null behind it */
    size_t *at;        /* [count] where one begins in the text */
    uint64_t *letters; /* [count] a bit for each of its code points; several share one */
    uint8_t *length;   /* [count] its code points, at most UINT8_MAX */
    size_t count;
};

/* Makes them of word[count]. On false they are empty. */
bool bare_words_make(struct bare_words *words, char *const *word, size_t count, struct error *err);

void bare_words_free(struct bare_words *words);

const char *bare_word(const struct bare_words *words, size_t word);

/* A word someone looks for. */
enum { BARE_ROOM = 512 };
struct sought_word {
    char bare[BARE_ROOM]; /* cut where it is longer */
    size_t bytes;
    uint64_t letters;
    size_t length, limit; /* code points, and suggest_limit */
};

/* word[0..count) need not be null-terminated. */
void sought_word_read(struct sought_word *sought, const char *word, size_t count);

/* How a word fits what is sought, best first. */
enum word_fit {
    WORD_IS,     /* but for marks */
    WORD_BEGINS, /* with it */
    WORD_WITHIN, /* begins with it behind a hyphen or an apostrophe */
    WORD_FITS_NOT,
};

enum word_fit bare_words_fit(const struct bare_words *words, size_t word,
                             const struct sought_word *sought);

/* Whether lengths and letters leave it open that a distance is within the limit, as they seldom do
 * and cost next to nothing; with marks it is at least as large as without. */
bool bare_words_may_be_near(const struct bare_words *words, size_t word,
                            const struct sought_word *sought);

/* suggest_distance of the two without marks where that is within the limit, else SIZE_MAX. */
size_t bare_words_distance(const struct bare_words *words, size_t word,
                           const struct sought_word *sought);

#endif
