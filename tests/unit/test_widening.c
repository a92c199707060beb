/* When an adaptive sampling widens, on curves whose plateau ends where it is told to. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "measure/recall.h"
#include "tests/fixtures/little_facts.h"
#include "tests/within.h"
#include "train/widening.h"

enum { KNOWN = 64, SUBSET = 16, EVERY = 20, END = 400 };

static struct little_directory directory;
static struct fact_set facts;
static struct population population;
static double baseline; /* of the first SUBSET individuals */

static int set_up(void **state)
{
    (void)state;
    struct facts_options options = little_options();
    struct population_options people = {.seed = 4, .known = SUBSET};
    struct error err = {0};
    little_make(&directory);
    little_fill(&directory);
    little_load(&facts, &directory, &options);
    assert_true(population_init(&population, &facts, &people, &err));
    assert_true(recall_baseline(&population, &baseline, NULL, &err));
    people.known = KNOWN;
    assert_true(population_init(&population, &facts, &people, &err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fact_set_free(&facts);
    little_remove(&directory);
    return 0;
}

/* A sampling and what widens it. */
struct life {
    struct sampling sampling;
    struct widening widening;
};

static void begin(struct life *life, enum sampling_kind kind, double factor)
{
    const struct sampling_options options = {
        .kind = kind, .subset = SUBSET, .steps = 9, .factor = factor};
    const struct sampling_size size = {.known = KNOWN, .batch = 4, .steps = 2000};
    assert_true(sampling_init(&life->sampling, &options, &size, NULL));
    assert_true(widening_init(&life->widening, &life->sampling, &population, EVERY, NULL));
}

static void end(struct life *life)
{
    widening_free(&life->widening);
    sampling_free(&life->sampling);
}

/* The baseline until `departs`, then a fall as a power of the step; `since` the curve began. */
static double plateau(uint64_t step, uint64_t since, uint64_t departs)
{
    double fall = step > departs ? pow((double)(step - since) / (double)(departs - since), -2) : 1;
    return baseline * fall * (1 + 1e-4 * (double)(step % 3));
}

static bool push(struct life *life, uint64_t step, double loss)
{
    bool widened = false;
    struct error err = {0};
    if (!widening_push(&life->widening, step, loss, &widened, &err))
        fail_msg("%s", err.message);
    return widened;
}

/* Pushes evaluations from `step` to `last`; gives the step that widened, or 0. */
static uint64_t push_until_widened(struct life *life, uint64_t step, uint64_t last, uint64_t since,
                                   uint64_t departs)
{
    for (; step <= last; step += EVERY)
        if (push(life, step, plateau(step, since, departs)))
            return step;
    return 0;
}

static void all_are_let_in_once_the_plateau_is_seen_to_end(void **state)
{
    (void)state;
    struct life life;
    begin(&life, SAMPLING_ADAPTIVE, 0);
    assert_int_equal(push_until_widened(&life, 0, END, 0, END), 0);
    assert_int_equal(life.sampling.subset, SUBSET);
    uint64_t seen = push_until_widened(&life, END + EVERY, 2 * END, 0, END);
    assert_within(seen, END + EVERY, END + 6 * EVERY);
    assert_int_equal(life.sampling.subset, KNOWN);
    assert_int_equal(life.widening.since, seen);
    assert_int_equal(push_until_widened(&life, seen + EVERY, 4 * END, 0, END), 0);
    end(&life);
}

static void with_a_factor_every_widening_waits_for_its_own_plateau(void **state)
{
    (void)state;
    struct life life;
    begin(&life, SAMPLING_ADAPTIVE, 2);
    uint64_t first = push_until_widened(&life, 0, 2 * END, 0, END);
    assert_true(first > END);
    assert_int_equal(life.sampling.subset, 2 * SUBSET);
    /* The newcomers bring the curve back to the baseline, where it stays for another END. */
    assert_int_equal(push_until_widened(&life, first + EVERY, first + END, first, first + END), 0);
    uint64_t second =
        push_until_widened(&life, first + END + EVERY, first + 2 * END, first, first + END);
    assert_true(second > first + END);
    assert_int_equal(life.sampling.subset, 4 * SUBSET);
    end(&life);
}

static void a_look_between_evaluations_changes_nothing(void **state)
{
    (void)state;
    struct life plain, looked;
    begin(&plain, SAMPLING_ADAPTIVE, 0);
    begin(&looked, SAMPLING_ADAPTIVE, 0);
    uint64_t seen = push_until_widened(&plain, 0, 2 * END, 0, END);
    for (uint64_t step = 1; step < seen; step++) /* as if all were known already */
        assert_false(push(&looked, step, step % EVERY == 0 ? plateau(step, 0, END) : 0.01));
    assert_true(push(&looked, seen, plateau(seen, 0, END)));
    end(&plain);
    end(&looked);
}

static void what_is_gone_on_with_widens_where_the_whole_would(void **state)
{
    (void)state;
    struct life whole, later;
    begin(&whole, SAMPLING_ADAPTIVE, 2);
    uint64_t first = push_until_widened(&whole, 0, 2 * END, 0, END);
    uint64_t second = push_until_widened(&whole, first + EVERY, 4 * END, first, first + END);
    for (uint64_t saved = EVERY; saved < second; saved += EVERY) {
        /* The record is read again up to the checkpoint, the rest is new. */
        begin(&later, SAMPLING_ADAPTIVE, 2);
        bool widened = saved >= first;
        assert_true(widening_go_on(&later.widening, widened ? 2 * SUBSET : SUBSET,
                                   widened ? first : 0, NULL));
        for (uint64_t step = 0; step < second; step += EVERY) {
            double loss = step <= first ? plateau(step, 0, END) : plateau(step, first, first + END);
            assert_int_equal(push(&later, step, loss), step == first && saved < first);
        }
        assert_true(push(&later, second, plateau(second, first, first + END)));
        end(&later);
    }
    end(&whole);
}

static void a_checkpoint_that_cannot_be_is_refused(void **state)
{
    static const uint64_t impossible[] = {0, SUBSET - 1, KNOWN + 1};
    (void)state;
    struct life life;
    begin(&life, SAMPLING_ADAPTIVE, 2);
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
        struct error err = {0};
        assert_false(widening_go_on(&life.widening, impossible[i], 0, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_int_equal(life.sampling.subset, SUBSET);
    }
    assert_true(widening_go_on(&life.widening, KNOWN, END, NULL));
    end(&life);
}

static void other_kinds_are_never_widened(void **state)
{
    (void)state;
    struct life life;
    begin(&life, SAMPLING_WARM_UP, 0);
    assert_int_equal(push_until_widened(&life, 0, 4 * END, 0, END), 0);
    assert_int_equal(sampling_subset(&life.sampling, 0), SUBSET);
    end(&life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_let_in_once_the_plateau_is_seen_to_end),
        cmocka_unit_test(with_a_factor_every_widening_waits_for_its_own_plateau),
        cmocka_unit_test(a_look_between_evaluations_changes_nothing),
        cmocka_unit_test(what_is_gone_on_with_widens_where_the_whole_would),
        cmocka_unit_test(a_checkpoint_that_cannot_be_is_refused),
        cmocka_unit_test(other_kinds_are_never_widened),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
