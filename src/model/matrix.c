#include "model/matrix.h"

#include <cblas.h>
#include <omp.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "base/multiversion.h"
#include "base/subnormals.h"
#include "base/thread.h"
#include "model/blas.h"
#include "model/onednn.h"

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
    bool transposed = turn_b == CblasTrans;
    if (result == MATRIX_REPLACE)
        memset(c, 0, n * sizeof *c);
    GEMV(CblasRowMajor, transposed ? CblasNoTrans : CblasTrans, (blasint)(transposed ? n : k),
         (blasint)(transposed ? k : n), factor, b.at, (blasint)b.stride, a, 1, 1, c, 1);
}

/* Few rows against a matrix that fits in no cache: BLAS would first write all of b again in its own
 * order, which takes longer than the product. Here b is read once, as it lies. */
enum { FEW_ROWS = 16, LARGE_MATRIX = 1 << 16 };

static bool is_few_rows(CBLAS_TRANSPOSE turn_a, size_t m, size_t n, size_t k)
{
    return turn_a == CblasNoTrans && m <= FEW_ROWS && n * k >= LARGE_MATRIX;
}

/* Two rows of a product at a time, so that what is fetched of b serves both. Where the second would
 * be one too many it is the first again, and goes nowhere. */
struct row_pair {
    const real *a0, *a1;
    real *c0, *c1;
};

static struct row_pair row_pair(size_t m, size_t i, struct matrix a, real *c, size_t c_stride,
                                real *nowhere)
{
    const real *first = a.at + i * a.stride;
    real *to = c + i * c_stride;
    bool both = i + 1 < m;
    return (struct row_pair){first, both ? first + a.stride : first, to,
                             both ? to + c_stride : nowhere};
}

/* c[m][n] += factor * a[m][k] b[k][n]: eight rows of b at a time, in strips that stay in the first
 * cache until all rows of a have met them. */
