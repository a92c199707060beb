#include "model/small_product.h"

#include <string.h>

#include "base/multiversion.h"

_Static_assert(SMALL_ROWS == 6, "multiply_columns has a case for each rest");

/* For what is built once for each instruction set, with numbers of rows that are constants. */
#define INLINE static inline __attribute__((always_inline))

/* c[rows][SMALL_COLUMNS]; the sums stay in registers. This and what calls it: 0 < k. */
INLINE void multiply_tile(size_t rows, size_t k, real factor, struct small_operand a,
                          struct matrix b, enum matrix_result result, real *c, size_t c_stride)
{
    real sum[SMALL_ROWS][SMALL_COLUMNS];
#pragma GCC unroll 6
    for (size_t i = 0; i < rows; i++) {
#pragma omp simd
        for (size_t j = 0; j < SMALL_COLUMNS; j++)
            sum[i][j] = 0;
    }
    do {
#pragma GCC unroll 6
        for (size_t i = 0; i < rows; i++) {
            real of_a = a.at[i * a.row];
#pragma omp simd
            for (size_t j = 0; j < SMALL_COLUMNS; j++)
                sum[i][j] += of_a * b.at[j];
        }
        a.at += a.column;
        b.at += b.stride;
    } while (--k > 0);
#pragma GCC unroll 6
    for (size_t i = 0; i < rows; i++, c += c_stride) {
        if (result == MATRIX_ADD) {
#pragma omp simd
            for (size_t j = 0; j < SMALL_COLUMNS; j++)
                c[j] += factor * sum[i][j];
        } else {
#pragma omp simd
            for (size_t j = 0; j < SMALL_COLUMNS; j++)
                c[j] = factor * sum[i][j];
        }
    }
}

/* c[m][SMALL_COLUMNS] */
INLINE void multiply_columns(size_t m, size_t k, real factor, struct small_operand a,
                             struct matrix b, enum matrix_result result, real *c, size_t c_stride)
{
    for (; m >= SMALL_ROWS; m -= SMALL_ROWS) {
        multiply_tile(SMALL_ROWS, k, factor, a, b, result, c, c_stride);
        a.at += SMALL_ROWS * a.row;
        c += SMALL_ROWS * c_stride;
    }
    switch (m) {
    case 5:
        multiply_tile(5, k, factor, a, b, result, c, c_stride);
        break;
    case 4:
        multiply_tile(4, k, factor, a, b, result, c, c_stride);
        break;
    case 3:
        multiply_tile(3, k, factor, a, b, result, c, c_stride);
        break;
    case 2:
        multiply_tile(2, k, factor, a, b, result, c, c_stride);
        break;
    case 1:
        multiply_tile(1, k, factor, a, b, result, c, c_stride);
        break;
    default:
        break;
    }
}

MULTIVERSION
static void replace_columns(size_t m, size_t k, real factor, struct small_operand a,
                            struct matrix b, real *c, size_t c_stride)
{
    multiply_columns(m, k, factor, a, b, MATRIX_REPLACE, c, c_stride);
}

MULTIVERSION
static void add_columns(size_t m, size_t k, real factor, struct small_operand a, struct matrix b,
                        real *c, size_t c_stride)
{
    multiply_columns(m, k, factor, a, b, MATRIX_ADD, c, c_stride);
}

/* c[m][n] += the product, with fewer than SMALL_COLUMNS columns, by way of as many: what is needed
 * of b and c is copied, a piece of k at a time. */
static void add_edge(size_t m, size_t n, size_t k, real factor, struct small_operand a,
                     struct matrix b, real *c, size_t c_stride)
{
    enum { DEPTH = 64 };
    real wide_b[DEPTH * SMALL_COLUMNS] = {0}, wide_c[SMALL_ROWS * SMALL_COLUMNS];
    struct matrix of_b = {wide_b, SMALL_COLUMNS};
    for (size_t first = 0; first < k; first += DEPTH) {
        size_t depth = k - first < DEPTH ? k - first : DEPTH;
        for (size_t l = 0; l < depth; l++)
            memcpy(wide_b + l * SMALL_COLUMNS, b.at + (first + l) * b.stride, n * sizeof *b.at);
        for (size_t i = 0; i < m; i += SMALL_ROWS) {
            size_t rows = m - i < SMALL_ROWS ? m - i : SMALL_ROWS;
            struct small_operand of_a = {a.at + i * a.row + first * a.column, a.row, a.column};
            replace_columns(rows, depth, factor, of_a, of_b, wide_c, SMALL_COLUMNS);
            for (size_t row = 0; row < rows; row++)
                for (size_t j = 0; j < n; j++)
                    c[(i + row) * c_stride + j] += wide_c[row * SMALL_COLUMNS + j];
        }
    }
}

void small_multiply(size_t m, size_t n, size_t k, real factor, struct small_operand a,
                    struct matrix b, enum matrix_result result, real *c, size_t c_stride)
{
    size_t whole = n - n % SMALL_COLUMNS, from = k > 0 ? whole : 0;
    for (size_t j = 0; j < from; j += SMALL_COLUMNS) {
        struct matrix columns = {b.at + j, b.stride};
        if (result == MATRIX_ADD)
            add_columns(m, k, factor, a, columns, c + j, c_stride);
        else
            replace_columns(m, k, factor, a, columns, c + j, c_stride);
    }
    if (from == n)
        return;
    for (size_t i = 0; result == MATRIX_REPLACE && i < m; i++)
        memset(c + i * c_stride + from, 0, (n - from) * sizeof *c);
    b.at += from;
    add_edge(m, n - from, k, factor, a, b, c + from, c_stride);
}

MULTIVERSION
void small_turn(size_t rows, size_t columns, struct matrix x, real *turned, size_t stride)
{
    enum { STEP = 16 };
    size_t whole = rows - rows % STEP;
    for (size_t i = 0; i < whole; i += STEP)
        for (size_t j = 0; j < columns; j++) {
#pragma omp simd
            for (size_t l = 0; l < STEP; l++)
                turned[j * stride + i + l] = x.at[(i + l) * x.stride + j];
        }
    for (size_t i = whole; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            turned[j * stride + i] = x.at[i * x.stride + j];
}
