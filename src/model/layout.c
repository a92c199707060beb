#include "model/layout.h"

#include <stdio.h>

#include "model/recurrence.h"

enum dimension {
    ONE,
    MODEL,
    HEAD,
    HEADS,
    TWO_HEADS,
    THREE_HEADS,
    HIDDEN,
    VOCAB,
    LENGTH,
    WINDOW,
    VALUES,
};

/* What a shape must have for a parameter to be there; several may be asked for at once. A memory
 * has what asks for one, a transformer all else. */
enum condition {
    ALWAYS = 0,
    BIAS = 1,
    LAYER_NORM = 2,
    LEARNED = 4,
    RELATIVE = 8,
    ATTENTION = 16,
    RECURRENCE = 32,
    MEMORY = 64,
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
    unsigned condition;
    enum use use;
    enum beginning beginning;
} kinds[TENSORS] = {
    [TENSOR_EMBEDDING] = {"embedding", VOCAB, MODEL, ALWAYS, MATRIX, INIT_NORMAL},
    [TENSOR_POSITIONS] = {"positions", LENGTH, MODEL, LEARNED, TABLE, INIT_NORMAL},

    /* "blocks.N." stands before these. */
    [TENSOR_NORM1_SCALE] = {"norm1.scale", ONE, MODEL, ALWAYS, VECTOR, INIT_ONE},
    [TENSOR_NORM1_BIAS] = {"norm1.bias", ONE, MODEL, BIAS | LAYER_NORM, VECTOR, INIT_ZERO},
    [TENSOR_QUERY_KEY_VALUE_WEIGHT] = {"attention.query_key_value.weight", MODEL, THREE_HEADS,
                                       ATTENTION, MATRIX, INIT_NORMAL},
    [TENSOR_QUERY_KEY_VALUE_BIAS] = {"attention.query_key_value.bias", ONE, THREE_HEADS,
                                     ATTENTION | BIAS, VECTOR, INIT_ZERO},
    [TENSOR_RELATIVE] = {"attention.relative", MODEL, HEADS, ATTENTION | RELATIVE, TABLE,
                         INIT_NORMAL},
    [TENSOR_CONTENT_BIAS] = {"attention.content_bias", ONE, HEADS, ATTENTION | RELATIVE, VECTOR,
                             INIT_ZERO},
    [TENSOR_POSITION_BIAS] = {"attention.position_bias", ONE, HEADS, ATTENTION | RELATIVE, VECTOR,
                              INIT_ZERO},
    [TENSOR_PROJECTION_WEIGHT] = {"attention.projection.weight", HEADS, MODEL, ATTENTION, MATRIX,
                                  INIT_PROJECTION},
    [TENSOR_PROJECTION_BIAS] = {"attention.projection.bias", ONE, MODEL, ATTENTION | BIAS, VECTOR,
                                INIT_ZERO},
    [TENSOR_BRANCHES_WEIGHT] = {"recurrence.branches.weight", MODEL, TWO_HEADS, RECURRENCE, MATRIX,
                                INIT_BY_ROWS},
    [TENSOR_BRANCHES_BIAS] = {"recurrence.branches.bias", ONE, TWO_HEADS, RECURRENCE | BIAS, VECTOR,
                              INIT_ZERO},
    [TENSOR_CONVOLUTION_WEIGHT] = {"recurrence.convolution.weight", WINDOW, HEADS, RECURRENCE,
                                   MATRIX, INIT_WINDOW},
    [TENSOR_CONVOLUTION_BIAS] = {"recurrence.convolution.bias", ONE, HEADS, RECURRENCE, VECTOR,
                                 INIT_ZERO},
    [TENSOR_RECURRENCE_GATE_WEIGHT] = {"recurrence.recurrence_gate.weight", HEADS, HEAD, RECURRENCE,
                                       MATRIX, INIT_BY_COLS},
    [TENSOR_RECURRENCE_GATE_BIAS] = {"recurrence.recurrence_gate.bias", ONE, HEADS, RECURRENCE,
                                     VECTOR, INIT_ZERO},
    [TENSOR_INPUT_GATE_WEIGHT] = {"recurrence.input_gate.weight", HEADS, HEAD, RECURRENCE, MATRIX,
                                  INIT_BY_COLS},
    [TENSOR_INPUT_GATE_BIAS] = {"recurrence.input_gate.bias", ONE, HEADS, RECURRENCE, VECTOR,
                                INIT_ZERO},
    [TENSOR_DECAY] = {"recurrence.decay", ONE, HEADS, RECURRENCE, VECTOR, INIT_DECAY},
    [TENSOR_RECURRENCE_PROJECTION_WEIGHT] = {"recurrence.projection.weight", HEADS, MODEL,
                                             RECURRENCE, MATRIX, INIT_PROJECTION},
    [TENSOR_RECURRENCE_PROJECTION_BIAS] = {"recurrence.projection.bias", ONE, MODEL,
                                           RECURRENCE | BIAS, VECTOR, INIT_ZERO},
    [TENSOR_NORM2_SCALE] = {"norm2.scale", ONE, MODEL, ALWAYS, VECTOR, INIT_ONE},
    [TENSOR_NORM2_BIAS] = {"norm2.bias", ONE, MODEL, BIAS | LAYER_NORM, VECTOR, INIT_ZERO},
    [TENSOR_HIDDEN_WEIGHT] = {"feed_forward.in.weight", MODEL, HIDDEN, ALWAYS, MATRIX, INIT_NORMAL},
    [TENSOR_HIDDEN_BIAS] = {"feed_forward.in.bias", ONE, HIDDEN, BIAS, VECTOR, INIT_ZERO},
    [TENSOR_OUT_WEIGHT] = {"feed_forward.out.weight", HIDDEN, MODEL, ALWAYS, MATRIX,
                           INIT_PROJECTION},
    [TENSOR_OUT_BIAS] = {"feed_forward.out.bias", ONE, MODEL, BIAS, VECTOR, INIT_ZERO},

    [TENSOR_NORM_SCALE] = {"norm.scale", ONE, MODEL, ALWAYS, VECTOR, INIT_ONE},
    [TENSOR_NORM_BIAS] = {"norm.bias", ONE, MODEL, BIAS | LAYER_NORM, VECTOR, INIT_ZERO},

    [TENSOR_KEYS_WEIGHT] = {"keys.weight", MODEL, HIDDEN, MEMORY, MATRIX, INIT_BY_ROWS},
    [TENSOR_KEYS_BIAS] = {"keys.bias", ONE, HIDDEN, MEMORY | BIAS, VECTOR, INIT_ZERO},
    [TENSOR_VALUES_WEIGHT] = {"values.weight", VALUES, HIDDEN, MEMORY, MATRIX, INIT_BY_COLS},
    [TENSOR_VALUES_BIAS] = {"values.bias", ONE, VALUES, MEMORY | BIAS, VECTOR, INIT_ZERO},
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
    case HEAD:
        return options->d_key;
    case HEADS:
        return options->heads * options->d_key;
    case TWO_HEADS:
        return 2 * options->heads * options->d_key;
    case THREE_HEADS:
        return 3 * options->heads * options->d_key;
    case HIDDEN:
        return options->d_hidden;
    case VOCAB:
        return options->vocab;
    case LENGTH:
        return options->max_length;
    case WINDOW:
        return RECURRENCE_WINDOW;
    case VALUES:
        return options->values;
    case ONE:
        break;
    }
    return 1;
}

