/* Who is sampled when, against exact probabilities and orders worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include "base/memory.h"
#include "facts/sampling.h"
#include "facts/sampling/mixture.h"
#include "tests/fixtures/little_rows.h"
#include "tests/within.h"

enum { KNOWN = ROWS_KNOWN, BATCH = 8, STEPS = 24, DRAWS = 200000 };

static struct little_rows rows;
static char people[] = "people", odd_ones[] = "odd ones";

static const struct sampling_size size = {
    .known = KNOWN, .batch = BATCH, .steps = STEPS, .population = &rows.population};

static const struct sampling_options of_each[SAMPLING_KINDS] = {
    [SAMPLING_UNIFORM] = {.kind = SAMPLING_UNIFORM},
    [SAMPLING_POWER_LAW] = {.kind = SAMPLING_POWER_LAW, .alpha = {true, 0.8}},
    [SAMPLING_COLUMN] = {.kind = SAMPLING_COLUMN, .column = people},
    [SAMPLING_CELEBRITIES] = {.kind = SAMPLING_CELEBRITIES, .celebrities = 5, .weight = {true, 4}},
    [SAMPLING_WARM_UP] = {.kind = SAMPLING_WARM_UP, .subset = 20, .steps = 12},
    [SAMPLING_SEQUENTIAL] = {.kind = SAMPLING_SEQUENTIAL, .groups = 3, .repeats = 2},
    [SAMPLING_GROW] = {.kind = SAMPLING_GROW, .subset = 3, .steps = 20},
    [SAMPLING_ADAPTIVE] = {.kind = SAMPLING_ADAPTIVE, .subset = 30},
};

static int set_up(void **state)
{
    (void)state;
    little_rows_make(&rows);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_rows_remove(&rows);
    return 0;
}

static struct sampling make(struct sampling_options options)
{
    struct sampling sampling;
    struct error err = {0};
    if (options.groups == 0)
        options.groups = 1;
    if (options.repeats == 0)
        options.repeats = 1;
    if (!sampling_init(&sampling, &options, &size, &err))
        fail_msg("%s", err.message);
    return sampling;
}

/* Chance that draws which follow weight[KNOWN] are at least as far from it as those of a step. */
static double fit(const struct sampling *sampling, uint64_t step, const double *weight)
{
    size_t drawn[KNOWN] = {0};
    double all = 0, squares = 0, cells = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        struct random random = random_stream(7, RANDOM_BATCH, step, i);
        uint64_t individual = sampling_draw(sampling, step, &random);
        assert_true(individual < KNOWN);
        drawn[individual]++;
    }
    for (size_t i = 0; i < KNOWN; i++)
        all += weight[i];
    for (size_t i = 0; i < KNOWN; i++) {
        double expected = DRAWS * weight[i] / all;
        if (expected == 0)
            assert_int_equal(drawn[i], 0);
        else {
            assert_true(expected > 100);
            squares += pow((double)drawn[i] - expected, 2) / expected;
            cells++;
        }
    }
    return gsl_cdf_chisq_Q(squares, cells - 1);
}

static void assert_follows(const struct sampling *sampling, uint64_t step, const double *weight)
{
    double chance = fit(sampling, step, weight);
    if (chance < 1e-3)
        fail_msg("step %d: p = %g", (int)step, chance);
}

/* weight is 1 from first to end-1 and 0 elsewhere. */
static void set_range(double *weight, size_t first, size_t end)
{
    for (size_t i = 0; i < KNOWN; i++)
        weight[i] = i >= first && i < end;
}

static void assert_is_range(const struct sampling *sampling, uint64_t step, size_t first,
                            size_t end)
{
    double weight[KNOWN];
    set_range(weight, first, end);
    assert_follows(sampling, step, weight);
}

static void uniform_is_what_it_was_before_there_were_others(void **state)
{
    (void)state;
    struct sampling sampling = make((struct sampling_options){.kind = SAMPLING_UNIFORM});
    for (uint64_t step = 0; step < 100; step++)
        for (uint64_t slot = 0; slot < BATCH; slot++) {
            struct random ours = random_stream(3, RANDOM_BATCH, step, slot), before = ours;
            uint64_t individual = random_below(&before, KNOWN);
            assert_int_equal(sampling_draw(&sampling, step, &ours), individual);
            assert_true(ours.state == before.state); /* the biography's numbers come next */
        }
    assert_is_range(&sampling, 5, 0, KNOWN);
    sampling_free(&sampling);
}

