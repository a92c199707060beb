#include "model/block.h"

#include <string.h>

#include "model/gelu.h"

struct block block_of(const struct model *model, const struct model_layout *layout, size_t layer,
                      const real *relative, size_t distances)
{
    const struct model_options *options = &model->options;
    const real *weight = model->weight;
    size_t d_model = options->d_model, d_hidden = options->d_hidden;
    size_t width = options->heads * options->d_key;
    bool attends = options->mixer == MIXER_ATTENTION;
#define AT(tensor) layout_weight(layout, weight, TENSOR_##tensor, layer)
    return (struct block){
        .mixer = options->mixer,
        .norm1 = {options->norm, d_model, AT(NORM1_SCALE), AT(NORM1_BIAS)},
        .norm2 = {options->norm, d_model, AT(NORM2_SCALE), AT(NORM2_BIAS)},
        .query_key_value = {d_model, 3 * width, AT(QUERY_KEY_VALUE_WEIGHT),
                            AT(QUERY_KEY_VALUE_BIAS)},
        .relative = {d_model, width, AT(RELATIVE), NULL},
        .branches = {d_model, 2 * width, AT(BRANCHES_WEIGHT), AT(BRANCHES_BIAS)},
        .projection = {width, d_model,
                       attends ? AT(PROJECTION_WEIGHT) : AT(RECURRENCE_PROJECTION_WEIGHT),
                       attends ? AT(PROJECTION_BIAS) : AT(RECURRENCE_PROJECTION_BIAS)},
        .hidden = {d_model, d_hidden, AT(HIDDEN_WEIGHT), AT(HIDDEN_BIAS)},
        .out = {d_hidden, d_model, AT(OUT_WEIGHT), AT(OUT_BIAS)},
        .attention = {.heads = options->heads,
                      .d_key = options->d_key,
                      .content_bias = AT(CONTENT_BIAS),
                      .position_bias = AT(POSITION_BIAS),
                      .relative = AT(RELATIVE) ? relative : NULL,
                      .distances = distances},
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

struct block_gradient block_gradient_of(const struct model_layout *layout, real *gradient,
                                        size_t layer)
{
    bool attends = layout->present[TENSOR_PROJECTION_WEIGHT];
#define AT(tensor) layout_gradient(layout, gradient, TENSOR_##tensor, layer)
    return (struct block_gradient){
        .norm1 = {AT(NORM1_SCALE), AT(NORM1_BIAS)},
        .norm2 = {AT(NORM2_SCALE), AT(NORM2_BIAS)},
        .query_key_value = {AT(QUERY_KEY_VALUE_WEIGHT), AT(QUERY_KEY_VALUE_BIAS)},
        .relative = {AT(RELATIVE), NULL},
        .branches = {AT(BRANCHES_WEIGHT), AT(BRANCHES_BIAS)},
        .projection = {attends ? AT(PROJECTION_WEIGHT) : AT(RECURRENCE_PROJECTION_WEIGHT),
                       attends ? AT(PROJECTION_BIAS) : AT(RECURRENCE_PROJECTION_BIAS)},
        .hidden = {AT(HIDDEN_WEIGHT), AT(HIDDEN_BIAS)},
        .out = {AT(OUT_WEIGHT), AT(OUT_BIAS)},
        .content_bias = AT(CONTENT_BIAS),
        .position_bias = AT(POSITION_BIAS),
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

struct norm block_last_norm(const struct model *model, const struct model_layout *layout)
{
    return (struct norm){
        .kind = model->options.norm,
        .width = model->options.d_model,
        .scale = layout_weight(layout, model->weight, TENSOR_NORM_SCALE, 0),
        .bias = layout_weight(layout, model->weight, TENSOR_NORM_BIAS, 0),
    };
}

struct norm_gradient block_last_norm_gradient(const struct model_layout *layout, real *gradient)
{
    return (struct norm_gradient){
        .scale = layout_gradient(layout, gradient, TENSOR_NORM_SCALE, 0),
        .bias = layout_gradient(layout, gradient, TENSOR_NORM_BIAS, 0),
    };
}

void block_embed(const struct model *model, const struct model_layout *layout, size_t rows,
                 const int32_t *token, size_t first_position, real *x)
{
    size_t width = model->options.d_model;
    const real *embedding = layout_weight(layout, model->weight, TENSOR_EMBEDDING, 0);
    const real *positions = layout_weight(layout, model->weight, TENSOR_POSITIONS, 0);
    for (size_t i = 0; i < rows; i++, x += width) {
        memcpy(x, embedding + (size_t)token[i] * width, width * sizeof *x);
        if (positions)
            matrix_add_row(1, width, positions + (first_position + i) * width, x, width);
    }
}

/* [distances][d_model] */
static const real *sinusoids(const struct model *model, size_t distances)
{
    return model->sinusoid + (model->options.max_length - distances) * model->options.d_model;
}

void block_relative_forward(const struct block *block, const struct model *model, size_t from,
                            size_t to, real *relative)
{
    size_t row = block->attention.distances - to;
    if (block->relative.weight)
        linear_forward(&block->relative, to - from, sinusoids(model, to), MATRIX_REPLACE,
                       relative + row * block->relative.outputs);
}

void block_relative_backward(const struct block *block, const struct model *model,
                             const real *d_relative, const struct block_gradient *gradient)
{
    const struct linear *linear = &block->relative;
    size_t distances = block->attention.distances;
    if (linear->weight)
        matrix_transposed_multiply(linear->inputs, linear->outputs, distances, 1,
                                   (struct matrix){sinusoids(model, distances), linear->inputs},
                                   (struct matrix){d_relative, linear->outputs}, MATRIX_ADD,
                                   gradient->relative.weight, linear->outputs);
}

void block_feed_forward(const struct block *block, size_t rows, const real *normed,
                        const struct feed_forward_buffers *buffers, bool want_derivative, real *out)
{
    linear_forward(&block->hidden, rows, normed, MATRIX_REPLACE, buffers->hidden);
    size_t count = rows * block->hidden.outputs;
    if (want_derivative)
        gelu_forward_with_derivative(count, buffers->hidden, buffers->active);
    else
        gelu_forward(count, buffers->hidden, buffers->active);
    linear_forward(&block->out, rows, buffers->active, MATRIX_ADD, out);
}

void block_feed_forward_backward(const struct block *block, size_t rows, const real *normed,
                                 const struct feed_forward_buffers *buffers, const real *d_out,
                                 real *d_hidden, real *d_normed,
                                 const struct block_gradient *gradient)
{
    linear_backward(&block->out, rows, buffers->active, d_out, d_hidden, gradient->out);
    gelu_backward(rows * block->hidden.outputs, buffers->hidden, d_hidden);
    linear_backward(&block->hidden, rows, normed, d_hidden, d_normed, gradient->hidden);
}
