#include "model/block.h"

#include <string.h>

#include "model/mixer.h"

enum { EMBEDDING, POSITIONS };
enum { NORM1_SCALE, NORM1_BIAS };
enum { NORM2_SCALE, NORM2_BIAS, HIDDEN_WEIGHT, HIDDEN_BIAS, OUT_WEIGHT, OUT_BIAS };
enum { NORM_SCALE, NORM_BIAS };

static const struct tensor front[] = {
    [EMBEDDING] = {"embedding", 1, DIM_VOCAB, 1, DIM_MODEL, TENSOR_OUTPUT, MODEL_EMBEDDING, IF_ANY,
                   init_normal, 0},
    [POSITIONS] = {"positions", 1, DIM_LENGTH, 1, DIM_MODEL, TENSOR_TABLE, MODEL_EMBEDDING,
                   IF_LEARNED, init_normal, 0},
};

static const struct tensor block_front[] = {
    [NORM1_SCALE] = {"norm1.scale", 1, DIM_ONE, 1, DIM_MODEL, TENSOR_VECTOR, MODEL_ATTENTION,
                     IF_ANY, init_one, 0},
    [NORM1_BIAS] = {"norm1.bias", 1, DIM_ONE, 1, DIM_MODEL, TENSOR_VECTOR, MODEL_ATTENTION,
                    IF_BIAS | IF_LAYER_NORM, init_zero, 0},
};

static const struct tensor block_back[] = {
    [NORM2_SCALE] = {"norm2.scale", 1, DIM_ONE, 1, DIM_MODEL, TENSOR_VECTOR, MODEL_FEED_FORWARD,
                     IF_ANY, init_one, 0},
    [NORM2_BIAS] = {"norm2.bias", 1, DIM_ONE, 1, DIM_MODEL, TENSOR_VECTOR, MODEL_FEED_FORWARD,
                    IF_BIAS | IF_LAYER_NORM, init_zero, 0},
    [HIDDEN_WEIGHT] = {"feed_forward.in.weight", 1, DIM_MODEL, 1, DIM_HIDDEN, TENSOR_MATRIX,
                       MODEL_FEED_FORWARD, IF_ANY, init_normal, 0},
    [HIDDEN_BIAS] = {"feed_forward.in.bias", 1, DIM_ONE, 1, DIM_HIDDEN, TENSOR_VECTOR,
                     MODEL_FEED_FORWARD, IF_BIAS, init_zero, 0},
    [OUT_WEIGHT] = {"feed_forward.out.weight", 1, DIM_HIDDEN, 1, DIM_MODEL, TENSOR_MATRIX,
                    MODEL_FEED_FORWARD, IF_ANY, init_projection, 0},
    [OUT_BIAS] = {"feed_forward.out.bias", 1, DIM_ONE, 1, DIM_MODEL, TENSOR_VECTOR,
                  MODEL_FEED_FORWARD, IF_BIAS, init_zero, 0},
};

static const struct tensor back[] = {
    [NORM_SCALE] = {"norm.scale", 1, DIM_ONE, 1, DIM_MODEL, TENSOR_VECTOR, MODEL_LAST_NORM, IF_ANY,
                    init_one, 0},
    [NORM_BIAS] = {"norm.bias", 1, DIM_ONE, 1, DIM_MODEL, TENSOR_VECTOR, MODEL_LAST_NORM,
                   IF_BIAS | IF_LAYER_NORM, init_zero, 0},
};

const struct tensor_list block_tensors[] = {
    [TENSORS_FRONT] = TENSOR_LIST(front),
    [TENSORS_BLOCK_FRONT] = TENSOR_LIST(block_front),
    [TENSORS_BLOCK_BACK] = TENSOR_LIST(block_back),
    [TENSORS_BACK] = TENSOR_LIST(back),
};

struct block block_of(const struct model *model, const struct model_layout *layout, size_t layer)
{
    const struct model_options *options = &model->options;
    const struct mixer_ops *mixer = mixer_of(options);
    size_t d_model = options->d_model, d_hidden = options->d_hidden;
#define AT(group, tensor)     layout_weight(layout, model->weight, group, tensor, layer)
#define PACKED(group, tensor) packed_of(model->packed, group, tensor, layer)
    return (struct block){
        .norm1 = {options->norm, d_model, AT(TENSORS_BLOCK_FRONT, NORM1_SCALE),
                  AT(TENSORS_BLOCK_FRONT, NORM1_BIAS)},
        .norm2 = {options->norm, d_model, AT(TENSORS_BLOCK_BACK, NORM2_SCALE),
                  AT(TENSORS_BLOCK_BACK, NORM2_BIAS)},
        .projection = {options->heads * options->d_key, d_model,
                       AT(TENSORS_MIXER, mixer->projection_weight),
                       AT(TENSORS_MIXER, mixer->projection_bias),
                       PACKED(TENSORS_MIXER, mixer->projection_weight)},
        .feed_forward =
            {
                .hidden = {d_model, d_hidden, AT(TENSORS_BLOCK_BACK, HIDDEN_WEIGHT),
                           AT(TENSORS_BLOCK_BACK, HIDDEN_BIAS),
                           PACKED(TENSORS_BLOCK_BACK, HIDDEN_WEIGHT)},
                .out = {d_hidden, d_model, AT(TENSORS_BLOCK_BACK, OUT_WEIGHT),
                        AT(TENSORS_BLOCK_BACK, OUT_BIAS), PACKED(TENSORS_BLOCK_BACK, OUT_WEIGHT)},
            },
    };
#undef PACKED
#undef AT
}

