#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "base/memory.h"
#include "base/series.h"
#include "tests/float_equal.h"

#define SERIES(...)                                                                                \
    make((const double[][2]){__VA_ARGS__}, sizeof((const double[][2]){__VA_ARGS__}) / 16)

static struct series make(const double (*point)[2], size_t count)
{
    struct series series = {0};
    struct error err = {0};
    size_t room = 0;
    for (size_t i = 0; i < count; i++)
        assert_true(series_add(&series, &room, point[i][0], point[i][1], &err));
    return series;
}

static struct series_mean average(const struct series *series, size_t count)
{
    struct series_mean mean;
    struct error err = {0};
    if (!series_average(&mean, series, count, &err))
        fail_msg("%s", err.message);
    return mean;
}

static void values_between_points_lie_on_a_line(void **state)
{
    (void)state;
    struct series series = SERIES({0, 1}, {10, 3}, {30, -1});
    assert_float_equal(series_at(&series, 0), 1, 0);
    assert_float_equal(series_at(&series, 5), 2, 1e-12);
    assert_float_equal(series_at(&series, 10), 3, 0);
    assert_float_equal(series_at(&series, 25), 0, 1e-12);
    assert_float_equal(series_at(&series, 30), -1, 0);
    series_free(&series);
}

/* At 10: 4 and 6, mean 5, deviation sqrt(1 + 1). At 15, where the second has no point: 5 and 7. At
 * 20: 6 and 8. The first alone has 0, the second alone 30. */
static void series_are_averaged_where_they_overlap(void **state)
{
    (void)state;
    struct series both[] = {SERIES({0, 2}, {10, 4}, {15, 5}, {20, 6}),
                            SERIES({10, 6}, {20, 8}, {30, 0})};
    struct series_mean mean = average(both, 2);
    static const double x[] = {10, 15, 20}, y[] = {5, 6, 7};
    assert_int_equal(mean.mean.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_float_equal(mean.mean.x[i], x[i], 0);
        assert_float_equal(mean.mean.y[i], y[i], 1e-12);
        assert_float_equal(mean.deviation[i], sqrt(2), 1e-12);
    }
    assert_int_equal(mean.count, 2);
    series_mean_free(&mean);
    series_free(&both[0]);
    series_free(&both[1]);
}

static void the_deviation_is_that_of_a_sample(void **state)
{
    (void)state;
    struct series three[] = {SERIES({0, 1}), SERIES({0, 2}), SERIES({0, 6})};
    struct series_mean mean = average(three, 3);
    assert_float_equal(mean.mean.y[0], 3, 1e-12);
    assert_float_equal(mean.deviation[0], sqrt((4 + 1 + 9) / 2.0), 1e-12);
    series_mean_free(&mean);
    for (size_t i = 0; i < 3; i++)
        series_free(&three[i]);
}

static void one_series_is_its_own_mean(void **state)
{
    (void)state;
    struct series series = SERIES({1, 7}, {2, 5});
    struct series_mean mean = average(&series, 1);
    assert_int_equal(mean.mean.count, 2);
    assert_float_equal(mean.mean.y[1], 5, 0);
    assert_float_equal(mean.deviation[1], 0, 0);
    series_mean_free(&mean);
    series_free(&series);
}

static void series_apart_have_an_empty_mean(void **state)
{
    (void)state;
    struct series apart[] = {SERIES({0, 1}, {1, 1}), SERIES({2, 1}, {3, 1})};
    struct series_mean mean = average(apart, 2);
    assert_int_equal(mean.mean.count, 0);
    series_mean_free(&mean);
    struct series with_nothing[] = {apart[0], {0}};
    mean = average(with_nothing, 2);
    assert_int_equal(mean.mean.count, 0);
    series_mean_free(&mean);
    series_free(&apart[0]);
    series_free(&apart[1]);
}

static void a_refusal_of_memory_leaves_nothing(void **state)
{
    (void)state;
    struct series series = SERIES({1, 7}, {2, 5});
    struct series_mean mean;
    bool done = false;
    for (size_t n = 1; !done; n++) {
        struct error err = {0};
        memory_fail_request(n);
        done = series_average(&mean, &series, 1, &err);
        memory_fail_request(0);
        if (!done) {
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(mean.mean.x);
        }
    }
    series_mean_free(&mean);
    series_free(&series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_between_points_lie_on_a_line),
        cmocka_unit_test(series_are_averaged_where_they_overlap),
        cmocka_unit_test(the_deviation_is_that_of_a_sample),
        cmocka_unit_test(one_series_is_its_own_mean),
        cmocka_unit_test(series_apart_have_an_empty_mean),
        cmocka_unit_test(a_refusal_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
