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
#include "tests/float_equal.h"

enum { POINTS = 7, MOST = 8, REPETITIONS = 4000 };

static const double paper_n[POINTS] = {4096, 8192, 16384, 32768, 65536, 131072, 262144};
static const double paper_a = 0.43, paper_b = 0.81;

static struct scaling_law fit_points(const struct scaling_law_point *point, size_t count)
{
    struct scaling_law law;
    struct error err = {0};
    if (!scaling_law_fit(&law, point, count, &err))
        fail_msg("%s", err.message);
    return law;
}

/* own may be null: no point has an error of its own. */
static void make_points(struct scaling_law_point *point, const double *n, const double *y,
                        const double *own, size_t count)
{
    for (size_t i = 0; i < count; i++)
        point[i] = (struct scaling_law_point){n[i], y[i], own ? own[i] : NAN};
}

static struct scaling_law fit(const double *n, const double *y, size_t count)
{
    struct scaling_law_point point[MOST] = {{0, 0, 0}};
    make_points(point, n, y, NULL, count);
    return fit_points(point, count);
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

/* Sums over the points by their weights, for the normal equations. */
struct sums {
    double w, x, z, xx, xz;
};

static struct sums add_up(const double *n, const double *y, const double *variance, size_t count)
{
    struct sums s = {0, 0, 0, 0, 0};
    for (size_t i = 0; i < count; i++) {
        double w = 1 / variance[i], x = log(n[i]), z = log(y[i]);
        s.w += w;
        s.x += w * x;
        s.z += w * z;
        s.xx += w * x * x;
        s.xz += w * x * z;
    }
    return s;
}

/* Squares of ln y less the line, over their variances. */
static double squares(const double *n, const double *y, const double *variance, size_t count,
                      double a, double b)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += pow(log(y[i]) - log(a) - b * log(n[i]), 2) / variance[i];
    return sum;
}

static const double six_n[] = {128, 128, 256, 512, 512, 1024};
static const double six_y[] = {61, 55, 140, 230, 260, 575};

/* Cramer's rule on the normal equations; the errors are those of the textbook. */
static void without_errors_of_their_own_points_weigh_the_same(void **state)
{
    (void)state;
    double one[6] = {1, 1, 1, 1, 1, 1}, mean = 0, total = 0;
    struct sums s = add_up(six_n, six_y, one, 6);
    double determinant = s.w * s.xx - s.x * s.x;
    double b = (s.w * s.xz - s.x * s.z) / determinant;
    double log_a = (s.z * s.xx - s.x * s.xz) / determinant;
    double variance = squares(six_n, six_y, one, 6, exp(log_a), b) / 4;
    struct scaling_law law = fit(six_n, six_y, 6);
    assert_float_equal(law.b, b, 1e-10);
    assert_float_equal(law.a, exp(log_a), 1e-9);
    assert_float_equal(law.b_error, sqrt(variance * s.w / determinant), 1e-9);
    assert_float_equal(law.a_error, law.a * sqrt(variance * s.xx / determinant), 1e-9);
    assert_float_equal(law.scatter, sqrt(variance), 1e-9);
    for (size_t i = 0; i < 6; i++)
        mean += log(six_y[i]) / 6;
    for (size_t i = 0; i < 6; i++)
        total += pow(log(six_y[i]) - mean, 2);
    assert_float_equal(law.r_squared, 1 - 4 * variance / total, 1e-9);
    /* Student's t of 95 % on both sides with 4 degrees of freedom is 2.776. */
    assert_float_equal(law.b_high - law.b, 2.7764451 * law.b_error, 1e-6);
    assert_float_equal(law.b - law.b_low, 2.7764451 * law.b_error, 1e-6);
    assert_float_equal(log(law.a_high / law.a), 2.7764451 * law.a_error / law.a, 1e-6);
    assert_float_equal(log(law.a / law.a_low), 2.7764451 * law.a_error / law.a, 1e-6);
}

/* The scatter fills up what the points' own errors leave, and a sure point pulls the line. */
static void points_weigh_by_their_own_errors_and_the_scatter(void **state)
{
    (void)state;
    static const double own[] = {0.3, 0.02, 0.04, 0.1, 0.01, 0.05};
    struct scaling_law_point point[6];
    make_points(point, six_n, six_y, own, 6);
    struct scaling_law law = fit_points(point, 6);
    double variance[6];
    for (size_t i = 0; i < 6; i++)
        variance[i] = own[i] * own[i] + law.scatter * law.scatter;
    assert_true(law.scatter > 0);
    struct sums s = add_up(six_n, six_y, variance, 6);
    double determinant = s.w * s.xx - s.x * s.x;
    assert_float_equal(law.b, (s.w * s.xz - s.x * s.z) / determinant, 1e-9);
    assert_float_equal(law.b_error, sqrt(s.w / determinant), 1e-9);
    assert_float_equal(squares(six_n, six_y, variance, 6, law.a, law.b), 4, 1e-6);
}

