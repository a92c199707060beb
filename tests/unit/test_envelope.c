/* Envelopes against a loop over all points. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

#include "plot/envelope.h"
#include "tests/float_equal.h"

enum { POINTS = 5000, COLUMNS = 37 };

static double x_of(size_t i)
{
    return 0.5 * (double)i;
}

/* Rough, with a hole. */
static double y_of(size_t i)
{
    return i > 800 && i < 1600 ? NAN : 5 * cos((double)i / 300) + (double)(i * 7919 % 101) / 50;
}

static const struct step_span spans[] = {
    {0, 2500, false}, {100, 900, false}, {0, 2500, true}, {30, 2000, true}};

enum { SPANS = sizeof spans / sizeof *spans };

static void fill(struct envelope *envelope, const struct step_span *span, size_t from, size_t to)
{
    assert_true(envelope_fit(envelope, span, COLUMNS, NULL));
    for (size_t i = from; i < to; i++)
        envelope_add(envelope, x_of(i), y_of(i));
}

/* The column whose middle is nearest. */
static size_t nearest_column(const struct step_span *span, double x)
{
    double share = span->logarithmic ? (log(x + 1) - log(span->first + 1)) /
                                           (log(span->last + 1) - log(span->first + 1))
                                     : (x - span->first) / (span->last - span->first);
    return (size_t)floor(share * (COLUMNS - 1) + 0.5);
}

static void a_column_has_its_points_alone(void **state)
{
    (void)state;
    for (size_t s = 0; s < SPANS; s++) {
        struct envelope envelope = {.columns = 0};
        fill(&envelope, &spans[s], 0, POINTS);
        for (size_t c = 0; c < COLUMNS; c++) {
            double least = INFINITY, most = -INFINITY, sum = 0, first = NAN, last = NAN;
            size_t points = 0;
            for (size_t i = 0; i < POINTS; i++) {
                double x = x_of(i), y = y_of(i);
                if (!isfinite(y) || x < spans[s].first || x > spans[s].last ||
                    nearest_column(&spans[s], x) != c)
                    continue;
                first = points == 0 ? y : first;
                last = y;
                least = y < least ? y : least;
                most = y > most ? y : most;
                sum += y;
                points++;
            }
            const struct envelope_column *column = &envelope.column[c];
            assert_int_equal(column->points, points);
            if (points == 0)
                continue;
            assert_float_equal(column->least, least, 0);
            assert_float_equal(column->most, most, 0);
            assert_float_equal(column->sum, sum, 1e-9 * (double)points);
            assert_float_equal(column->first.y, first, 0);
            assert_float_equal(column->last.y, last, 0);
        }
        envelope_free(&envelope);
    }
}

static void points_that_come_later_are_added_alone(void **state)
{
    (void)state;
    for (size_t s = 0; s < SPANS; s++) {
        struct envelope whole = {.columns = 0}, grown = {.columns = 0};
        double low[2], high[2];
        fill(&whole, &spans[s], 0, POINTS);
        for (size_t i = 0; i < POINTS; i += 250) {
            assert_int_equal(grown.taken, i);
            fill(&grown, &spans[s], i, i + 250);
        }
        for (size_t c = 0; c < COLUMNS; c++) {
            assert_int_equal(whole.column[c].points, grown.column[c].points);
            double value = envelope_value(&whole, c);
            if (isnan(value))
                assert_true(isnan(envelope_value(&grown, c)));
            else
                assert_float_equal(envelope_value(&grown, c), value, 0);
        }
        assert_true(envelope_range(&whole, &low[0], &high[0]));
        assert_true(envelope_range(&grown, &low[1], &high[1]));
        assert_float_equal(low[0], low[1], 0);
        assert_float_equal(high[0], high[1], 0);
        envelope_free(&whole);
        envelope_free(&grown);
    }
}

static void another_span_begins_anew(void **state)
{
    (void)state;
    struct envelope envelope = {.columns = 0};
    double low, high;
    fill(&envelope, &spans[0], 0, POINTS);
    assert_true(envelope_fit(&envelope, &spans[0], COLUMNS, NULL));
    assert_int_equal(envelope.taken, POINTS);
    assert_true(envelope_fit(&envelope, &spans[1], COLUMNS, NULL));
    assert_int_equal(envelope.taken, 0);
    assert_false(envelope_range(&envelope, &low, &high));
    fill(&envelope, &spans[1], 0, POINTS);
    assert_true(envelope_fit(&envelope, &spans[1], COLUMNS + 1, NULL));
    assert_int_equal(envelope.taken, 0);
    envelope_free(&envelope);
}

