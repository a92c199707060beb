#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/memory.h"
#include "train/timeline.h"

static void assert_span(const struct timeline *timeline, size_t i, const char *name, double from,
                        double to)
{
    assert_string_equal(timeline_name(timeline->span[i].kind), name);
    assert_true(timeline->span[i].from == from);
    assert_true(timeline->span[i].to == to);
}

static void a_span_ends_where_the_next_begins(void **state)
{
    (void)state;
    struct timeline timeline = {.spans = 0};
    timeline_add_phases(&timeline, 0, 100, 300, 800);
    timeline_add_finetuning(&timeline, 700, 900);
    assert_int_equal(timeline.spans, 4);
    assert_span(&timeline, 0, "statistics", 0, 100);
    assert_span(&timeline, 1, "plateau", 100, 300);
    assert_span(&timeline, 2, "knowledge", 300, 700);
    assert_span(&timeline, 3, "fine-tuning", 700, 900);
}

static void phases_that_have_not_begun_are_left_out(void **state)
{
    (void)state;
    struct timeline timeline = {.spans = 0};
    timeline_add_phases(&timeline, 0, NAN, 300, 800);
    assert_int_equal(timeline.spans, 2);
    assert_span(&timeline, 0, "statistics", 0, 300);
    assert_span(&timeline, 1, "knowledge", 300, 800);
}

static void no_more_spans_are_taken_than_there_is_room_for(void **state)
{
    (void)state;
    struct timeline timeline = {.spans = 0};
    for (size_t training = 0; training < 4; training++)
        timeline_add_phases(&timeline, 0, 100, 300, 800);
    assert_int_equal(timeline.spans, TIMELINE_SPANS);
}

/* A loss that falls to the baseline, waits there and falls on, the same for both trainings but for
 * when it leaves. */
static double loss_at(double step, double leaves)
{
    double fall = 2 * exp(-step / 30), learned = step > leaves ? (step - leaves) / 300 : 0;
    return 1 + fall - fmin(learned, 0.9);
}

static void a_fit_takes_the_evaluations_of_one_training(void **state)
{
    (void)state;
    enum { COUNT = 200, EVERY = 10, REFERENCE = 1000 };
    struct error err = {0};
    struct phase_report first, second, before;
    const struct patching_options none = {.start_step = 0},
                                  patching = {.reference_step = {true, REFERENCE}};
    struct evaluation_point *point = memory_new(COUNT, sizeof *point, &err);
    assert_non_null(point);
    for (size_t i = 0; i < COUNT; i++) {
        uint64_t step = (i + 1) * EVERY, own = patching_own_step(&patching, step);
        point[i].step = step;
        point[i].known.loss = loss_at((double)own, own == step ? 500 : 300);
        point[i].baseline.known = 1;
    }
    assert_true(timeline_fit(point, COUNT, &patching, false, 0, 1, &first, &err));
    assert_true(timeline_fit(point, COUNT, &patching, true, 0, 1, &second, &err));
    assert_true(fabs(first.plateau_end - 500) < 30);
    assert_true(fabs(second.plateau_end - (REFERENCE + 300)) < 30);
    assert_true(timeline_fit(point, COUNT, &none, false, REFERENCE, 1, &before, &err));
    assert_true(before.plateau_end == first.plateau_end);
    memory_free(point);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_span_ends_where_the_next_begins),
        cmocka_unit_test(phases_that_have_not_begun_are_left_out),
        cmocka_unit_test(no_more_spans_are_taken_than_there_is_room_for),
        cmocka_unit_test(a_fit_takes_the_evaluations_of_one_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
