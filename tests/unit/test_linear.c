#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/linear.h"
#include "tests/fixtures/model_reference.h"

/* Sums of up to 70 products. */
#define TOLERANCE 2e-6

/* What a layer of these sizes gives by loops, added to what was in y. */
static void expect(size_t rows, const struct linear *linear, const real *x, double *y)
{
    double *input = to_double(x, rows * linear->inputs);
    double *weight = to_double(linear->weight, linear->inputs * linear->outputs);
    double *bias = linear->bias ? to_double(linear->bias, linear->outputs) : NULL;
    double *row = calloc(linear->outputs, sizeof *row);
    for (size_t i = 0; i < rows; i++) {
        reference_linear(linear->inputs, linear->outputs, weight, bias, input + i * linear->inputs,
                         row);
        for (size_t o = 0; o < linear->outputs; o++)
            y[i * linear->outputs + o] += row[o];
    }
    free(input);
    free(weight);
    free(bias);
    free(row);
}

static void check(size_t rows, size_t inputs, size_t outputs, bool with_bias,
                  enum matrix_result result)
{
    real *x = calloc(rows * inputs, sizeof *x), *y = calloc(rows * outputs, sizeof *y);
    real *weight = calloc(inputs * outputs, sizeof *weight), *bias = calloc(outputs, sizeof *bias);
    fill_normal(x, rows * inputs, 0, 1, 1);
    fill_normal(weight, inputs * outputs, 0, 1, 2);
    fill_normal(bias, outputs, 0, 1, 3);
    fill_normal(y, rows * outputs, 5, 1, 4);
    struct linear linear = {inputs, outputs, weight, with_bias ? bias : NULL, NULL};
    double *expected = result == MATRIX_ADD ? to_double(y, rows * outputs)
                                            : calloc(rows * outputs, sizeof *expected);
    expect(rows, &linear, x, expected);
    linear_forward(&linear, rows, (struct activation){x, NULL}, result, y);
    assert_residual("linear", y, expected, rows * outputs, TOLERANCE);
    free(x);
    free(y);
    free(weight);
    free(bias);
    free(expected);
}

static void a_linear_layer_follows_its_formula(void **state)
{
    (void)state;
    const size_t size[][3] = {{1, 1, 1}, {1, 70, 33}, {13, 7, 5}, {40, 33, 70}};
    for (size_t i = 0; i < sizeof size / sizeof *size; i++)
        for (int bias = 0; bias < 2; bias++) {
            check(size[i][0], size[i][1], size[i][2], bias, MATRIX_REPLACE);
            check(size[i][0], size[i][1], size[i][2], bias, MATRIX_ADD);
        }
}

static void a_part_of_a_layer_is_columns_of_the_whole(void **state)
{
    (void)state;
    enum { ROWS = 6, INPUTS = 5, OUTPUTS = 9, FIRST = 2, PART = 4, STRIDE = 7 };
    real x[ROWS * INPUTS], weight[INPUTS * OUTPUTS], bias[OUTPUTS];
    real whole[ROWS * OUTPUTS], part[ROWS * STRIDE];
    fill_normal(x, ROWS * INPUTS, 0, 1, 1);
    fill_normal(weight, INPUTS * OUTPUTS, 0, 1, 2);
    fill_normal(bias, OUTPUTS, 0, 1, 3);
    fill_normal(part, ROWS * STRIDE, 7, 0, 4);
    struct linear linear = {INPUTS, OUTPUTS, weight, bias, NULL};
    struct activation input = {x, NULL};
    linear_forward(&linear, ROWS, input, MATRIX_REPLACE, whole);
    linear_forward_part(&linear, FIRST, PART, ROWS, x, MATRIX_REPLACE, part, STRIDE);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t o = 0; o < PART; o++)
            assert_true(
                fabs((double)part[i * STRIDE + o] - (double)whole[i * OUTPUTS + FIRST + o]) < 1e-5);
        for (size_t o = PART; o < STRIDE; o++)
            assert_true(part[i * STRIDE + o] == 7);
    }
}

/* dx = dy W^T, and x^T dy and the sum of dy added to the gradients, by loops. */
static void the_way_back_follows_its_formula(void **state)
{
    (void)state;
    enum { ROWS = 13, INPUTS = 7, OUTPUTS = 5 };
    real x[ROWS * INPUTS], weight[INPUTS * OUTPUTS], dy[ROWS * OUTPUTS], dx[ROWS * INPUTS];
    real d_weight[INPUTS * OUTPUTS], d_bias[OUTPUTS];
    double expected_dx[ROWS * INPUTS] = {0};
    fill_normal(x, ROWS * INPUTS, 0, 1, 1);
    fill_normal(weight, INPUTS * OUTPUTS, 0, 1, 2);
    fill_normal(dy, ROWS * OUTPUTS, 0, 1, 3);
    fill_normal(d_weight, INPUTS * OUTPUTS, 0, 1, 4);
    fill_normal(d_bias, OUTPUTS, 0, 1, 5);
    double *expected_weight = to_double(d_weight, INPUTS * OUTPUTS);
    double *expected_bias = to_double(d_bias, OUTPUTS);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t o = 0; o < OUTPUTS; o++) {
            double derivative = (double)dy[i * OUTPUTS + o];
            expected_bias[o] += derivative;
            for (size_t j = 0; j < INPUTS; j++) {
                expected_dx[i * INPUTS + j] += derivative * (double)weight[j * OUTPUTS + o];
                expected_weight[j * OUTPUTS + o] += derivative * (double)x[i * INPUTS + j];
            }
        }
    struct linear linear = {INPUTS, OUTPUTS, weight, NULL, NULL};
    linear_backward(&linear, ROWS, (struct activation){x, NULL}, (struct activation){dy, NULL}, dx,
                    (struct linear_gradient){d_weight, d_bias, MATRIX_ADD});
    assert_residual("dx", dx, expected_dx, ROWS * INPUTS, TOLERANCE);
    assert_residual("d_weight", d_weight, expected_weight, INPUTS * OUTPUTS, TOLERANCE);
    assert_residual("d_bias", d_bias, expected_bias, OUTPUTS, TOLERANCE);
    free(expected_weight);
    free(expected_bias);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_linear_layer_follows_its_formula),
        cmocka_unit_test(a_part_of_a_layer_is_columns_of_the_whole),
        cmocka_unit_test(the_way_back_follows_its_formula),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
