/* The gated linear recurrence as a mixer (model/recurrence.h). */
#include <math.h>
#include <string.h>

#include "model/arena.h"
#include "model/linear.h"
#include "model/mixer.h"
#include "model/pass.h"
#include "model/recurrence.h"

/* ---- parameters ---- */

enum {
    BRANCHES_WEIGHT,
    BRANCHES_BIAS,
    CONVOLUTION_WEIGHT,
    CONVOLUTION_BIAS,
    RECURRENCE_GATE_WEIGHT,
    RECURRENCE_GATE_BIAS,
    INPUT_GATE_WEIGHT,
    INPUT_GATE_BIAS,
    DECAY,
    PROJECTION_WEIGHT,
    PROJECTION_BIAS,
};

/* They begin as in De et al. 2024: matrices with 1/sqrt(their inputs), a tenth of that for the
 * convolution, and so that an open gate keeps a share uniform in [0.9, 0.999) of a state. */
#define CONVOLUTION_DEVIATION 0.1 /* times 1 / sqrt(inputs) */
#define LEAST_KEPT            0.9
#define MOST_KEPT             0.999

static void init_convolution(const struct init_shape *shape, struct random random, real *weight)
{
    init_with_deviation(shape, CONVOLUTION_DEVIATION / sqrt((double)shape->rows), random, weight);
}

static void init_decay(const struct init_shape *shape, struct random random, real *weight)
{
    for (size_t i = 0; i < shape->rows * shape->cols; i++)
        weight[i] =
            (real)recurrence_decay(LEAST_KEPT + (MOST_KEPT - LEAST_KEPT) * random_uniform(&random));
}

static const struct tensor tensors[] = {
    [BRANCHES_WEIGHT] = {"recurrence.branches.weight", 1, DIM_MODEL, 2, DIM_HEADS, TENSOR_MATRIX,
                         MODEL_ATTENTION, IF_ANY, init_by_rows, 0},
    [BRANCHES_BIAS] = {"recurrence.branches.bias", 1, DIM_ONE, 2, DIM_HEADS, TENSOR_VECTOR,
                       MODEL_ATTENTION, IF_BIAS, init_zero, 0},
    [CONVOLUTION_WEIGHT] = {"recurrence.convolution.weight", RECURRENCE_WINDOW, DIM_ONE, 1,
                            DIM_HEADS, TENSOR_CHANNELS, MODEL_ATTENTION, IF_ANY, init_convolution,
                            0},
    [CONVOLUTION_BIAS] = {"recurrence.convolution.bias", 1, DIM_ONE, 1, DIM_HEADS, TENSOR_VECTOR,
                          MODEL_ATTENTION, IF_ANY, init_zero, 0},
    [RECURRENCE_GATE_WEIGHT] = {"recurrence.recurrence_gate.weight", 1, DIM_HEADS, 1, DIM_KEY,
                                TENSOR_HEADS, MODEL_ATTENTION, IF_ANY, init_by_cols, 0},
    [RECURRENCE_GATE_BIAS] = {"recurrence.recurrence_gate.bias", 1, DIM_ONE, 1, DIM_HEADS,
                              TENSOR_VECTOR, MODEL_ATTENTION, IF_ANY, init_zero, 0},
    [INPUT_GATE_WEIGHT] = {"recurrence.input_gate.weight", 1, DIM_HEADS, 1, DIM_KEY, TENSOR_HEADS,
                           MODEL_ATTENTION, IF_ANY, init_by_cols, 0},
    [INPUT_GATE_BIAS] = {"recurrence.input_gate.bias", 1, DIM_ONE, 1, DIM_HEADS, TENSOR_VECTOR,
                         MODEL_ATTENTION, IF_ANY, init_zero, 0},
    [DECAY] = {"recurrence.decay", 1, DIM_ONE, 1, DIM_HEADS, TENSOR_VECTOR, MODEL_ATTENTION, IF_ANY,
               init_decay, 0},
    [PROJECTION_WEIGHT] = {"recurrence.projection.weight", 1, DIM_HEADS, 1, DIM_MODEL,
                           TENSOR_MATRIX, MODEL_ATTENTION, IF_ANY, init_projection, 0},
    [PROJECTION_BIAS] = {"recurrence.projection.bias", 1, DIM_ONE, 1, DIM_MODEL, TENSOR_VECTOR,
                         MODEL_ATTENTION, IF_BIAS, init_zero, 0},
};

