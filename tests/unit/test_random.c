#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "base/random.h"

static void a_stream_is_a_pure_function_of_its_coordinates(void **state)
{
    (void)state;
    struct random a = random_stream(1, RANDOM_TEST, 2, 3), b = random_stream(1, RANDOM_TEST, 2, 3);
    for (int i = 0; i < 100; i++)
        assert_true(random_u64(&a) == random_u64(&b));
    const struct random other[] = {
        random_stream(2, RANDOM_TEST, 2, 3),
        random_stream(1, RANDOM_BATCH, 2, 3),
        random_stream(1, RANDOM_TEST, 3, 2),
        random_stream(1, RANDOM_TEST, 2, 4),
    };
    uint64_t first = random_stream(1, RANDOM_TEST, 2, 3).state;
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_true(other[i].state != first);
}

/* SplitMix64 from state 1234567, as published with the generator. */
static void the_generator_is_splitmix64(void **state)
{
    (void)state;
    static const uint64_t published[] = {
        UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821),
    };
    struct random random = {1234567};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++)
        assert_true(random_u64(&random) == published[i]);
}

/* Chi-square of counts against equal expectations; upper tail probability. */
static double chi_square_tail(const size_t *count, size_t bins, size_t total)
{
    double expected = (double)total / (double)bins, sum = 0;
    for (size_t i = 0; i < bins; i++)
        sum += ((double)count[i] - expected) * ((double)count[i] - expected) / expected;
    return gsl_cdf_chisq_Q(sum, (double)bins - 1);
}

static void numbers_are_hashed_as_little_endian_bytes(void **state)
{
    static const uint32_t whole[] = {0x01020304, UINT32_MAX, 7};
    static const unsigned char of_whole[] = {4, 3, 2, 1, 0xFF, 0xFF, 0xFF, 0xFF, 7, 0, 0, 0};
    static const double number[] = {1, -0.1}; /* 0x3FF0000000000000, 0xBFB999999999999A */
    static const unsigned char of_number[] = {0,    0,    0,    0,    0,    0,    0xF0, 0x3F,
                                              0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0xBF};
    (void)state;
    for (size_t i = 0; i <= 3; i++)
        assert_true(hash_u32_list(whole, i) == hash_bytes(of_whole, 4 * i));
    for (size_t i = 0; i <= 2; i++)
        assert_true(hash_double_list(number, i) == hash_bytes(of_number, 8 * i));
}

static void below_is_uniform(void **state)
{
    (void)state;
    enum { BINS = 37, DRAWS = 370000 };
    size_t count[BINS] = {0};
    struct random random = random_stream(5, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < DRAWS; i++) {
        uint64_t value = random_below(&random, BINS);
        assert_true(value < BINS);
        count[value]++;
    }
    double tail = chi_square_tail(count, BINS, DRAWS);
    print_message("uniform below %d: p = %.3f\n", BINS, tail);
    assert_true(tail > 1e-4);
    for (int i = 0; i < 100; i++)
        assert_true(random_below(&random, 1) == 0);
}

static void neighbouring_streams_are_independent(void **state)
{
    (void)state;
    enum { BINS = 64, STREAMS = 64000 };
    size_t count[BINS] = {0};
    for (uint64_t a = 0; a < STREAMS; a++) {
        struct random random = random_stream(1, RANDOM_TEST, a, 0);
        count[random_below(&random, BINS)]++;
    }
    double tail = chi_square_tail(count, BINS, STREAMS);
    print_message("first numbers of neighbouring streams: p = %.3f\n", tail);
    assert_true(tail > 1e-4);
}

static void permutations_are_all_equally_likely(void **state)
{
    (void)state;
    enum { DRAWS = 24000 };
    size_t count[4 * 4 * 4 * 4] = {0}, seen[24] = {0}, kinds = 0;
    struct random random = random_stream(6, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < DRAWS; i++) {
        size_t order[4];
        random_permutation(&random, order, 4);
        count[((order[0] * 4 + order[1]) * 4 + order[2]) * 4 + order[3]]++;
    }
    for (size_t i = 0; i < sizeof count / sizeof *count; i++)
        if (count[i]) {
            assert_true(kinds < 24);
            seen[kinds++] = count[i];
        }
    assert_int_equal(kinds, 24);
    double tail = chi_square_tail(seen, 24, DRAWS);
    print_message("permutations of 4: p = %.3f\n", tail);
    assert_true(tail > 1e-4);
}

static void normal_numbers_have_mean_0_and_deviation_1(void **state)
{
    (void)state;
    enum { DRAWS = 200000 };
    double sum = 0, squares = 0, fourth = 0;
    struct random random = random_stream(7, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < DRAWS; i++) {
        double x = random_normal(&random);
        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
    }
    /* Five standard errors of each moment. */
    assert_true(fabs(sum / DRAWS) < 5 / sqrt(DRAWS));
    assert_true(fabs(squares / DRAWS - 1) < 5 * sqrt(2.0 / DRAWS));
    assert_true(fabs(fourth / DRAWS - 3) < 5 * sqrt(96.0 / DRAWS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_a_pure_function_of_its_coordinates),
        cmocka_unit_test(the_generator_is_splitmix64),
        cmocka_unit_test(numbers_are_hashed_as_little_endian_bytes),
        cmocka_unit_test(below_is_uniform),
        cmocka_unit_test(neighbouring_streams_are_independent),
        cmocka_unit_test(permutations_are_all_equally_likely),
        cmocka_unit_test(normal_numbers_have_mean_0_and_deviation_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
