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

/* Few rows against a matrix that fits in no cache: BLAS would first write all of b again in its own
 * order, which takes longer than the product. Here b is read once, as it lies. */
enum { FEW_ROWS = 12, LARGE_MATRIX = 1 << 16 };

static bool is_few_rows(CBLAS_TRANSPOSE turn_a, size_t m, size_t n, size_t k)
{
    return turn_a == CblasNoTrans && m <= FEW_ROWS && n * k >= LARGE_MATRIX;
}

/* c[m][n] += factor * a[m][k] b[k][n], eight rows of b at a time. */
MULTIVERSION
static void add_few_rows(size_t m, size_t n, size_t k, real factor, struct matrix a,
                         struct matrix b, real *c, size_t c_stride)
{
    enum { DEPTH = 8 };
    size_t whole = k - k % DEPTH;
    for (size_t l = 0; l < whole; l += DEPTH) {
        const real *row = b.at + l * b.stride;
        for (size_t i = 0; i < m; i++) {
            real *to = c + i * c_stride;
            real f[DEPTH];
            for (size_t d = 0; d < DEPTH; d++)
                f[d] = factor * a.at[i * a.stride + l + d];
#pragma omp simd
            for (size_t j = 0; j < n; j++)
                to[j] += (f[0] * row[j] + f[1] * row[b.stride + j] + f[2] * row[2 * b.stride + j] +
                          f[3] * row[3 * b.stride + j]) +
                         (f[4] * row[4 * b.stride + j] + f[5] * row[5 * b.stride + j] +
                          f[6] * row[6 * b.stride + j] + f[7] * row[7 * b.stride + j]);
        }
    }
    for (size_t l = whole; l < k; l++)
        for (size_t i = 0; i < m; i++) {
            real f = factor * a.at[i * a.stride + l];
#pragma omp simd
            for (size_t j = 0; j < n; j++)
                c[i * c_stride + j] += f * b.at[l * b.stride + j];
        }
}

/* c[m][n] += factor * a[m][k] b[n][k]^T, four rows of b at a time. */
MULTIVERSION
static void add_few_rows_turned(size_t m, size_t n, size_t k, real factor, struct matrix a,
                                struct matrix b, real *c, size_t c_stride)
{
    enum { WIDTH = 4 };
    size_t whole = n - n % WIDTH;
    for (size_t j = 0; j < whole; j += WIDTH) {
        const real *row = b.at + j * b.stride;
        for (size_t i = 0; i < m; i++) {
            const real *of = a.at + i * a.stride;
            real s0 = 0, s1 = 0, s2 = 0, s3 = 0;
#pragma omp simd reduction(+ : s0, s1, s2, s3)
            for (size_t l = 0; l < k; l++) {
                s0 += of[l] * row[l];
                s1 += of[l] * row[b.stride + l];
                s2 += of[l] * row[2 * b.stride + l];
                s3 += of[l] * row[3 * b.stride + l];
            }
            real *to = c + i * c_stride + j;
            to[0] += factor * s0;
            to[1] += factor * s1;
            to[2] += factor * s2;
            to[3] += factor * s3;
        }
    }
    for (size_t j = whole; j < n; j++)
        for (size_t i = 0; i < m; i++) {
            real sum = 0;
#pragma omp simd reduction(+ : sum)
            for (size_t l = 0; l < k; l++)
                sum += a.at[i * a.stride + l] * b.at[j * b.stride + l];
            c[i * c_stride + j] += factor * sum;
        }
}

static void multiply_few_rows(CBLAS_TRANSPOSE turn_b, size_t m, size_t n, size_t k, real factor,
                              struct matrix a, struct matrix b, enum matrix_result result, real *c,
                              size_t c_stride)
{
    for (size_t i = 0; result == MATRIX_REPLACE && i < m; i++)
        memset(c + i * c_stride, 0, n * sizeof *c);
    if (turn_b == CblasTrans)
        add_few_rows_turned(m, n, k, factor, a, b, c, c_stride);
    else
        add_few_rows(m, n, k, factor, a, b, c, c_stride);
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
    if (is_few_rows(turn_a, m, n, k)) {
        multiply_few_rows(turn_b, m, n, k, factor, a, b, result, c, c_stride);
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
