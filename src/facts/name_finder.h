/* Individuals found by a part of their name. Looking for one takes no time that is felt, however
 * many individuals there are or entries their names have. */
#ifndef MNEME_FACTS_NAME_FINDER_H
#define MNEME_FACTS_NAME_FINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/population.h"
#include "facts/vocabulary.h"

struct found_name {
    uint64_t individual;
    uint64_t rank; /* the lower the better */
};

struct found_names {
    struct found_name *name; /* [count] best first, of equal ones the lowest number */
    size_t count;
    uint64_t fitting; /* individuals that there are, also those beyond `most` */
    bool is_exact;    /* the first is the whole name but for capitals and marks, and the best */
    bool is_near;     /* no name has these words: words of these are near them */
};

/* A part of more words than these, or of none, is nobody's. */
enum { NAME_FINDER_WORDS = 8 };

/* The known, new and fine-tuning individuals in whose names every word of `part` is, or begins a
 * word, or goes on behind a hyphen or an apostrophe in one: without regard to capitals and marks.
 * Best is the name itself; then come names that begin so, then those with these words side by side,
 * in order, and in any order; of equal ones those whose words are as typed, and then the shortest.
 * Where there are none, near words count as well (base/suggest.h), and names come by the sum of
 * distances first. The best `most`, at least 1, are kept. On false *found is empty. */
bool names_find(struct found_names *found, const struct population *population,
                const struct vocabulary *vocabulary, const char *part, size_t most,
                struct error *err);

void found_names_free(struct found_names *found);

#endif