/* Step 0 has 1, step 10 has 3: on the line between them lie 1.5, 2 and 2.5. */
static void between_points_lies_a_line_and_none_over_a_gap(void **state)
{
    (void)state;
    const struct step_span span = {2.5, 7.5, false};
    struct envelope envelope = {.columns = 0};
    assert_true(envelope_fit(&envelope, &span, 3, NULL));
    envelope_add(&envelope, 0, 1);
    assert_true(isnan(envelope_value(&envelope, 0)));
    envelope_add(&envelope, 10, 3);
    for (size_t c = 0; c < 3; c++)
        assert_float_equal(envelope_value(&envelope, c), 1.5 + 0.5 * (double)c, 1e-12);
    envelope_forget(&envelope);
    envelope_add(&envelope, 0, 1);
    envelope_add(&envelope, 4, NAN);
    envelope_add(&envelope, 10, 3);
    for (size_t c = 0; c < 3; c++)
        assert_true(isnan(envelope_value(&envelope, c)));
    envelope_free(&envelope);
}

static void smoothing_keeps_lines_ends_and_extremes(void **state)
{
    (void)state;
    const struct step_span span = {0, COLUMNS - 1, false};
    struct envelope line = {.columns = 0}, smooth = {.columns = 0};
    assert_true(envelope_fit(&line, &span, COLUMNS, NULL));
    for (size_t i = 0; i + 5 < COLUMNS; i++)
        envelope_add(&line, (double)i, 2 * (double)i + (i == 20 ? 70 : 0));
    assert_true(envelope_smooth(&smooth, &line, 3, NULL));
    for (size_t c = 0; c + 5 < COLUMNS; c++) {
        bool near = c >= 17 && c <= 23;
        assert_float_equal(smooth.column[c].first.y, 2 * (double)c + (near ? 10 : 0), 1e-9);
        assert_float_equal(smooth.column[c].most, line.column[c].most, 0);
    }
    assert_int_equal(smooth.column[COLUMNS - 1].points, 0);
    envelope_free(&line);
    envelope_free(&smooth);
}

/* Steps 0 to 4: one run has 0 2 4 6 8, another 10 at every other step up to step 2. */
static void several_have_a_mean_and_what_they_lie_between(void **state)
{
    (void)state;
    static const double mean[] = {5, 6, 7, 6, 8}, most[] = {10, 10, 10, 6, 8};
    static const size_t having[] = {2, 2, 2, 1, 1};
    const struct step_span span = {0, 4, false};
    struct envelope one = {.columns = 0}, other = {.columns = 0}, joint = {.columns = 0};
    const struct envelope *const both[] = {&one, &other};
    assert_true(envelope_fit(&one, &span, 5, NULL) && envelope_fit(&other, &span, 5, NULL));
    for (int step = 0; step < 5; step++)
        envelope_add(&one, step, 2.0 * step);
    envelope_add(&other, 0, 10);
    envelope_add(&other, 2, 10);
    assert_true(envelope_join(&joint, both, 2, NULL));
    for (size_t c = 0; c < 5; c++) {
        assert_float_equal(joint.column[c].first.y, mean[c], 1e-12);
        assert_float_equal(joint.column[c].least, 2.0 * (double)c, 1e-12);
        assert_float_equal(joint.column[c].most, most[c], 1e-12);
        assert_int_equal(joint.column[c].points, having[c]);
    }
    envelope_free(&one);
    envelope_free(&other);
    envelope_free(&joint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_has_its_points_alone),
        cmocka_unit_test(points_that_come_later_are_added_alone),
        cmocka_unit_test(another_span_begins_anew),
        cmocka_unit_test(between_points_lies_a_line_and_none_over_a_gap),
        cmocka_unit_test(smoothing_keeps_lines_ends_and_extremes),
        cmocka_unit_test(several_have_a_mean_and_what_they_lie_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
