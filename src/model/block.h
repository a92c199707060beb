/* A transformer's parameters but its mixers', gathered from the arrays as layers, and what the pass
 * over a batch and the decoder do alike with them. */
#ifndef MNEME_MODEL_BLOCK_H
#define MNEME_MODEL_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "model/feed_forward.h"
#include "model/layout.h"
#include "model/linear.h"
#include "model/model.h"
#include "model/norm.h"
#include "model/output.h"

/* [TENSOR_GROUPS] */
extern const struct tensor_list block_tensors[];

struct block {
    struct norm norm1, norm2;
    struct linear projection; /* from what the mixer gives, [heads][d_key], to d_model */
    struct feed_forward feed_forward;
};

struct block_gradient {
    struct norm_gradient norm1, norm2;
    struct linear_gradient projection;
    struct feed_forward_gradient feed_forward;
};

struct block block_of(const struct model *model, const struct model_layout *layout, size_t layer);
struct block_gradient block_gradient_of(const struct model *model,
                                        const struct model_layout *layout, real *gradient,
                                        size_t layer, enum matrix_result result);

/* The norm after the last block. */
struct norm block_last_norm(const struct model *model, const struct model_layout *layout);
struct norm_gradient block_last_norm_gradient(const struct model_layout *layout, real *gradient);

/* The output layer, which has the embedding's weights. */
struct output block_output(const struct model *model, const struct model_layout *layout,
                           struct output_scratch scratch);

/* x[rows][d_model] = embedding[token], + positions[first_position + row] where they are learned. */
void block_embed(const struct model *model, const struct model_layout *layout, size_t rows,
                 const int32_t *token, size_t first_position, real *x);
/* Adds dx[rows][d_model] to the gradients of what that read, from position 0 on. */
void block_embed_backward(const struct model *model, const struct model_layout *layout, size_t rows,
                          const int32_t *token, const real *dx, real *gradient);
/* The embedding's, [vocab][d_model]. */
real *block_embedding_gradient(const struct model_layout *layout, real *gradient);

#endif
