/* The regression with one unknown breakpoint, against brute force and known answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "base/memory.h"
#include "base/random.h"
#include "measure/segmented.h"
#include "tests/float_equal.h"
#include "tests/within.h"

enum { MOST = 128 };

struct data {
    double x[MOST], y[MOST], residual[MOST];
    size_t count;
};

/* Points from -1 to 1: level at 3, from `breakpoint` on falling with slope -2, and noise. */
static struct data make_data(size_t count, double breakpoint, double deviation, uint64_t seed)
{
    struct data data = {.count = count};
    struct random random = random_stream(seed, RANDOM_TEST, count, 0);
    for (size_t i = 0; i < count; i++) {
        data.x[i] = -1 + 2 * (double)i / (double)(count - 1);
        data.y[i] = 3 - 2 * fmax(0, data.x[i] - breakpoint) + deviation * random_normal(&random);
    }
    return data;
}

static struct segmented fit_kind(struct data *data, enum segmented_kind kind, const double *other)
{
    struct error err = {0};
    struct segmented segmented;
    bool found;
    assert_true(segmented_fit(&segmented, kind, data->x, data->y, data->count, other,
                              data->residual, &found, &err));
    assert_true(found);
    assert_true(segmented.low <= segmented.breakpoint && segmented.breakpoint <= segmented.high);
    return segmented;
}

static struct segmented fit(struct data *data)
{
    return fit_kind(data, SEGMENTED_LEVEL_BEFORE, NULL);
}

enum { COLUMNS = 3 };

static void solve(size_t n, double matrix[COLUMNS][COLUMNS + 1])
{
    for (size_t p = 0; p < n; p++)
        for (size_t row = 0; row < n; row++)
            for (size_t col = n + 1; row != p && col-- > p;)
                matrix[row][col] -= matrix[row][p] / matrix[p][p] * matrix[p][col];
}

/* Residual sum of squares with the breakpoint held fast, by the normal equations. */
static double brute_squares(const struct data *data, enum segmented_kind kind, double breakpoint,
                            const double *other)
{
    size_t n = other ? 3 : 2;
    double matrix[COLUMNS][COLUMNS + 1] = {0}, row[MOST][COLUMNS];
    for (size_t i = 0; i < data->count; i++) {
        double away =
            kind == SEGMENTED_LEVEL_BEFORE ? data->x[i] - breakpoint : breakpoint - data->x[i];
        row[i][0] = 1;
        row[i][1] = fmax(0, away);
        row[i][2] = other ? fmax(0, data->x[i] - *other) : 0;
        for (size_t p = 0; p < n; p++) {
            for (size_t q = 0; q < n; q++)
                matrix[p][q] += row[i][p] * row[i][q];
            matrix[p][n] += row[i][p] * data->y[i];
        }
    }
    solve(n, matrix);
    double squares = 0;
    for (size_t i = 0; i < data->count; i++) {
        double residual = data->y[i];
        for (size_t p = 0; p < n; p++)
            residual -= matrix[p][n] / matrix[p][p] * row[i][p];
        squares += residual * residual;
    }
    return squares;
}

static void a_knot_without_noise_is_found_exactly(void **state)
{
    (void)state;
    for (size_t count = 6; count <= MOST; count += 7) {
        double breakpoint = 0.1234;
        struct data data = make_data(count, breakpoint, 0, 1);
        struct segmented segmented = fit(&data);
        assert_float_equal(segmented.breakpoint, breakpoint, 1e-6);
        assert_float_equal(segmented.rise, -2, 1e-5);
        assert_float_equal(segmented.high - segmented.low, 0, 1e-4);
        for (size_t i = 0; i < count; i++)
            assert_float_equal(data.residual[i], 0, 1e-6);
    }
}

