#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/gelu.h"
#include "tests/fixtures/model_reference.h"

/* From -30 to 30, a number of points that is no multiple of any vector's. */
enum { POINTS = 60007 };

static double point(size_t i)
{
    return -30 + 60.0 * (double)i / (POINTS - 1);
}

/* Within 4e-7 of the result, and of 1 where the result is nearly 0. */
static bool is_near(real x, double expected)
{
    return fabs((double)x - expected) <= 4e-7 * fmax(1, fabs(expected));
}

static void gelu_follows_its_formula(void **state)
{
    (void)state;
    static real x[POINTS], y[POINTS];
    for (size_t i = 0; i < POINTS; i++)
        x[i] = (real)point(i);
    gelu_forward(POINTS, x, y);
    for (size_t i = 0; i < POINTS; i++)
        assert_true(is_near(y[i], reference_gelu((double)x[i])));
}

static void the_slope_is_the_derivative(void **state)
{
    (void)state;
    static real x[POINTS], y[POINTS], alone[POINTS];
    for (size_t i = 0; i < POINTS; i++)
        x[i] = (real)point(i);
    gelu_forward(POINTS, x, alone);
    gelu_forward_with_derivative(POINTS, x, y);
    for (size_t i = 0; i < POINTS; i++) {
        double at = (double)(real)point(i), h = 1e-5;
        double derivative = (reference_gelu(at + h) - reference_gelu(at - h)) / (2 * h);
        assert_true(is_near(y[i], (double)alone[i]));
        assert_true(fabs((double)x[i] - derivative) < 1e-6);
    }
}

static void far_away_it_is_x_or_0(void **state)
{
    (void)state;
    real x[] = {-1e20f, -300, 300, 1e20f}, y[4];
    gelu_forward(4, x, y);
    assert_true(fabs((double)y[0]) < 1e-15 && fabs((double)y[1]) < 1e-15);
    assert_true(y[2] == 300 && y[3] == 1e20f);
    gelu_forward_with_derivative(2, x + 1, y);
    assert_true(fabs((double)x[1]) < 1e-15 && fabs((double)x[2] - 1) < 1e-6);
}

static void the_way_back_multiplies_by_the_derivative(void **state)
{
    (void)state;
    real derivative[] = {0.5f, -2, 0}, dy[] = {3, 5, 7};
    gelu_backward(3, derivative, dy);
    assert_true(dy[0] == 1.5f && dy[1] == -10 && dy[2] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gelu_follows_its_formula),
        cmocka_unit_test(the_slope_is_the_derivative),
        cmocka_unit_test(far_away_it_is_x_or_0),
        cmocka_unit_test(the_way_back_multiplies_by_the_derivative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
