#include "model/layout.h"

#include <stdio.h>

enum dimension { ONE, MODEL, HEADS, THREE_HEADS, HIDDEN, VOCAB, LENGTH, VALUES };

enum condition {
    /* in a transformer: */
    ALWAYS,
    WITH_BIAS,
    WITH_NORM_BIAS,
    WITH_LEARNED,
    WITH_RELATIVE,
    /* in a memory: */
    IN_MEMORY,
    IN_MEMORY_WITH_BIAS,
};

enum use {
    VECTOR, /* one row */
    TABLE,  /* a matrix that serves positions or distances, not tokens */
    MATRIX, /* every token is multiplied with it */
};

/* Names, shapes and beginnings of all parameters, in the order of the arena. */
static const struct {
    const char *name;
    enum dimension rows, cols;
    enum condition condition;
    enum use use;
    enum beginning beginning;
} kinds[TENSORS] = {
    [TENSOR_EMBEDDING] = {"embedding", VOCAB, MODEL, ALWAYS, MATRIX, BEGIN_NORMAL},
    [TENSOR_POSITIONS] = {"positions", LENGTH, MODEL, WITH_LEARNED, TABLE, BEGIN_NORMAL},

    /* "blocks.N." stands before these. */
    [TENSOR_NORM1_SCALE] = {"norm1.scale", ONE, MODEL, ALWAYS, VECTOR, BEGIN_ONE},
    [TENSOR_NORM1_BIAS] = {"norm1.bias", ONE, MODEL, WITH_NORM_BIAS, VECTOR, BEGIN_ZERO},
    [TENSOR_QUERY_KEY_VALUE_WEIGHT] = {"attention.query_key_value.weight", MODEL, THREE_HEADS,
                                       ALWAYS, MATRIX, BEGIN_NORMAL},
    [TENSOR_QUERY_KEY_VALUE_BIAS] = {"attention.query_key_value.bias", ONE, THREE_HEADS, WITH_BIAS,
                                     VECTOR, BEGIN_ZERO},
    [TENSOR_RELATIVE] = {"attention.relative", MODEL, HEADS, WITH_RELATIVE, TABLE, BEGIN_NORMAL},
    [TENSOR_CONTENT_BIAS] = {"attention.content_bias", ONE, HEADS, WITH_RELATIVE, VECTOR,
                             BEGIN_ZERO},
    [TENSOR_POSITION_BIAS] = {"attention.position_bias", ONE, HEADS, WITH_RELATIVE, VECTOR,
                              BEGIN_ZERO},
    [TENSOR_PROJECTION_WEIGHT] = {"attention.projection.weight", HEADS, MODEL, ALWAYS, MATRIX,
                                  BEGIN_PROJECTION},
    [TENSOR_PROJECTION_BIAS] = {"attention.projection.bias", ONE, MODEL, WITH_BIAS, VECTOR,
                                BEGIN_ZERO},
    [TENSOR_NORM2_SCALE] = {"norm2.scale", ONE, MODEL, ALWAYS, VECTOR, BEGIN_ONE},
    [TENSOR_NORM2_BIAS] = {"norm2.bias", ONE, MODEL, WITH_NORM_BIAS, VECTOR, BEGIN_ZERO},
    [TENSOR_HIDDEN_WEIGHT] = {"feed_forward.in.weight", MODEL, HIDDEN, ALWAYS, MATRIX,
                              BEGIN_NORMAL},
    [TENSOR_HIDDEN_BIAS] = {"feed_forward.in.bias", ONE, HIDDEN, WITH_BIAS, VECTOR, BEGIN_ZERO},
    [TENSOR_OUT_WEIGHT] = {"feed_forward.out.weight", HIDDEN, MODEL, ALWAYS, MATRIX,
                           BEGIN_PROJECTION},
    [TENSOR_OUT_BIAS] = {"feed_forward.out.bias", ONE, MODEL, WITH_BIAS, VECTOR, BEGIN_ZERO},

    [TENSOR_NORM_SCALE] = {"norm.scale", ONE, MODEL, ALWAYS, VECTOR, BEGIN_ONE},
    [TENSOR_NORM_BIAS] = {"norm.bias", ONE, MODEL, WITH_NORM_BIAS, VECTOR, BEGIN_ZERO},

    [TENSOR_KEYS_WEIGHT] = {"keys.weight", MODEL, HIDDEN, IN_MEMORY, MATRIX, BEGIN_BY_ROWS},
    [TENSOR_KEYS_BIAS] = {"keys.bias", ONE, HIDDEN, IN_MEMORY_WITH_BIAS, VECTOR, BEGIN_ZERO},
    [TENSOR_VALUES_WEIGHT] = {"values.weight", VALUES, HIDDEN, IN_MEMORY, MATRIX, BEGIN_BY_COLS},
    [TENSOR_VALUES_BIAS] = {"values.bias", ONE, VALUES, IN_MEMORY_WITH_BIAS, VECTOR, BEGIN_ZERO},
};