static unsigned conditions_of(const struct model_options *options)
{
    return (options->bias ? BIAS : 0u) | (options->norm == NORM_LAYER ? LAYER_NORM : 0u) |
           (options->positions == POSITIONS_LEARNED ? LEARNED : 0u) |
           (options->positions == POSITIONS_RELATIVE ? RELATIVE : 0u) |
           (options->mixer == MIXER_ATTENTION ? ATTENTION : RECURRENCE) |
           (options->kind == MODEL_ASSOCIATIVE ? MEMORY : 0u);
}

static bool holds(const struct model_options *options, unsigned condition)
{
    unsigned has = conditions_of(options);
    return (condition & MEMORY) == (has & MEMORY) && (condition & ~has) == 0;
}

/* Numbers a parameter takes in the arena. */
static size_t room(const struct model_options *options, enum tensor tensor)
{
    size_t numbers = extent(options, kinds[tensor].rows) * extent(options, kinds[tensor].cols);
    return (numbers + LAYOUT_ALIGNMENT - 1) / LAYOUT_ALIGNMENT * LAYOUT_ALIGNMENT;
}

struct model_layout layout_of(const struct model_options *options)
{
    struct model_layout layout = {.size = 0};
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

static size_t offset_of(const struct model_layout *layout, enum tensor tensor, size_t layer)
{
    return layout->offset[tensor] + (in_block(tensor) ? layer * layout->block_stride : 0);
}

const real *layout_weight(const struct model_layout *layout, const real *weight, enum tensor tensor,
                          size_t layer)
{
    return layout->present[tensor] ? weight + offset_of(layout, tensor, layer) : NULL;
}

real *layout_gradient(const struct model_layout *layout, real *gradient, enum tensor tensor,
                      size_t layer)
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

/* Queries and keys stand in front of values. */
static size_t pattern_cols_of(const struct model_options *options, enum tensor tensor)
{
    switch (tensor) {
    case TENSOR_QUERY_KEY_VALUE_WEIGHT:
    case TENSOR_QUERY_KEY_VALUE_BIAS:
        return extent(options, TWO_HEADS);
    case TENSOR_RELATIVE:
    case TENSOR_CONTENT_BIAS:
    case TENSOR_POSITION_BIAS:
        return extent(options, HEADS);
    default:
        return 0;
    }
}

struct parameter layout_parameter(const struct model_options *options,
                                  const struct model_layout *layout, struct layout_place place)
{
    struct parameter parameter = {
        .rows = extent(options, kinds[place.tensor].rows),
        .cols = extent(options, kinds[place.tensor].cols),
        .offset = offset_of(layout, place.tensor, place.layer),
        .decays = kinds[place.tensor].use != VECTOR,
        .pattern_cols = pattern_cols_of(options, place.tensor),
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
