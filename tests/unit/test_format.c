#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "ui/format.h"

static char text[FORMAT_SIZE];

static void counts_have_commas(void **state)
{
    (void)state;
    assert_string_equal(format_count(text, 0), "0");
    assert_string_equal(format_count(text, 999), "999");
    assert_string_equal(format_count(text, 1000), "1,000");
    assert_string_equal(format_count(text, 1048576), "1,048,576");
    assert_string_equal(format_count(text, UINT64_MAX), "18,446,744,073,709,551,615");
}

static void short_numbers_have_three_digits_and_a_unit(void **state)
{
    (void)state;
    assert_string_equal(format_short(text, 0), "0");
    assert_string_equal(format_short(text, 999.4), "999");
    assert_string_equal(format_short(text, 999.6), "1.00k");
    assert_string_equal(format_short(text, 24312), "24.3k");
    assert_string_equal(format_short(text, 489000), "489k");
    assert_string_equal(format_short(text, 512000), "0.51M");
    assert_string_equal(format_short(text, 43.7e6), "43.7M");
    assert_string_equal(format_short(text, NAN), "-");
}

static void short_numbers_never_take_more_than_five_columns(void **state)
{
    (void)state;
    for (double number = 0.1; number < 9e14; number *= 1.0123)
        assert_true(strlen(format_short(text, number)) <= 5);
}

static void numbers_keep_their_width(void **state)
{
    (void)state;
    assert_string_equal(format_number(text, 0.0412), ".041");
    assert_string_equal(format_number(text, 0.9996), "1.00");
    assert_string_equal(format_number(text, 4.549), "4.55");
    assert_string_equal(format_number(text, 9.996), "10.0");
    assert_string_equal(format_number(text, 12.34), "12.3");
    assert_string_equal(format_number(text, 1234), "1234");
    assert_string_equal(format_number(text, -0.25), "-.250");
    assert_string_equal(format_number(text, NAN), "-");
    assert_string_equal(format_loss(text, 4.5494), "4.549");
    assert_string_equal(format_loss(text, -NAN), "-");
    assert_string_equal(format_loss(text, INFINITY), "-");
    for (double number = 1e-6; number < 9999; number *= 1.017)
        assert_true(strlen(format_number(text, number)) <= 4);
}

static void rates_drop_what_says_nothing(void **state)
{
    (void)state;
    assert_string_equal(format_rate(text, 0.0016), "1.6e-3");
    assert_string_equal(format_rate(text, 0.002), "2e-3");
    assert_string_equal(format_rate(text, 1e-7), "1e-7");
    assert_string_equal(format_rate(text, 0.001234), "1.23e-3");
    assert_string_equal(format_rate(text, 0.05), "0.05");
    assert_string_equal(format_rate(text, 0), "0");
    assert_string_equal(format_rate(text, INFINITY), "-");
}

static void measures_of_any_size_can_be_read(void **state)
{
    (void)state;
    assert_string_equal(format_measured(text, 104321), "104k");
    assert_string_equal(format_measured(text, 9999), "9999");
    assert_string_equal(format_measured(text, 0.107), ".107");
    assert_string_equal(format_measured(text, 4.72e-4), "4.72e-4");
    assert_string_equal(format_measured(text, -0.0017), "-1.7e-3");
    assert_string_equal(format_measured(text, -2e5), "-2e+05");
    assert_string_equal(format_measured(text, 0), ".000");
    assert_string_equal(format_measured(text, NAN), "-");
    for (double number = 1e-300; number < 1e300; number *= 1.7)
        assert_true(strlen(format_measured(text, number)) <= 9);
}

static void durations_change_their_unit(void **state)
{
    (void)state;
    assert_string_equal(format_duration(text, 7), "0:07");
    assert_string_equal(format_duration(text, 59.6), "1:00");
    assert_string_equal(format_duration(text, 72), "1:12");
    assert_string_equal(format_duration(text, 3599), "59:59");
    assert_string_equal(format_duration(text, 7500), "2 h 05");
    assert_string_equal(format_duration(text, 273600), "3 d 04 h");
    assert_string_equal(format_duration(text, NAN), "-");
    assert_string_equal(format_about(text, 3), "10 s");
    assert_string_equal(format_about(text, 230), "4 min");
    assert_string_equal(format_about(text, 3 * 3600), "3 h");
    assert_string_equal(format_about(text, 66 * 86400.0), "66 days");
}

static void probabilities_are_three_columns_wide(void **state)
{
    (void)state;
    assert_string_equal(format_probability(text, 0), "<.01");
    assert_string_equal(format_probability(text, 0.00499), "<.01");
    assert_string_equal(format_probability(text, 0.00501), ".01");
    assert_string_equal(format_probability(text, 0.0712), ".07");
    assert_string_equal(format_probability(text, 0.994), ".99");
    assert_string_equal(format_probability(text, 0.9951), "1.0");
    for (double p = 0; p <= 1; p += 1e-4)
        assert_int_equal(strlen(format_probability(text, p)), p < 0.005 ? 4 : 3);
}

static void a_chance_is_never_shown_as_none(void **state)
{
    (void)state;
    char shown[FORMAT_SIZE];
    assert_string_equal(format_chance(shown, 0.9342), "93.42 %");
    assert_string_equal(format_chance(shown, 1), "100.00 %");
    assert_string_equal(format_chance(shown, 0.000051), "0.01 %");
    assert_string_equal(format_chance(shown, 0.000049), "<0.01 %");
    assert_string_equal(format_chance(shown, 0), "<0.01 %");
}

static void bars_are_as_long_as_their_share(void **state)
{
    (void)state;
    char bar[FORMAT_BAR_SIZE];
    assert_string_equal(format_bar(bar, 4, 0), "");
    assert_string_equal(format_bar(bar, 4, 0.5), "━━");
    assert_string_equal(format_bar(bar, 4, 0.625), "━━╸");
    assert_string_equal(format_bar(bar, 4, 1.7), "━━━━");
    assert_string_equal(format_bar(bar, 4, NAN), "");
    assert_int_equal(strlen(format_bar(bar, 1000, 1)), 3 * FORMAT_BAR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_have_commas),
        cmocka_unit_test(short_numbers_have_three_digits_and_a_unit),
        cmocka_unit_test(short_numbers_never_take_more_than_five_columns),
        cmocka_unit_test(numbers_keep_their_width),
        cmocka_unit_test(rates_drop_what_says_nothing),
        cmocka_unit_test(measures_of_any_size_can_be_read),
        cmocka_unit_test(durations_change_their_unit),
        cmocka_unit_test(probabilities_are_three_columns_wide),
        cmocka_unit_test(a_chance_is_never_shown_as_none),
        cmocka_unit_test(bars_are_as_long_as_their_share),
    };
    return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