/* What the points' own errors explain needs no scatter; the law is then as sure as they say. */
static void there_is_no_scatter_where_own_errors_explain_it_all(void **state)
{
    (void)state;
    static const double own[] = {0.3, 0.3, 0.3, 0.3, 0.3, 0.3};
    struct scaling_law_point point[6];
    double variance[6];
    make_points(point, six_n, six_y, own, 6);
    for (size_t i = 0; i < 6; i++)
        variance[i] = 0.09;
    struct sums s = add_up(six_n, six_y, variance, 6);
    struct scaling_law law = fit_points(point, 6);
    assert_float_equal(law.scatter, 0, 0);
    assert_float_equal(law.b_error, sqrt(s.w / (s.w * s.xx - s.x * s.x)), 1e-9);
}

/* An end without an interval is as unsure as the least sure of the others. */
static void an_end_without_an_error_is_no_sure_one(void **state)
{
    (void)state;
    double own[] = {0.3, 0.02, NAN, 0.1, 0.01, 0.05};
    struct scaling_law_point point[6];
    make_points(point, six_n, six_y, own, 6);
    struct scaling_law law = fit_points(point, 6);
    own[2] = 0.3;
    make_points(point, six_n, six_y, own, 6);
    assert_float_equal(law.b, fit_points(point, 6).b, 0);
}

/* How points scatter about a law, and what is known of it. */
struct scene {
    const char *name;
    double scatter;           /* of ln y, the same for all */
    double own_low, own_high; /* their own errors, evenly between; 0: none, and not known */
    double lowest, highest;   /* share of intervals that may hold b */
};

/* 7 N over a factor of 64; the share of 95 % intervals that hold b and a. */
static void coverage(const struct scene *scene, double *of_b, double *of_a, double *relative)
{
    const double a = 0.5, b = 0.9;
    struct random random = random_stream(11, RANDOM_TEST, 0, 0);
    size_t holds_b = 0, holds_a = 0;
    double promised = 0, found = 0;
    for (size_t r = 0; r < REPETITIONS; r++) {
        struct scaling_law_point point[POINTS];
        for (size_t i = 0; i < POINTS; i++) {
            double own =
                scene->own_low + (scene->own_high - scene->own_low) * random_uniform(&random);
            double n = 256 * pow(2, (double)i);
            double noise = scene->scatter * random_normal(&random) + own * random_normal(&random);
            point[i] = (struct scaling_law_point){n, a * pow(n, b) * exp(noise),
                                                  scene->own_high > 0 ? own : NAN};
        }
        struct scaling_law law = fit_points(point, POINTS);
        holds_b += law.b_low <= b && b <= law.b_high;
        holds_a += law.a_low <= a && a <= law.a_high;
        promised += law.b_error * law.b_error;
        found += (law.b - b) * (law.b - b);
    }
    *of_b = (double)holds_b / REPETITIONS;
    *of_a = (double)holds_a / REPETITIONS;
    *relative = sqrt(promised / found);
}

/* 4,000 repetitions know a share of 95 % to .34 %; bounds are three times that. Where the scatter
 * is what counts the intervals hold 95 %, whatever the points' own errors; where there is none, and
 * it has to be told from the residuals that there is none, they are too wide. */
static void intervals_hold_the_law_in_95_of_100(void **state)
{
    (void)state;
    static const struct scene scenes[] = {
        {"scatter of 3 %, own errors not known", 0.03, 0, 0, 0.94, 0.96},
        {"scatter of 10 %, own errors not known", 0.1, 0, 0, 0.94, 0.96},
        {"scatter of 30 %, own errors not known", 0.3, 0, 0, 0.94, 0.96},
        {"scatter of 10 %, own errors of 1 to 3 %", 0.1, 0.01, 0.03, 0.94, 0.96},
        {"scatter of 5 %, own errors of 1 to 10 %", 0.05, 0.01, 0.1, 0.94, 0.96},
        {"no scatter, own errors of 1 to 10 %", 0, 0.01, 0.1, 0.95, 0.995},
    };
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        double of_b, of_a, relative;
        coverage(&scenes[i], &of_b, &of_a, &relative);
        print_message("%-40s b %.1f %%, a %.1f %%, promised error of b %.2f of its spread\n",
                      scenes[i].name, 100 * of_b, 100 * of_a, relative);
        assert_true(of_b >= scenes[i].lowest && of_b <= scenes[i].highest);
        assert_true(of_a >= scenes[i].lowest && of_a <= scenes[i].highest);
    }
}

static bool refused(const double *n, const double *y, size_t count, const char *word)
{
    struct scaling_law law;
    struct scaling_law_point point[MOST] = {{0, 0, 0}};
    struct error err = {0};
    make_points(point, n, y, NULL, count);
    return !scaling_law_fit(&law, point, count, &err) && err.kind == ERROR_INPUT &&
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
        cmocka_unit_test(without_errors_of_their_own_points_weigh_the_same),
        cmocka_unit_test(points_weigh_by_their_own_errors_and_the_scatter),
        cmocka_unit_test(there_is_no_scatter_where_own_errors_explain_it_all),
        cmocka_unit_test(an_end_without_an_error_is_no_sure_one),
        cmocka_unit_test(intervals_hold_the_law_in_95_of_100),
        cmocka_unit_test(too_little_is_refused),
        cmocka_unit_test(a_level_is_a_law_without_r_squared),
    };
    return cmocka_run_group_tests_name("scaling law", tests, NULL, NULL);
}
