/* Attention as a mixer (model/attention.h): queries, keys and values of all heads side by side,
 * [3][heads][d_key], and relative positions where the shape has them.
 *
 * Map of this file: parameters; one layer; buffers of a pass; forward; backward; a decoder. */
#include <string.h>

#include "model/arena.h"
#include "model/attention.h"
#include "model/linear.h"
#include "model/mixer.h"
#include "model/pass.h"

/* ---- parameters ---- */

enum {
    QUERY_KEY_VALUE_WEIGHT,
    QUERY_KEY_VALUE_BIAS,
    RELATIVE,
    CONTENT_BIAS,
    POSITION_BIAS,
    PROJECTION_WEIGHT,
    PROJECTION_BIAS,
};

/* Queries and keys, which make patterns, stand in front of values. */
static const struct tensor tensors[] = {
    [QUERY_KEY_VALUE_WEIGHT] = {"attention.query_key_value.weight", 1, DIM_MODEL, 3, DIM_HEADS,
                                TENSOR_MATRIX, MODEL_ATTENTION, IF_ANY, init_normal, 2},
    [QUERY_KEY_VALUE_BIAS] = {"attention.query_key_value.bias", 1, DIM_ONE, 3, DIM_HEADS,
                              TENSOR_VECTOR, MODEL_ATTENTION, IF_BIAS, init_zero, 2},
    [RELATIVE] = {"attention.relative", 1, DIM_MODEL, 1, DIM_HEADS, TENSOR_TABLE, MODEL_ATTENTION,
                  IF_RELATIVE, init_normal, 1},
    [CONTENT_BIAS] = {"attention.content_bias", 1, DIM_ONE, 1, DIM_HEADS, TENSOR_VECTOR,
                      MODEL_ATTENTION, IF_RELATIVE, init_zero, 1},
    [POSITION_BIAS] = {"attention.position_bias", 1, DIM_ONE, 1, DIM_HEADS, TENSOR_VECTOR,
                       MODEL_ATTENTION, IF_RELATIVE, init_zero, 1},
    [PROJECTION_WEIGHT] = {"attention.projection.weight", 1, DIM_HEADS, 1, DIM_MODEL, TENSOR_MATRIX,
                           MODEL_ATTENTION, IF_ANY, init_projection, 0},
    [PROJECTION_BIAS] = {"attention.projection.bias", 1, DIM_ONE, 1, DIM_MODEL, TENSOR_VECTOR,
                         MODEL_ATTENTION, IF_BIAS, init_zero, 0},
};

/* ---- one layer ---- */

struct attention_layer {
    struct linear query_key_value; /* d_model to [3][heads][d_key] */
    struct linear relative;        /* d_model to [heads][d_key]; without: weight null */
    struct attention attention;
};

/* relative[distances][heads][d_key] is where attention finds what relative_forward writes. */
static struct attention_layer layer_of(const struct model *model, const struct model_layout *layout,
                                       size_t layer, const real *relative, size_t distances)
{
    const struct model_options *options = &model->options;
    size_t width = options->heads * options->d_key;
#define AT(tensor) layout_weight(layout, model->weight, TENSORS_MIXER, tensor, layer)
    return (struct attention_layer){
        .query_key_value = {options->d_model, 3 * width, AT(QUERY_KEY_VALUE_WEIGHT),
                            AT(QUERY_KEY_VALUE_BIAS),
                            packed_of(model->packed, TENSORS_MIXER, QUERY_KEY_VALUE_WEIGHT, layer)},
        .relative = {options->d_model, width, AT(RELATIVE), NULL, NULL},
        .attention = {.heads = options->heads,
                      .d_key = options->d_key,
                      .content_bias = AT(CONTENT_BIAS),
                      .position_bias = AT(POSITION_BIAS),
                      .relative = AT(RELATIVE) ? relative : NULL,
                      .distances = distances},
    };
#undef AT
}

struct attention_layer_gradient {
    struct linear_gradient query_key_value;
    real *relative, *content_bias, *position_bias; /* null without relative positions */
};

