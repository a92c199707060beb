#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "facts/batch.h"
#include "tests/fixtures/little_world.h"
#include "tests/within.h"

enum { KNOWN = 30, ROOM = 16 };

static struct little_world world;
static struct sampling sampling;

static int set_up(void **state)
{
    (void)state;
    const struct population_options people = {.seed = 4, .known = KNOWN, .held_out = 10};
    const struct sampling_options uniform = {.kind = SAMPLING_UNIFORM};
    const struct sampling_size size = {.known = KNOWN, .batch = ROOM, .steps = 1};
    little_world_make(&world, &people, NULL);
    assert_true(sampling_init(&sampling, &uniform, &size, NULL));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_world_remove(&world);
    return 0;
}

static struct batch make_batch(size_t room)
{
    struct batch batch;
    struct error err = {0};
    assert_true(batch_init_with_spans(&batch, &world.vocabulary, room, &err));
    return batch;
}

static void assert_same(const struct batch *a, const struct batch *b)
{
    size_t count = a->biographies;
    assert_int_equal(count, b->biographies);
    assert_memory_equal(a->individual, b->individual, count * sizeof *a->individual);
    assert_memory_equal(a->start, b->start, (count + 1) * sizeof *a->start);
    assert_memory_equal(a->token, b->token, a->start[count] * sizeof *a->token);
    assert_memory_equal(a->target, b->target, a->start[count] * sizeof *a->target);
    assert_memory_equal(a->span_start, b->span_start, (count + 1) * sizeof *a->span_start);
    for (size_t i = 0; i < a->span_start[count]; i++) {
        assert_int_equal(a->span[i].first, b->span[i].first);
        assert_int_equal(a->span[i].count, b->span[i].count);
        assert_int_equal(a->span[i].kind, b->span[i].kind);
        assert_int_equal(a->span[i].attribute, b->span[i].attribute);
    }
}

static void targets_are_the_tokens_that_follow(void **state)
{
    (void)state;
    struct batch batch = make_batch(ROOM);
    batch_fill_training(&batch, &world.population, &world.vocabulary, &sampling, 0);
    assert_int_equal(batch.biographies, ROOM);
    assert_int_equal(batch.start[0], 0);
    assert_true(batch.start[ROOM] < batch.token_room);
    for (size_t i = 0; i < ROOM; i++) {
        size_t first = batch.start[i], end = batch.start[i + 1];
        assert_int_equal(batch.token[first], TOKEN_BEGIN);
        assert_int_equal(batch.target[end - 1], TOKEN_END);
        for (size_t t = first; t + 1 < end; t++)
            assert_int_equal(batch.target[t], batch.token[t + 1]);
    }
    batch_free(&batch);
    assert_null(batch.token);
}

static void spans_point_into_their_own_biography(void **state)
{
    (void)state;
    struct batch batch = make_batch(ROOM);
    batch_fill_training(&batch, &world.population, &world.vocabulary, &sampling, 3);
    for (size_t i = 0; i < ROOM; i++) {
        assert_int_equal(batch.span_start[i + 1] - batch.span_start[i], 2 * world.facts.attributes);
        for (size_t j = batch.span_start[i]; j < batch.span_start[i + 1]; j++) {
            const struct span *span = &batch.span[j];
            struct text found = {0}, expected = {0};
            assert_true(span->first + span->count <= batch.start[i + 1] - batch.start[i]);
            vocabulary_text(&world.vocabulary, batch.token + batch.start[i] + span->first,
                            span->count, &found);
            if (span->kind == SPAN_NAME)
                population_name_text(&world.population, batch.individual[i], &expected);
            else
                population_value_text(&world.population, batch.individual[i], span->attribute,
                                      &expected);
            assert_string_equal(found.bytes, expected.bytes);
            text_free(&found);
            text_free(&expected);
        }
    }
    batch_free(&batch);
}

