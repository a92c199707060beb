#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/vector_math.h"
#include "tests/float_equal.h"
#include "tests/larger.h"

static real number_of_bits(uint32_t bits)
{
    real number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* Every 97th number there is. */
static void the_exponential_is_within_its_bound_everywhere(void **state)
{
    (void)state;
    double worst = 0;
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 97) {
        real x = number_of_bits((uint32_t)bits);
        if (!(x >= -87 && x <= 88))
            continue;
        double expected = exp((double)x);
        int exponent;
        frexp(expected, &exponent);
        double unit = ldexp(1, exponent - 24);
        double error = fabs((double)exp_real(x) - expected) / unit;
        worst = larger(worst, error);
    }
    print_message("    exp: %.2f units in the last place\n", worst);
    assert_true(worst < 1.5);
}

/* The bound also near 0, where e^x - 1 has hardly any of the digits of e^x. */
static void the_exponential_less_1_is_within_its_bound_everywhere(void **state)
{
    (void)state;
    double worst = 0;
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 97) {
        real x = number_of_bits((uint32_t)bits);
        if (!(x >= -87 && x <= 88) || fabs((double)x) < 2e-38)
            continue;
        double expected = expm1((double)x);
        int exponent;
        frexp(expected, &exponent);
        double unit = ldexp(1, exponent - 24);
        double error = fabs((double)expm1_real(x) - expected) / unit;
        worst = larger(worst, error);
    }
    print_message("    exp - 1: %.2f units in the last place\n", worst);
    assert_true(worst < 2.5);
    assert_true(expm1_real(0) == 0 && isnan(expm1_real(NAN)));
}

static void the_exponential_stays_finite_and_above_0(void **state)
{
    (void)state;
    assert_true(exp_real(-INFINITY) == exp_real(-87) && exp_real(-87) > 1e-38f);
    assert_true(exp_real(INFINITY) == exp_real(88) && isfinite(exp_real(88)));
    assert_true(exp_real(0) == 1 && exp_real(-0.0f) == 1);
}

/* Every 97th positive normal number. */
static void the_logarithm_is_within_its_bound_everywhere(void **state)
{
    (void)state;
    double worst = 0;
    for (uint64_t bits = 0x00800000; bits < 0x7f800000; bits += 97) {
        real x = number_of_bits((uint32_t)bits);
        double expected = log((double)x);
        int exponent;
        frexp(expected, &exponent);
        double error = fabs((double)log_real(x) - expected) / ldexp(1, exponent - 24);
        worst = larger(worst, error);
    }
    print_message("    log: %.2f units in the last place\n", worst);
    assert_true(worst < 2.5);
}

static void the_logarithm_of_nothing_is_finite(void **state)
{
    (void)state;
    assert_true(log_real(1) == 0);
    assert_float_equal(log_real(0), -126 * log(2), 1e-5);
    assert_true(log_real(-1) == log_real(0) && log_real(1e-40f) == log_real(0));
}

static void what_is_not_a_number_stays_so(void **state)
{
    (void)state;
    assert_true(isnan(exp_real(NAN)));
    assert_true(isnan(exp_real(-NAN)));
}

static void the_largest_is_found_in_every_place(void **state)
{
    (void)state;
    real x[53];
    for (size_t count = 1; count <= 53; count++)
        for (size_t at = 0; at < count; at++) {
            for (size_t i = 0; i < count; i++)
                x[i] = -10 - (real)i;
            x[at] = -3;
            assert_true(largest(count, x) == -3);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exponential_is_within_its_bound_everywhere),
        cmocka_unit_test(the_exponential_less_1_is_within_its_bound_everywhere),
        cmocka_unit_test(the_exponential_stays_finite_and_above_0),
        cmocka_unit_test(the_logarithm_is_within_its_bound_everywhere),
        cmocka_unit_test(the_logarithm_of_nothing_is_finite),
        cmocka_unit_test(what_is_not_a_number_stays_so),
        cmocka_unit_test(the_largest_is_found_in_every_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
