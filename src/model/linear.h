/* A linear layer: y = x W + b. */
#ifndef MNEME_MODEL_LINEAR_H
#define MNEME_MODEL_LINEAR_H

#include <stddef.h>

#include "model/activation.h"
#include "model/matrix.h"
#include "model/packed.h"

struct linear {
    size_t inputs, outputs;
    const real *weight;          /* [inputs][outputs] */
    const real *bias;            /* [outputs]; null for none */
    const struct packed *packed; /* the weights in bf16, which products are made with; null for
                                    products in fp32 */
};

struct linear_gradient {
    real *weight;              /* [inputs][outputs] */
    real *bias;                /* [outputs]; null where the layer has none */
    enum matrix_result result; /* of the weights; a bias's is always added */
};

/* y[rows][outputs] = or += x[rows][inputs] W + b */
void linear_forward(const struct linear *linear, size_t rows, struct activation x,
                    enum matrix_result result, real *y);

/* The same in bf16, of rounded rows. */
void linear_forward_rounded(const struct linear *linear, struct bf16_matrix x,
                            enum matrix_result result, real *y);

/* The same for outputs first .. first+outputs-1 alone, with rows of y y_stride numbers apart. In
 * fp32 whatever the layer has. */
void linear_forward_part(const struct linear *linear, size_t first, size_t outputs, size_t rows,
                         const real *x, enum matrix_result result, real *y, size_t y_stride);

/* From dy[rows][outputs]: dx[rows][inputs] = dy W^T; gradient.weight = or += x^T dy;
 * gradient.bias += the sum of dy's rows. x as the way forward left it. */
void linear_backward(const struct linear *linear, size_t rows, struct activation x,
                     struct activation dy, real *dx, struct linear_gradient gradient);

/* dx and the weights' gradient in bf16, from rounded rows. */
void linear_backward_rounded(const struct linear *linear, struct bf16_matrix x,
                             struct bf16_matrix dy, real *dx, struct linear_gradient gradient);

/* The same where only outputs first .. first+outputs-1 have a gradient, with rows of dy dy_stride
 * numbers apart; that of the others' weights is left alone. In fp32 whatever the layer has. */
void linear_backward_part(const struct linear *linear, size_t first, size_t outputs, size_t rows,
                          const real *x, const real *dy, size_t dy_stride, real *dx,
                          struct linear_gradient gradient);

#endif
