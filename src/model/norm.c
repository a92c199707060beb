#include "model/norm.h"

#include <math.h>

#include "base/multiversion.h"
#include "model/matrix.h"

static inline struct norm_row measure(const struct norm *norm, const real *x)
{
    size_t width = norm->width;
    real sum = 0, squares = 0;
    if (norm->kind == NORM_LAYER) {
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < width; j++)
            sum += x[j];
    }
    real mean = sum / (real)width;
#pragma omp simd reduction(+ : squares)
    for (size_t j = 0; j < width; j++)
        squares += (x[j] - mean) * (x[j] - mean);
    double epsilon = norm->kind == NORM_LAYER ? NORM_LAYER_EPSILON : NORM_RMS_EPSILON;
    double deviation = sqrt((double)squares / (double)width + epsilon);
    return (struct norm_row){mean, (real)(1 / deviation)};
}

MULTIVERSION
void norm_forward(const struct norm *norm, size_t rows, const real *x, real *y,
                  struct norm_row *row)
{
    size_t width = norm->width;
    const real *scale = norm->scale, *bias = norm->bias;
    for (size_t i = 0; i < rows; i++, x += width, y += width) {
        row[i] = measure(norm, x);
        real mean = row[i].mean, inverse = row[i].inverse_deviation;
#pragma omp simd
        for (size_t j = 0; j < width; j++)
            y[j] = (x[j] - mean) * inverse * scale[j];
        if (bias) {
#pragma omp simd
            for (size_t j = 0; j < width; j++)
                y[j] += bias[j];
        }
    }
}

/* With z = (x - mean) / deviation and g = dy * scale:
 *   dx = (g - z mean(g z) - mean(g)) / deviation, the last term for layer norm alone. */
MULTIVERSION
void norm_backward(const struct norm *norm, size_t rows, const real *x, const struct norm_row *row,
                   const real *dy, real *dx, struct norm_gradient gradient)
{
    size_t width = norm->width;
    const real *scale = norm->scale;
    real *d_scale = gradient.scale;
    for (size_t i = 0; i < rows; i++, x += width, dy += width, dx += width) {
        real mean = row[i].mean, inverse = row[i].inverse_deviation;
        real derivative = 0, derivative_z = 0;
#pragma omp simd reduction(+ : derivative, derivative_z)
        for (size_t j = 0; j < width; j++) {
            real z = (x[j] - mean) * inverse;
            real g = dy[j] * scale[j];
            d_scale[j] += dy[j] * z;
            derivative += g;
            derivative_z += g * z;
        }
        real mean_g = norm->kind == NORM_LAYER ? derivative / (real)width : 0;
        real mean_gz = derivative_z / (real)width;
#pragma omp simd
        for (size_t j = 0; j < width; j++) {
            real z = (x[j] - mean) * inverse;
            dx[j] += (dy[j] * scale[j] - z * mean_gz - mean_g) * inverse;
        }
    }
    if (gradient.bias)
        matrix_sum_rows(rows, width, dy - rows * width, width, gradient.bias);
}