static struct attention_layer_gradient layer_gradient_of(const struct model_layout *layout,
                                                         real *gradient, size_t layer,
                                                         enum matrix_result result)
{
#define AT(tensor) layout_gradient(layout, gradient, TENSORS_MIXER, tensor, layer)
    return (struct attention_layer_gradient){
        .query_key_value = {AT(QUERY_KEY_VALUE_WEIGHT), AT(QUERY_KEY_VALUE_BIAS), result},
        .relative = AT(RELATIVE),
        .content_bias = AT(CONTENT_BIAS),
        .position_bias = AT(POSITION_BIAS),
    };
#undef AT
}

/* Numbers from a token's query to the next token's: [3][heads][d_key]. */
static size_t token_stride(const struct attention_layer *layer)
{
    return layer->query_key_value.outputs;
}

/* [distances][d_model] */
static const real *sinusoids(const struct model *model, size_t distances)
{
    return model->sinusoid + (model->options.max_length - distances) * model->options.d_model;
}

/* relative[distances][heads][d_key] = the sinusoids of distances-1 .. 0 times W_r, for the
 * distances from .. to-1 alone. This and the way back do nothing without relative positions. */
static void relative_forward(const struct attention_layer *layer, const struct model *model,
                             size_t from, size_t to, real *relative)
{
    size_t row = layer->attention.distances - to;
    const struct linear *linear = &layer->relative;
    if (linear->weight)
        matrix_multiply(to - from, linear->outputs, linear->inputs, 1,
                        (struct matrix){sinusoids(model, to), linear->inputs},
                        (struct matrix){linear->weight, linear->outputs}, MATRIX_REPLACE,
                        relative + row * linear->outputs, linear->outputs);
}

static void relative_backward(const struct attention_layer *layer, const struct model *model,
                              const real *d_relative, real *gradient)
{
    const struct linear *linear = &layer->relative;
    size_t distances = layer->attention.distances;
    if (linear->weight)
        matrix_transposed_multiply(linear->inputs, linear->outputs, distances, 1,
                                   (struct matrix){sinusoids(model, distances), linear->inputs},
                                   (struct matrix){d_relative, linear->outputs}, MATRIX_ADD,
                                   gradient, linear->outputs);
}

/* ---- buffers of a pass ---- */

struct attention_layer_buffers {
    real *query_key_value; /* [tokens][3][heads][d_key] */
    real *relative;        /* [max_length][heads][d_key], the longest sequence's rows in use */
};

struct attention_shared_buffers {
    size_t *counting;        /* [max_length] 0, 1, 2, ... */
    size_t *position;        /* [tokens] of queries in their sequence */
    real *scratch;           /* [attention_scratch(d_key, max_length)] */
    real *d_query_key_value; /* [tokens][3][heads][d_key] */
    real *d_relative;        /* [max_length][heads][d_key] */
};

static size_t distances_of(const struct model_options *options)
{
    return model_has_distances(options) ? options->max_length : 0;
}

static size_t *take_counting(struct arena *arena, size_t length)
{
    size_t *counting = arena_take(arena, length, sizeof *counting);
    for (size_t i = 0; counting && i < length; i++)
        counting[i] = i;
    return counting;
}

static void *new_layer_buffers(struct arena *arena, const struct model_options *options,
                               size_t tokens)
{
    size_t width = options->heads * options->d_key;
    struct attention_layer_buffers buffers;
    buffers.query_key_value = arena_take_reals(arena, tokens * 3 * width);
    buffers.relative = arena_take_reals(arena, distances_of(options) * width);
    return arena_keep(arena, &buffers, sizeof buffers);
}

