/* The model: its shape, its parameters, and one pass forward and backward. It is a transformer, or
 * what is left of one without attention, a memory (model/associative.h).
 *
 * Two families of transformers share the code (see mneme-preset(5)): `hoffmann` has RMS norms,
 * relative positions as in Transformer-XL and no biases; `gpt2` has layer norms with biases,
 * learned positions and biases everywhere. Both put the norm before each block and one at the end,
 * use GELU (tanh form) and share the embedding with the output.
 *
 *   x = embedding[token] (+ positions[t])
 *   each block:  x += mixer(norm(x)) W_o;   x += gelu(norm(x) W_in) W_out
 *   logits = norm(x) embedding^T
 *
 * The mixer, what a token takes from those before it, is attention (model/attention.h) or a gated
 * linear recurrence (model/recurrence.h); model/mixer.h says what one has to give, and
 * model/model_ops.h what a kind of model has to.
 */
#ifndef MNEME_MODEL_MODEL_H
#define MNEME_MODEL_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sequences.h"
#include "model/layout.h"
#include "model/matrix_operand.h"
#include "model/options.h"
#include "model/prediction.h"
#include "model/real.h"

struct model {
    struct model_options options;
    struct parameter *parameter; /* [parameters] in the order of weight */
    size_t parameters;
    size_t size;    /* numbers in all parameters together, padding included */
    real *weight;   /* [size] */
    real *sinusoid; /* [max_length][d_model] relative positions: row r has the sinusoids of distance
                       max_length - 1 - r; null without. Not trained */
    struct packed_weights *packed; /* the weights of products in bf16; null for products in fp32 */
    /* Whose attention patterns it uses instead of its own, on the same inputs (attention patching,
       Zucchet et al. 2025, section 3): a model of the same shape with no reference itself, which
       must outlive this use; null for its own, and where it has no attention. No gradient goes into
       the reference, and none through the patterns into this model's queries, keys, biases and
       relative positions. */
    const struct model *reference;
};

/* Checks the options and lays out the parameters with all weights 0. ERROR_INPUT names what does
 * not fit (heads 0, ...). Where products in bf16 are asked for and cannot be had they are in fp32:
 * precision_in_use says why. */
bool model_init(struct model *model, const struct model_options *options, struct error *err);
void model_free(struct model *model);

/* To be called with the number of threads that may work on it whenever weights have changed, before
 * the model computes again: rounds those of products in bf16 anew. */
void model_refresh(struct model *model, size_t threads);

/* Bytes of a model's weights, in every form that it keeps them in. */
size_t model_bytes(const struct model_options *options);

/* Whether attention tells distances apart: a recurrence knows the order of itself. */
bool model_has_distances(const struct model_options *options);

/* Numbers that are trained, padding not counted: "43.7 M". Needs no model: counts from options. */
size_t model_count_parameters(const struct model_options *options);

/* Parameters that take part in matrix products for every token: embedding once, position tables
 * and vectors not. 6 times this times the tokens is the work of a training step. */
size_t model_count_matrix_parameters(const struct model_options *options);

/* Whether there is attention to be watched. */
bool model_attends(const struct model_options *options);

/* Random initial weights, a pure function of the seed: normal with standard deviation 0.02,
 * projections back into the stream divided by sqrt(2 layers) (GPT-2), scales 1, biases 0; those of
 * a memory's layers with 1/sqrt(its inputs). What only a recurrence has begins as in De et al.
 * 2024: matrices with 1/sqrt(its inputs), a tenth of that for the convolution, and states kept from
 * one token to the next to 0.9 .. 0.999. */
void model_randomize(struct model *model, uint64_t seed);

/* The parameter with this name, or null: for tests. */
const struct parameter *model_parameter(const struct model *model, const char *name);

struct workspace; /* model/workspace.h */

/* Tokens of a micro-batch: enough for fast matrix products, and for the longest sequence. */
size_t model_micro_batch_tokens(const struct model_options *options);

/* Targets of the sequences that count: all of a transformer, those of a memory that are values. */
size_t model_targets(const struct model_options *options, const struct sequences *sequences);

/* Who is told, while a pass goes backward, that it adds to no number of the gradient from `begin`
 * on any more: each time an earlier one. */
struct gradient_watcher {
    void *context;
    void (*complete_from)(void *context, size_t begin);
};

/* Forward and backward over sequences of at most the workspace's tokens together. Returns the
 * summed cross-entropy (nats) of all targets that count; gradient[size] = or += scale times its
 * gradient, but for what lies between parameters. Runs on the calling thread alone, and so does the
 * watcher (may be null). */
double model_backward(const struct model *model, struct workspace *workspace,
                      const struct sequences *sequences, real scale, enum matrix_result result,
                      real *gradient, const struct gradient_watcher *watcher);

/* Forward only; fills prediction[k], k < count, for the input position[k] against the target there.
 * A position is an index into sequences->token, from start[0] to before start[sequences->count];
 * positions ascend. */
void model_predict(const struct model *model, struct workspace *workspace,
                   const struct sequences *sequences, const size_t *position, size_t count,
                   struct prediction *prediction);

/* What every token of a micro-batch attends to in one layer. */
struct attention_view {
    size_t layer;
    size_t heads;
    const struct sequences *sequences; /* of the micro-batch */
    const real *probability; /* of each sequence in turn [heads][length][length]: row t of a head
                                sums to 1 over the tokens 0 .. t, and is 0 behind them. Stays only
                                until the watcher returns */
};

/* Who looks at attention, layer after layer. */
struct attention_watcher {
    void *context;
    void (*watch)(void *context, const struct attention_view *view);
};

/* Forward only, as far as attention of the last layer; shows each layer's to the watcher. Targets
 * are not looked at. Shows nothing of a model that does not attend. */
void model_watch_attention(const struct model *model, struct workspace *workspace,
                           const struct sequences *sequences,
                           const struct attention_watcher *watcher);

#endif
