/* The scaling law against laws that are known, and its errors against many repetitions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "base/random.h"
#include "measure/scaling_law.h"

enum { POINTS = 7, REPETITIONS = 4000 };

static const double paper_n[POINTS] = {4096, 8192, 16384, 32768, 65536, 131072, 262144};
static const double paper_a = 0.43, paper_b = 0.81;

static struct scaling_law fit(const double *n, const double *y, size_t count)
{
    struct scaling_law law;
    struct error err = {0};
    if (!scaling_law_fit(&law, n, y, count, &err))
        fail_msg("%s", err.message);
    return law;
}

static void an_exact_law_is_recovered(void **state)
{
    (void)state;
    double y[POINTS];
    for (size_t i = 0; i < POINTS; i++)
        y[i] = paper_a * pow(paper_n[i], paper_b);
    struct scaling_law law = fit(paper_n, y, POINTS);
    assert_float_equal(law.a, paper_a, 1e-9);
    assert_float_equal(law.b, paper_b, 1e-10);
    assert_true(law.a_error < 1e-9 && law.b_error < 1e-9);
    assert_float_equal(law.r_squared, 1, 1e-12);
    assert_int_equal(law.points, POINTS);
    assert_float_equal(scaling_law_at(&law, 1000), paper_a * pow(1000, paper_b), 1e-6);
}

static double squares(const double *n, const double *y, size_t count, double a, double b)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += pow(y[i] - a * pow(n[i], b), 2);
    return sum;
}

/* For a held exponent the best factor is a quotient of sums. */
static double best_factor(const double *n, const double *y, size_t count, double b)
{
    double cross = 0, own = 0;
    for (size_t i = 0; i < count; i++) {
        cross += y[i] * pow(n[i], b);
        own += pow(n[i], 2 * b);
    }
    return cross / own;
}

static void the_squares_are_the_least_of_all(void **state)
{
    (void)state;
    static const double n[] = {128, 128, 256, 512, 512, 1024};
    static const double y[] = {61, 55, 140, 230, 260, 575};
    const size_t count = sizeof n / sizeof *n;
    double least = INFINITY, at = 0;
    for (double b = 0.5; b < 1.5; b += 1e-5) {
        double sum = squares(n, y, count, best_factor(n, y, count, b), b);
        at = sum < least ? b : at;
        least = fmin(sum, least);
    }
    struct scaling_law law = fit(n, y, count);
    assert_float_equal(law.b, at, 2e-5);
    assert_float_equal(law.a, best_factor(n, y, count, law.b), 1e-6 * law.a);
    double mean = 0, total = 0;
    for (size_t i = 0; i < count; i++)
        mean += y[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        total += (y[i] - mean) * (y[i] - mean);
    assert_float_equal(law.r_squared, 1 - least / total, 1e-8);
}

/* s^2 (J'J)^-1 with the derivatives by a and b themselves, two by two by hand. */
static void errors_are_those_of_the_textbook(void **state)
{
    (void)state;
    static const double n[] = {100, 200, 400, 800, 1600};
    static const double y[] = {31, 52, 110, 195, 420};
    struct scaling_law law = fit(n, y, 5);
    double aa = 0, ab = 0, bb = 0;
    for (size_t i = 0; i < 5; i++) {
        double by_a = pow(n[i], law.b), by_b = law.a * by_a * log(n[i]);
        aa += by_a * by_a;
        ab += by_a * by_b;
        bb += by_b * by_b;
    }
    double variance = squares(n, y, 5, law.a, law.b) / 3, determinant = aa * bb - ab * ab;
    assert_float_equal(law.a_error, sqrt(variance * bb / determinant), 1e-6 * law.a_error);
    assert_float_equal(law.b_error, sqrt(variance * aa / determinant), 1e-6 * law.b_error);
}

/* The spread of estimates over many noisy repetitions is what the errors promise. */
static void errors_are_the_spread_of_repetitions(void **state)
{
    (void)state;
    static const double n[POINTS] = {256, 512, 1024, 2048, 4096, 8192, 16384};
    const double a = 0.5, b = 0.9, noise = 60;
    struct random random = random_stream(7, RANDOM_TEST, 0, 0);
    double a_sum = 0, a_squares = 0, b_sum = 0, b_squares = 0, a_promised = 0, b_promised = 0;
    for (size_t r = 0; r < REPETITIONS; r++) {
        double y[POINTS];
        for (size_t i = 0; i < POINTS; i++)
            y[i] = fmax(1, a * pow(n[i], b) + noise * random_normal(&random));
        struct scaling_law law = fit(n, y, POINTS);
        a_sum += law.a;
        b_sum += law.b;
        a_squares += law.a * law.a;
        b_squares += law.b * law.b;
        a_promised += law.a_error * law.a_error;
        b_promised += law.b_error * law.b_error;
    }
    const double times = REPETITIONS;
    double a_spread = sqrt(a_squares / times - pow(a_sum / times, 2));
    double b_spread = sqrt(b_squares / times - pow(b_sum / times, 2));
    /* 4,000 repetitions know a spread to 1.1 %; the law is not quite linear in its parameters. */
    assert_float_equal(sqrt(a_promised / times) / a_spread, 1, 0.05);
    assert_float_equal(sqrt(b_promised / times) / b_spread, 1, 0.05);
    assert_float_equal(b_sum / times, b, 3 * b_spread / sqrt(times) + 1e-3);
}

static bool refused(const double *n, const double *y, size_t count, const char *word)
{
    struct scaling_law law;
    struct error err = {0};
    return !scaling_law_fit(&law, n, y, count, &err) && err.kind == ERROR_INPUT &&
           strstr(err.message, word);
}

static void too_little_is_refused(void **state)
{
    (void)state;
    static const double two[] = {100, 200, 200, 100}, y[] = {10, 20, 21, 11};
    assert_true(refused(two, y, 0, "there are 0"));
    assert_true(refused(two, y, 2, "there are 2"));
    assert_true(refused(two, y, 4, "there are 2"));
    static const double three[] = {100, 200, 400, 800};
    fit(three, y, 3);
    static const double bad[] = {10, 0, 30, 40}, worse[] = {10, NAN, 30, 40};
    assert_true(refused(three, bad, 4, "N = 200"));
    assert_true(refused(three, worse, 4, "N = 200"));
}

static void a_level_is_a_law_without_r_squared(void **state)
{
    (void)state;
    static const double n[] = {100, 200, 400}, y[] = {50, 50, 50};
    struct scaling_law law = fit(n, y, 3);
    assert_float_equal(law.b, 0, 1e-12);
    assert_float_equal(law.a, 50, 1e-9);
    assert_true(isnan(law.r_squared));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exact_law_is_recovered),
        cmocka_unit_test(the_squares_are_the_least_of_all),
        cmocka_unit_test(errors_are_those_of_the_textbook),
        cmocka_unit_test(errors_are_the_spread_of_repetitions),
        cmocka_unit_test(too_little_is_refused),
        cmocka_unit_test(a_level_is_a_law_without_r_squared),
    };
    return cmocka_run_group_tests_name("scaling law", tests, NULL, NULL);
}