static void *new_shared_buffers(struct arena *arena, const struct model_options *options,
                                size_t tokens)
{
    size_t width = options->heads * options->d_key, length = options->max_length;
    struct attention_shared_buffers buffers;
    buffers.counting = take_counting(arena, length);
    buffers.position = arena_take(arena, tokens, sizeof *buffers.position);
    buffers.scratch = arena_take_reals(arena, attention_scratch(options->d_key, length));
    buffers.d_query_key_value = arena_take_reals(arena, tokens * 3 * width);
    buffers.d_relative = arena_take_reals(arena, distances_of(options) * width);
    return arena_keep(arena, &buffers, sizeof buffers);
}

/* ---- forward ---- */

/* A layer of the pass, whose attention finds the distances of the longest sequence. */
static struct attention_layer pass_layer(const struct pass *pass, size_t layer,
                                         const struct attention_layer_buffers *own)
{
    return layer_of(pass->model, &pass->layout, layer, own->relative, pass->longest);
}

/* Sequence s with queries at every position; its first token is row `at` of the buffers. */
static struct attention_rows sequence_rows(const struct attention_layer *layer,
                                           const struct attention_shared_buffers *shared,
                                           const real *query_key_value, size_t at, size_t length)
{
    size_t stride = token_stride(layer), width = stride / 3;
    const real *first = query_key_value + at * stride;
    return (struct attention_rows){
        .queries = length,
        .keys = length,
        .position = shared->counting,
        .query = first,
        .key = first + width,
        .value = first + 2 * width,
        .query_stride = stride,
        .key_stride = stride,
    };
}

/* Fills out, and probability where it does not hold the reference's already. */
static void attend(const struct pass *pass, const struct attention_layer *layer,
                   const struct attention_rows *rows, real *probability, real *out)
{
    const struct attention_shared_buffers *shared = pass->buffers->mixer;
    if (pass->model->reference)
        attention_mix(&layer->attention, rows, probability, out);
    else
        attention_forward(&layer->attention, rows, shared->scratch, probability, out);
}

static void attend_all(const struct pass *pass, const struct attention_layer *layer,
                       const struct block_buffers *buffers)
{
    const struct attention_layer_buffers *own = buffers->mixer;
    const size_t *start = pass->sequences->start;
    size_t width = token_stride(layer) / 3;
    real *probability = buffers->probability;
    for (size_t s = 0; s < pass->sequences->count; s++) {
        size_t at = start[s] - pass->first, length = start[s + 1] - start[s];
        struct attention_rows rows =
            sequence_rows(layer, pass->buffers->mixer, own->query_key_value, at, length);
        attend(pass, layer, &rows, probability, buffers->mixed.at + at * width);
        probability += layer->attention.heads * length * length;
    }
    pass_lap(pass, STEP_MIXER);
}

static void forward(const struct pass *pass, size_t index, const struct block_buffers *buffers,
                    bool want_derivative)
{
    const struct attention_layer_buffers *own = buffers->mixer;
    struct attention_layer layer = pass_layer(pass, index, own);
    (void)want_derivative;
    linear_forward(&layer.query_key_value, pass->rows, buffers->normed1, MATRIX_REPLACE,
                   own->query_key_value);
    if (!pass->model->reference)
        relative_forward(&layer, pass->model, 0, pass->longest, own->relative);
    pass_lap(pass, STEP_PROJECTION);
    attend_all(pass, &layer, buffers);
}

/* The queries at position[count] alone, query and mixed [count][heads][d_key]. */
static void attend_at(const struct pass *pass, const struct attention_layer *layer,
                      const struct block_buffers *buffers, const size_t *position, size_t count,
                      const real *query)
{
    const struct attention_layer_buffers *own = buffers->mixer;
    const struct attention_shared_buffers *shared = pass->buffers->mixer;
    const size_t *start = pass->sequences->start;
    size_t width = token_stride(layer) / 3;
    real *probability = buffers->probability;
    size_t k = 0;
    for (size_t s = 0; s < pass->sequences->count; s++) {
        size_t first = k;
        for (; k < count && position[k] < start[s + 1]; k++)
            shared->position[k] = position[k] - start[s];
        struct attention_rows rows = sequence_rows(layer, shared, own->query_key_value,
                                                   start[s] - pass->first, start[s + 1] - start[s]);
        rows.queries = k - first;
        rows.position = shared->position + first;
        rows.query = query + first * width;
        rows.query_stride = width;
        attend(pass, layer, &rows, probability, buffers->mixed.at + first * width);
        probability += layer->attention.heads * rows.queries * rows.keys;
    }
    pass_lap(pass, STEP_MIXER);
}