static void a_step_has_one_batch_whatever_came_before(void **state)
{
    (void)state;
    struct batch here = make_batch(ROOM), there = make_batch(ROOM);
    static const uint64_t order[] = {5, 0, 3, 3, 1, UINT64_MAX, 2, 4};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        batch_fill_training(&here, &world.population, &world.vocabulary, &sampling, order[i]);
        for (uint64_t step = 0; step <= i; step++)
            batch_fill_training(&there, &world.population, &world.vocabulary, &sampling, step);
        batch_fill_evaluation(&there, &world.population, &world.vocabulary, i, ROOM);
        batch_fill_training(&there, &world.population, &world.vocabulary, &sampling, order[i]);
        assert_same(&here, &there);
    }
    batch_free(&here);
    batch_free(&there);
}

static void steps_and_seeds_differ(void **state)
{
    (void)state;
    struct batch a = make_batch(ROOM), b = make_batch(ROOM);
    struct population other = world.population;
    batch_fill_training(&a, &world.population, &world.vocabulary, &sampling, 0);
    batch_fill_training(&b, &world.population, &world.vocabulary, &sampling, 1);
    assert_memory_not_equal(a.individual, b.individual, ROOM * sizeof *a.individual);
    struct population_options people = world.population.size;
    people.seed++;
    assert_true(population_init(&other, &world.facts, &people, NULL));
    batch_fill_training(&b, &other, &world.vocabulary, &sampling, 0);
    assert_memory_not_equal(a.individual, b.individual, ROOM * sizeof *a.individual);
    batch_free(&a);
    batch_free(&b);
}

static void all_known_individuals_are_drawn_and_no_others(void **state)
{
    (void)state;
    enum { STEPS = 400 };
    struct batch batch = make_batch(ROOM);
    size_t drawn[KNOWN] = {0};
    for (uint64_t step = 0; step < STEPS; step++) {
        batch_fill_training(&batch, &world.population, &world.vocabulary, &sampling, step);
        for (size_t i = 0; i < ROOM; i++) {
            assert_true(batch.individual[i] < KNOWN);
            drawn[batch.individual[i]]++;
        }
    }
    /* 213.3 expected, 14.4 standard deviation. */
    for (size_t i = 0; i < KNOWN; i++)
        assert_within(drawn[i], 213 - 72, 213 + 72);
    batch_free(&batch);
}

static void a_batch_holds_whom_the_sampling_draws(void **state)
{
    (void)state;
    struct batch batch = make_batch(ROOM), again = make_batch(ROOM);
    const struct sampling_options options = {.kind = SAMPLING_WARM_UP, .subset = 4, .steps = 10};
    const struct sampling_size size = {.known = KNOWN, .batch = ROOM, .steps = 100};
    struct sampling warm_up;
    assert_true(sampling_init(&warm_up, &options, &size, NULL));
    for (uint64_t step = 0; step < 20; step++) {
        uint64_t others = 0;
        batch_fill_training(&batch, &world.population, &world.vocabulary, &warm_up, step);
        for (size_t i = 0; i < ROOM; i++)
            others += batch.individual[i] >= 4;
        assert_int_equal(others > 0, step >= 10); /* none of 16 by chance: (4/30)^16 */
        batch_fill_training(&again, &world.population, &world.vocabulary, &warm_up, 19 - step);
        batch_fill_training(&again, &world.population, &world.vocabulary, &warm_up, step);
        assert_same(&batch, &again);
    }
    sampling_free(&warm_up);
    batch_free(&batch);
    batch_free(&again);
}

