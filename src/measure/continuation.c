#include "measure/continuation.h"

#include <string.h>

#include "facts/words.h"
#include "model/model_ops.h"

bool continuation_shows(const struct vocabulary *vocabulary, size_t token)
{
    return token < vocabulary->words && token != TOKEN_UNKNOWN && token != TOKEN_BEGIN;
}

/* The last one need not fit behind what is read: it is predicted, not read. */
static size_t most_tokens(const struct decoder *decoder)
{
    const struct model_options *options = decoder_options(decoder);
    size_t room = options->max_length - decoder_length(decoder) + 1;
    size_t most =
        decoder_affordable(decoder, CONTINUATION_WORK, CONTINUATION_LEAST, CONTINUATION_TOKENS);
    if (model_ops_of(options)->only_values)
        most = 1;
    return most < room ? most : room;
}

void continuation_begin(struct continuation *continuation, const struct vocabulary *vocabulary,
                        const struct decoder *decoder, const real *next)
{
    *continuation = (struct continuation){
        .vocabulary = vocabulary,
        .vocab = decoder_options(decoder)->vocab,
        .most = most_tokens(decoder),
    };
    continuation_take(continuation, next);
}

void continuation_follow(struct continuation *continuation, const int32_t *token, size_t count)
{
    if (count > CONTINUATION_TOKENS)
        count = CONTINUATION_TOKENS;
    if (continuation->tokens >= count &&
        memcmp(continuation->token, token, count * sizeof *token) == 0)
        return;
    memcpy(continuation->token, token, count * sizeof *token);
    continuation->tokens = count;
    continuation->ended = count >= continuation->most;
}

void continuation_take(struct continuation *continuation, const real *next)
{
    const struct vocabulary *vocabulary = continuation->vocabulary;
    size_t best = TOKEN_END;
    for (size_t t = 0; t < continuation->vocab; t++)
        if (continuation_shows(vocabulary, t) && next[t] > next[best])
            best = t;
    continuation->ended = best == TOKEN_END;
    if (continuation->ended)
        return;
    continuation->token[continuation->tokens++] = (int32_t)best;
    continuation->ended =
        word_ends_sentence(vocabulary->word[best]) || continuation->tokens == continuation->most;
}

bool continuation_finish(struct continuation *continuation, struct decoder *decoder, real *next,
                         struct error *err)
{
    for (size_t read = 0; !continuation->ended; continuation_take(continuation, next)) {
        const int32_t *token = continuation->token + read;
        if (!decoder_read(decoder, token, continuation->tokens - read, 1, next, err))
            return false;
        read = continuation->tokens;
    }
    return true;
}