static void of_two_knots_the_unknown_one_is_found(void **state)
{
    (void)state;
    double other = 0.4;
    struct data data = make_data(40, other, 0, 1);
    for (size_t i = 0; i < data.count; i++)
        data.y[i] += 5 * fmax(0, -0.35 - data.x[i]);
    struct segmented segmented = fit_kind(&data, SEGMENTED_LEVEL_BEHIND, &other);
    assert_float_equal(segmented.breakpoint, -0.35, 1e-6);
    assert_float_equal(segmented.rise, 5, 1e-5);
}

static void no_other_knot_fits_better(void **state)
{
    (void)state;
    double other = 0.5;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct data data = make_data(9 + 3 * seed, 0.2, 0.3, seed);
        enum segmented_kind kind = seed % 4 < 2 ? SEGMENTED_LEVEL_BEFORE : SEGMENTED_LEVEL_BEHIND;
        const double *second = seed % 2 ? &other : NULL;
        struct segmented segmented = fit_kind(&data, kind, second);
        size_t last = data.count - 2;
        while (second && data.x[last + 1] > other)
            last--;
        double least = brute_squares(&data, kind, segmented.breakpoint, second);
        double squares = 0;
        for (size_t i = 0; i < data.count; i++)
            squares += data.residual[i] * data.residual[i];
        assert_float_equal(squares, least, 1e-9 * least);
        for (double share = 0; share <= 1; share += 1.0 / 1024) {
            double breakpoint = data.x[1] + share * (data.x[last] - data.x[1]);
            assert_true(brute_squares(&data, kind, breakpoint, second) >= least * (1 - 1e-9));
        }
    }
}

/* 10 points and 3 parameters: F(0.95; 1, 7) = 5.591 (tables). The residuals' neighbours are made
 * unlike each other, so that none is counted less. */
static void the_interval_ends_where_the_f_test_does(void **state)
{
    (void)state;
    struct data data = make_data(10, 0.1, 0, 1);
    for (size_t i = 0; i < data.count; i++)
        data.y[i] += i % 2 ? 0.02 : -0.02;
    struct segmented segmented = fit(&data);
    double least = brute_squares(&data, SEGMENTED_LEVEL_BEFORE, segmented.breakpoint, NULL);
    double limit = least * (1 + 5.591448 / 7);
    assert_float_equal(brute_squares(&data, SEGMENTED_LEVEL_BEFORE, segmented.low, NULL), limit,
                       1e-6 * limit);
    assert_float_equal(brute_squares(&data, SEGMENTED_LEVEL_BEFORE, segmented.high, NULL), limit,
                       1e-6 * limit);
}

/* Against the same test at the outermost breakpoints, with two points beside them. */
static void an_interval_that_reaches_the_outermost_knot_is_open(void **state)
{
    (void)state;
    int open[2] = {0}, bounded[2] = {0};
    for (int breakpoint = -7; breakpoint <= 7; breakpoint++) {
        struct data data = make_data(10, 0.1 * breakpoint, 0, 1);
        for (size_t i = 0; i < data.count; i++)
            data.y[i] += i % 2 ? 0.1 : -0.1;
        struct segmented segmented = fit(&data);
        double limit = brute_squares(&data, SEGMENTED_LEVEL_BEFORE, segmented.breakpoint, NULL);
        limit *= 1 + 5.591448 / 7;
        const double outermost[2] = {data.x[1], data.x[data.count - 2]};
        const double bound[2] = {segmented.low, segmented.high};
        for (int side = 0; side < 2; side++) {
            bool within =
                brute_squares(&data, SEGMENTED_LEVEL_BEFORE, outermost[side], NULL) <= limit;
            assert_int_equal(within, !isfinite(bound[side]));
            open[side] += within;
            bounded[side] += !within;
        }
    }
    for (int side = 0; side < 2; side++)
        assert_true(open[side] > 0 && bounded[side] > 0);
}