struct block_gradient block_gradient_of(const struct model *model,
                                        const struct model_layout *layout, real *gradient,
                                        size_t layer, enum matrix_result result)
{
    const struct mixer_ops *mixer = mixer_of(&model->options);
#define AT(group, tensor) layout_gradient(layout, gradient, group, tensor, layer)
    return (struct block_gradient){
        .norm1 = {AT(TENSORS_BLOCK_FRONT, NORM1_SCALE), AT(TENSORS_BLOCK_FRONT, NORM1_BIAS)},
        .norm2 = {AT(TENSORS_BLOCK_BACK, NORM2_SCALE), AT(TENSORS_BLOCK_BACK, NORM2_BIAS)},
        .projection = {AT(TENSORS_MIXER, mixer->projection_weight),
                       AT(TENSORS_MIXER, mixer->projection_bias), result},
        .feed_forward =
            {
                .hidden = {AT(TENSORS_BLOCK_BACK, HIDDEN_WEIGHT),
                           AT(TENSORS_BLOCK_BACK, HIDDEN_BIAS), result},
                .out = {AT(TENSORS_BLOCK_BACK, OUT_WEIGHT), AT(TENSORS_BLOCK_BACK, OUT_BIAS),
                        result},
            },
    };
#undef AT
}

struct norm block_last_norm(const struct model *model, const struct model_layout *layout)
{
    return (struct norm){
        .kind = model->options.norm,
        .width = model->options.d_model,
        .scale = layout_weight(layout, model->weight, TENSORS_BACK, NORM_SCALE, 0),
        .bias = layout_weight(layout, model->weight, TENSORS_BACK, NORM_BIAS, 0),
    };
}

struct norm_gradient block_last_norm_gradient(const struct model_layout *layout, real *gradient)
{
    return (struct norm_gradient){
        .scale = layout_gradient(layout, gradient, TENSORS_BACK, NORM_SCALE, 0),
        .bias = layout_gradient(layout, gradient, TENSORS_BACK, NORM_BIAS, 0),
    };
}

struct output block_output(const struct model *model, const struct model_layout *layout,
                           struct output_scratch scratch)
{
    return (struct output){
        .width = model->options.d_model,
        .vocab = model->options.vocab,
        .embedding = layout_weight(layout, model->weight, TENSORS_FRONT, EMBEDDING, 0),
        .packed = packed_of(model->packed, TENSORS_FRONT, EMBEDDING, 0),
        .scratch = scratch,
    };
}

void block_embed(const struct model *model, const struct model_layout *layout, size_t rows,
                 const int32_t *token, size_t first_position, real *x)
{
    size_t width = model->options.d_model;
    const real *embedding = layout_weight(layout, model->weight, TENSORS_FRONT, EMBEDDING, 0);
    const real *positions = layout_weight(layout, model->weight, TENSORS_FRONT, POSITIONS, 0);
    for (size_t i = 0; i < rows; i++, x += width) {
        memcpy(x, embedding + (size_t)token[i] * width, width * sizeof *x);
        if (positions)
            matrix_add_row(1, width, positions + (first_position + i) * width, x, width);
    }
}

void block_embed_backward(const struct model *model, const struct model_layout *layout, size_t rows,
                          const int32_t *token, const real *dx, real *gradient)
{
    size_t width = model->options.d_model;
    real *embedding = block_embedding_gradient(layout, gradient);
    real *positions = layout_gradient(layout, gradient, TENSORS_FRONT, POSITIONS, 0);
    for (size_t i = 0; i < rows; i++, dx += width) {
        matrix_add_row(1, width, dx, embedding + (size_t)token[i] * width, width);
        if (positions)
            matrix_add_row(1, width, dx, positions + i * width, width);
    }
}

real *block_embedding_gradient(const struct model_layout *layout, real *gradient)
{
    return layout_gradient(layout, gradient, TENSORS_FRONT, EMBEDDING, 0);
}
