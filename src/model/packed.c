#include "model/packed.h"

#include "base/memory.h"
#include "model/layout.h"
#include "model/onednn.h"
#include "model/weight_tiles.h"

struct packed_weights {
    struct packed *tensor; /* [tensors] in the order of the model's arrays */
    size_t tensors;
    /* The first layer's place among the tensors, counted from 1; 0 of those that are not there. */
    size_t first[TENSOR_GROUPS][TENSORS_MOST];
    size_t block_tensors; /* from one layer's to the next's */
};

static void count(const struct model_options *options, struct packed_weights *weights)
{
    for (struct layout_place p = layout_first(options); p.tensor; p = layout_next(options, p)) {
        if (!tensor_makes_products(p.tensor))
            continue;
        weights->tensors++;
        weights->block_tensors += layout_is_in_block(p) && p.layer == 0;
        if (p.layer == 0)
            weights->first[p.group][p.index] = weights->tensors;
    }
}

/* Of a matrix [rows][cols] as it lies, and turned. */
static bool make_pair(size_t rows, size_t cols, struct weight_tiles **straight,
                      struct weight_tiles **turned, struct error *err)
{
    *straight = weight_tiles_new(rows, cols, cols, 1, err);
    *turned = *straight ? weight_tiles_new(cols, rows, 1, cols, err) : NULL;
    return *turned;
}

static bool make_all(struct packed_weights *weights, const struct model_options *options,
                     struct error *err)
{
    struct model_layout layout = layout_of(options);
    struct packed *tensor = weights->tensor;
    bool made = true;
    for (struct layout_place p = layout_first(options); made && p.tensor;
         p = layout_next(options, p)) {
        if (!tensor_makes_products(p.tensor))
            continue;
        struct parameter parameter = layout_parameter(options, &layout, p);
        bool straight = p.tensor->use == TENSOR_MATRIX;
        tensor->offset = parameter.offset;
        made = make_pair(parameter.rows, parameter.cols,
                         straight ? &tensor->forward : &tensor->backward,
                         straight ? &tensor->backward : &tensor->forward, err);
        tensor++;
    }
    return made;
}

struct packed_weights *packed_weights_new(const struct model_options *options, struct error *err)
{
    struct packed_weights *weights = memory_new(1, sizeof *weights, err);
    if (!weights)
        return NULL;
    count(options, weights);
    weights->tensor = memory_new(weights->tensors, sizeof *weights->tensor, err);
    if (weights->tensor && make_all(weights, options, err))
        return weights;
    packed_weights_free(weights);
    return NULL;
}

void packed_weights_free(struct packed_weights *weights)
{
    if (!weights)
        return;
    for (size_t i = 0; weights->tensor && i < weights->tensors; i++) {
        weight_tiles_free(weights->tensor[i].forward);
        weight_tiles_free(weights->tensor[i].backward);
    }
    memory_free(weights->tensor);
    memory_free(weights);
}

size_t packed_weights_bytes(const struct model_options *options)
{
    size_t bytes = 0;
    struct model_layout layout = layout_of(options);
    for (struct layout_place p = layout_first(options); p.tensor; p = layout_next(options, p)) {
        struct parameter parameter = layout_parameter(options, &layout, p);
        if (tensor_makes_products(p.tensor))
            bytes += 2 * parameter.rows * parameter.cols * sizeof(bf16);
    }
    return bytes;
}

void packed_weights_fill(struct packed_weights *weights, const real *weight, size_t threads)
{
#pragma omp parallel num_threads((int)threads)
    {
        struct matrix_thread thread = matrix_thread_prepare();
        for (size_t i = 0; i < weights->tensors; i++) {
            const struct packed *tensor = &weights->tensor[i];
            weight_tiles_fill(tensor->forward, weight + tensor->offset);
            weight_tiles_fill(tensor->backward, weight + tensor->offset);
        }
        matrix_thread_release(&thread);
    }
}

const struct packed *packed_of(const struct packed_weights *weights, enum tensor_group group,
                               size_t tensor, size_t layer)
{
    size_t first = weights ? weights->first[group][tensor] : 0;
    return first > 0 ? &weights->tensor[first - 1 + layer * weights->block_tensors] : NULL;
}

void packed_multiply(const struct packed *packed, struct bf16_matrix x, size_t first, size_t count,
                     enum matrix_result result, real *y)
{
    weight_tiles_multiply(packed->forward, x, first, count, result, y);
}

void packed_multiply_back(const struct packed *packed, struct bf16_matrix dy, real *dx)
{
    weight_tiles_multiply(packed->backward, dy, 0, dy.rows, MATRIX_REPLACE, dx);
}

void packed_give(const struct packed *packed, struct bf16_matrix x,
                 const struct product_taker *taker)
{
    weight_tiles_give(packed->forward, x, taker);
}

void packed_give_back(const struct packed *packed, struct bf16_matrix dy,
                      const struct product_taker *taker)
{
    weight_tiles_give(packed->backward, dy, taker);
}

void packed_gradient(struct bf16_matrix x, struct bf16_matrix dy, enum matrix_result result,
                     real *gradient)
{
    for (size_t i = 0; i < bf16_slices(x.columns); i++)
        for (size_t j = 0; j < bf16_slices(dy.columns); j++)
            onednn_transposed_multiply(
                bf16_slice_columns(x.columns, i), bf16_slice_columns(dy.columns, j), x.rows,
                bf16_slice(x, i, 0), bf16_slice(dy, j, 0), result,
                gradient + i * BF16_SLICE * dy.columns + j * BF16_SLICE, dy.columns);
}
