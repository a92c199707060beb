/* Products of matrices against loops in double precision, above all those few rows take a way of
 * their own through. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "model/matrix.h"
#include "model/matrix_speed.h"
#include "model/onednn.h"
#include "model/precision.h"
#include "tests/larger.h"

/* Room beyond a row, to see that nobody writes there. */
enum { GAP = 3 };

static real *random_matrix(size_t rows, size_t stride, uint64_t stream)
{
    struct random random = random_stream(1, RANDOM_WEIGHTS, stream, 0);
    real *matrix = memory_new(rows * stride, sizeof *matrix, NULL);
    assert_non_null(matrix);
    for (size_t i = 0; i < rows * stride; i++)
        matrix[i] = (real)random_normal(&random);
    return matrix;
}

static double product_at(const real *a, size_t a_stride, const real *b, size_t b_stride,
                         bool transposed, size_t k, size_t i, size_t j)
{
    const real *column = transposed ? b + j * b_stride : b + j;
    size_t next = transposed ? 1 : b_stride;
    double sum = 0;
    for (size_t l = 0; l < k; l++)
        sum += (double)a[i * a_stride + l] * (double)column[l * next];
    return sum;
}

/* The largest difference from the loops, over the size of a term times the root of their number. */
static double residual(size_t m, size_t n, size_t k, bool transposed, enum matrix_result result)
{
    const real factor = (real)0.5;
    size_t a_stride = k + GAP, c_stride = n + GAP, b_stride = (transposed ? k : n) + GAP;
    real *a = random_matrix(m, a_stride, 1), *b = random_matrix(transposed ? n : k, b_stride, 2);
    real *c = random_matrix(m, c_stride, 3), *before = random_matrix(m, c_stride, 3);
    (transposed ? matrix_multiply_transposed
                : matrix_multiply)(m, n, k, factor, (struct matrix){a, a_stride},
                                   (struct matrix){b, b_stride}, result, c, c_stride);
    double worst = 0;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < c_stride; j++) {
            double old = (double)before[i * c_stride + j], wanted = old;
            if (j < n)
                wanted = (result == MATRIX_ADD ? old : 0) +
                         (double)factor * product_at(a, a_stride, b, b_stride, transposed, k, i, j);
            worst = larger(worst, fabs((double)c[i * c_stride + j] - wanted));
        }
    memory_free(a);
    memory_free(b);
    memory_free(c);
    memory_free(before);
    return worst / sqrt((double)k);
}

/* The largest of all ways to multiply these sizes. */
static double residual_of_all_ways(size_t m, size_t n, size_t k)
{
    double worst = 0;
    for (int way = 0; way < 4; way++)
        worst = larger(worst, residual(m, n, k, way % 2, way / 2 ? MATRIX_ADD : MATRIX_REPLACE));
    return worst;
}

/* c += factor * a^T b, for a[k][m]. */
static double residual_of_turned(size_t m, size_t n, size_t k)
{
    const real factor = (real)0.5;
    real *a = random_matrix(k, m + GAP, 1), *b = random_matrix(k, n + GAP, 2);
    real *c = random_matrix(m, n + GAP, 3), *before = random_matrix(m, n + GAP, 3);
    matrix_transposed_multiply(m, n, k, factor, (struct matrix){a, m + GAP},
                               (struct matrix){b, n + GAP}, MATRIX_ADD, c, n + GAP);
    double worst = 0;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n + GAP; j++) {
            double wanted = (double)before[i * (n + GAP) + j];
            for (size_t l = 0; j < n && l < k; l++)
                wanted +=
                    (double)factor * (double)a[l * (m + GAP) + i] * (double)b[l * (n + GAP) + j];
            worst = larger(worst, fabs((double)c[i * (n + GAP) + j] - wanted));
        }
    memory_free(a);
    memory_free(b);
    memory_free(c);
    memory_free(before);
    return worst / sqrt((double)k);
}

/* Of more numbers than 1 << 21: where the processor has AVX-512, another library makes them. */
static void large_products_are_those_of_loops(void **state)
{
    (void)state;
    double worst = larger(residual_of_turned(140, 130, 121), residual_of_all_ways(140, 130, 121));
    printf("    large products                               residual %.1e\n", worst);
    assert_true(worst < 4 * sqrt(121) * 0x1p-24);
}

/* The other library's name is a matter of record where it makes some of the products. */
static void products_name_their_library(void **state)
{
    (void)state;
    bool named = *precision_identity(PRECISION_FP32).products != '\0';
    bool uses_avx512 = onednn_uses_avx512() && blas_in_use().needs >= INSTRUCTIONS_AVX512;
    assert_true(matrix_uses_onednn() == uses_avx512 && named == uses_avx512);
}

static void products_are_those_of_loops(void **state)
{
    (void)state;
    static const size_t rows[] = {1, 2, 5, 12, 13, 40};
    static const size_t shape[][2] = {{7, 9}, {257, 259}, {1030, 67}, {66, 1001}};
    double worst = 0;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (size_t s = 0; s < sizeof shape / sizeof *shape; s++)
            worst = larger(worst, residual_of_all_ways(rows[r], shape[s][0], shape[s][1]));
    printf("    products                                     residual %.1e\n", worst);
    /* Sums of k terms of size 1 come to about 4 sqrt(k) at most; rounding each of k times by chance
     * is off by 4 sqrt(k) units in the last place of 1, k being 1001 at most. */
    assert_true(worst < 4 * sqrt(1001) * 0x1p-24);
}

static void the_speed_of_a_product_is_measured_on_every_shape(void **state)
{
    (void)state;
    static const enum matrix_product products[] = {MATRIX_MULTIPLY, MATRIX_MULTIPLY_TRANSPOSED,
                                                   MATRIX_TRANSPOSED_MULTIPLY};
    for (int wanted = PRECISION_FP32; wanted <= PRECISION_BF16; wanted++)
        for (size_t p = 0; p < sizeof products / sizeof *products; p++) {
            enum precision precision = precision_in_use((enum precision)wanted, NULL);
            struct matrix_shape shape = {products[p], 33, 17, 9};
            double speed = 0;
            assert_true(matrix_speed(&shape, precision, 2, 0, &speed, NULL));
            assert_true(isfinite(speed) && speed > 0);
        }
}

static void without_memory_there_is_no_speed(void **state)
{
    (void)state;
    struct matrix_shape shape = {MATRIX_MULTIPLY, 8, 8, 8};
    enum precision precision = precision_in_use(PRECISION_BF16, NULL);
    double speed;
    size_t request = 1;
    for (bool measured = false; !measured; request++) {
        struct error err = {0};
        memory_fail_request(request);
        measured = matrix_speed(&shape, precision, 2, 0, &speed, &err);
        memory_fail_request(0);
        assert_true(measured || err.kind == ERROR_MEMORY);
    }
    assert_true(request > 3); /* matrices, and where they lie */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_those_of_loops),
        cmocka_unit_test(large_products_are_those_of_loops),
        cmocka_unit_test(products_name_their_library),
        cmocka_unit_test(the_speed_of_a_product_is_measured_on_every_shape),
        cmocka_unit_test(without_memory_there_is_no_speed),
    };
    return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