/* Keys and values of every token, all else only of those asked about; products in bf16 give the
 * queries of all beside them. */
static void forward_at(const struct pass *pass, size_t index, const struct block_buffers *buffers,
                       const size_t *position, size_t count)
{
    const struct attention_layer_buffers *own = buffers->mixer;
    struct attention_layer layer = pass_layer(pass, index, own);
    const struct linear *linear = &layer.query_key_value;
    size_t stride = token_stride(&layer), width = stride / 3;
    real *asked = pass->buffers->normed.at, *query = pass->buffers->d_mixed;
    if (linear->packed) {
        linear_forward(linear, pass->rows, buffers->normed1, MATRIX_REPLACE, own->query_key_value);
        for (size_t k = 0; k < count; k++)
            memcpy(query + k * width, own->query_key_value + (position[k] - pass->first) * stride,
                   width * sizeof *query);
    } else {
        linear_forward_part(linear, width, 2 * width, pass->rows, buffers->normed1.at,
                            MATRIX_REPLACE, own->query_key_value + width, stride);
        pass_gather(pass, position, count, linear->inputs, buffers->normed1.at, asked);
        linear_forward_part(linear, 0, width, count, asked, MATRIX_REPLACE, query, width);
    }
    if (!pass->model->reference)
        relative_forward(&layer, pass->model, 0, pass->longest, own->relative);
    pass_lap(pass, STEP_PROJECTION);
    attend_at(pass, &layer, buffers, position, count, query);
}

/* ---- backward ---- */

/* With the reference's patterns: the gradient of values alone. */
static void attend_given_backward(const struct pass *pass, const struct attention_layer *layer,
                                  const struct block_buffers *buffers)
{
    const struct attention_layer_buffers *own = buffers->mixer;
    const struct attention_shared_buffers *shared = pass->buffers->mixer;
    const size_t *start = pass->sequences->start;
    size_t stride = token_stride(layer), width = stride / 3;
    const real *probability = buffers->probability;
    for (size_t s = 0; s < pass->sequences->count; s++) {
        size_t at = start[s] - pass->first, length = start[s + 1] - start[s];
        struct attention_rows rows = sequence_rows(layer, shared, own->query_key_value, at, length);
        attention_mix_backward(&layer->attention, &rows, probability,
                               pass->buffers->d_mixed + at * width,
                               shared->d_query_key_value + at * stride + 2 * width);
        probability += layer->attention.heads * length * length;
    }
    pass_lap(pass, STEP_MIXER);
}

static void attend_backward(const struct pass *pass, const struct attention_layer *layer,
                            const struct block_buffers *buffers,
                            const struct attention_layer_gradient *gradient)
{
    const struct attention_layer_buffers *own = buffers->mixer;
    const struct attention_shared_buffers *shared = pass->buffers->mixer;
    const size_t *start = pass->sequences->start;
    size_t stride = token_stride(layer), width = stride / 3;
    const real *probability = buffers->probability;
    if (gradient->relative)
        memset(shared->d_relative, 0, pass->longest * width * sizeof(real));
    for (size_t s = 0; s < pass->sequences->count; s++) {
        size_t at = start[s] - pass->first, length = start[s + 1] - start[s];
        struct attention_rows rows = sequence_rows(layer, shared, own->query_key_value, at, length);
        struct attention_gradient to = {
            .query = shared->d_query_key_value + at * stride,
            .key = shared->d_query_key_value + at * stride + width,
            .value = shared->d_query_key_value + at * stride + 2 * width,
            .content_bias = gradient->content_bias,
            .position_bias = gradient->position_bias,
            .relative = gradient->relative ? shared->d_relative : NULL,
        };
        attention_backward(&layer->attention, &rows, shared->scratch, probability,
                           pass->buffers->d_mixed + at * width, &to);
        probability += layer->attention.heads * length * length;
    }
    pass_lap(pass, STEP_MIXER);
}

