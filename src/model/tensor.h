/* A kind of parameter: one row of a model's table, or of a mixer's. */
#ifndef MNEME_MODEL_TENSOR_H
#define MNEME_MODEL_TENSOR_H

#include <stddef.h>

#include "model/init.h"

/* What sizes are multiples of. */
enum dimension {
    DIM_ONE,
    DIM_MODEL, /* d_model */
    DIM_KEY,   /* d_key, of one head */
    DIM_HEADS, /* heads * d_key */
    DIM_HIDDEN,
    DIM_VOCAB,
    DIM_LENGTH, /* max_length */
    DIM_VALUES,
};

/* What a shape must have for the tensor to be there; several may be asked for at once. */
enum tensor_condition {
    IF_ANY = 0,
    IF_BIAS = 1,
    IF_LAYER_NORM = 2,
    IF_LEARNED = 4,  /* positions */
    IF_RELATIVE = 8, /* positions */
};

enum tensor_use {
    TENSOR_VECTOR, /* one row: a scale or a bias, which does not decay */
    TENSOR_TABLE,  /* a matrix that serves positions or distances, not tokens */
    /* Every token is multiplied with these: */
    TENSOR_MATRIX,   /* [inputs][outputs] */
    TENSOR_HEADS,    /* [heads][inputs][outputs], every head by itself */
    TENSOR_CHANNELS, /* [..][width], every channel by itself, not as a matrix product */
    TENSOR_OUTPUT,   /* [outputs][inputs], as output.h takes it */
};

/* What can be held fixed. The norm in front of a layer belongs to that layer, positions that are
 * learned to the embedding, all of a memory to the feed-forward layer that it is. */
enum model_part { MODEL_EMBEDDING, MODEL_ATTENTION, MODEL_FEED_FORWARD, MODEL_LAST_NORM };

struct tensor {
    const char *name; /* "attention.projection.weight"; in a block "blocks.N." stands before it */
    size_t rows;      /* times */
    enum dimension rows_of;
    size_t cols; /* times */
    enum dimension cols_of;
    enum tensor_use use;
    enum model_part part;
    unsigned condition; /* of enum tensor_condition */
    void (*init)(const struct init_shape *shape, struct random random, real *weight);
    size_t pattern_cols; /* of cols, the first so many make attention patterns and nothing else */
};

/* False where not every token is multiplied with it as a whole: the gates of a recurrence are small
 * matrices, head by head. */
static inline bool tensor_makes_products(const struct tensor *tensor)
{
    return tensor->use == TENSOR_MATRIX || tensor->use == TENSOR_OUTPUT;
}

/* The tensors of a model in the order of its arrays. Every block has those in the middle. */
enum tensor_group {
    TENSORS_FRONT,
    TENSORS_BLOCK_FRONT,
    TENSORS_MIXER, /* the mixer's own */
    TENSORS_BLOCK_BACK,
    TENSORS_BACK,
    TENSOR_GROUPS
};

/* As many as a group has at most. */
enum { TENSORS_MOST = 16 };

struct tensor_list {
    const struct tensor *tensor;
    size_t count;
};

/* An array as a list; does not compile where the array is longer than TENSORS_MOST. */
#define TENSOR_COUNT(array) (sizeof(array) / sizeof *(array))
#define TENSOR_LIST(array)                                                                         \
    {                                                                                              \
        (array),                                                                                   \
            TENSOR_COUNT(array) + 0 * sizeof(char[TENSOR_COUNT(array) <= TENSORS_MOST ? 1 : -1])   \
    }

#endif
