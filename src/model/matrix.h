/* Dense products of row-major matrices (BLAS), always on the calling thread.
 *
 * A stride is the distance between the beginnings of two rows, in numbers. */
#ifndef MNEME_MODEL_MATRIX_H
#define MNEME_MODEL_MATRIX_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/matrix_operand.h"
#include "model/real.h"

/* Whether oneDNN makes those products that it makes faster: where the build has it, and it and
 * OpenBLAS both run on AVX-512. The same for as long as the process lives. */
bool matrix_uses_onednn(void);

/* c[m][n] = or += factor * a[m][k] b[k][n] */
void matrix_multiply(size_t m, size_t n, size_t k, real factor, struct matrix a, struct matrix b,
                     enum matrix_result result, real *c, size_t c_stride);

/* c[m][n] = or += factor * a[m][k] b[n][k]^T */
void matrix_multiply_transposed(size_t m, size_t n, size_t k, real factor, struct matrix a,
                                struct matrix b, enum matrix_result result, real *c,
                                size_t c_stride);

/* c[m][n] = or += factor * a[k][m]^T b[k][n] */
void matrix_transposed_multiply(size_t m, size_t n, size_t k, real factor, struct matrix a,
                                struct matrix b, enum matrix_result result, real *c,
                                size_t c_stride);

/* row[columns] is added to every row of x[rows][columns]. */
void matrix_add_row(size_t rows, size_t columns, const real *row, real *x, size_t stride);

/* The sum of all rows of x[rows][columns] is added to sum[columns]. */
void matrix_sum_rows(size_t rows, size_t columns, const real *x, size_t stride, real *sum);

/* What a thread was before it was made ready to compute. */
struct matrix_thread {
    int threads; /* that it may start */
    sigset_t signals;
};

/* Makes the calling thread ready to compute: BLAS in its OpenMP build would share a product among
 * the threads that the calling thread may start, so that it may start none until the release, which
 * needs what this returns; signals wait until then, too (base/thread.h); and it flushes subnormals
 * from here on (base/subnormals.h). */
struct matrix_thread matrix_thread_prepare(void);
void matrix_thread_release(const struct matrix_thread *before);

#endif
