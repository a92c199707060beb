/* The norms before each block: RMS norm and layer norm, of every row on its own.
 *
 *   RMS:    y = x / sqrt(mean(x^2) + 1e-6) * scale            (Zhang & Sennrich 2019)
 *   layer:  y = (x - mean(x)) / sqrt(variance(x) + 1e-5) * scale + bias   (Ba et al. 2016) */
#ifndef MNEME_MODEL_NORM_H
#define MNEME_MODEL_NORM_H

#include <stddef.h>

#include "model/options.h"
#include "model/real.h"

#define NORM_RMS_EPSILON   1e-6
#define NORM_LAYER_EPSILON 1e-5

struct norm {
    enum norm_kind kind;
    size_t width;
    const real *scale; /* [width] */
    const real *bias;  /* [width]; null for none */
};

struct norm_gradient {
    real *scale; /* [width] */
    real *bias;  /* [width]; null where the norm has none */
};

/* What the way back needs to know of a row. */
struct norm_row {
    real mean;              /* 0 for RMS */
    real inverse_deviation; /* 1 / sqrt(... + epsilon) */
};

/* y[rows][width] from x[rows][width]; row[rows] is filled. */
void norm_forward(const struct norm *norm, size_t rows, const real *x, real *y,
                  struct norm_row *row);

/* From dy[rows][width], and x and row of the way forward: dx[rows][width] += the gradient of x;
 * gradient.scale and gradient.bias are added to. */
void norm_backward(const struct norm *norm, size_t rows, const real *x, const struct norm_row *row,
                   const real *dy, real *dx, struct norm_gradient gradient);

#endif
