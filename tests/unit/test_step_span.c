#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

#include "plot/step_span.h"
#include "tests/float_equal.h"

static void assert_span(struct step_span span, double first, double last)
{
    assert_float_equal(span.first, first, 1e-9 * (1 + last));
    assert_float_equal(span.last, last, 1e-9 * (1 + last));
}

static void shares_and_steps_are_each_others_inverse(void **state)
{
    (void)state;
    static const struct step_span spans[] = {
        {0, 1000, false}, {250, 300, false}, {0, 1000, true}, {9, 99, true}};
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++) {
        assert_float_equal(step_span_share(&spans[s], spans[s].first), 0, 1e-12);
        assert_float_equal(step_span_share(&spans[s], spans[s].last), 1, 1e-12);
        for (double share = 0; share <= 1; share += 0.0625)
            assert_float_equal(step_span_share(&spans[s], step_span_step(&spans[s], share)), share,
                               1e-12);
    }
    /* Steps 9, 99 and 999 are powers of ten, less 1. */
    const struct step_span decades = {0, 999, true};
    assert_float_equal(step_span_share(&decades, 9), 1 / 3.0, 1e-12);
    assert_float_equal(step_span_share(&decades, 99), 2 / 3.0, 1e-12);
}

static void zooming_keeps_a_step_in_its_place(void **state)
{
    (void)state;
    const struct step_span span = {100, 500, false};
    assert_span(step_span_zoom(span, 200, 0.5, 4, 1000), 150, 350);
    assert_span(step_span_zoom(span, 300, 2, 4, 1000), 0, 800);  /* -100 to 700, moved */
    assert_span(step_span_zoom(span, 500, 2, 4, 1000), 0, 800);  /* -300 to 500, moved */
    assert_span(step_span_zoom(span, 300, 4, 4, 1000), 0, 1000); /* longer than all there is */
    assert_span(step_span_zoom(span, 200, 0.001, 4, 1000), 199, 203);
    const struct step_span decades = {0, 9999, true};
    struct step_span half = step_span_zoom(decades, 99, 0.5, 4, 9999);
    assert_span(half, 9, 999);
    assert_float_equal(step_span_share(&half, 99), 0.5, 1e-12);
}

static void panning_keeps_the_length(void **state)
{
    (void)state;
    const struct step_span span = {100, 500, false}, decade = {9, 99, true};
    assert_span(step_span_pan(span, 0.25, 1000), 200, 600);
    assert_span(step_span_pan(span, -0.25, 1000), 0, 400);
    assert_span(step_span_pan(span, -1, 1000), 0, 400);
    assert_span(step_span_pan(span, 2, 1000), 600, 1000);
    assert_span(step_span_pan(decade, 1, 9999), 99, 999);
    assert_span(step_span_pan(decade, -3, 9999), 0, 9);
}

static void a_step_is_shown_by_moving_as_little_as_that_takes(void **state)
{
    (void)state;
    const struct step_span span = {100, 200, false};
    assert_span(step_span_show(span, 150, 0.1, 1000), 100, 200);
    assert_span(step_span_show(span, 250, 0.1, 1000), 160, 260);
    assert_span(step_span_show(span, 50, 0.1, 1000), 40, 140);
    assert_span(step_span_show(span, 1000, 0.1, 1000), 900, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_and_steps_are_each_others_inverse),
        cmocka_unit_test(zooming_keeps_a_step_in_its_place),
        cmocka_unit_test(panning_keeps_the_length),
        cmocka_unit_test(a_step_is_shown_by_moving_as_little_as_that_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
