/* Which runs are the same but for their seeds, and how the others are told apart. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "lab/groups.h"
#include "tests/fixtures/tiny.h"

enum { MOST = 8 };

static char run_name[] = "run";

struct setup {
    struct tiny tiny;
    struct run_result result[MOST];
    size_t count;
    struct groups groups;
};

/* Adds a run of the tiny preset with changes. */
static void add_run(struct setup *setup, const char *const *changes)
{
    struct error err = {0};
    struct run_result *result = &setup->result[setup->count++];
    *result = (struct run_result){.name = run_name};
    if (!tiny_preset(&setup->tiny, &result->preset, changes, &err))
        fail_msg("%s", err.message);
}

#define RUN(...) add_run(setup, (const char *const[]){__VA_ARGS__, NULL})

static void group(struct setup *setup)
{
    struct error err = {0};
    if (!groups_init(&setup->groups, setup->result, setup->count, &err))
        fail_msg("%s", err.message);
}

static int open_setup(void **state)
{
    struct setup *setup = calloc(1, sizeof *setup);
    *state = setup;
    return setup && tiny_begin(&setup->tiny) ? 0 : -1;
}

static int close_setup(void **state)
{
    struct setup *setup = *state;
    groups_free(&setup->groups);
    for (size_t i = 0; i < setup->count; i++) {
        preset_free(&setup->result[i].preset);
        turns_free(&setup->result[i].turns);
    }
    tiny_end(&setup->tiny);
    free(setup);
    return 0;
}

static void seeds_and_machines_make_no_difference(void **state)
{
    struct setup *setup = *state;
    RUN("train.seed=1");
    RUN("train.seed=2", "population.seed=7");
    RUN("preset.title=another", "train.threads=1", "train.shards=3", "checkpoint.every=5");
    group(setup);
    assert_int_equal(setup->groups.count, 1);
    assert_int_equal(setup->groups.group[0].runs, 3);
    for (size_t i = 0; i < 3; i++)
        assert_ptr_equal(setup->groups.group[0].run[i], &setup->result[i]);
    assert_string_equal(setup->groups.group[0].name, "");
    assert_false(setup->groups.ordered);
}

static void groups_ascend_and_are_named_after_what_differs(void **state)
{
    struct setup *setup = *state;
    RUN("population.known=32");
    RUN("population.known=9");
    RUN("population.known=32", "train.seed=2");
    RUN("population.known=12");
    group(setup);
    assert_int_equal(setup->groups.count, 3);
    assert_string_equal(setup->groups.group[0].name, "N = 9");
    assert_string_equal(setup->groups.group[1].name, "N = 12");
    assert_string_equal(setup->groups.group[2].name, "N = 32");
    assert_int_equal(setup->groups.group[2].runs, 2);
    assert_ptr_equal(setup->groups.group[2].run[0], &setup->result[0]);
    assert_ptr_equal(setup->groups.group[2].run[1], &setup->result[2]);
    assert_true(setup->groups.ordered);
}

static void every_setting_that_differs_is_named(void **state)
{
    struct setup *setup = *state;
    RUN("train.lr=1e-3", "train.steps=1200", "train.weight_decay=0.4");
    RUN("train.lr=2e-3", "train.steps=1200", "train.weight_decay=0.2");
    RUN("train.lr=1e-3", "train.steps=600", "train.weight_decay=0.2", "model.norm=layer");
    group(setup);
    assert_int_equal(setup->groups.count, 3);
    assert_string_equal(setup->groups.group[0].name,
                        "norm = layer, steps = 600, lr = 0.001, weight_decay = 0.2");
    assert_string_equal(setup->groups.group[1].name,
                        "norm = rms, steps = 1,200, lr = 0.001, weight_decay = 0.4");
    assert_string_equal(setup->groups.group[2].name,
                        "norm = rms, steps = 1,200, lr = 0.002, weight_decay = 0.2");
    assert_false(setup->groups.ordered);
}

static void how_runs_are_looked_at_is_named_only_where_nothing_else_tells_them_apart(void **state)
{
    struct setup *setup = *state;
    RUN("population.known=16", "eval.every=2");
    RUN("population.known=32", "eval.every=4");
    group(setup);
    assert_string_equal(setup->groups.group[0].name, "N = 16");
    assert_string_equal(setup->groups.group[1].name, "N = 32");
    assert_true(setup->groups.ordered);
    groups_free(&setup->groups);
    RUN("population.known=32", "eval.every=6");
    group(setup);
    assert_int_equal(setup->groups.count, 3);
    assert_string_equal(setup->groups.group[1].name, "N = 32, eval.every = 4");
    assert_string_equal(setup->groups.group[2].name, "N = 32, eval.every = 6");
}