/* ---- one layer ---- */

struct recurrence_layer {
    struct linear branches; /* d_model to [2][heads][d_key] */
    struct recurrence recurrence;
};

static struct recurrence_layer layer_of(const struct model *model,
                                        const struct model_layout *layout, size_t layer)
{
    const struct model_options *options = &model->options;
#define AT(tensor) layout_weight(layout, model->weight, TENSORS_MIXER, tensor, layer)
    return (struct recurrence_layer){
        .branches = {options->d_model, 2 * options->heads * options->d_key, AT(BRANCHES_WEIGHT),
                     AT(BRANCHES_BIAS),
                     packed_of(model->packed, TENSORS_MIXER, BRANCHES_WEIGHT, layer)},
        .recurrence = {.heads = options->heads,
                       .d_key = options->d_key,
                       .convolution = AT(CONVOLUTION_WEIGHT),
                       .convolution_bias = AT(CONVOLUTION_BIAS),
                       .recurrence_gate = {AT(RECURRENCE_GATE_WEIGHT), AT(RECURRENCE_GATE_BIAS)},
                       .input_gate = {AT(INPUT_GATE_WEIGHT), AT(INPUT_GATE_BIAS)},
                       .decay = AT(DECAY)},
    };
#undef AT
}

struct recurrence_layer_gradient {
    struct linear_gradient branches;
    struct recurrence_gradient recurrence;
};

static struct recurrence_layer_gradient layer_gradient_of(const struct model_layout *layout,
                                                          real *gradient, size_t layer,
                                                          enum matrix_result result)
{
#define AT(tensor) layout_gradient(layout, gradient, TENSORS_MIXER, tensor, layer)
    return (struct recurrence_layer_gradient){
        .branches = {AT(BRANCHES_WEIGHT), AT(BRANCHES_BIAS), result},
        .recurrence = {.convolution = AT(CONVOLUTION_WEIGHT),
                       .convolution_bias = AT(CONVOLUTION_BIAS),
                       .recurrence_gate_weight = AT(RECURRENCE_GATE_WEIGHT),
                       .recurrence_gate_bias = AT(RECURRENCE_GATE_BIAS),
                       .input_gate_weight = AT(INPUT_GATE_WEIGHT),
                       .input_gate_bias = AT(INPUT_GATE_BIAS),
                       .decay = AT(DECAY)},
    };
#undef AT
}

/* ---- a pass ---- */

static struct recurrence_buffers take_buffers(struct arena *arena,
                                              const struct model_options *options, size_t rows)
{
    size_t width = options->heads * options->d_key;
    struct recurrence_buffers buffers;
    buffers.branches = arena_take_reals(arena, rows * 2 * width);
    buffers.gate = arena_take_reals(arena, rows * width);
    buffers.convolved = arena_take_reals(arena, rows * width);
    buffers.recurrence_gate = arena_take_reals(arena, rows * width);
    buffers.input_gate = arena_take_reals(arena, rows * width);
    buffers.state = arena_take_reals(arena, rows * width);
    buffers.rate = arena_take_reals(arena, width);
    return buffers;
}

static void *new_buffers(struct arena *arena, const struct model_options *options, size_t rows)
{
    struct recurrence_buffers buffers = take_buffers(arena, options, rows);
    return arena_keep(arena, &buffers, sizeof buffers);
}

static void *new_derivatives(struct arena *arena, const struct model_options *options,
                             size_t tokens)
{
    size_t width = options->heads * options->d_key;
    struct recurrence_derivatives derivatives;
    derivatives.branches = arena_take_reals(arena, tokens * 2 * width);
    derivatives.convolved = arena_take_reals(arena, tokens * width);
    derivatives.recurrence_gate = arena_take_reals(arena, tokens * width);
    derivatives.input_gate = arena_take_reals(arena, tokens * width);
    derivatives.channel = arena_take_reals(arena, RECURRENCE_CHANNEL_ROWS * width);
    return arena_keep(arena, &derivatives, sizeof derivatives);
}

/* Every sequence of the pass from its beginning. */
static struct recurrence_rows rows_of(const struct pass *pass)
{
    return (struct recurrence_rows){.sequences = pass->sequences->count,
                                    .start = pass->sequences->start};
}

