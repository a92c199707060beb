/* Axes: round numbers, their places and their texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "plot/axis.h"
#include "plot/ticks.h"
#include "tests/float_equal.h"
#include "tests/within.h"

static void ticks_are_round_and_few_enough(void **state)
{
    (void)state;
    assert_float_equal(ticks_distance(1000, 10), 100, 1e-9);
    assert_float_equal(ticks_distance(1000, 6), 200, 1e-9);
    assert_float_equal(ticks_distance(1000, 3), 500, 1e-9);
    for (double span = 0.01; span < 1e7; span *= 1.31)
        for (int most = 1; most < 20; most++)
            assert_true(span / ticks_distance(span, most) <= most + 1e-9);
}

static void round_ends_are_near(void **state)
{
    (void)state;
    assert_float_equal(ticks_round_up(1), 1, 1e-12);
    assert_float_equal(ticks_round_up(1001), 1200, 1e-9);
    assert_float_equal(ticks_round_up(0.031), 0.04, 1e-12);
    for (double value = 1e-3; value < 1e7; value *= 1.07)
        assert_true(ticks_round_up(value) >= value * (1 - 1e-9) &&
                    ticks_round_up(value) <= value * 1.34);
}

static void a_value_has_a_share_of_its_axis(void **state)
{
    (void)state;
    const struct axis axes[] = {{-3, 7, AXIS_LINEAR}, {0.05, 20, AXIS_LOGARITHMIC}};
    for (size_t i = 0; i < 2; i++) {
        assert_float_equal(axis_share(&axes[i], axes[i].low), 0, 1e-12);
        assert_float_equal(axis_share(&axes[i], axes[i].high), 1, 1e-12);
    }
    assert_float_equal(axis_share(&axes[0], 2), 0.5, 1e-12);
    assert_float_equal(axis_share(&axes[1], 1), 0.5, 1e-12); /* .05 and 20 are 1/20 and 20 */
    assert_float_equal(axis_share(&axes[0], 12), 1.5, 1e-12);
    assert_float_equal(axis_share(&axes[1], 400), 1.5, 1e-12);
    assert_true(axis_share(&axes[1], 0) < -100);
    assert_true(axis_share(&axes[1], -1) < -100);
}

