/* How fast this machine multiplies matrices: what training is measured against. */
#ifndef MNEME_MODEL_MATRIX_SPEED_H
#define MNEME_MODEL_MATRIX_SPEED_H

#include <stddef.h>

#include "base/error.h"

/* The three products of matrix.h. */
enum matrix_product { MATRIX_MULTIPLY, MATRIX_MULTIPLY_TRANSPOSED, MATRIX_TRANSPOSED_MULTIPLY };

struct matrix_shape {
    enum matrix_product product;
    size_t m, n, k;
};

/* Floating-point operations a second, 2 m n k for a product, of `threads` threads that each
 * multiply matrices of their own, into *speed; measured for `seconds`, and for two products on
 * each thread at least. */
bool matrix_speed(const struct matrix_shape *shape, size_t threads, double seconds, double *speed,
                  struct error *err);

#endif
