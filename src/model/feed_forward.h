/* The feed-forward part of a block: from d_model to d_hidden, GELU, and back. */
#ifndef MNEME_MODEL_FEED_FORWARD_H
#define MNEME_MODEL_FEED_FORWARD_H

#include <stdbool.h>
#include <stddef.h>

#include "model/linear.h"

struct feed_forward {
    struct linear hidden, out; /* d_model to d_hidden and back */
};

struct feed_forward_gradient {
    struct linear_gradient hidden, out;
};

struct feed_forward_buffers {
    real *hidden;             /* [rows][d_hidden] before GELU; then, if wanted, GELU's derivative */
    struct activation active; /* [rows][d_hidden] after GELU; in bf16 rounded alone */
};

/* out[rows][d_model] += gelu(normed W_in) W_out, normed[rows][d_model]. A way back wants the
 * derivative. */
void feed_forward(const struct feed_forward *layers, size_t rows, struct activation normed,
                  const struct feed_forward_buffers *buffers, bool want_derivative, real *out);

/* From d_out[rows][d_model] to d_normed[rows][d_model]. d_hidden[rows][d_hidden] is scratch, and so
 * is what d_out and it have for rounded numbers, which may be one place; buffers->active is lost.
 */
void feed_forward_backward(const struct feed_forward *layers, size_t rows, struct activation normed,
                           const struct feed_forward_buffers *buffers, struct activation d_out,
                           struct activation d_hidden, real *d_normed,
                           const struct feed_forward_gradient *gradient);

#endif