static void a_power_law_has_its_exact_probabilities(void **state)
{
    static const double alphas[] = {0, 0.2, 0.6, 1};
    double weight[KNOWN], level[KNOWN];
    (void)state;
    set_range(level, 0, KNOWN);
    for (size_t a = 0; a < sizeof alphas / sizeof *alphas; a++) {
        struct sampling sampling =
            make((struct sampling_options){.kind = SAMPLING_POWER_LAW, .alpha = {true, alphas[a]}});
        for (size_t i = 0; i < KNOWN; i++)
            weight[i] = exp(-alphas[a] * log((double)i + 1));
        assert_follows(&sampling, a, weight);
        if (alphas[a] > 0)
            assert_true(fit(&sampling, a, level) < 1e-9);
        sampling_free(&sampling);
    }
}

static void a_column_has_the_probabilities_of_its_numbers(void **state)
{
    double weight[KNOWN], level[KNOWN];
    (void)state;
    set_range(level, 0, KNOWN);
    struct sampling sampling =
        make((struct sampling_options){.kind = SAMPLING_COLUMN, .column = people});
    for (size_t i = 0; i < KNOWN; i++) {
        weight[i] = little_rows_people(&rows.population, i);
        assert_true(sampling_weight(&sampling, 3, i) == weight[i]);
    }
    assert_follows(&sampling, 3, weight);
    assert_true(fit(&sampling, 3, level) < 1e-9);
    for (size_t i = KNOWN; i < KNOWN + ROWS_NEW; i++)
        assert_true(sampling_weight(&sampling, 3, i) == 0);
    sampling_free(&sampling);
}

static void who_has_0_in_a_column_is_never_drawn(void **state)
{
    double weight[KNOWN];
    size_t never = 0;
    (void)state;
    struct sampling sampling =
        make((struct sampling_options){.kind = SAMPLING_COLUMN, .column = odd_ones});
    for (size_t i = 0; i < KNOWN; i++) {
        weight[i] = little_rows_odd_ones(&rows.population, i);
        never += weight[i] == 0;
    }
    assert_within(never, KNOWN / 4, 3 * KNOWN / 4);
    assert_follows(&sampling, 5, weight);
    sampling_free(&sampling);
}

static void celebrities_come_weight_times_as_often(void **state)
{
    double weight[KNOWN];
    (void)state;
    set_range(weight, 0, KNOWN);
    for (size_t i = 0; i < 7; i++)
        weight[i] = 8;
    struct sampling sampling = make((struct sampling_options){
        .kind = SAMPLING_CELEBRITIES, .celebrities = 7, .weight = {true, 8}});
    assert_follows(&sampling, 3, weight);
    weight[7] = 8; /* one more would be seen */
    assert_true(fit(&sampling, 3, weight) < 1e-9);
    assert_int_equal(sampling_subset(&sampling, 3), 7);
    sampling_free(&sampling);
    sampling = make((struct sampling_options){
        .kind = SAMPLING_CELEBRITIES, .celebrities = KNOWN, .weight = {true, 8}});
    assert_is_range(&sampling, 4, 0, KNOWN);
    sampling_free(&sampling);
}

static void a_warm_up_ends_between_two_steps(void **state)
{
    (void)state;
    struct sampling sampling =
        make((struct sampling_options){.kind = SAMPLING_WARM_UP, .subset = 10, .steps = 5});
    assert_is_range(&sampling, 0, 0, 10);
    assert_is_range(&sampling, 4, 0, 10);
    assert_is_range(&sampling, 5, 0, KNOWN);
    assert_is_range(&sampling, 1000000, 0, KNOWN);
    for (uint64_t step = 0; step < 10; step++)
        assert_int_equal(sampling_subset(&sampling, step), step < 5 ? 10 : KNOWN);
    sampling_free(&sampling);
}