static void forward(const struct pass *pass, size_t index, const struct block_buffers *buffers,
                    bool want_derivative)
{
    const struct recurrence_buffers *own = buffers->mixer;
    struct recurrence_layer layer = layer_of(pass->model, &pass->layout, index);
    struct recurrence_rows rows = rows_of(pass);
    linear_forward(&layer.branches, pass->rows, buffers->normed1, MATRIX_REPLACE, own->branches);
    pass_lap(pass, STEP_PROJECTION);
    recurrence_forward(&layer.recurrence, &rows, own, want_derivative, buffers->mixed.at);
    pass_lap(pass, STEP_MIXER);
}

static void backward(const struct pass *pass, size_t index, const struct block_buffers *buffers,
                     real *gradient)
{
    const struct recurrence_derivatives *derivatives = pass->buffers->mixer;
    struct recurrence_layer layer = layer_of(pass->model, &pass->layout, index);
    struct recurrence_layer_gradient to =
        layer_gradient_of(&pass->layout, gradient, index, pass->gradient);
    struct recurrence_rows rows = rows_of(pass);
    struct activation d_branches = {derivatives->branches, pass->buffers->rounded};
    recurrence_backward(&layer.recurrence, &rows, buffers->mixer, pass->buffers->d_mixed,
                        derivatives, &to.recurrence);
    pass_lap(pass, STEP_MIXER);
    linear_backward(&layer.branches, pass->rows, buffers->normed1, d_branches,
                    pass->buffers->d_normed, to.branches);
    pass_lap(pass, STEP_PROJECTION);
}

/* ---- a decoder ---- */

/* Before the first token's there are rows of zeros. */
struct recurrence_cache {
    real *input; /* [RECURRENCE_WINDOW - 1 + max_length][heads][d_key] */
    real *state; /* [1 + max_length][heads][d_key] */
};

struct recurrence_reading_buffers {
    struct recurrence_buffers recurrence; /* of [rows] rows */
    size_t *start;                        /* [rows + 1] of branches */
};

static void *new_cache(struct arena *arena, const struct model_options *options)
{
    size_t width = options->heads * options->d_key, length = options->max_length;
    struct recurrence_cache cache;
    cache.input = arena_take_reals(arena, (RECURRENCE_WINDOW - 1 + length) * width);
    cache.state = arena_take_reals(arena, (1 + length) * width);
    return arena_keep(arena, &cache, sizeof cache);
}

static void *new_reading_buffers(struct arena *arena, const struct model_options *options,
                                 size_t rows)
{
    struct recurrence_reading_buffers buffers = {.recurrence = take_buffers(arena, options, rows)};
    buffers.start = arena_take(arena, rows + 1, sizeof *buffers.start);
    return arena_keep(arena, &buffers, sizeof buffers);
}

/* All branches from the state behind what was read; a single one leaves its own behind its
 * tokens. */
static void read_tokens(const struct mixer_reading *reading, void *of_block, void *of_all)
{
    const struct recurrence_cache *cache = of_block;
    const struct recurrence_reading_buffers *buffers = of_all;
    const struct recurrence_buffers *own = &buffers->recurrence;
    const struct recurrence_layer layer = layer_of(reading->model, reading->layout, reading->layer);
    size_t count = reading->count, width = layer.branches.outputs / 2;
    size_t at = reading->length * width;
    for (size_t b = 0; b <= reading->branches; b++)
        buffers->start[b] = b * count;
    struct recurrence_rows rows = {reading->branches, buffers->start, cache->input + at,
                                   cache->state + at};
    linear_forward(&layer.branches, reading->branches * count, reading->normed, MATRIX_REPLACE,
                   own->branches);
    recurrence_forward(&layer.recurrence, &rows, own, false, reading->mixed);
    if (reading->branches > 1)
        return;
    real *input = cache->input + at + (RECURRENCE_WINDOW - 1) * width;
    for (size_t t = 0; t < count; t++)
        memcpy(input + t * width, own->branches + (2 * t + 1) * width, width * sizeof(real));
    memcpy(cache->state + at + width, own->state, count * width * sizeof(real));
}

const struct mixer_ops mixer_recurrence = {
    .tensors = TENSOR_LIST(tensors),
    .projection_weight = PROJECTION_WEIGHT,
    .projection_bias = PROJECTION_BIAS,
    .block_buffers = new_buffers,
    .shared_buffers = new_derivatives,
    .forward = forward,
    .backward = backward,
    .cache = new_cache,
    .reading_buffers = new_reading_buffers,
    .read = read_tokens,
};
