/* Where every parameter of a shape lies in the model's arrays (weights, gradients, moments). */
#ifndef MNEME_MODEL_LAYOUT_H
#define MNEME_MODEL_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/options.h"
#include "model/real.h"

/* What a parameter belongs to. The norm in front of a layer belongs to that layer; positions that
 * are learned to the embedding, all of a memory to the feed-forward layer that it is. */
enum model_part { MODEL_EMBEDDING, MODEL_ATTENTION, MODEL_FEED_FORWARD, MODEL_LAST_NORM };

/* One named tensor of the parameters. Every one is a matrix; a vector has one row. */
struct parameter {
    char name[64]; /* "blocks.3.feed_forward.in.weight"; layout.c lists all */
    size_t rows, cols;
    size_t offset;       /* of its first element in the model's arrays */
    bool decays;         /* weight decay applies: matrices yes, scales and biases no */
    size_t pattern_cols; /* the first columns, which make attention patterns and nothing else */
    enum model_part part;
};

/* A model's kinds of parameter; layout.c says name and shape of each. */
enum tensor {
    TENSOR_EMBEDDING,
    TENSOR_POSITIONS,
    /* one in every block: */
    TENSOR_NORM1_SCALE,
    TENSOR_NORM1_BIAS,
    TENSOR_QUERY_KEY_VALUE_WEIGHT,
    TENSOR_QUERY_KEY_VALUE_BIAS,
    TENSOR_RELATIVE,
    TENSOR_CONTENT_BIAS,
    TENSOR_POSITION_BIAS,
    TENSOR_PROJECTION_WEIGHT,
    TENSOR_PROJECTION_BIAS,
    TENSOR_BRANCHES_WEIGHT,
    TENSOR_BRANCHES_BIAS,
    TENSOR_CONVOLUTION_WEIGHT,
    TENSOR_CONVOLUTION_BIAS,
    TENSOR_RECURRENCE_GATE_WEIGHT,
    TENSOR_RECURRENCE_GATE_BIAS,
    TENSOR_INPUT_GATE_WEIGHT,
    TENSOR_INPUT_GATE_BIAS,
    TENSOR_DECAY,
    TENSOR_RECURRENCE_PROJECTION_WEIGHT,
    TENSOR_RECURRENCE_PROJECTION_BIAS,
    TENSOR_NORM2_SCALE,
    TENSOR_NORM2_BIAS,
    TENSOR_HIDDEN_WEIGHT,
    TENSOR_HIDDEN_BIAS,
    TENSOR_OUT_WEIGHT,
    TENSOR_OUT_BIAS,
    /* after the last block: */
    TENSOR_NORM_SCALE,
    TENSOR_NORM_BIAS,
    /* of a memory, which has no others: */
    TENSOR_KEYS_WEIGHT,
    TENSOR_KEYS_BIAS,
    TENSOR_VALUES_WEIGHT,
    TENSOR_VALUES_BIAS,
    TENSORS
};

struct model_layout {
    bool present[TENSORS];
    size_t offset[TENSORS]; /* of the first block's, where there is one in every block */
    size_t block_stride;    /* from a block's parameters to the next block's */
    size_t size;            /* numbers in all, padding included */
};

/* Every parameter begins at a multiple of this many numbers, whole cache lines. */
enum { LAYOUT_ALIGNMENT = 16 };

/* Options must have passed model_init's checks. */
struct model_layout layout_of(const struct model_options *options);

/* The parameter in such an array, or null where the shape has none; layer counts for those that
 * are in every block. */
const real *layout_weight(const struct model_layout *layout, const real *weight, enum tensor tensor,
                          size_t layer);
real *layout_gradient(const struct model_layout *layout, real *gradient, enum tensor tensor,
                      size_t layer);

/* How a parameter begins. */
enum beginning {
    INIT_NORMAL,     /* normal with deviation 0.02 */
    INIT_PROJECTION, /* the same divided by sqrt(2 layers) */
    INIT_BY_ROWS,    /* normal with deviation 1/sqrt(rows), which are the inputs */
    INIT_BY_COLS,    /* normal with deviation 1/sqrt(cols), which are as many as the inputs */
    INIT_WINDOW,     /* normal with deviation 0.1/sqrt(rows), which are the inputs */
    INIT_DECAY,      /* so that an open gate keeps a share uniform in [0.9, 0.999) of a state */
    INIT_ONE,
    INIT_ZERO,
};

/* One parameter of a shape. All of them, in the order of the arena:
 *   for (struct layout_place p = layout_first(options); p.tensor < TENSORS; p =
 * layout_next(options, p))
 */
struct layout_place {
    enum tensor tensor;
    size_t layer; /* 0 outside of blocks */
};
struct layout_place layout_first(const struct model_options *options);
struct layout_place layout_next(const struct model_options *options, struct layout_place place);

/* Its name, shape and offset. */
struct parameter layout_parameter(const struct model_options *options,
                                  const struct model_layout *layout, struct layout_place place);

enum beginning layout_beginning(enum tensor tensor);

/* Whether every token is multiplied with it. */
bool layout_is_matrix(enum tensor tensor);

#endif
