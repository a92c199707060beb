/* One block of the model: its parameters gathered from the arena, as layers, and what the pass
 * over a batch and the decoder do alike with them. */
#ifndef MNEME_MODEL_BLOCK_H
#define MNEME_MODEL_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "model/attention.h"
#include "model/layout.h"
#include "model/linear.h"
#include "model/model.h"
#include "model/norm.h"
#include "model/recurrence.h"

struct block {
    enum mixer_kind mixer; /* the other's parameters are null */
    struct norm norm1, norm2;
    struct linear query_key_value; /* d_model to [3][heads][d_key] */
    struct linear relative;        /* d_model to [heads][d_key]; without: weight null */
    struct linear branches;        /* d_model to [2][heads][d_key] */
    struct linear projection;      /* [heads][d_key] to d_model */
    struct linear hidden, out;     /* d_model to d_hidden and back */
    struct attention attention;
    struct recurrence recurrence;
};

struct block_gradient {
    struct norm_gradient norm1, norm2;
    struct linear_gradient query_key_value, relative, branches, projection, hidden, out;
    real *content_bias, *position_bias; /* [heads][d_key]; null without relative positions */
    struct recurrence_gradient recurrence;
};

/* relative[distances][heads][d_key] is where attention finds what block_relative_forward writes;
 * both do nothing without relative positions. */
struct block block_of(const struct model *model, const struct model_layout *layout, size_t layer,
                      const real *relative, size_t distances);
struct block_gradient block_gradient_of(const struct model_layout *layout, real *gradient,
                                        size_t layer);

/* The norm after the last block. */
struct norm block_last_norm(const struct model *model, const struct model_layout *layout);
struct norm_gradient block_last_norm_gradient(const struct model_layout *layout, real *gradient);

/* x[rows][d_model] = embedding[token], + positions[first_position + row] where they are learned. */
void block_embed(const struct model *model, const struct model_layout *layout, size_t rows,
                 const int32_t *token, size_t first_position, real *x);

/* relative[distances][heads][d_key] = the waves of distances-1 .. 0 times W_r, for the distances
 * from .. to-1 alone. */
void block_relative_forward(const struct block *block, const struct model *model, size_t from,
                            size_t to, real *relative);
void block_relative_backward(const struct block *block, const struct model *model,
                             const real *d_relative, const struct block_gradient *gradient);

struct feed_forward_buffers {
    real *hidden; /* [rows][d_hidden] before GELU; then, if wanted, GELU's derivative */
    real *active; /* [rows][d_hidden] after GELU */
};

/* out[rows][d_model] += gelu(normed W_in) W_out, normed[rows][d_model]. A way back wants the
 * derivative. */
void block_feed_forward(const struct block *block, size_t rows, const real *normed,
                        const struct feed_forward_buffers *buffers, bool want_derivative,
                        real *out);

/* From d_out[rows][d_model] to d_normed[rows][d_model]. d_hidden[rows][d_hidden] is scratch. */
void block_feed_forward_backward(const struct block *block, size_t rows, const real *normed,
                                 const struct feed_forward_buffers *buffers, const real *d_out,
                                 real *d_hidden, real *d_normed,
                                 const struct block_gradient *gradient);

#endif