/* A 95 % interval misses in 5 % of draws: of 1000, between 27 and 73 (3.3 standard deviations). */
static void the_interval_covers_the_knot_in_95_of_100_draws(void **state)
{
    (void)state;
    static const size_t counts[] = {10, 20, 40, 80};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        int covered = 0;
        for (uint64_t seed = 0; seed < 1000; seed++) {
            struct data data = make_data(counts[c], 0.1, 0.05, seed);
            struct segmented segmented = fit(&data);
            covered += segmented.low <= 0.1 && 0.1 <= segmented.high;
        }
        print_message("%zu points: %d of 1000 intervals cover the breakpoint\n", counts[c],
                      covered);
        assert_within(covered, 927, 973);
    }
}

/* Noise that wanders (first-order autoregression, r = 0.7) says less than as many independent
 * residuals: an interval that took it for independent would cover about 60 %. */
static void wandering_noise_widens_the_interval(void **state)
{
    (void)state;
    int covered = 0;
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct data data = make_data(100, 0.1, 0, seed);
        struct random random = random_stream(seed, RANDOM_TEST, 1, 2);
        double noise = 0.05 * random_normal(&random);
        for (size_t i = 0; i < data.count; i++) {
            data.y[i] += noise;
            noise = 0.7 * noise + 0.05 * sqrt(1 - 0.7 * 0.7) * random_normal(&random);
        }
        struct segmented segmented = fit(&data);
        covered += segmented.low <= 0.1 && 0.1 <= segmented.high;
    }
    print_message("wandering noise: %d of 500 intervals cover the breakpoint\n", covered);
    assert_within(covered, 425, 500);
}

static void a_knot_asks_for_four_points(void **state)
{
    (void)state;
    struct error err = {0};
    struct data data = make_data(12, 0.1, 0.1, 1);
    struct segmented segmented;
    bool found;
    double other = data.x[2]; /* three points up to it leave none for a second side */
    for (size_t count = 0; count < 4; count++) {
        assert_true(segmented_fit(&segmented, SEGMENTED_LEVEL_BEFORE, data.x, data.y, count, NULL,
                                  data.residual, &found, &err));
        assert_false(found);
    }
    assert_true(segmented_fit(&segmented, SEGMENTED_LEVEL_BEFORE, data.x, data.y, 12, &other,
                              data.residual, &found, &err));
    assert_false(found);
}

static void a_level_line_has_a_knot_that_bends_nothing(void **state)
{
    (void)state;
    struct data data = {.count = 12};
    for (size_t i = 0; i < data.count; i++) {
        data.x[i] = (double)i;
        data.y[i] = 5;
    }
    struct segmented segmented = fit(&data);
    assert_float_equal(segmented.rise, 0, 1e-9);
}

static void memory_that_runs_out_is_said(void **state)
{
    (void)state;
    struct data data = make_data(20, 0.1, 0.1, 1);
    for (size_t n = 1; n <= 2; n++) {
        struct error err = {0};
        struct segmented segmented;
        bool found;
        memory_fail_request(n);
        assert_false(segmented_fit(&segmented, SEGMENTED_LEVEL_BEFORE, data.x, data.y, data.count,
                                   NULL, data.residual, &found, &err));
        assert_int_equal(err.kind, ERROR_MEMORY);
    }
    memory_fail_request(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_knot_without_noise_is_found_exactly),
        cmocka_unit_test(of_two_knots_the_unknown_one_is_found),
        cmocka_unit_test(no_other_knot_fits_better),
        cmocka_unit_test(the_interval_ends_where_the_f_test_does),
        cmocka_unit_test(an_interval_that_reaches_the_outermost_knot_is_open),
        cmocka_unit_test(the_interval_covers_the_knot_in_95_of_100_draws),
        cmocka_unit_test(wandering_noise_widens_the_interval),
        cmocka_unit_test(a_knot_asks_for_four_points),
        cmocka_unit_test(a_level_line_has_a_knot_that_bends_nothing),
        cmocka_unit_test(memory_that_runs_out_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
