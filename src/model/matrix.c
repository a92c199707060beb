#include "model/matrix.h"

#include <cblas.h>
#include <omp.h>
#include <stdbool.h>
#include <string.h>

#include "base/multiversion.h"

#ifdef MNEME_REAL_IS_DOUBLE
#define GEMM cblas_dgemm
#define GEMV cblas_dgemv
#else
#define GEMM cblas_sgemm
#define GEMV cblas_sgemv
#endif

/* One row, as the decoder reads them: a matrix product would copy all of b first. */
static void multiply_row(CBLAS_TRANSPOSE turn_b, size_t n, size_t k, real factor, const real *a,
                         struct matrix b, enum matrix_result result, real *c)
{
    bool turned = turn_b == CblasTrans;
    if (result == MATRIX_REPLACE)
        memset(c, 0, n * sizeof *c);
    GEMV(CblasRowMajor, turned ? CblasNoTrans : CblasTrans, (blasint)(turned ? n : k),
         (blasint)(turned ? k : n), factor, b.at, (blasint)b.stride, a, 1, 1, c, 1);
}

static void multiply(CBLAS_TRANSPOSE turn_a, CBLAS_TRANSPOSE turn_b, size_t m, size_t n, size_t k,
                     real factor, struct matrix a, struct matrix b, enum matrix_result result,
                     real *c, size_t c_stride)
{
    if (m == 0 || n == 0)
        return;
    if (m == 1 && turn_a == CblasNoTrans) {
        multiply_row(turn_b, n, k, factor, a.at, b, result, c);
        return;
    }
    GEMM(CblasRowMajor, turn_a, turn_b, (blasint)m, (blasint)n, (blasint)k, factor, a.at,
         (blasint)a.stride, b.at, (blasint)b.stride, result == MATRIX_ADD, c, (blasint)c_stride);
}

void matrix_multiply(size_t m, size_t n, size_t k, real factor, struct matrix a, struct matrix b,
                     enum matrix_result result, real *c, size_t c_stride)
{
    multiply(CblasNoTrans, CblasNoTrans, m, n, k, factor, a, b, result, c, c_stride);
}

void matrix_multiply_turned(size_t m, size_t n, size_t k, real factor, struct matrix a,
                            struct matrix b, enum matrix_result result, real *c, size_t c_stride)
{
    multiply(CblasNoTrans, CblasTrans, m, n, k, factor, a, b, result, c, c_stride);
}

void matrix_turned_multiply(size_t m, size_t n, size_t k, real factor, struct matrix a,
                            struct matrix b, enum matrix_result result, real *c, size_t c_stride)
{
    multiply(CblasTrans, CblasNoTrans, m, n, k, factor, a, b, result, c, c_stride);
}

MULTIVERSION
void matrix_add_row(size_t rows, size_t columns, const real *row, real *x, size_t stride)
{
    for (size_t i = 0; i < rows; i++) {
        real *at = x + i * stride;
#pragma omp simd
        for (size_t j = 0; j < columns; j++)
            at[j] += row[j];
    }
}

MULTIVERSION
void matrix_sum_rows(size_t rows, size_t columns, const real *x, size_t stride, real *sum)
{
    for (size_t i = 0; i < rows; i++) {
        const real *at = x + i * stride;
#pragma omp simd
        for (size_t j = 0; j < columns; j++)
            sum[j] += at[j];
    }
}

int matrix_threads_one(void)
{
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    return threads;
}

void matrix_threads_restore(int threads)
{
    omp_set_num_threads(threads);
}
