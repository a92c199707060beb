/* How a model goes on with what it has read: with its likeliest token again and again, or with a
 * value first, to the end of a sentence. A large model has to fetch all of its weights for each
 * token; so it is asked for fewer, and they can be read along with something else (decoder_branch).
 */
#ifndef MNEME_MEASURE_CONTINUATION_H
#define MNEME_MEASURE_CONTINUATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/vocabulary.h"
#include "model/decoder.h"

enum {
    CONTINUATION_TOKENS = 40, /* at most */
    /* With a large model this work divided by its matrix parameters, or the least. */
    CONTINUATION_LEAST = 4,
    CONTINUATION_WORK = 1 << 27,
};

struct continuation {
    const struct vocabulary *vocabulary;
    size_t vocab; /* of the model */
    size_t most;
    int32_t token[CONTINUATION_TOKENS]; /* behind what the decoder has read */
    size_t tokens;
    bool ended; /* no more is to be read */
};

/* next[vocab]: the log probabilities of the token behind what the decoder has read. */
void continuation_begin(struct continuation *continuation, const struct vocabulary *vocabulary,
                        const struct decoder *decoder, const real *next);

/* Goes on with these tokens first, as far as there is room for a continuation, if it does not
 * already; the decoder is where it was at the beginning. */
void continuation_follow(struct continuation *continuation, const int32_t *token, size_t count);

/* One that has not ended takes the likeliest of next[vocab], which stand behind its tokens. */
void continuation_take(struct continuation *continuation, const real *next);

/* Reads on to the end; next[vocab] is scratch. The decoder stays where it gets to. */
bool continuation_finish(struct continuation *continuation, struct decoder *decoder, real *next,
                         struct error *err);

/* Whether a token may be shown as what comes next. */
bool continuation_shows(const struct vocabulary *vocabulary, size_t token);

#endif