static void an_epoch_is_as_many_steps_as_draw_the_whole_population_once(void **state)
{
    static const struct {
        uint64_t known, batch, epochs, steps;
    } cases[] = {{65536, 128, 1, 512}, {131072, 128, 8, 8192}, {60, 8, 3, 22}, {5, 8, 1, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct sampling_options options = {
            .kind = SAMPLING_WARM_UP, .subset = 2, .epochs = cases[i].epochs};
        const struct sampling_size of_case = {
            .known = cases[i].known, .batch = cases[i].batch, .steps = 100};
        struct sampling sampling;
        assert_true(sampling_init(&sampling, &options, &of_case, NULL));
        assert_int_equal(sampling_subset(&sampling, cases[i].steps - 1), 2);
        assert_int_equal(sampling_subset(&sampling, cases[i].steps), cases[i].known);
        sampling_free(&sampling);
    }
}

static void groups_are_visited_in_order_and_share_the_steps(void **state)
{
    static const struct {
        uint64_t groups, repeats;
        const char *order; /* the group of each of the 24 steps */
    } cases[] = {
        {4, 1, "000000111111222222333333"}, {2, 2, "000000111111000000111111"},
        {2, 4, "000111000111000111000111"}, {3, 1, "000000001111111122222222"},
        {5, 1, "000001111122222333334444"}, {24, 1, "0123456789:;<=>?@ABCDEFG"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sampling sampling = make((struct sampling_options){
            .kind = SAMPLING_SEQUENTIAL, .groups = cases[i].groups, .repeats = cases[i].repeats});
        for (uint64_t step = 0; step < STEPS; step++) {
            uint64_t group = (uint64_t)(cases[i].order[step] - '0');
            struct crowd crowd = sampling_crowd(&sampling, step);
            assert_int_equal(crowd.first, sampling_group(&sampling, group).first);
            assert_int_equal(crowd.count, sampling_group(&sampling, group).count);
        }
        assert_int_equal(sampling_crowd(&sampling, STEPS).first,
                         sampling_group(&sampling, cases[i].groups - 1).first);
        sampling_free(&sampling);
    }
}

static void groups_share_the_known_individuals(void **state)
{
    (void)state;
    for (uint64_t groups = 2; groups <= KNOWN; groups++) {
        struct sampling sampling =
            make((struct sampling_options){.kind = SAMPLING_SEQUENTIAL, .groups = groups});
        uint64_t next = 0;
        for (uint64_t g = 0; g < groups; g++) {
            struct crowd group = sampling_group(&sampling, g);
            assert_int_equal(group.first, next);
            assert_within(group.count, KNOWN / groups, (KNOWN + groups - 1) / groups);
            next += group.count;
        }
        assert_int_equal(next, KNOWN);
        sampling_free(&sampling);
    }
    struct sampling sampling =
        make((struct sampling_options){.kind = SAMPLING_SEQUENTIAL, .groups = 4});
    assert_is_range(&sampling, 0, 0, 15);
    assert_is_range(&sampling, 17, 30, 45);
    assert_int_equal(sampling_subset(&sampling, 17), 0);
    sampling_free(&sampling);
}

static void a_growing_population_grows_as_it_says(void **state)
{
    /* From 12 to 60 over 4 steps: 12 at a time, or by 5^(1/4). */
    static const uint64_t linear[] = {12, 24, 36, 48, 60, 60};
    static const uint64_t geometric[] = {12, 18, 27, 40, 60, 60};
    (void)state;
    struct sampling_options options = {.kind = SAMPLING_GROW, .subset = 12, .steps = 4};
    struct sampling even = make(options);
    options.growth = GROWTH_GEOMETRIC;
    struct sampling bent = make(options);
    for (uint64_t step = 0; step < 6; step++) {
        assert_int_equal(sampling_subset(&even, step), linear[step]);
        assert_int_equal(sampling_subset(&bent, step), geometric[step]);
        assert_is_range(&even, step, 0, linear[step]);
        assert_is_range(&bent, step, 0, geometric[step]);
    }
    sampling_free(&even);
    sampling_free(&bent);
}

static void an_adaptive_subset_widens_when_told(void **state)
{
    static const struct {
        double factor;
        uint64_t subset[5];
    } cases[] = {
        {0, {10, 60, 60, 60, 60}},
        {2, {10, 20, 40, 60, 60}},
        {1.5, {10, 15, 23, 35, 53}},
        {1.001, {10, 11, 12, 13, 14}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sampling sampling = make((struct sampling_options){
            .kind = SAMPLING_ADAPTIVE, .subset = 10, .factor = cases[i].factor});
        for (size_t times = 0; times < 5; times++) {
            uint64_t subset = cases[i].subset[times];
            assert_int_equal(sampling_subset(&sampling, 1000 * times), subset);
            assert_is_range(&sampling, times, 0, subset);
            sampling_widen(&sampling);
        }
        sampling_free(&sampling);
    }
}

static void a_mixture_replays_old_individuals_with_their_weight(void **state)
{
    static const double weights[] = {2, 1, 0.5, 1.0 / 32, 0};
    double weight[KNOWN];
    (void)state;
    for (size_t w = 0; w < sizeof weights / sizeof *weights; w++) {
        const struct crowd fresh = {40, 12, 1}, old = {0, 30, weights[w]};
        struct sampling sampling;
        for (size_t i = 0; i < KNOWN; i++)
            weight[i] = i < 30 ? weights[w] : i >= 40 && i < 52;
        assert_true(sampling_init_mixture(&sampling, &fresh, &old, NULL));
        assert_follows(&sampling, w, weight);
        assert_int_equal(sampling_crowd(&sampling, 0).first, 40);
        sampling_free(&sampling);
    }
}

static void a_mixture_of_nobody_is_refused(void **state)
{
    static const struct crowd none = {0, 0, 1}, some = {5, 3, 1};
    static const struct crowd bad[] = {{0, 3, -1}, {0, 3, NAN}, {0, 3, INFINITY}, {0, 3, 0}};
    struct sampling sampling;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = {0};
        assert_false(sampling_init_mixture(&sampling, &none, &bad[i], &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_int_equal(sampling_init_mixture(&sampling, &bad[i], &some, &err),
                         bad[i].weight == 0);
        sampling_free(&sampling);
    }
    assert_true(sampling_init_mixture(&sampling, &some, &none, NULL));
    sampling_free(&sampling);
}

static void every_kind_says_who_is_drawn(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < SAMPLING_KINDS; kind++) {
        const struct sampling_ops *ops = sampling_kinds[kind];
        assert_non_null(ops->crowd);
        assert_int_equal(ops->draw == NULL, ops->weight == NULL);
        for (size_t other = 0; other < kind; other++)
            assert_string_not_equal(sampling_names[kind], sampling_names[other]);
    }
    assert_null(sampling_names[SAMPLING_KINDS]);
}

static void those_who_can_be_drawn_come_as_often_as_their_weight_says(void **state)
{
    static const uint64_t steps[] = {0, 7, STEPS - 1};
    double weight[KNOWN];
    (void)state;
    for (size_t kind = 0; kind < SAMPLING_KINDS; kind++) {
        assert_int_equal(of_each[kind].kind, kind); /* a new kind takes a row there */
        struct sampling sampling = make(of_each[kind]);
        for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
            struct crowd crowd = sampling_crowd(&sampling, steps[s]);
            for (uint64_t i = 0; i < KNOWN; i++) {
                weight[i] = sampling_weight(&sampling, steps[s], i);
                assert_int_equal(weight[i] > 0, crowd_weight(&crowd, i) > 0);
            }
            assert_follows(&sampling, steps[s], weight);
        }
        sampling_free(&sampling);
    }
}

/* What baselines are kept over. */
static void no_weight_changes_while_the_crowd_stays(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < SAMPLING_KINDS; kind++) {
        struct sampling sampling = make(of_each[kind]);
        struct crowd before = sampling_crowd(&sampling, 0);
        for (uint64_t step = 1; step < STEPS; step++) {
            struct crowd crowd = sampling_crowd(&sampling, step);
            bool same = crowd.first == before.first && crowd.count == before.count;
            for (uint64_t i = 0; same && i < KNOWN; i++)
                assert_true(sampling_weight(&sampling, step, i) ==
                            sampling_weight(&sampling, step - 1, i));
            before = crowd;
        }
        sampling_free(&sampling);
    }
}

static void a_draw_depends_on_nothing_but_its_step_and_stream(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < SAMPLING_KINDS; kind++) {
        struct sampling here = make(of_each[kind]), there = make(of_each[kind]);
        uint64_t drawn[STEPS], different = 0;
        for (uint64_t step = 0; step < STEPS; step++) {
            struct random random = random_stream(5, RANDOM_BATCH, step, 0);
            drawn[step] = sampling_draw(&here, step, &random);
            different += drawn[step] != drawn[0];
        }
        for (uint64_t step = STEPS; step-- > 0;) {
            struct random random = random_stream(5, RANDOM_BATCH, step, 0);
            assert_int_equal(sampling_draw(&there, step, &random), drawn[step]);
        }
        assert_true(different > STEPS / 2);
        sampling_free(&here);
        sampling_free(&there);
    }
}