static void words_are_no_order(void **state)
{
    struct setup *setup = *state;
    RUN("train.schedule=cosine");
    RUN("train.schedule=constant");
    group(setup);
    assert_string_equal(setup->groups.group[0].name, "schedule = constant");
    assert_string_equal(setup->groups.group[1].name, "schedule = cosine");
    assert_false(setup->groups.ordered);
}

static void limits_of_pools_are_settings(void **state)
{
    struct setup *setup = *state;
    RUN("pools.cities=4");
    RUN("pools.cities=0");
    RUN("pools.cities=4");
    group(setup);
    assert_int_equal(setup->groups.count, 2);
    assert_string_equal(setup->groups.group[0].name, "cities = 4");
    assert_string_equal(setup->groups.group[1].name, "cities = all");
    assert_int_equal(setup->groups.group[0].runs, 2);
}

static void running_out_of_memory_leaves_nothing_behind(void **state)
{
    struct setup *setup = *state;
    RUN("train.seed=1");
    RUN("train.lr=2e-3");
    bool done = false;
    size_t n = 0;
    while (!done) {
        struct error err = {0};
        memory_fail_request(++n);
        done = groups_init(&setup->groups, setup->result, setup->count, &err);
        memory_fail_request(0);
        if (!done) {
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(setup->groups.group);
        }
    }
    assert_true(n > 10);
}

static void turn_last(struct setup *setup, enum turn_kind kind, uint64_t step, double from,
                      double to)
{
    struct run_result *result = &setup->result[setup->count - 1];
    assert_true(turns_add(&result->turns, &(struct turn){kind, step, from, to, NAN}, NULL));
}

/* Their presets say nothing of it. */
static void a_rate_that_was_set_by_hand_makes_a_difference(void **state)
{
    struct setup *setup = *state;
    RUN("train.seed=1");
    RUN("train.seed=2");
    turn_last(setup, TURN_RATE, 372, 2e-3, 1e-3);
    RUN("train.seed=3");
    turn_last(setup, TURN_RATE, 372, 2e-3, 1e-3);
    RUN("train.seed=4");
    turn_last(setup, TURN_RATE, 372, 2e-3, 1e-3);
    turn_last(setup, TURN_RATE, 500, 1e-3, 5e-4);
    group(setup);
    assert_int_equal(setup->groups.count, 3);
    assert_string_equal(setup->groups.group[0].name, "lr .002 → .001 at 372");
    assert_int_equal(setup->groups.group[0].runs, 2);
    assert_string_equal(setup->groups.group[1].name,
                        "lr .002 → .001 at 372, lr .001 → .0005 at 500");
    assert_string_equal(setup->groups.group[2].name, "lr as scheduled");
    assert_false(setup->groups.ordered);
}

/* A continuation of a run is no other run of the same kind. */
static void where_a_run_began_tells_it_apart_where_nothing_else_does(void **state)
{
    struct setup *setup = *state;
    RUN("train.seed=1");
    RUN("train.seed=1");
    turn_last(setup, TURN_BRANCH, 531, NAN, NAN);
    group(setup);
    assert_int_equal(setup->groups.count, 2);
    assert_string_equal(setup->groups.group[0].name, "branch at 531");
    assert_string_equal(setup->groups.group[1].name, "no branch");
    groups_free(&setup->groups);
    RUN("population.known=9");
    preset_free(&setup->result[0].preset);
    setup->result[0] = setup->result[--setup->count]; /* instead of the first */
    group(setup);
    assert_string_equal(setup->groups.group[0].name, "N = 9");
    assert_string_equal(setup->groups.group[1].name, "N = 32");
}

int main(void)
{
#define WITH_SETUP(test) cmocka_unit_test_setup_teardown(test, open_setup, close_setup)
    const struct CMUnitTest tests[] = {
        WITH_SETUP(seeds_and_machines_make_no_difference),
        WITH_SETUP(groups_ascend_and_are_named_after_what_differs),
        WITH_SETUP(every_setting_that_differs_is_named),
        WITH_SETUP(how_runs_are_looked_at_is_named_only_where_nothing_else_tells_them_apart),
        WITH_SETUP(words_are_no_order),
        WITH_SETUP(limits_of_pools_are_settings),
        WITH_SETUP(a_rate_that_was_set_by_hand_makes_a_difference),
        WITH_SETUP(where_a_run_began_tells_it_apart_where_nothing_else_does),
        WITH_SETUP(running_out_of_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests_name("groups", tests, NULL, NULL);
}
