/* The weights of layers in bf16, beside those that are trained: rounded once for every step, and
 * kept twice, in the orders in which the way forward and the way back read them fastest. Rows of
 * inputs are multiplied with them in bf16, with sums in fp32 (model/onednn.h). */
#ifndef MNEME_MODEL_PACKED_H
#define MNEME_MODEL_PACKED_H

#include <stddef.h>

#include "base/error.h"
#include "model/bf16.h"
#include "model/matrix.h"
#include "model/options.h"
#include "model/tensor.h"

struct weight_tiles;
struct product_taker;

/* One layer's. */
struct packed {
    size_t offset;                 /* of the tensor in the model's weights */
    struct weight_tiles *forward;  /* [inputs][outputs] */
    struct weight_tiles *backward; /* [outputs][inputs] */
};

/* All of a model. */
struct packed_weights;

/* Null with ERROR_MEMORY, or ERROR_INPUT where there are no such products. They hold no numbers
 * yet. */
struct packed_weights *packed_weights_new(const struct model_options *options, struct error *err);
void packed_weights_free(struct packed_weights *weights);

/* Bytes that these take, without what the library pads. */
size_t packed_weights_bytes(const struct model_options *options);

/* Rounds the model's weights. */
void packed_weights_fill(struct packed_weights *weights, const real *weight, size_t threads);

/* Those of a tensor; null where weights is, and of tensors that make no such products. */
const struct packed *packed_of(const struct packed_weights *weights, enum tensor_group group,
                               size_t tensor, size_t layer);

/* y[count][outputs] = or += x W for the rows of x[rows][inputs] from `first` on, a multiple of
 * BF16_ROWS. A row's bits do not depend on the others. */
void packed_multiply(const struct packed *packed, struct bf16_matrix x, size_t first, size_t count,
                     enum matrix_result result, real *y);

/* dx[rows][inputs] = dy[rows][outputs] W^T */
void packed_multiply_back(const struct packed *packed, struct bf16_matrix dy, real *dx);

/* x W, and dy W^T, block by block (model/weight_tiles.h). */
void packed_give(const struct packed *packed, struct bf16_matrix x,
                 const struct product_taker *taker);
void packed_give_back(const struct packed *packed, struct bf16_matrix dy,
                      const struct product_taker *taker);

/* gradient[inputs][outputs] = or += x[rows][inputs]^T dy[rows][outputs] */
void packed_gradient(struct bf16_matrix x, struct bf16_matrix dy, enum matrix_result result,
                     real *gradient);

#endif