static void any_range_becomes_an_axis(void **state)
{
    (void)state;
    static const double ends[][2] = {
        {0, 0},     {5, 5},      {-5, -5},         {0, 10},      {3, 1e-12},           {-1, 1},
        {-10, -1},  {1e-9, 1e9}, {0, 5e-324},      {1, 1.7e308}, {-1.7e308, 1.7e308},  {2e19, 9e19},
        {1, 1e300}, {-3, -1e-9}, {5e-324, 1e-310}, {0, 1e-30},   {-1.7e308, -1.6e308},
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        for (int scale = 0; scale < 2; scale++)
            for (int round = 0; round < 2; round++) {
                struct axis axis = (round ? axis_round : axis_exact)(ends[i][0], ends[i][1], scale);
                assert_true(axis.low < axis.high && isfinite(axis.high - axis.low));
                assert_true(scale == AXIS_LINEAR || axis.low > 0);
            }
}

static void round_axes_hold_their_range_and_end_at_round_numbers(void **state)
{
    (void)state;
    struct axis axis = axis_round(0.073, 12.4, AXIS_LOGARITHMIC);
    assert_float_equal(axis.low, 0.05, 1e-12);
    assert_float_equal(axis.high, 15, 1e-9);
    axis = axis_round(0.2, 0.93, AXIS_LINEAR);
    assert_float_equal(axis.low, 0, 0);
    assert_float_equal(axis.high, 1, 1e-12);
    axis = axis_round(-0.31, 0.9, AXIS_LINEAR);
    assert_float_equal(axis.low, -0.5, 1e-12);
    assert_float_equal(axis.high, 1, 1e-12);
}

/* Whether the texts of an axis are these, in this order. */
static bool reads(struct axis axis, size_t most, const char *const *text)
{
    struct tick tick[AXIS_TICKS];
    size_t ticks = axis_ticks(&axis, most, tick);
    for (size_t i = 0; i < ticks; i++)
        if (tick[i].text[0] && (!*text || strcmp(tick[i].text, *text++) != 0)) {
            fprintf(stderr, "unexpected %s\n", tick[i].text);
            return false;
        }
    return *text == NULL;
}

#define TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void ticks_read_as_people_write_numbers(void **state)
{
    (void)state;
    assert_true(reads(axis_exact(0, 3200, AXIS_LINEAR), 8,
                      TEXTS("0", "500", "1,000", "1,500", "2,000", "2,500", "3,000")));
    assert_true(
        reads(axis_exact(0, 1, AXIS_LINEAR), 6, TEXTS("0.0", "0.2", "0.4", "0.6", "0.8", "1.0")));
    assert_true(reads(axis_exact(-1, 1, AXIS_LINEAR), 5,
                      TEXTS("\u22121.0", "\u22120.5", "0.0", "0.5", "1.0")));
    assert_true(reads(axis_exact(0.05, 15, AXIS_LOGARITHMIC), 8,
                      TEXTS("0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10")));
    assert_true(
        reads(axis_exact(0.05, 15, AXIS_LOGARITHMIC), 5, TEXTS("0.1", "0.3", "1", "3", "10")));
    assert_true(reads(axis_exact(10, 1e6, AXIS_LOGARITHMIC), 7,
                      TEXTS("10", "100", "1,000", "10,000", "100,000", "1,000,000")));
    assert_true(reads(axis_exact(1e-7, 1e-3, AXIS_LOGARITHMIC), 6,
                      TEXTS("10^{\u22127}", "10^{\u22126}", "10^{\u22125}", "0.0001", "0.001")));
    assert_true(
        reads(axis_exact(420, 480, AXIS_LOGARITHMIC), 5, TEXTS("420", "440", "460", "480")));
}

/* On any axis: ascending, inside, not too many texts and not too few, and on a linear one all the
 * same distance apart. */
static void ticks_are_inside_ascending_and_few(void **state)
{
    (void)state;
    struct tick tick[AXIS_TICKS];
    for (double low = 1e-6; low < 1e6; low *= 3.7)
        for (double factor = 1.05; factor < 1e9; factor *= 2.3)
            for (size_t most = 3; most < 12; most++)
                for (int scale = 0; scale < 2; scale++) {
                    struct axis axis = axis_exact(low, low * factor, scale);
                    size_t ticks = axis_ticks(&axis, most, tick), texts = 0;
                    for (size_t i = 0; i < ticks; i++) {
                        double share = axis_share(&axis, tick[i].value);
                        assert_true(share > -1e-6 && share < 1 + 1e-6);
                        assert_true(i == 0 || tick[i].value > tick[i - 1].value);
                        texts += tick[i].text[0] != '\0';
                    }
                    assert_within(texts, 1, most);
                    for (size_t i = 2; scale == AXIS_LINEAR && i < ticks; i++)
                        assert_float_equal((tick[i].value - tick[i - 1].value) /
                                               (tick[1].value - tick[0].value),
                                           1, 1e-6);
                }
}

static void a_linear_text_is_its_value_at_every_size(void **state)
{
    (void)state;
    struct tick tick[AXIS_TICKS];
    for (double size = 1e-290; size < 1e290; size *= 4.7e3) {
        struct axis axis = axis_round(0, size, AXIS_LINEAR);
        size_t ticks = axis_ticks(&axis, 5, tick);
        assert_within(ticks, 2, 6);
        for (size_t i = 0; i < ticks; i++) {
            char digits[AXIS_TEXT] = "", *end = digits;
            for (const char *c = tick[i].text; *c; c++)
                if (*c != ',')
                    *end++ = *c;
            assert_float_equal(strtod(digits, NULL) / size, tick[i].value / size, 1e-3);
        }
    }
}

/* Below 10^7 and above 10^-4 a text is the number itself. */
static void a_text_is_its_value(void **state)
{
    (void)state;
    struct tick tick[AXIS_TICKS];
    for (double low = 1e-4; low < 1e5; low *= 3.3)
        for (int scale = 0; scale < 2; scale++) {
            struct axis axis = axis_exact(low, low * 42, scale);
            size_t ticks = axis_ticks(&axis, 7, tick);
            for (size_t i = 0; i < ticks; i++) {
                char digits[AXIS_TEXT];
                size_t length = 0;
                for (const char *c = tick[i].text; *c; c++)
                    if (*c != ',')
                        digits[length++] = *c;
                digits[length] = '\0';
                if (length > 0)
                    assert_float_equal(strtod(digits, NULL), tick[i].value, 1e-9 * axis.high);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_are_round_and_few_enough),
        cmocka_unit_test(round_ends_are_near),
        cmocka_unit_test(a_value_has_a_share_of_its_axis),
        cmocka_unit_test(any_range_becomes_an_axis),
        cmocka_unit_test(round_axes_hold_their_range_and_end_at_round_numbers),
        cmocka_unit_test(ticks_read_as_people_write_numbers),
        cmocka_unit_test(ticks_are_inside_ascending_and_few),
        cmocka_unit_test(a_text_is_its_value),
        cmocka_unit_test(a_linear_text_is_its_value_at_every_size),
    };
    return cmocka_run_group_tests_name("axis", tests, NULL, NULL);
}
