/* In bf16 what lies between two products is done block by block of the first one's result, while
 * the second cache holds it: whole, [rows][d_hidden] in fp32 is read and written far away four
 * times. */
#include "model/feed_forward.h"

#include <string.h>

#include "model/gelu.h"
#include "model/weight_tiles.h"

/* What becomes of hidden numbers, and of their gradients. */
struct hidden_taker {
    struct product_taker taker;
    const real *bias;          /* null for none */
    real *hidden;              /* [rows][d_hidden] GELU's derivative, written or read; or null */
    real *bias_gradient;       /* null for none */
    struct bf16_matrix result; /* [rows][d_hidden] */
};

static const struct hidden_taker *hidden_taker_of(const struct product_taker *taker)
{
    return (const struct hidden_taker *)taker;
}

static bf16 *result_row(const struct hidden_taker *own, const struct product_block *block, size_t i)
{
    return bf16_at(own->result, block->row + i, block->column);
}

static real *hidden_row(const struct hidden_taker *own, const struct product_block *block, size_t i)
{
    return own->hidden + (block->row + i) * own->result.columns + block->column;
}

static void activate(const struct product_taker *taker, const struct product_block *block)
{
    const struct hidden_taker *own = hidden_taker_of(taker);
    size_t columns = block->columns;
    real active[PRODUCT_BLOCK_COLUMNS];
    if (own->bias)
        matrix_add_row(block->rows, columns, own->bias + block->column, block->at, columns);
    for (size_t i = 0; i < block->rows; i++) {
        real *at = block->at + i * columns;
        if (own->hidden) {
            gelu_forward_with_derivative(columns, at, active);
            memcpy(hidden_row(own, block, i), at, columns * sizeof *at);
        } else {
            gelu_forward(columns, at, active);
        }
        bf16_round(columns, active, result_row(own, block, i));
    }
}

static void go_back(const struct product_taker *taker, const struct product_block *block)
{
    const struct hidden_taker *own = hidden_taker_of(taker);
    size_t columns = block->columns;
    for (size_t i = 0; i < block->rows; i++) {
        real *at = block->at + i * columns;
        gelu_backward(columns, hidden_row(own, block, i), at);
        bf16_round(columns, at, result_row(own, block, i));
    }
    if (own->bias_gradient)
        matrix_sum_rows(block->rows, columns, block->at, columns,
                        own->bias_gradient + block->column);
}

static void forward_rounded(const struct feed_forward *layers, size_t rows,
                            struct activation normed, const struct feed_forward_buffers *buffers,
                            bool want_derivative, real *out)
{
    const struct linear *hidden = &layers->hidden;
    struct bf16_matrix input = {normed.rounded, rows, hidden->inputs};
    const struct hidden_taker activating = {
        .taker = {activate},
        .bias = hidden->bias,
        .hidden = want_derivative ? buffers->hidden : NULL,
        .result = {buffers->active.rounded, rows, hidden->outputs},
    };
    bf16_fill(input, 0, rows, normed.at);
    packed_give(hidden->packed, input, &activating.taker);
    bf16_fill_up(activating.result);
    linear_forward_rounded(&layers->out, activating.result, MATRIX_ADD, out);
}

void feed_forward(const struct feed_forward *layers, size_t rows, struct activation normed,
                  const struct feed_forward_buffers *buffers, bool want_derivative, real *out)
{
    const struct linear *hidden = &layers->hidden;
    if (hidden->packed) {
        forward_rounded(layers, rows, normed, buffers, want_derivative, out);
        return;
    }
    linear_forward(hidden, rows, normed, MATRIX_REPLACE, buffers->hidden);
    size_t count = rows * hidden->outputs;
    if (want_derivative)
        gelu_forward_with_derivative(count, buffers->hidden, buffers->active.at);
    else
        gelu_forward(count, buffers->hidden, buffers->active.at);
    linear_forward(&layers->out, rows, buffers->active, MATRIX_ADD, out);
}

static void backward_rounded(const struct feed_forward *layers, size_t rows,
                             struct activation normed, const struct feed_forward_buffers *buffers,
                             struct activation d_out, real *d_normed,
                             const struct feed_forward_gradient *gradient)
{
    const struct linear *hidden = &layers->hidden, *out = &layers->out;
    struct bf16_matrix input = {normed.rounded, rows, hidden->inputs};
    struct bf16_matrix active = {buffers->active.rounded, rows, hidden->outputs};
    struct bf16_matrix derivative = {d_out.rounded, rows, out->outputs};
    const struct hidden_taker going_back = {
        .taker = {go_back},
        .hidden = buffers->hidden,
        .bias_gradient = gradient->hidden.bias,
        .result = active,
    };
    bf16_fill(derivative, 0, rows, d_out.at);
    packed_gradient(active, derivative, gradient->out.result, gradient->out.weight);
    if (gradient->out.bias)
        matrix_sum_rows(rows, out->outputs, d_out.at, out->outputs, gradient->out.bias);
    packed_give_back(out->packed, derivative, &going_back.taker);
    bf16_fill_up(going_back.result);
    linear_backward_rounded(hidden, input, going_back.result, d_normed, gradient->hidden);
}

void feed_forward_backward(const struct feed_forward *layers, size_t rows, struct activation normed,
                           const struct feed_forward_buffers *buffers, struct activation d_out,
                           struct activation d_hidden, real *d_normed,
                           const struct feed_forward_gradient *gradient)
{
    if (layers->hidden.packed) {
        backward_rounded(layers, rows, normed, buffers, d_out, d_normed, gradient);
        return;
    }
    linear_backward(&layers->out, rows, buffers->active, d_out, d_hidden.at, gradient->out);
    gelu_backward(rows * layers->hidden.outputs, buffers->hidden, d_hidden.at);
    linear_backward(&layers->hidden, rows, normed, d_hidden, d_normed, gradient->hidden);
}
