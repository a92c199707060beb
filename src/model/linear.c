#include "model/linear.h"

static void add_bias(const struct linear *linear, size_t first, size_t outputs, size_t rows,
                     real *y, size_t y_stride)
{
    if (linear->bias)
        matrix_add_row(rows, outputs, linear->bias + first, y, y_stride);
}

void linear_forward_part(const struct linear *linear, size_t first, size_t outputs, size_t rows,
                         const real *x, enum matrix_result result, real *y, size_t y_stride)
{
    struct matrix input = {x, linear->inputs};
    struct matrix weight = {linear->weight + first, linear->outputs};
    matrix_multiply(rows, outputs, linear->inputs, 1, input, weight, result, y, y_stride);
    add_bias(linear, first, outputs, rows, y, y_stride);
}

void linear_forward_rounded(const struct linear *linear, struct bf16_matrix x,
                            enum matrix_result result, real *y)
{
    packed_multiply(linear->packed, x, 0, x.rows, result, y);
    add_bias(linear, 0, linear->outputs, x.rows, y, linear->outputs);
}

void linear_forward(const struct linear *linear, size_t rows, struct activation x,
                    enum matrix_result result, real *y)
{
    size_t inputs = linear->inputs, outputs = linear->outputs;
    if (!linear->packed) {
        linear_forward_part(linear, 0, outputs, rows, x.at, result, y, outputs);
        return;
    }
    struct bf16_matrix input = {x.rounded, rows, inputs};
    bf16_fill(input, 0, rows, x.at);
    linear_forward_rounded(linear, input, result, y);
}

void linear_backward_part(const struct linear *linear, size_t first, size_t outputs, size_t rows,
                          const real *x, const real *dy, size_t dy_stride, real *dx,
                          struct linear_gradient gradient)
{
    struct matrix input = {x, linear->inputs};
    struct matrix weight = {linear->weight + first, linear->outputs};
    struct matrix derivative = {dy, dy_stride};
    matrix_multiply_transposed(rows, linear->inputs, outputs, 1, derivative, weight, MATRIX_REPLACE,
                               dx, linear->inputs);
    matrix_transposed_multiply(linear->inputs, outputs, rows, 1, input, derivative, gradient.result,
                               gradient.weight + first, linear->outputs);
    if (gradient.bias)
        matrix_sum_rows(rows, outputs, dy, dy_stride, gradient.bias + first);
}

void linear_backward_rounded(const struct linear *linear, struct bf16_matrix x,
                             struct bf16_matrix dy, real *dx, struct linear_gradient gradient)
{
    packed_multiply_back(linear->packed, dy, dx);
    packed_gradient(x, dy, gradient.result, gradient.weight);
}

void linear_backward(const struct linear *linear, size_t rows, struct activation x,
                     struct activation dy, real *dx, struct linear_gradient gradient)
{
    size_t inputs = linear->inputs, outputs = linear->outputs;
    if (!linear->packed) {
        linear_backward_part(linear, 0, outputs, rows, x.at, dy.at, outputs, dx, gradient);
        return;
    }
    struct bf16_matrix input = {x.rounded, rows, inputs}, derivative = {dy.rounded, rows, outputs};
    bf16_fill(derivative, 0, rows, dy.at);
    linear_backward_rounded(linear, input, derivative, dx, gradient);
    if (gradient.bias)
        matrix_sum_rows(rows, outputs, dy.at, outputs, gradient.bias);
}