static void evaluation_spreads_over_as_many_as_it_is_told(void **state)
{
    static const uint64_t middles[] = {3, 9, 15, 21, 27}; /* of five parts of 30 */
    (void)state;
    struct batch batch = make_batch(5);
    batch_fill_evaluation(&batch, &world.population, &world.vocabulary, 0, KNOWN);
    assert_memory_equal(batch.individual, middles, sizeof middles);
    batch_fill_evaluation(&batch, &world.population, &world.vocabulary, 100, KNOWN);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(batch.individual[i], 100 + middles[i]);
    batch_fill_evaluation(&batch, &world.population, &world.vocabulary, 7, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(batch.individual[i], 7 + i);
    batch_free(&batch);
}

static void evaluation_of_an_individual_is_always_the_same(void **state)
{
    (void)state;
    struct batch all = make_batch(ROOM), one = make_batch(1);
    batch_fill_evaluation(&all, &world.population, &world.vocabulary, 25, ROOM);
    for (size_t i = 0; i < ROOM; i++) {
        size_t tokens = all.start[i + 1] - all.start[i];
        batch_fill_evaluation(&one, &world.population, &world.vocabulary, 25 + i, 1);
        assert_int_equal(one.individual[0], 25 + i);
        assert_int_equal(all.individual[i], 25 + i);
        assert_int_equal(one.start[1], tokens);
        assert_memory_equal(one.token, all.token + all.start[i], tokens * sizeof *one.token);
    }
    batch_free(&all);
    batch_free(&one);
}

static void evaluation_ends_with_the_names(void **state)
{
    (void)state;
    struct batch batch = make_batch(ROOM);
    batch_fill_evaluation(&batch, &world.population, &world.vocabulary, world.population.names - 3,
                          ROOM);
    assert_int_equal(batch.biographies, 3);
    assert_int_equal(batch_sequences(&batch).count, 3);
    batch_fill_evaluation(&batch, &world.population, &world.vocabulary, world.population.names,
                          ROOM);
    assert_int_equal(batch.biographies, 0);
    assert_int_equal(batch.start[0], 0);
    batch_free(&batch);
}

static void sequences_are_the_batch(void **state)
{
    (void)state;
    struct batch batch = make_batch(ROOM);
    batch_fill_training(&batch, &world.population, &world.vocabulary, &sampling, 0);
    struct sequences sequences = batch_sequences(&batch);
    assert_ptr_equal(sequences.token, batch.token);
    assert_ptr_equal(sequences.target, batch.target);
    assert_ptr_equal(sequences.start, batch.start);
    assert_int_equal(sequences.count, ROOM);
    batch_free(&batch);
}

static void what_is_written_does_not_depend_on_spans(void **state)
{
    (void)state;
    struct batch with = make_batch(ROOM), without;
    struct error err = {0};
    assert_true(batch_init(&without, &world.vocabulary, ROOM, &err));
    for (uint64_t step = 0; step < 3; step++) {
        batch_fill_training(&with, &world.population, &world.vocabulary, &sampling, step);
        batch_fill_training(&without, &world.population, &world.vocabulary, &sampling, step);
        assert_int_equal(without.biographies, ROOM);
        assert_memory_equal(with.start, without.start, (ROOM + 1) * sizeof *with.start);
        assert_memory_equal(with.token, without.token, with.start[ROOM] * sizeof *with.token);
        assert_memory_equal(with.target, without.target, with.start[ROOM] * sizeof *with.target);
        assert_memory_equal(with.individual, without.individual, ROOM * sizeof *with.individual);
        assert_null(without.span);
        assert_null(without.span_start);
    }
    batch_free(&with);
    batch_free(&without);
}

static void running_out_of_memory_leaves_nothing(void **state)
{
    (void)state;
    struct batch batch;
    size_t n = 1;
    for (bool made = false; !made; n++) {
        struct error err = {0};
        memory_fail_request(n);
        made = batch_init_with_spans(&batch, &world.vocabulary, ROOM, &err);
        memory_fail_request(0);
        if (!made) {
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(batch.token);
            assert_null(batch.start);
            assert_int_equal(batch.room, 0);
        }
    }
    assert_int_equal(n, 6 + 2);
    batch_free(&batch);
    struct error err = {0};
    assert_false(batch_init(&batch, &world.vocabulary, SIZE_MAX / 8, &err));
    assert_int_equal(err.kind, ERROR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_the_tokens_that_follow),
        cmocka_unit_test(spans_point_into_their_own_biography),
        cmocka_unit_test(a_step_has_one_batch_whatever_came_before),
        cmocka_unit_test(steps_and_seeds_differ),
        cmocka_unit_test(all_known_individuals_are_drawn_and_no_others),
        cmocka_unit_test(a_batch_holds_whom_the_sampling_draws),
        cmocka_unit_test(evaluation_spreads_over_as_many_as_it_is_told),
        cmocka_unit_test(evaluation_of_an_individual_is_always_the_same),
        cmocka_unit_test(evaluation_ends_with_the_names),
        cmocka_unit_test(sequences_are_the_batch),
        cmocka_unit_test(what_is_written_does_not_depend_on_spans),
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
