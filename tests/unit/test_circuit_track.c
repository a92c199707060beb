#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "measure/circuit_track.h"

enum { LAYERS = 2, HEADS = 3, NUMBERS = CIRCUITS * LAYERS * HEADS };

/* Known individuals have the numbers step, step + 1, ..., new ones their negatives. */
static struct circuits_point make_point(uint64_t step, double known[NUMBERS],
                                        double held_out[NUMBERS])
{
    for (size_t i = 0; i < NUMBERS; i++) {
        known[i] = (double)step + (double)i;
        held_out[i] = -known[i];
    }
    return (struct circuits_point){
        .step = step, .known = {LAYERS, HEADS, known}, .held_out = {LAYERS, HEADS, held_out}};
}

static void add(struct circuit_track *track, uint64_t step)
{
    double known[NUMBERS], held_out[NUMBERS];
    struct circuits_point point = make_point(step, known, held_out);
    struct error err = {0};
    if (!circuit_track_add(track, &point, &err))
        fail_msg("%s", err.message);
}

static void assert_points(const struct circuit_track *track, const uint64_t *step, size_t count)
{
    double known[NUMBERS], held_out[NUMBERS];
    assert_int_equal(track->points, count);
    for (size_t i = 0; i < count; i++) {
        struct circuits_point point = circuit_track_point(track, i);
        make_point(step[i], known, held_out);
        assert_int_equal(point.step, step[i]);
        assert_int_equal(point.known.layers, LAYERS);
        assert_int_equal(point.held_out.heads, HEADS);
        assert_memory_equal(point.known.mean, known, sizeof known);
        assert_memory_equal(point.held_out.mean, held_out, sizeof held_out);
    }
}

static void what_is_added_stays(void **state)
{
    (void)state;
    struct circuit_track track = {0};
    uint64_t step[300];
    for (size_t i = 0; i < 300; i++)
        add(&track, step[i] = 7 * i);
    assert_points(&track, step, 300);
    circuit_track_free(&track);
}

static void a_step_that_comes_again_replaces_it_and_those_behind(void **state)
{
    (void)state;
    struct circuit_track track = {0};
    static const uint64_t all[] = {0, 10, 20, 30}, again[] = {0, 10, 20}, two[] = {0, 10};
    for (size_t i = 0; i < 4; i++)
        add(&track, all[i]);
    add(&track, 20);
    assert_points(&track, again, 3);
    circuit_track_forget(&track, 19);
    assert_points(&track, two, 2);
    circuit_track_free(&track);
}

static void a_copy_catches_up(void **state)
{
    (void)state;
    struct circuit_track track = {0}, copy = {0};
    static const uint64_t all[] = {0, 10, 20, 30};
    assert_true(circuit_track_copy(&copy, &track, NULL));
    assert_int_equal(copy.points, 0);
    for (size_t i = 0; i < 4; i++) {
        add(&track, all[i]);
        assert_true(circuit_track_copy(&copy, &track, NULL));
        assert_points(&copy, all, i + 1);
    }
    circuit_track_free(&track);
    circuit_track_free(&copy);
}

static void another_shape_is_refused(void **state)
{
    (void)state;
    struct circuit_track track = {0};
    struct error err = {0};
    double known[NUMBERS], held_out[NUMBERS];
    static const uint64_t all[] = {0};
    add(&track, 0);
    struct circuits_point point = make_point(10, known, held_out);
    point.held_out.layers = HEADS;
    point.held_out.heads = LAYERS;
    assert_false(circuit_track_add(&track, &point, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_points(&track, all, 1);
    circuit_track_free(&track);
}

static void memory_that_runs_out_leaves_the_track_as_it_was(void **state)
{
    (void)state;
    struct error err = {0};
    for (size_t n = 1; n <= 2; n++) {
        struct circuit_track track = {0};
        static const uint64_t all[] = {5};
        double known[NUMBERS], held_out[NUMBERS];
        struct circuits_point point = make_point(5, known, held_out);
        memory_fail_request(n);
        assert_false(circuit_track_add(&track, &point, &err));
        memory_fail_request(0);
        assert_int_equal(err.kind, ERROR_MEMORY);
        assert_int_equal(track.points, 0);
        add(&track, 5);
        assert_points(&track, all, 1);
        circuit_track_free(&track);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_stays),
        cmocka_unit_test(a_step_that_comes_again_replaces_it_and_those_behind),
        cmocka_unit_test(a_copy_catches_up),
        cmocka_unit_test(another_shape_is_refused),
        cmocka_unit_test(memory_that_runs_out_leaves_the_track_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
