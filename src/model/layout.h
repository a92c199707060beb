/* Where every parameter of a shape lies in the model's arrays (weights, gradients, moments). */
#ifndef MNEME_MODEL_LAYOUT_H
#define MNEME_MODEL_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/options.h"
#include "model/real.h"
#include "model/tensor.h"

/* One named tensor of the parameters. Every one is a matrix; a vector has one row. */
struct parameter {
    char name[64]; /* "blocks.3.feed_forward.in.weight" */
    size_t rows, cols;
    size_t offset;       /* of its first element in the model's arrays */
    bool makes_products; /* every token is multiplied with it as a whole */
    bool decays;         /* weight decay applies: matrices yes, scales and biases no */
    size_t pattern_cols; /* the first columns, which make attention patterns and nothing else */
    enum model_part part;
};

struct model_layout {
    bool present[TENSOR_GROUPS][TENSORS_MOST];
    size_t offset[TENSOR_GROUPS][TENSORS_MOST]; /* in a block's groups, of the first block's */
    size_t block_stride;                        /* from a block's parameters to the next block's */
    size_t size;                                /* numbers in all, padding included */
};

/* Every parameter begins at a multiple of this many numbers, whole cache lines. */
enum { LAYOUT_ALIGNMENT = 16 };

/* Options must have passed model_init's checks. */
struct model_layout layout_of(const struct model_options *options);

/* The parameter in such an array, or null where the shape has none; tensor is its place in the
 * group's list, layer counts for those that are in every block. */
const real *layout_weight(const struct model_layout *layout, const real *weight,
                          enum tensor_group group, size_t tensor, size_t layer);
real *layout_gradient(const struct model_layout *layout, real *gradient, enum tensor_group group,
                      size_t tensor, size_t layer);

/* Where the parameters of a block begin; those behind it follow them. */
size_t layout_block_begin(const struct model_layout *layout, size_t layer);

/* One parameter of a shape. All of them, in the order of the arrays:
 *   for (struct layout_place p = layout_first(options); p.tensor; p = layout_next(options, p))
 */
struct layout_place {
    const struct tensor *tensor; /* null behind the last */
    enum tensor_group group;
    size_t index; /* in the group's list */
    size_t layer; /* 0 outside of blocks */
};
struct layout_place layout_first(const struct model_options *options);
struct layout_place layout_next(const struct model_options *options, struct layout_place place);

/* Whether every block has one of its own. */
bool layout_is_in_block(struct layout_place place);

/* Its name, shape and offset. */
struct parameter layout_parameter(const struct model_options *options,
                                  const struct model_layout *layout, struct layout_place place);

/* Outputs of the layer that has most, but of the output layer. */
size_t layout_most_outputs(const struct model_options *options);

/* Numbers in all, padding not counted, without overflow: also of options that are too large. */
double layout_count(const struct model_options *options);

#endif