MULTIVERSION
static void add_few_rows(size_t m, size_t n, size_t k, real factor, struct matrix a,
                         struct matrix b, real *c, size_t c_stride)
{
    enum { DEPTH = 8, STRIP = 512 };
    real nowhere[STRIP] = {0};
    size_t whole = k - k % DEPTH;
    for (size_t l = 0; l < whole; l += DEPTH)
        for (size_t first = 0; first < n; first += STRIP) {
            const real *b0 = b.at + l * b.stride + first, *b1 = b0 + b.stride;
            const real *b2 = b1 + b.stride, *b3 = b2 + b.stride, *b4 = b3 + b.stride;
            const real *b5 = b4 + b.stride, *b6 = b5 + b.stride, *b7 = b6 + b.stride;
            size_t width = n - first < STRIP ? n - first : STRIP;
            for (size_t i = 0; i < m; i += 2) {
                struct row_pair pair = row_pair(m, i, a, c + first, c_stride, nowhere);
                real *c0 = pair.c0, *c1 = pair.c1;
                const real *f = pair.a0 + l, *g = pair.a1 + l;
                real f0 = factor * f[0], f1 = factor * f[1], f2 = factor * f[2], f3 = factor * f[3];
                real f4 = factor * f[4], f5 = factor * f[5], f6 = factor * f[6], f7 = factor * f[7];
                real g0 = factor * g[0], g1 = factor * g[1], g2 = factor * g[2], g3 = factor * g[3];
                real g4 = factor * g[4], g5 = factor * g[5], g6 = factor * g[6], g7 = factor * g[7];
#pragma omp simd
                for (size_t j = 0; j < width; j++) {
                    c0[j] += (f0 * b0[j] + f1 * b1[j] + f2 * b2[j] + f3 * b3[j]) +
                             (f4 * b4[j] + f5 * b5[j] + f6 * b6[j] + f7 * b7[j]);
                    c1[j] += (g0 * b0[j] + g1 * b1[j] + g2 * b2[j] + g3 * b3[j]) +
                             (g4 * b4[j] + g5 * b5[j] + g6 * b6[j] + g7 * b7[j]);
                }
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

/* Asks for one of `parts` parts of what is needed next: several short rows side by side are nothing
 * that the processor would fetch ahead by itself. */
static inline void fetch_ahead(const real *next, size_t count, size_t part, size_t parts)
{
    enum { LINE = 64 / sizeof(real) };
    size_t lines = count / LINE;
    for (size_t line = lines * part / parts; line < lines * (part + 1) / parts; line++)
        __builtin_prefetch(next + line * LINE);
}

/* c[m][n] += factor * a[m][k] b[n][k]^T, four rows of b at a time. */
MULTIVERSION
static void add_few_rows_transposed(size_t m, size_t n, size_t k, real factor, struct matrix a,
                                    struct matrix b, real *c, size_t c_stride)
{
    enum { WIDTH = 4 };
    size_t whole = n - n % WIDTH, pairs = (m + 1) / 2;
    for (size_t j = 0; j < whole; j += WIDTH) {
        const real *b0 = b.at + j * b.stride, *b1 = b0 + b.stride;
        const real *b2 = b1 + b.stride, *b3 = b2 + b.stride;
        const real *next = j + WIDTH < whole ? b3 + b.stride : b0;
        for (size_t i = 0; i < m; i += 2) {
            fetch_ahead(next, WIDTH * k, i / 2, pairs);
            real nowhere[WIDTH] = {0};
            struct row_pair pair = row_pair(m, i, a, c + j, c_stride, nowhere);
            const real *a0 = pair.a0, *a1 = pair.a1;
            real s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0;
#pragma omp simd reduction(+ : s0, s1, s2, s3, t0, t1, t2, t3)
            for (size_t l = 0; l < k; l++) {
                s0 += a0[l] * b0[l];
                s1 += a0[l] * b1[l];
                s2 += a0[l] * b2[l];
                s3 += a0[l] * b3[l];
                t0 += a1[l] * b0[l];
                t1 += a1[l] * b1[l];
                t2 += a1[l] * b2[l];
                t3 += a1[l] * b3[l];
            }
            const real s[WIDTH] = {s0, s1, s2, s3}, t[WIDTH] = {t0, t1, t2, t3};
            for (size_t w = 0; w < WIDTH; w++) {
                pair.c0[w] += factor * s[w];
                pair.c1[w] += factor * t[w];
            }
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
        add_few_rows_transposed(m, n, k, factor, a, b, c, c_stride);
    else
        add_few_rows(m, n, k, factor, a, b, c, c_stride);
}

/* Of the two libraries the faster one for the shape, by measurement once and for all (tests/bench/
 * NOTES): products that are not small, and not those that are added to a large matrix of weights'
 * gradients, where oneDNN reads and writes more than OpenBLAS. */
enum { LEAST_WORK = 1 << 21, MOST_TURNED_ROWS = 1024 };

static bool onednn_is_faster(CBLAS_TRANSPOSE turn_a, size_t m, size_t n, size_t k)
{
    return m * n * k >= LEAST_WORK && (turn_a == CblasNoTrans || m <= MOST_TURNED_ROWS);
}

static bool by_onednn; /* set once, before the first product */

static void choose_library(void)
{
    by_onednn = onednn_uses_avx512() && blas_in_use().needs >= INSTRUCTIONS_AVX512;
}

bool matrix_uses_onednn(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, choose_library);
    return by_onednn;
}

static void multiply(CBLAS_TRANSPOSE turn_a, CBLAS_TRANSPOSE turn_b, size_t m, size_t n, size_t k,
                     real factor, struct matrix a, struct matrix b, enum matrix_result result,
                     real *c, size_t c_stride)
{
    if (m == 0 || n == 0)
        return;
    if (is_few_rows(turn_a, m, n, k)) {
        multiply_few_rows(turn_b, m, n, k, factor, a, b, result, c, c_stride);
        return;
    }
    if (m == 1 && turn_a == CblasNoTrans) {
        multiply_row(turn_b, n, k, factor, a.at, b, result, c);
        return;
    }
    if (onednn_is_faster(turn_a, m, n, k) && matrix_uses_onednn() &&
        onednn_multiply_fp32(turn_a == CblasTrans, turn_b == CblasTrans, m, n, k, factor, a, b,
                             result == MATRIX_ADD, c, c_stride))
        return;
    GEMM(CblasRowMajor, turn_a, turn_b, (blasint)m, (blasint)n, (blasint)k, factor, a.at,
         (blasint)a.stride, b.at, (blasint)b.stride, result == MATRIX_ADD, c, (blasint)c_stride);
}

void matrix_multiply(size_t m, size_t n, size_t k, real factor, struct matrix a, struct matrix b,
                     enum matrix_result result, real *c, size_t c_stride)
{
    multiply(CblasNoTrans, CblasNoTrans, m, n, k, factor, a, b, result, c, c_stride);
}

void matrix_multiply_transposed(size_t m, size_t n, size_t k, real factor, struct matrix a,
                                struct matrix b, enum matrix_result result, real *c,
                                size_t c_stride)
{
    multiply(CblasNoTrans, CblasTrans, m, n, k, factor, a, b, result, c, c_stride);
}

void matrix_transposed_multiply(size_t m, size_t n, size_t k, real factor, struct matrix a,
                                struct matrix b, enum matrix_result result, real *c,
                                size_t c_stride)
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

struct matrix_thread matrix_thread_prepare(void)
{
    struct matrix_thread before = {.threads = omp_get_max_threads()};
    thread_block_signals(&before.signals);
    subnormals_flush();
    omp_set_num_threads(1);
    return before;
}

void matrix_thread_release(const struct matrix_thread *before)
{
    omp_set_num_threads(before->threads);
    pthread_sigmask(SIG_SETMASK, &before->signals, NULL);
}
