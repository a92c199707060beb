/* How fast this machine multiplies matrices: what training is measured against. */
#ifndef MNEME_MODEL_MATRIX_SPEED_H
#define MNEME_MODEL_MATRIX_SPEED_H

#include <stddef.h>

#include "base/error.h"
#include "model/precision.h"

/* The three products of matrix.h. Of the first two, b is a layer's weights; the third one makes the
 * gradient of weights. */
enum matrix_product { MATRIX_MULTIPLY, MATRIX_MULTIPLY_TRANSPOSED, MATRIX_TRANSPOSED_MULTIPLY };

struct matrix_shape {
    enum matrix_product product;
    size_t m, n, k;
};

/* Floating-point operations a second, 2 m n k for a product, of `threads` threads that each
 * multiply matrices of their own, of random numbers, into *speed; measured for `seconds`, and for
 * two products on each thread at least. In bf16 as layers make them: of operands that are rounded
 * already, weights in tiles (model/weight_tiles.h), with results in fp32. ERROR_MEMORY, or
 * ERROR_INPUT where there are no products in bf16. */
bool matrix_speed(const struct matrix_shape *shape, enum precision precision, size_t threads,
                  double seconds, double *speed, struct error *err);

#endif
