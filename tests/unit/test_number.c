#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/random.h"

static void numbers_are_written_in_their_shortest_form(void **state)
{
    static const struct {
        double number;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {0.1, "0.1"},
        {4e-4, "0.0004"},
        {1e-7, "1e-7"},
        {1e9, "1000000000"},
        {0x1p53 - 1, "9007199254740991"},
        {1e16, "1e16"},
        {-300, "-300"},
        {2.5e-10, "2.5e-10"},
        {65536, "65536"},
        {1.0 / 3, "0.3333333333333333"},
        {-1e300, "-1e300"},
        {0x1p-1074, "5e-324"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[NUMBER_TEXT];
        number_write(text, cases[i].number);
        assert_string_equal(text, cases[i].text);
    }
}

static void any_number_reads_back_to_the_same_bits(void **state)
{
    struct random random = random_stream(1, RANDOM_TEST, 0, 0);
    (void)state;
    for (int i = 0; i < 100000; i++) {
        char text[NUMBER_TEXT];
        double number, back;
        uint64_t bits = random_u64(&random);
        memcpy(&number, &bits, sizeof number);
        if (!isfinite(number))
            continue;
        number_write(text, number);
        assert_true(strlen(text) < NUMBER_TEXT);
        assert_true(number_read(text, &back));
        assert_memory_equal(&number, &back, sizeof number);
    }
}

static void what_is_no_decimal_number_is_refused(void **state)
{
    static const char *const cases[] = {
        "",   " 1", "1 ", "x",   "1x",  "0x10", "inf",  "-inf", "nan",   "1e",    "1e+",
        "e5", ".",  "-",  "--1", "1..", "1,5",  "1e5.", "+-1",  "1e400", "1_000", "infinity",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double number = 7;
        assert_false(number_read(cases[i], &number));
        assert_true(number == 7);
    }
}

static void decimal_numbers_are_read(void **state)
{
    static const struct {
        const char *text;
        double number;
    } cases[] = {
        {"1", 1},  {"+1", 1},      {"-1.5", -1.5}, {".5", 0.5},
        {"5.", 5}, {"1e-3", 1e-3}, {"1E+3", 1e3},  {"007", 7},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double number;
        assert_true(number_read(cases[i].text, &number));
        assert_true(number == cases[i].number);
    }
}

static void counts_are_digits_alone(void **state)
{
    static const char *const wrong[] = {
        "",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "1e3",
        "0x1",
        "18446744073709551616",
        "99999999999999999999",
    };
    uint64_t count = 7;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(number_read_count(wrong[i], &count));
    assert_int_equal(count, 7);
    assert_true(number_read_count("18446744073709551615", &count));
    assert_true(count == UINT64_MAX);
    assert_true(number_read_count("0", &count));
    assert_int_equal(count, 0);
}

static void ranges_are_one_count_or_two(void **state)
{
    static const char *const wrong[] = {
        "",      "..",  "1..",     "..5",   "5..1",
        "1...5", "1.5", "1..5..9", "1 ..5", "1..99999999999999999999"};
    uint64_t first = 7, last = 8;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(number_read_range(wrong[i], &first, &last));
    assert_int_equal(first, 7);
    assert_int_equal(last, 8);
    assert_true(number_read_range("3", &first, &last));
    assert_int_equal(first, 3);
    assert_int_equal(last, 3);
    assert_true(number_read_range("0..18446744073709551615", &first, &last));
    assert_int_equal(first, 0);
    assert_true(last == UINT64_MAX);
    /* As many noughts as anybody likes, before either. */
    assert_true(number_read_range("0000000000000000000000000000000000000000000000007.."
                                  "000000000000000000000000000000000000000000000000000011",
                                  &first, &last));
    assert_int_equal(first, 7);
    assert_int_equal(last, 11);
}

static void numbers_can_be_rounded_first(void **state)
{
    char text[NUMBER_TEXT];
    (void)state;
    number_write_rounded(text, 9.7031e-4, 3);
    assert_string_equal(text, "0.00097");
    number_write_rounded(text, 0.0019996, 3);
    assert_string_equal(text, "0.002");
    number_write_rounded(text, 1.0449e-7, 2);
    assert_string_equal(text, "1e-7");
    number_write_rounded(text, 123456, 3);
    assert_string_equal(text, "123000");
}

static void memory_has_three_digits_and_the_unit_that_fits(void **state)
{
    static const struct {
        double bytes;
        const char *text;
    } of[] = {
        {0, "0 B"},
        {999, "999 B"},
        {1000, "0.977 KiB"},
        {90 * 1024.0, "90 KiB"},
        {57400000, "54.7 MiB"},
        {278 * 1048576.0, "278 MiB"},
        {1.45 * 1073741824, "1.45 GiB"},
        {999.6 * 1073741824, "0.976 TiB"},
        {5000.0 * 1024 * 1073741824, "5000 TiB"},
    };
    char text[NUMBER_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        number_write_bytes(text, of[i].bytes);
        assert_string_equal(text, of[i].text);
    }
}

static void counts_are_grouped_by_thousands(void **state)
{
    char text[NUMBER_TEXT];
    (void)state;
    number_write_grouped(text, 0);
    assert_string_equal(text, "0");
    number_write_grouped(text, 999);
    assert_string_equal(text, "999");
    number_write_grouped(text, 1048576);
    assert_string_equal(text, "1,048,576");
    number_write_grouped(text, UINT64_MAX);
    assert_string_equal(text, "18,446,744,073,709,551,615");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_in_their_shortest_form),
        cmocka_unit_test(any_number_reads_back_to_the_same_bits),
        cmocka_unit_test(what_is_no_decimal_number_is_refused),
        cmocka_unit_test(decimal_numbers_are_read),
        cmocka_unit_test(counts_are_digits_alone),
        cmocka_unit_test(numbers_can_be_rounded_first),
        cmocka_unit_test(ranges_are_one_count_or_two),
        cmocka_unit_test(counts_are_grouped_by_thousands),
        cmocka_unit_test(memory_has_three_digits_and_the_unit_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
