/* Reading a model token by token: keys and values of the tokens read so far, or the recurrence's
 * states behind them, are kept, so that each further token costs one row. Its own buffers: it can
 * run beside a training step. */
#ifndef MNEME_MODEL_DECODER_H
#define MNEME_MODEL_DECODER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/model.h"

struct decoder;

/* Room for the options' max_length tokens. model must outlive the decoder; when its weights or its
 * reference have changed, what was read counts no longer: rewind to 0. A model with a reference
 * is read beside it, which takes twice the time and, from the first read on, the memory. */
struct decoder *decoder_new(const struct model *model, struct error *err);
void decoder_free(struct decoder *decoder);

/* The shape of the decoder's model. */
const struct model_options *decoder_options(const struct decoder *decoder);

/* How many tokens can be read one by one for this many multiplications, but `least` at least and
 * `most` at most: what may be asked of a model, large or small, in the time of a glance. */
size_t decoder_affordable(const struct decoder *decoder, size_t multiplications, size_t least,
                          size_t most);

/* Tokens read so far. */
size_t decoder_length(const struct decoder *decoder);

/* Forgets all but the first `length` tokens. */
void decoder_rewind(struct decoder *decoder, size_t length);

/* Reads `count` (at least 1) further tokens; ERROR_INPUT where they do not fit into max_length,
 * ERROR_MEMORY where there is none to read a reference with. log_probability[wanted][vocab]
 * receives, for each of the last `wanted` of them, the natural logarithms of the probabilities of
 * the token that comes next. */
bool decoder_read(struct decoder *decoder, const int32_t *token, size_t count, size_t wanted,
                  real *log_probability, struct error *err);

/* Tokens that decoder_branch takes at most, of all branches together. */
enum { DECODER_MOST_BRANCH_TOKENS = 64 };

/* Looks ahead in `branches` ways at once, in rows of `count` tokens, token[branches][count], behind
 * what was read; no branch sees another. length[branches] says how many tokens of its row each has,
 * 1 to count; null: all of them. Those behind may be any. log_probability[branches][vocab] receives
 * those of the token behind each branch. What was read stays as it was. ERROR_INPUT where count
 * tokens do not fit into max_length. Cheaper than as many reads: the weights are fetched once. */
bool decoder_branch(struct decoder *decoder, const int32_t *token, size_t branches, size_t count,
                    const size_t *length, real *log_probability, struct error *err);

#endif