static void only_uniform_asks_its_first_individuals_alone(void **state)
{
    (void)state;
    struct sampling uniform = make((struct sampling_options){.kind = SAMPLING_UNIFORM});
    struct sampling law =
        make((struct sampling_options){.kind = SAMPLING_POWER_LAW, .alpha = {true, 1}});
    assert_int_equal(sampling_asked(&uniform, 8), 8);
    assert_int_equal(sampling_asked(&law, 8), KNOWN);
    sampling_free(&uniform);
    sampling_free(&law);
}

static void what_does_not_fit_is_refused(void **state)
{
    static const struct {
        struct sampling_options options;
        const char *message;
    } cases[] = {
        {{.kind = SAMPLING_POWER_LAW},
         "sampling.kind = power-law needs sampling.alpha, as sampling.alpha=0.6"},
        {{.kind = SAMPLING_COLUMN}, "sampling.kind = column needs sampling.column"},
        {{.kind = SAMPLING_CELEBRITIES, .celebrities = 6},
         "sampling.kind = celebrities needs sampling.weight, as sampling.weight=8"},
        {{.kind = SAMPLING_CELEBRITIES}, "sampling.kind = celebrities needs sampling.celebrities"},
        {{.kind = SAMPLING_CELEBRITIES, .celebrities = 61, .weight = {true, 2}},
         "sampling.celebrities = 61 is above population.known = 60"},
        {{.kind = SAMPLING_WARM_UP, .subset = 8},
         "sampling.kind = warm-up needs sampling.epochs or sampling.steps"},
        {{.kind = SAMPLING_GROW, .steps = 8, .subset = 61},
         "sampling.subset = 61 is above population.known = 60"},
        {{.kind = SAMPLING_SEQUENTIAL, .groups = 1},
         "sampling.kind = sequential needs sampling.groups above 1"},
        {{.kind = SAMPLING_ADAPTIVE}, "sampling.kind = adaptive needs sampling.subset"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sampling sampling;
        struct error err = {0};
        assert_false(sampling_init(&sampling, &cases[i].options, &size, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_string_equal(err.message, cases[i].message);
        assert_null(sampling.discrete);
    }
}

/* One cell of the table's last line, who is on it being anybody. */
static void check_number(const char *cell, const char *message)
{
    struct sampling sampling;
    struct error err = {0};
    struct sampling_options options = {.kind = SAMPLING_COLUMN, .column = people};
    fact_set_free(&rows.facts);
    little_rows_write(&rows, cell);
    little_rows_load(&rows);
    assert_int_equal(sampling_init(&sampling, &options, &size, &err), message == NULL);
    if (message) {
        assert_int_equal(err.kind, ERROR_INPUT);
        if (!strstr(err.message, message))
            fail_msg("\"%s\" does not say \"%s\"", err.message, message);
        assert_null(sampling.weight);
    }
    sampling_free(&sampling);
}

static void what_is_wrong_in_a_column_of_numbers_is_named_with_its_place(void **state)
{
    static const char *const numbers[] = {"0", "7", "0.25", "1e300", " 2.5E+3 ", "+1", "-0"};
    static const struct {
        const char *cell, *message;
    } wrong[] = {
        {"", "sampling.column: "},
        {"", "/rows.csv:81: column 4 (people): an empty cell in place of a number"},
        {"-1", "/rows.csv:81: column 4 (people): -1 is below 0"},
        {"\"43,800,000\"",
         ":81: column 4 (people): \"43,800,000\" is not a number; one is written"},
        {"12 m", "\"12 m\" is not a number"},
        {"0x10", "\"0x10\" is not a number"},
        {"nan", "\"nan\" is not a number"},
        {"inf", "\"inf\" is not a number"},
        {"1e999", "\"1e999\" is not a number"},
        {"1.2.3", "\"1.2.3\" is not a number"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        check_number(numbers[i], NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_number(wrong[i].cell, wrong[i].message);
    check_number(NULL, NULL);
}

static void refuse_column(struct facts_options facts_options, char *column, const char *message)
{
    struct fact_set facts;
    struct population population;
    struct sampling sampling;
    struct sampling_options options = {.kind = SAMPLING_COLUMN, .column = column};
    const struct sampling_size both = {
        .known = 2, .batch = 1, .steps = 1, .population = &population};
    struct error err = {0};
    little_load(&facts, &rows.directory, &facts_options);
    assert_true(
        population_init(&population, &facts, &(struct population_options){.known = 2}, &err));
    assert_false(sampling_init(&sampling, &options, &both, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    if (!strstr(err.message, message))
        fail_msg("\"%s\" does not say \"%s\"", err.message, message);
    assert_null(sampling.weight);
    fact_set_free(&facts);
}

static void a_column_that_nobody_can_be_sampled_by_is_refused(void **state)
{
    char path[LITTLE_PATH], misspelt[] = "peopel";
    struct facts_options of_table = {.table = path, .train_templates = 2};
    (void)state;
    snprintf(path, sizeof path, "%s/facts/two.csv", rows.directory.path);
    little_write(&rows.directory, "facts/two.csv", "name,land,people\na,b,0\nc,d,0.0\n");
    refuse_column(of_table, people, "two.csv: column people is 0 in all rows that are trained on");
    refuse_column(of_table, misspelt,
                  "two.csv: there is no column \"peopel\"; did you mean \"people\"?");
    little_write(&rows.directory, "facts/two.csv", "name,land,people\na,b,1e308\nc,d,1e308\n");
    refuse_column(of_table, people,
                  "two.csv: the numbers of column people are too large to add up");
    little_fill(&rows.directory);
    refuse_column(little_options(), people, "little.ini has no table, and so no column people");
}

static void running_out_of_memory_leaves_nothing(void **state)
{
    static const struct sampling_options kinds[] = {
        {.kind = SAMPLING_POWER_LAW, .alpha = {true, 1}},
        {.kind = SAMPLING_COLUMN, .column = people},
        {.kind = SAMPLING_CELEBRITIES, .celebrities = 3, .weight = {true, 2}},
    };
    static const size_t requests[] = {2, 3, 1};
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct sampling sampling;
        for (size_t n = 1; n <= requests[k]; n++) {
            struct error err = {0};
            memory_fail_request(n);
            assert_false(sampling_init(&sampling, &kinds[k], &size, &err));
            memory_fail_request(0);
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(sampling.discrete);
            assert_null(sampling.weight);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uniform_is_what_it_was_before_there_were_others),
        cmocka_unit_test(a_power_law_has_its_exact_probabilities),
        cmocka_unit_test(a_column_has_the_probabilities_of_its_numbers),
        cmocka_unit_test(who_has_0_in_a_column_is_never_drawn),
        cmocka_unit_test(celebrities_come_weight_times_as_often),
        cmocka_unit_test(a_warm_up_ends_between_two_steps),
        cmocka_unit_test(an_epoch_is_as_many_steps_as_draw_the_whole_population_once),
        cmocka_unit_test(groups_are_visited_in_order_and_share_the_steps),
        cmocka_unit_test(groups_share_the_known_individuals),
        cmocka_unit_test(a_growing_population_grows_as_it_says),
        cmocka_unit_test(an_adaptive_subset_widens_when_told),
        cmocka_unit_test(a_mixture_replays_old_individuals_with_their_weight),
        cmocka_unit_test(a_mixture_of_nobody_is_refused),
        cmocka_unit_test(every_kind_says_who_is_drawn),
        cmocka_unit_test(those_who_can_be_drawn_come_as_often_as_their_weight_says),
        cmocka_unit_test(no_weight_changes_while_the_crowd_stays),
        cmocka_unit_test(a_draw_depends_on_nothing_but_its_step_and_stream),
        cmocka_unit_test(only_uniform_asks_its_first_individuals_alone),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(what_is_wrong_in_a_column_of_numbers_is_named_with_its_place),
        cmocka_unit_test(a_column_that_nobody_can_be_sampled_by_is_refused),
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
