#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/norm.h"
#include "tests/fixtures/model_reference.h"

/* A few roundings of 6e-8 in each number; more where sums of up to 133 numbers cancel. */
#define TOLERANCE 2e-6

enum { ROWS = 5, WIDEST = 133 };

static void rows_follow_the_formula(enum norm_kind kind, bool with_bias, size_t width)
{
    real x[ROWS * WIDEST], y[ROWS * WIDEST], scale[WIDEST], bias[WIDEST];
    struct norm_row row[ROWS];
    fill_normal(x, ROWS * width, 0.7, 2, width);
    fill_normal(scale, width, 1, 0.5, 2);
    fill_normal(bias, width, 0, 1, 3);
    struct norm norm = {kind, width, scale, with_bias ? bias : NULL};
    norm_forward(&norm, ROWS, x, y, row);

    double expected[ROWS * WIDEST];
    double *dx = to_double(x, ROWS * width), *d_scale = to_double(scale, width);
    double *d_bias = to_double(bias, width);
    for (size_t i = 0; i < ROWS; i++)
        reference_norm(kind, width, d_scale, with_bias ? d_bias : NULL, dx + i * width,
                       expected + i * width);
    assert_residual(kind == NORM_RMS ? "RMS norm" : "layer norm", y, expected, ROWS * width,
                    TOLERANCE);
    free(dx);
    free(d_scale);
    free(d_bias);
}

static void rms_norm_follows_its_formula(void **state)
{
    (void)state;
    const size_t width[] = {1, 2, 7, 16, WIDEST};
    for (size_t i = 0; i < sizeof width / sizeof *width; i++)
        rows_follow_the_formula(NORM_RMS, false, width[i]);
}

static void layer_norm_follows_its_formula(void **state)
{
    (void)state;
    const size_t width[] = {2, 7, 16, WIDEST};
    for (size_t i = 0; i < sizeof width / sizeof *width; i++) {
        rows_follow_the_formula(NORM_LAYER, true, width[i]);
        rows_follow_the_formula(NORM_LAYER, false, width[i]);
    }
}

/* Rows of zeros, and of one number, divide by the epsilon's root and not by 0. */
static void a_row_without_variance_stays_finite(void **state)
{
    (void)state;
    real zero[3] = {0, 0, 0}, same[3] = {4, 4, 4}, scale[3] = {1, 1, 1}, y[3];
    struct norm_row row;
    struct norm rms = {NORM_RMS, 3, scale, NULL}, layer = {NORM_LAYER, 3, scale, NULL};
    norm_forward(&rms, 1, zero, y, &row);
    assert_true(y[0] == 0 && y[1] == 0 && y[2] == 0);
    norm_forward(&layer, 1, same, y, &row);
    assert_true(y[0] == 0 && y[1] == 0 && y[2] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rms_norm_follows_its_formula),
        cmocka_unit_test(layer_norm_follows_its_formula),
        cmocka_unit_test(a_row_without_variance_stays_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