static const enum tensor first_of_block = TENSOR_NORM1_SCALE,
                         first_after_blocks = TENSOR_NORM_SCALE;

static bool in_block(enum tensor tensor)
{
    return tensor >= first_of_block && tensor < first_after_blocks;
}

static size_t extent(const struct model_options *options, enum dimension dimension)
{
    switch (dimension) {
    case MODEL:
        return options->d_model;
    case HEADS:
        return options->heads * options->d_key;
    case THREE_HEADS:
        return 3 * options->heads * options->d_key;
    case HIDDEN:
        return options->d_hidden;
    case VOCAB:
        return options->vocab;
    case LENGTH:
        return options->max_length;
    case VALUES:
        return options->values;
    case ONE:
        break;
    }
    return 1;
}

static bool holds(const struct model_options *options, enum condition condition)
{
    bool of_memory = condition == IN_MEMORY || condition == IN_MEMORY_WITH_BIAS;
    if (of_memory != (options->kind == MODEL_MEMORY))
        return false;
    switch (condition) {
    case IN_MEMORY_WITH_BIAS:
    case WITH_BIAS:
        return options->bias;
    case WITH_NORM_BIAS:
        return options->bias && options->norm == NORM_LAYER;
    case WITH_LEARNED:
        return options->positions == POSITIONS_LEARNED;
    case WITH_RELATIVE:
        return options->positions == POSITIONS_RELATIVE;
    case ALWAYS:
    case IN_MEMORY:
        break;
    }
    return true;
}

/* Numbers a parameter takes in the arena. */
static size_t room(const struct model_options *options, enum tensor tensor)
{
    size_t numbers = extent(options, kinds[tensor].rows) * extent(options, kinds[tensor].cols);
    return (numbers + LAYOUT_ALIGNMENT - 1) / LAYOUT_ALIGNMENT * LAYOUT_ALIGNMENT;
}

struct layout layout_of(const struct model_options *options)
{
    struct layout layout = {.size = 0};
    for (enum tensor t = 0; t < TENSORS; t++) {
        if (t == first_after_blocks)
            layout.size += (options->layers - 1) * layout.block_stride;
        layout.present[t] = holds(options, kinds[t].condition);
        layout.offset[t] = layout.size;
        if (!layout.present[t])
            continue;
        layout.size += room(options, t);
        if (in_block(t))
            layout.block_stride += room(options, t);
    }
    return layout;
}

static size_t offset_of(const struct layout *layout, enum tensor tensor, size_t layer)
{
    return layout->offset[tensor] + (in_block(tensor) ? layer * layout->block_stride : 0);
}

const real *layout_weight(const struct layout *layout, const real *weight, enum tensor tensor,
                          size_t layer)
{
    return layout->present[tensor] ? weight + offset_of(layout, tensor, layer) : NULL;
}

real *layout_gradient(const struct layout *layout, real *gradient, enum tensor tensor, size_t layer)
{
    return layout->present[tensor] ? gradient + offset_of(layout, tensor, layer) : NULL;
}

struct layout_place layout_next(const struct model_options *options, struct layout_place place)
{
    do {
        place.tensor++;
        if (place.tensor == first_after_blocks && place.layer + 1 < options->layers) {
            place.tensor = first_of_block;
            place.layer++;
        } else if (place.tensor == first_after_blocks) {
            place.layer = 0;
        }
    } while (place.tensor < TENSORS && !holds(options, kinds[place.tensor].condition));
    return place;
}

struct layout_place layout_first(const struct model_options *options)
{
    struct layout_place place = {.tensor = 0};
    return holds(options, kinds[0].condition) ? place : layout_next(options, place);
}

static enum model_part part_of(enum tensor tensor)
{
    if (tensor < first_of_block)
        return MODEL_EMBEDDING;
    if (tensor == TENSOR_NORM_SCALE || tensor == TENSOR_NORM_BIAS)
        return MODEL_LAST_NORM;
    return tensor < TENSOR_NORM2_SCALE ? MODEL_ATTENTION : MODEL_FEED_FORWARD;
}

struct parameter layout_parameter(const struct model_options *options, const struct layout *layout,
                                  struct layout_place place)
{
    struct parameter parameter = {
        .rows = extent(options, kinds[place.tensor].rows),
        .cols = extent(options, kinds[place.tensor].cols),
        .offset = offset_of(layout, place.tensor, place.layer),
        .decays = kinds[place.tensor].use != VECTOR,
        .part = part_of(place.tensor),
    };
    if (in_block(place.tensor))
        snprintf(parameter.name, sizeof parameter.name, "blocks.%zu.%s", place.layer,
                 kinds[place.tensor].name);
    else
        snprintf(parameter.name, sizeof parameter.name, "%s", kinds[place.tensor].name);
    return parameter;
}

enum beginning layout_beginning(enum tensor tensor)
{
    return kinds[tensor].beginning;
}

bool layout_is_matrix(enum tensor tensor)
{
    return kinds[tensor].use == MATRIX;
}
