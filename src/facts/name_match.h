/* Whether a name has words that were typed, asked of one individual after another, so that whoever
 * looks through many of them can do so in pieces. What was found out about a word is kept, and no
 * word is compared twice. */
#ifndef MNEME_FACTS_NAME_MATCH_H
#define MNEME_FACTS_NAME_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/bare_words.h"
#include "facts/name_finder.h"
#include "facts/population.h"
#include "facts/vocabulary.h"

struct name_match {
    const struct population *population;
    const struct vocabulary *vocabulary;
    struct sought_word *word;               /* [words] that were typed */
    unsigned char *seen[NAME_FINDER_WORDS]; /* [words][vocabulary.words] what is known of each */
    size_t words;
    bool fits_nobody; /* more words were typed than NAME_FINDER_WORDS */
    uint64_t work;    /* names looked at, and words compared, so far */
};

/* For words typed in a row; none are in every name. Population and vocabulary must outlive it. On
 * false it is empty. */
bool name_match_begin(struct name_match *match, const struct population *population,
                      const struct vocabulary *vocabulary, const char *typed, struct error *err);
void name_match_free(struct name_match *match);

/* Whether each word is in the individual's name as names_find (facts/name_finder.h) has it, or
 * where `near`, is at least near one of its words. */
bool name_match_fits(struct name_match *match, uint64_t individual, bool near);

#endif
