/* The output layer: logits = y embedding^T + bias, softmax and cross-entropy.
 *
 * Rows are worked through in blocks, so that logits never exist for all of them at once. */
#ifndef MNEME_MODEL_OUTPUT_H
#define MNEME_MODEL_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "model/activation.h"
#include "model/arena.h"
#include "model/options.h"
#include "model/packed.h"
#include "model/prediction.h"
#include "model/real.h"

struct output_scratch {
    real *logit;            /* [output_block(vocab)][vocab] */
    bf16 *power;            /* [rows][vocab] for the way back; null in fp32, as is the next */
    struct output_row *row; /* [rows] */
};

struct output_scratch output_take_scratch(struct arena *arena, const struct model_options *options,
                                          size_t rows, size_t vocab);

struct output {
    size_t width, vocab;
    const real *embedding;       /* [vocab][width] */
    const real *bias;            /* [vocab]; null for none */
    const struct packed *packed; /* the embedding in bf16, which products are made with; null for
                                    products in fp32 */
    struct output_scratch scratch;
};

/* Rows of a block. */
size_t output_block(size_t vocab);

/* The summed cross-entropy (nats) of y[rows][width] against target[rows]. dy[rows][width] becomes
 * scale times its gradient; d_embedding[vocab][width] becomes it or is added to, d_bias[vocab],
 * where there is a bias, is added to. y's rounded numbers are lost. */
double output_backward(const struct output *output, size_t rows, struct activation y,
                       const int32_t *target, real scale, real *dy, enum matrix_result result,
                       real *d_embedding, real *d_bias);

/* prediction[rows] of y[rows][width] against target[rows]. */
void output_predict(const struct output *output, size_t rows, struct activation y,
                    const int32_t *target, struct prediction *prediction);

/* log_probability[rows][vocab] of y[rows][width]. Uses no scratch. */
void output_log_probability(const struct output *output, size_t rows, struct activation y,
                            real *log_probability);

#endif