/* From the gradient of values alone: in bf16 that of queries and keys is 0. */
static void values_backward(const struct pass *pass, const struct linear *linear,
                            const struct block_buffers *buffers, struct linear_gradient gradient)
{
    const struct attention_shared_buffers *shared = pass->buffers->mixer;
    size_t stride = linear->outputs, width = stride / 3;
    struct activation derivative = {shared->d_query_key_value, pass->buffers->rounded};
    if (!linear->packed) {
        linear_backward_part(linear, 2 * width, width, pass->rows, buffers->normed1.at,
                             derivative.at + 2 * width, stride, pass->buffers->d_normed, gradient);
        return;
    }
    for (size_t t = 0; t < pass->rows; t++)
        memset(derivative.at + t * stride, 0, 2 * width * sizeof(real));
    linear_backward(linear, pass->rows, buffers->normed1, derivative, pass->buffers->d_normed,
                    gradient);
}

static void backward(const struct pass *pass, size_t index, const struct block_buffers *buffers,
                     real *gradient)
{
    const struct attention_shared_buffers *shared = pass->buffers->mixer;
    struct attention_layer layer = pass_layer(pass, index, buffers->mixer);
    struct attention_layer_gradient to =
        layer_gradient_of(&pass->layout, gradient, index, pass->gradient);
    const struct linear *linear = &layer.query_key_value;
    struct activation derivative = {shared->d_query_key_value, pass->buffers->rounded};
    if (pass->model->reference) {
        attend_given_backward(pass, &layer, buffers);
        values_backward(pass, linear, buffers, to.query_key_value);
    } else {
        attend_backward(pass, &layer, buffers, &to);
        relative_backward(&layer, pass->model, shared->d_relative, to.relative);
        linear_backward(linear, pass->rows, buffers->normed1, derivative, pass->buffers->d_normed,
                        to.query_key_value);
    }
    pass_lap(pass, STEP_PROJECTION);
}

/* ---- a decoder ---- */

struct attention_cache {
    real *key_value;  /* [max_length][2][heads][d_key] */
    real *relative;   /* [max_length][heads][d_key]; without room without relative positions */
    size_t distances; /* 0 .. distances-1 are in it */
};

struct attention_reading_buffers {
    size_t *counting;      /* [max_length] 0, 1, 2, ... */
    real *query_key_value; /* [rows][3][heads][d_key] of products in bf16 */
    real *query;           /* [rows][heads][d_key] */
    real *key_value;       /* [rows][2][heads][d_key] of branches */
    real *scratch;         /* [attention_scratch(d_key, max_length)] */
};

static void *new_cache(struct arena *arena, const struct model_options *options)
{
    size_t width = options->heads * options->d_key;
    struct attention_cache cache = {.distances = 0};
    cache.key_value = arena_take_reals(arena, options->max_length * 2 * width);
    cache.relative = arena_take_reals(arena, distances_of(options) * width);
    return arena_keep(arena, &cache, sizeof cache);
}

static void *new_reading_buffers(struct arena *arena, const struct model_options *options,
                                 size_t rows)
{
    size_t width = options->heads * options->d_key, length = options->max_length;
    struct attention_reading_buffers buffers;
    buffers.counting = take_counting(arena, length);
    buffers.query_key_value =
        arena_take_reals(arena, options->precision == PRECISION_BF16 ? rows * 3 * width : 0);
    buffers.query = arena_take_reals(arena, rows * width);
    buffers.key_value = arena_take_reals(arena, rows * 2 * width);
    buffers.scratch = arena_take_reals(arena, attention_scratch(options->d_key, length));
    return arena_keep(arena, &buffers, sizeof buffers);
}

