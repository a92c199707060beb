/* Products of small matrices, as attention makes them between the tokens of one sequence: dozens of
 * rows and columns, where most kernels of OpenBLAS spend as much time on calls, copies and edges as
 * on the product (tests/bench/NOTES). The order of additions depends on n and k alone, so that a
 * row's bits are the same whatever rows stand beside it. */
#ifndef MNEME_MODEL_SMALL_PRODUCT_H
#define MNEME_MODEL_SMALL_PRODUCT_H

#include <stddef.h>

#include "model/matrix_operand.h"

/* What is computed at once, and so what a caller loses nothing by: a multiple of so many rows and
 * columns of the result. */
enum { SMALL_ROWS = 6, SMALL_COLUMNS = 16 };

/* A matrix that may lie turned. */
struct small_operand {
    const real *at;
    size_t row, column; /* from one row to the next, and from column to column, in numbers */
};

/* c[m][n] = or += factor * a[m][k] b[k][n] */
void small_multiply(size_t m, size_t n, size_t k, real factor, struct small_operand a,
                    struct matrix b, enum matrix_result result, real *c, size_t c_stride);

/* turned[columns][stride] = x[rows][columns]^T, of each row its first `rows` numbers. */
void small_turn(size_t rows, size_t columns, struct matrix x, real *turned, size_t stride);

#endif
