#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "measure/summary.h"
#include "tests/float_equal.h"

/* Student's t with 2 degrees of freedom has a closed form. */
static double t_with_two(double t)
{
    return 0.5 + t / (2 * sqrt(2 + t * t));
}

static void mean_deviation_and_error_are_those_of_the_values(void **state)
{
    (void)state;
    const double value[] = {1, 2, 3};
    struct summary summary = summary_of(value, 3);
    assert_int_equal(summary.count, 3);
    assert_float_equal(summary.mean, 2, 1e-12);
    assert_float_equal(summary.deviation, 1, 1e-12);
    assert_float_equal(summary.error, 1 / sqrt(3), 1e-12);
}

static void p_is_that_of_the_t_test_against_the_bound(void **state)
{
    (void)state;
    const double value[] = {-0.5, -0.4, -0.6};
    struct summary summary = summary_of(value, 3);
    double t = -0.5 / (0.1 / sqrt(3));
    assert_float_equal(summary_p_below(&summary, 0), t_with_two(t), 1e-9);
    assert_float_equal(summary_p_above(&summary, 0), 1 - t_with_two(t), 1e-9);
    double further = (-0.5 + 0.45) / (0.1 / sqrt(3));
    assert_float_equal(summary_p_below(&summary, -0.45), t_with_two(further), 1e-9);
}

static void equal_values_say_nothing_of_how_far_others_would_be(void **state)
{
    (void)state;
    const double value[] = {1, 1, 1};
    struct summary summary = summary_of(value, 3);
    assert_true(summary.deviation == 0);
    assert_true(isnan(summary_p_above(&summary, 0.99)));
    assert_true(isnan(summary_p_below(&summary, 1.01)));
}

static void one_value_has_no_error_and_none_no_mean(void **state)
{
    (void)state;
    const double value[] = {4};
    struct summary one = summary_of(value, 1), none = summary_of(value, 0);
    assert_true(one.mean == 4);
    assert_true(isnan(one.error));
    assert_true(isnan(summary_p_below(&one, 9)));
    assert_true(isnan(none.mean));
}

static void mean_and_deviation_are_over_what_is_finite(void **state)
{
    (void)state;
    const double value[] = {2, NAN, 4, 9, INFINITY};
    struct summary summary = summary_of(value, 5);
    assert_int_equal(summary.count, 3);
    assert_true(summary.mean == 5);
    assert_true(fabs(summary.deviation - sqrt((9 + 1 + 16) / 2.0)) < 1e-12);
    summary = summary_of(value, 2);
    assert_int_equal(summary.count, 1);
    assert_true(summary.mean == 2 && isnan(summary.deviation));
    summary = summary_of(value + 1, 1);
    assert_int_equal(summary.count, 0);
    assert_true(isnan(summary.mean));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mean_and_deviation_are_over_what_is_finite),
        cmocka_unit_test(mean_deviation_and_error_are_those_of_the_values),
        cmocka_unit_test(p_is_that_of_the_t_test_against_the_bound),
        cmocka_unit_test(equal_values_say_nothing_of_how_far_others_would_be),
        cmocka_unit_test(one_value_has_no_error_and_none_no_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
