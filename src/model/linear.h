/* A linear layer: y = x W + b. */
#ifndef MNEME_MODEL_LINEAR_H
#define MNEME_MODEL_LINEAR_H

#include <stddef.h>

#include "model/matrix.h"

struct linear {
    size_t inputs, outputs;
    const real *weight; /* [inputs][outputs] */
    const real *bias;   /* [outputs]; null for none */
};

struct linear_gradient {
    real *weight; /* [inputs][outputs] */
    real *bias;   /* [outputs]; null where the layer has none */
};

/* y[rows][outputs] = or += x[rows][inputs] W + b */
void linear_forward(const struct linear *linear, size_t rows, const real *x,
                    enum matrix_result result, real *y);

/* The same for outputs first .. first+outputs-1 alone, with rows of y y_stride numbers apart. */
void linear_forward_part(const struct linear *linear, size_t first, size_t outputs, size_t rows,
                         const real *x, enum matrix_result result, real *y, size_t y_stride);

/* From dy[rows][outputs]: dx[rows][inputs] = dy W^T; gradient.weight += x^T dy;
 * gradient.bias += the sum of dy's rows. */
void linear_backward(const struct linear *linear, size_t rows, const real *x, const real *dy,
                     real *dx, struct linear_gradient gradient);

/* The same where only outputs first .. first+outputs-1 have a gradient, with rows of dy dy_stride
 * numbers apart; that of the others' weights is left alone. */
void linear_backward_part(const struct linear *linear, size_t first, size_t outputs, size_t rows,
                          const real *x, const real *dy, size_t dy_stride, real *dx,
                          struct linear_gradient gradient);

#endif
