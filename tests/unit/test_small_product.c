/* Products of small matrices against loops in double precision, for shapes around what is computed
 * at once; and that a number's bits are its own. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/small_product.h"
#include "tests/fixtures/model_reference.h"

enum { MOST_ROWS = 2 * SMALL_ROWS + 1, WIDEST = 3 * SMALL_COLUMNS, DEEPEST = 131 };
enum { STRIDE = DEEPEST + 3 }; /* of every matrix, turned or not */

struct fixture {
    real a[STRIDE * STRIDE], b[STRIDE * STRIDE], before[STRIDE * STRIDE], c[STRIDE * STRIDE];
};

static struct fixture *fixture_new(void)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    fill_normal(f->a, STRIDE * STRIDE, 0, 1, 1);
    fill_normal(f->b, STRIDE * STRIDE, 0, 1, 2);
    fill_normal(f->before, STRIDE * STRIDE, 0, 1, 3);
    return f;
}

static struct small_operand operand_of(const struct fixture *f, bool turned)
{
    return turned ? (struct small_operand){f->a, 1, STRIDE}
                  : (struct small_operand){f->a, STRIDE, 1};
}

/* c is not a number where it is to be replaced, and before[] elsewhere. */
static void prepare(struct fixture *f, size_t m, size_t n, enum matrix_result result)
{
    memcpy(f->c, f->before, sizeof f->c);
    for (size_t i = 0; result == MATRIX_REPLACE && i < m; i++)
        for (size_t j = 0; j < n; j++)
            f->c[i * STRIDE + j] = NAN;
}

static void check(struct fixture *f, size_t m, size_t n, size_t k, bool turned,
                  enum matrix_result result)
{
    struct small_operand a = operand_of(f, turned);
    prepare(f, m, n, result);
    small_multiply(m, n, k, (real)0.5, a, (struct matrix){f->b, STRIDE}, result, f->c, STRIDE);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = result == MATRIX_ADD ? (double)f->before[i * STRIDE + j] : 0;
            double size = fabs(sum);
            for (size_t l = 0; l < k; l++) {
                double term = (double)a.at[i * a.row + l * a.column] / 2;
                term *= (double)f->b[l * STRIDE + j];
                sum += term;
                size += fabs(term);
            }
            /* Each of k products, and factor and sum behind them, is rounded once. */
            double bound = (double)(k + 3) * FLT_EPSILON / 2 * size;
            assert_true(fabs((double)f->c[i * STRIDE + j] - sum) <= bound);
        }
    for (size_t i = 0; i < STRIDE; i++)
        for (size_t j = i < m ? n : 0; j < STRIDE; j++)
            assert_true(f->c[i * STRIDE + j] == f->before[i * STRIDE + j]);
}

static void every_shape_follows_the_formula(void **state)
{
    (void)state;
    const size_t widths[] = {1, 5, 15, 16, 17, 32, 37, WIDEST};
    const size_t depths[] = {0, 1, 2, 63, 64, 65, DEEPEST};
    struct fixture *f = fixture_new();
    for (size_t m = 1; m <= MOST_ROWS; m++)
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
            for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
                for (int turned = 0; turned < 2; turned++)
                    for (int result = 0; result < MATRIX_RESULTS; result++)
                        check(f, m, widths[w], depths[d], turned, (enum matrix_result)result);
    free(f);
}

/* One by one they come out as among others. */
static void a_row_has_its_own_bits(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    static real alone[STRIDE * STRIDE];
    const size_t k = 77;
    for (size_t n = 1; n <= WIDEST; n += 11) {
        struct small_operand a = operand_of(f, false), row = a;
        struct matrix b = {f->b, STRIDE};
        small_multiply(MOST_ROWS, n, k, 1, a, b, MATRIX_REPLACE, f->c, STRIDE);
        for (size_t i = 0; i < MOST_ROWS; i++, row.at += row.row) {
            small_multiply(1, n, k, 1, row, b, MATRIX_REPLACE, alone, STRIDE);
            assert_memory_equal(alone, f->c + i * STRIDE, n * sizeof *alone);
        }
    }
    free(f);
}

static void turning_moves_every_number(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    for (size_t rows = 1; rows <= 40; rows++)
        for (size_t columns = 1; columns <= 33; columns += 4) {
            prepare(f, 0, 0, MATRIX_ADD);
            small_turn(rows, columns, (struct matrix){f->a, STRIDE}, f->c, STRIDE);
            for (size_t j = 0; j < STRIDE; j++)
                for (size_t i = 0; i < STRIDE; i++)
                    assert_true(f->c[j * STRIDE + i] == (j < columns && i < rows
                                                             ? f->a[i * STRIDE + j]
                                                             : f->before[j * STRIDE + i]));
        }
    free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_follows_the_formula),
        cmocka_unit_test(a_row_has_its_own_bits),
        cmocka_unit_test(turning_moves_every_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