/* Distances are made ready as they are needed, a few at once; from the start, new weights count. */
static void find_distances(const struct mixer_reading *reading, const struct attention_layer *layer,
                           struct attention_cache *cache)
{
    enum { STRIDE = 32 };
    size_t needed = (reading->length + reading->count + STRIDE - 1) / STRIDE * STRIDE;
    size_t most = reading->model->options.max_length;
    if (reading->length == 0)
        cache->distances = 0;
    needed = needed < most ? needed : most;
    needed = needed > cache->distances ? needed : cache->distances;
    relative_forward(layer, reading->model, cache->distances, needed, cache->relative);
    cache->distances = needed;
}

/* Queries, keys and values of a reading: the keys and values of a single branch go to their place
 * behind what was read, those of several beside it. */
static void project(const struct mixer_reading *reading, const struct attention_layer *layer,
                    const struct attention_cache *cache,
                    const struct attention_reading_buffers *buffers)
{
    const struct linear *linear = &layer->query_key_value;
    size_t rows = reading->branches * reading->count, width = linear->outputs / 3;
    real *to = reading->branches == 1 ? cache->key_value + reading->length * 2 * width
                                      : buffers->key_value;
    if (linear->packed) {
        const real *all = buffers->query_key_value;
        linear_forward(linear, rows, reading->normed, MATRIX_REPLACE, buffers->query_key_value);
        for (size_t i = 0; i < rows; i++, all += 3 * width) {
            memcpy(buffers->query + i * width, all, width * sizeof *all);
            memcpy(to + i * 2 * width, all + width, 2 * width * sizeof *all);
        }
        return;
    }
    linear_forward_part(linear, 0, width, rows, reading->normed.at, MATRIX_REPLACE, buffers->query,
                        width);
    linear_forward_part(linear, width, 2 * width, rows, reading->normed.at, MATRIX_REPLACE, to,
                        2 * width);
}

/* Branches take turns behind what was read. */
static void attend_reading(const struct mixer_reading *reading, const struct attention_layer *layer,
                           const struct attention_cache *cache,
                           const struct attention_reading_buffers *buffers)
{
    const struct attention *attention = &layer->attention;
    size_t count = reading->count, width = attention->heads * attention->d_key;
    size_t keys = reading->length + count, pattern = attention->heads * count * keys;
    real *behind = cache->key_value + reading->length * 2 * width;
    for (size_t b = 0; b < reading->branches; b++) {
        size_t first = b * count * width;
        real *probability = reading->probability + b * pattern, *mixed = reading->mixed + first;
        if (reading->branches > 1)
            memcpy(behind, buffers->key_value + 2 * first, count * 2 * width * sizeof *behind);
        struct attention_rows rows = {
            .queries = count,
            .keys = keys,
            .position = buffers->counting + reading->length,
            .query = buffers->query + first,
            .key = cache->key_value,
            .value = cache->key_value + width,
            .query_stride = width,
            .key_stride = 2 * width,
        };
        if (reading->given)
            attention_mix(attention, &rows, probability, mixed);
        else
            attention_forward(attention, &rows, buffers->scratch, probability, mixed);
    }
}

static void read_tokens(const struct mixer_reading *reading, void *of_block, void *of_all)
{
    struct attention_cache *cache = of_block;
    struct attention_layer layer = layer_of(reading->model, reading->layout, reading->layer,
                                            cache->relative, reading->model->options.max_length);
    if (!reading->given)
        find_distances(reading, &layer, cache);
    project(reading, &layer, cache, of_all);
    attend_reading(reading, &layer, cache, of_all);
}

const struct mixer_ops mixer_attention = {
    .tensors = TENSOR_LIST(tensors),
    .projection_weight = PROJECTION_WEIGHT,
    .projection_bias = PROJECTION_BIAS,
    .attends = true,
    .block_buffers = new_layer_buffers,
    .shared_buffers = new_shared_buffers,
    .forward = forward,
    .forward_at = forward_at,
    .backward = backward,
    .cache = new_cache,
    .reading_buffers = new_reading_buffers,
    .read = read_tokens,
};
