/* What a model believes about a value that comes next: the likeliest values of an attribute, and
 * how undecided it is between all of them.
 *
 * A value's probability is the product of the probabilities of its tokens, each after those before
 * it, and where other values go on behind it ("New York" and "New York City"), of the probability
 * that none of their tokens comes next. Values that begin alike share these: together they are a
 * tree of tokens, which is searched best first. A token is never likelier than the one before it,
 * so the first values that come out are the likeliest. */
#ifndef MNEME_MEASURE_TOP_VALUES_H
#define MNEME_MEASURE_TOP_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/vocabulary.h"
#include "measure/continuation.h"
#include "model/decoder.h"

enum {
    TOP_VALUES_GUESSES = 5,
    TOP_VALUES_READS = 64,         /* beginnings of values the model is asked about, to be exact */
    TOP_VALUES_ENTROPY_READS = 16, /* and further ones, for the entropy */
    /* A large model is asked about fewer, in the same proportion, so that its answers come in the
       time of a glance: as many as this divided by its matrix parameters, 8 at least. */
    TOP_VALUES_WORK = 1 << 28,
    TOP_VALUES_LEAST_READS = 8,
};

struct guess {
    int32_t *token; /* [tokens] */
    size_t tokens;
    double probability;
};

struct top_values {
    struct guess
        guess[TOP_VALUES_GUESSES]; /* likeliest first; fewer where there are fewer values */
    size_t guesses;
    bool exact;     /* no other value is likelier than these. False where the reads were not
                       enough (a model that finds all dates alike): then these are the values
                       behind the likeliest beginnings */
    double entropy; /* nats, of the distribution over all values of the attribute, normalised. By
                       the chain rule over the tree; below beginnings that were not read all values
                       count as equally likely, so it is never below the true one, and equal to it
                       where all that matters was read */
};

/* decoder has read `length` tokens, the value comes next; next[vocab] holds the log probabilities
 * of the token there. A continuation of the same place, or null, begins with the likeliest value
 * from then on, and is read on where that costs next to nothing. Leaves the decoder at the same
 * place. ERROR_INPUT where a value does not fit behind these tokens. On false *top_values is empty.
 */
bool top_values_find(struct top_values *top_values, const struct vocabulary *vocabulary,
                     size_t attribute, struct decoder *decoder, const real *next,
                     struct continuation *continuation, struct error *err);

/* Marks the tokens with which longer values go on behind a whole one that ends in this entry of its
 * last part's pool, in goes_on[vocabulary.words]; returns whether there are any. */
bool top_values_go_on(const struct vocabulary *vocabulary, size_t attribute, uint32_t entry,
                      bool *goes_on);

void top_values_free(struct top_values *top_values);

#endif
