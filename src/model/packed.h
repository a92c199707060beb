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

struct onednn_weight;

/* One layer's. */
struct packed {
    size_t offset;                  /* of the tensor in the model's weights */
    struct onednn_weight *forward;  /* [inputs][outputs] */
    struct onednn_weight *backward; /* [outputs][inputs] */
};

/* All of a model. */
struct packed_weights;

/* Null with ERROR_MEMORY, or ERROR_INPUT where there are no such products. They hold no numbers
 * yet. */
struct packed_weights *packed_weights_new(const struct model_options *options, struct error *err);
void packed_weights_free(struct packed_weights *weights);

/* Bytes that these take, without what the library pads. */
size_t packed_weights_bytes(const struct model_options *options);

/* Rounds the model's weights, each tensor by one of the threads. */
void packed_weights_fill(struct packed_weights *weights, const real *weight, size_t threads);

/* Those of a tensor; null where weights is, and of tensors that make no such products. */
const struct packed *packed_of(const struct packed_weights *weights, enum tensor_group group,
                               size_t tensor, size_t layer);

/* y[rows][outputs] = or += x[rows][inputs] W */
void packed_multiply(const struct packed *packed, size_t rows, const bf16 *x,
                     enum matrix_result result, real *y);

/* dx[rows][inputs] = dy[rows][outputs] W^T */
void packed_multiply_back(const struct packed *packed, size_t rows, const bf16 *dy, real *dx);

#endif
