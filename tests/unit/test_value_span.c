#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

#include "plot/value_span.h"
#include "tests/float_equal.h"

static void assert_span(struct value_span span, double low, double high)
{
    assert_float_equal(span.low, low, 1e-9 * fabs(low));
    assert_float_equal(span.high, high, 1e-9 * fabs(high));
}

static void shares_and_values_are_each_others_inverse(void **state)
{
    (void)state;
    static const struct value_span spans[] = {
        {-2, 6, false}, {1e6, 1e6 + 1, false}, {0.01, 100, true}, {3, 4, true}};
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
        for (double share = -0.5; share <= 1.5; share += 0.0625)
            assert_float_equal(value_span_share(&spans[s], value_span_value(&spans[s], share)),
                               share, 1e-9);
    const struct value_span decades = {0.01, 100, true};
    assert_float_equal(value_span_share(&decades, 1), 0.5, 1e-12);
    assert_true(value_span_holds(&decades, 0.01));
    assert_false(value_span_holds(&decades, 0.009));
}

static void zooming_keeps_a_value_in_its_place(void **state)
{
    (void)state;
    const struct value_span span = {0, 8, false}, decades = {0.01, 100, true};
    assert_span(value_span_zoom(span, 2, 0.5), 1, 5);
    assert_span(value_span_zoom(span, 2, 2), -2, 14);
    assert_span(value_span_zoom(decades, 1, 0.5), 0.1, 10);
    assert_span(value_span_zoom(decades, 100, 0.5), 1, 100);
}

static void panning_keeps_the_length(void **state)
{
    (void)state;
    const struct value_span span = {0, 8, false}, decades = {0.01, 100, true};
    assert_span(value_span_pan(span, 0.25), 2, 10);
    assert_span(value_span_pan(span, -0.25), -2, 6);
    assert_span(value_span_pan(decades, -0.25), 0.001, 10);
}

static void the_ends_stay_numbers(void **state)
{
    (void)state;
    struct value_span span = {1e-3, 1e3, true}, tiny = {1, 2, false};
    for (int i = 0; i < 4000; i++) {
        span = value_span_zoom(span, 1, 2);
        tiny = value_span_zoom(tiny, 1.5, 0.5);
        assert_true(isfinite(span.low) && isfinite(span.high) && 0 < span.low);
        assert_true(span.low < span.high && tiny.low < tiny.high);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_and_values_are_each_others_inverse),
        cmocka_unit_test(zooming_keeps_a_value_in_its_place),
        cmocka_unit_test(panning_keeps_the_length),
        cmocka_unit_test(the_ends_stay_numbers),
    };
    return cmocka_run_group_tests_name("value_span", tests, NULL, NULL);
}
