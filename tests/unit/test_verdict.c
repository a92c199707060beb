/* Verdicts on runs whose records are made up: what makes a check hold, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset_file.h"
#include "paper/statistic.h"
#include "paper/verdict.h"
#include "tests/fixtures/tiny.h"
#include "tests/float_equal.h"

enum { RUNS = 3 };

/* Runs "a", "b" and "c", as many seeds of each as were written. */
struct setup {
    struct tiny tiny;
    struct claim_run run[RUNS];
    struct claim_table table;
    struct replicates replicates;
};

static int set_up(void **state)
{
    struct setup *setup = calloc(1, sizeof *setup);
    *state = setup;
    if (!setup || !tiny_begin(&setup->tiny))
        return -1;
    setup->run[0] = (struct claim_run){.name = "a"};
    setup->run[1] = (struct claim_run){.name = "b"};
    setup->run[2] = (struct claim_run){.name = "c"};
    setup->table = (struct claim_table){.run = setup->run, .runs = RUNS};
    return 0;
}

static int tear_down(void **state)
{
    struct setup *setup = *state;
    replicates_free(&setup->replicates);
    tiny_end(&setup->tiny);
    free(setup);
    return 0;
}

static void write_file(const struct setup *setup, const char *run, const char *file,
                       const char *text)
{
    char *directory = memory_format(NULL, "%s/fast/%s", setup->tiny.directory, run);
    char *path = file_join(directory, file, NULL);
    assert_true(file_make_directories(directory, NULL));
    assert_true(file_replace(path, text, strlen(text), NULL));
    memory_free(path);
    memory_free(directory);
}

static void write_run(struct setup *setup, const char *run, const char *const *changes,
                      const char *record)
{
    struct preset preset;
    struct error err;
    if (!tiny_preset(&setup->tiny, &preset, changes, &err))
        fail_msg("%s", err.message);
    char *text = preset_write(&preset, &err);
    write_file(setup, run, "preset.ini", text);
    write_file(setup, run, "metrics.jsonl", record);
    memory_free(text);
    preset_free(&preset);
}

/* With the baseline of what is sampled. */
static void add_evaluation_at(struct text *record, double step, double loss, double accuracy,
                              double baseline)
{
    text_format(record,
                "{\"step\": %.0f, \"seconds\": 1.0, \"attr_loss\": %.6f, \"new_attr_loss\": %.6f, "
                "\"attr_acc\": %.4f, \"new_attr_acc\": 0.01, \"max_prob\": 0.5, "
                "\"new_max_prob\": 0.4, \"entropy\": 1.0, \"new_entropy\": 1.5, "
                "\"baseline\": %.6f, \"phase\": \"plateau\", \"attributes\": {}}\n",
                step, loss, loss + 1, accuracy, baseline);
}

static void add_evaluation(struct text *record, double step, double loss, double accuracy)
{
    add_evaluation_at(record, step, loss, accuracy, 5);
}

/* One seed of a run that goes evenly from a loss of 8, or back, to a last one in 100 steps. */
static void write_slope(struct setup *setup, size_t run, double last)
{
    struct text record = {0};
    char name[16];
    for (int step = 0; step <= 100; step += 10)
        add_evaluation(&record, step, 8 + (last - 8) * step / 100, step / 100.0);
    snprintf(name, sizeof name, "%s-%u", setup->run[run].name, ++setup->run[run].seeds[SCALE_FAST]);
    write_run(setup, name, NULL, record.bytes);
    text_free(&record);
}

static void read_all(struct setup *setup)
{
    static const bool needed[RUNS] = {true, true, true};
    struct error err;
    if (!replicates_init(&setup->replicates, &setup->table, SCALE_FAST, NULL, needed,
                         &setup->tiny.paths, setup->tiny.directory, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < setup->replicates.count; i++)
        if (!replicate_read(&setup->replicates.replicate[i], &setup->tiny.paths, &err))
            fail_msg("%s", err.message);
}

static void write_slopes(struct setup *setup, size_t run, const double *last, size_t seeds)
{
    for (size_t i = 0; i < seeds; i++)
        write_slope(setup, run, last[i]);
}

static struct verdict judge(const struct setup *setup, const struct claim *claim)
{
    struct verdict verdict;
    struct error err;
    if (!verdict_judge(&verdict, claim, &setup->replicates, &err))
        fail_msg("%s", err.message);
    return verdict;
}

#define LAST_LOSS(run)                                                                             \
    {                                                                                              \
        REDUCTION_LAST, run, "attr_loss", 0                                                        \
    }

/* a ends lower than b. */
static const struct claim lower = {
    .check = {{"last loss", "lower than b", LAST_LOSS("a"), COMPARISON_DIFFERENCE, LAST_LOSS("b"),
               RELATION_BELOW, 0, 0}}};

static double read(const struct setup *setup, enum reduction reduction, const char *measure,
                   double at)
{
    const struct statistic statistic = {reduction, "a", measure, at};
    struct error err;
    double value;
    if (!statistic_read(&statistic, &setup->replicates, 1, &value, &err))
        fail_msg("%s", err.message);
    return value;
}

static void a_clear_difference_is_seen(void **state)
{
    struct setup *setup = *state;
    write_slopes(setup, 0, (const double[]){3.0, 3.2, 3.1}, 3);
    write_slopes(setup, 1, (const double[]){3.5, 3.6, 3.7}, 3);
    read_all(setup);
    struct verdict verdict = judge(setup, &lower);
    double t = -0.5 / (0.1 / sqrt(3));
    assert_int_equal(verdict.state, VERDICT_SEEN);
    assert_float_equal(verdict.result[0].compared.mean, -0.5, 1e-5);
    assert_float_equal(verdict.result[0].p, 0.5 + t / (2 * sqrt(2 + t * t)), 1e-5);
}

static void the_opposite_is_not_seen(void **state)
{
    struct setup *setup = *state;
    write_slopes(setup, 0, (const double[]){3.5, 3.6, 3.7}, 3);
    write_slopes(setup, 1, (const double[]){3.0, 3.2, 3.1}, 3);
    read_all(setup);
    assert_int_equal(judge(setup, &lower).state, VERDICT_NOT_SEEN);
}

/* The means differ by 0.1, as they may by chance. */
static void a_difference_within_the_noise_is_not_seen(void **state)
{
    struct setup *setup = *state;
    write_slopes(setup, 0, (const double[]){3.0, 3.8, 3.4}, 3);
    write_slopes(setup, 1, (const double[]){3.5, 3.5, 3.5}, 3);
    read_all(setup);
    struct verdict verdict = judge(setup, &lower);
    assert_true(verdict.result[0].compared.mean < 0);
    assert_int_equal(verdict.state, VERDICT_NOT_SEEN);
}

/* Seeds differ from each other by more than the runs do, but in both alike. */
static void seeds_are_compared_in_pairs(void **state)
{
    struct setup *setup = *state;
    write_slopes(setup, 0, (const double[]){1.0, 4.0, 7.0}, 3);
    write_slopes(setup, 1, (const double[]){1.2, 4.1, 7.2}, 3);
    read_all(setup);
    assert_int_equal(judge(setup, &lower).state, VERDICT_SEEN);
}

static void without_a_test_every_seed_has_to_be_beyond_the_bound(void **state)
{
    struct setup *setup = *state;
    write_slopes(setup, 0, (const double[]){3.0, 3.8}, 2);
    write_slopes(setup, 1, (const double[]){3.5, 3.5}, 2);
    read_all(setup);
    struct verdict verdict = judge(setup, &lower);
    assert_true(isnan(verdict.result[0].p));
    assert_int_equal(verdict.state, VERDICT_NOT_SEEN);
}

static void one_seed_beyond_the_bound_is_seen(void **state)
{
    struct setup *setup = *state;
    write_slopes(setup, 0, (const double[]){3.0}, 1);
    write_slopes(setup, 1, (const double[]){3.5}, 1);
    read_all(setup);
    assert_int_equal(judge(setup, &lower).state, VERDICT_SEEN);
}

static void all_checks_have_to_hold(void **state)
{
    struct setup *setup = *state;
    static const struct claim both = {
        .check = {
            {"last loss", "low", LAST_LOSS("a"), COMPARISON_NONE, {0}, RELATION_BELOW, 0, 4},
            {"last loss", "high", LAST_LOSS("a"), COMPARISON_NONE, {0}, RELATION_ABOVE, 4, 0}}};
    write_slopes(setup, 0, (const double[]){3.0, 3.1, 3.2}, 3);
    read_all(setup);
    struct verdict verdict = judge(setup, &both);
    assert_int_equal(verdict.state, VERDICT_NOT_SEEN);
    assert_int_equal(verdict.holding, 1);
    assert_int_equal(verdict.checks, 2);
}

static void a_ratio_may_have_to_be_within_bounds(void **state)
{
    struct setup *setup = *state;
    static const struct claim near = {
        .check = {{"ratio", "near", LAST_LOSS("a"), COMPARISON_RATIO, LAST_LOSS("b"),
                   RELATION_WITHIN, 0.9, 1.1},
                  {"ratio", "nearer", LAST_LOSS("a"), COMPARISON_RATIO, LAST_LOSS("b"),
                   RELATION_WITHIN, 0.99, 1.01}}};
    write_slopes(setup, 0, (const double[]){4.2, 4.21, 4.19}, 3);
    write_slopes(setup, 1, (const double[]){4, 4, 4}, 3);
    read_all(setup);
    struct verdict verdict = judge(setup, &near);
    assert_float_equal(verdict.result[0].compared.mean, 1.05, 1e-5);
    assert_true(verdict.result[0].holds);
    assert_false(verdict.result[1].holds);
}

static void a_measure_that_no_record_has_fails(void **state)
{
    struct setup *setup = *state;
    static const struct claim absent = {.check = {{"it",
                                                   "low",
                                                   {REDUCTION_LAST, "a", "nothing", 0},
                                                   COMPARISON_NONE,
                                                   {0},
                                                   RELATION_BELOW,
                                                   0,
                                                   4}}};
    write_slopes(setup, 0, (const double[]){3}, 1);
    read_all(setup);
    struct verdict verdict = judge(setup, &absent);
    assert_int_equal(verdict.state, VERDICT_FAILED);
    assert_non_null(strstr(verdict.failure.message, "nothing"));
}

/* What is asked for lies behind the last step. */
static void a_number_that_one_seed_lacks_does_not_hold(void **state)
{
    struct setup *setup = *state;
    static const struct claim late = {.check = {{"it",
                                                 "low",
                                                 {REDUCTION_AT, "a", "attr_loss", 1000},
                                                 COMPARISON_NONE,
                                                 {0},
                                                 RELATION_BELOW,
                                                 0,
                                                 9}}};
    struct text words = {0};
    write_slopes(setup, 0, (const double[]){3, 3, 3}, 3);
    read_all(setup);
    struct verdict verdict = judge(setup, &late);
    assert_int_equal(verdict.state, VERDICT_NOT_SEEN);
    assert_int_equal(verdict.result[0].missing, 3);
    check_write_result(&words, &late.check[0], &verdict.result[0]);
    assert_string_equal(words.bytes, "it none, no value in 3 of 3 seeds");
    text_free(&words);
}

static void one_seed_that_lacks_the_number_is_enough_not_to_hold(void **state)
{
    struct setup *setup = *state;
    static const struct claim low = {.check = {{"it",
                                                "low",
                                                {REDUCTION_AT, "a", "attr_loss", 75},
                                                COMPARISON_NONE,
                                                {0},
                                                RELATION_BELOW,
                                                0,
                                                9}}};
    struct text cut = {0};
    write_slopes(setup, 0, (const double[]){3, 3}, 2);
    add_evaluation(&cut, 0, 8, 0);
    add_evaluation(&cut, 50, 5, 0);
    write_run(setup, "a-3", NULL, cut.bytes);
    setup->run[0].seeds[SCALE_FAST] = 3;
    read_all(setup);
    struct verdict verdict = judge(setup, &low);
    assert_int_equal(verdict.result[0].missing, 1);
    assert_int_equal(verdict.state, VERDICT_NOT_SEEN);
    text_free(&cut);
}

static void numbers_are_read_where_they_are_asked_for(void **state)
{
    struct setup *setup = *state;
    write_slope(setup, 0, 3); /* from 8, by .05 a step */
    read_all(setup);
    assert_float_equal(read(setup, REDUCTION_FIRST, "attr_loss", 0), 8, 1e-6);
    assert_float_equal(read(setup, REDUCTION_LAST, "attr_loss", 0), 3, 1e-6);
    assert_float_equal(read(setup, REDUCTION_LEAST, "attr_loss", 0), 3, 1e-6);
    assert_float_equal(read(setup, REDUCTION_AT, "attr_loss", 25), 6.75, 1e-6);
    assert_true(isnan(read(setup, REDUCTION_AT, "attr_loss", 101)));
}

static void a_run_that_is_fine_tuned_begins_with_that(void **state)
{
    struct setup *setup = *state;
    static const char *const changes[] = {"train.steps=100", "population.fine_tuning=8",
                                          "fine-tuning.after=40", NULL};
    struct text record = {0};
    setup->run[0].seeds[SCALE_FAST] = 1;
    for (int step = 0; step <= 100; step += 10)
        add_evaluation(&record, step, 8 - 0.05 * step, 0);
    write_run(setup, "a-1", changes, record.bytes);
    read_all(setup);
    assert_float_equal(read(setup, REDUCTION_FIRST, "attr_loss", 0), 6, 1e-6);
    assert_float_equal(read(setup, REDUCTION_AT, "attr_loss", 20), 5, 1e-6);
    text_free(&record);
}

/* Falls to the baseline by step 100, waits until `leaves`, then falls evenly to nothing at 1,000.
 */
static void write_plateau(struct setup *setup, double leaves)
{
    static const char *const changes[] = {"train.steps=1000", NULL};
    struct text record = {0};
    setup->run[0].seeds[SCALE_FAST] = 1;
    add_evaluation(&record, 0, 8, 0);
    write_run(setup, "a-1", changes, record.bytes);
    read_all(setup);
    double baseline = read(setup, REDUCTION_BASELINE, NULL, 0);
    for (double step = 10; step <= 1000; step += 10) {
        double known = step > leaves ? (step - leaves) / (1000 - leaves) : 0;
        double excess = step < 100 ? (8 - baseline) * pow(1 - step / 100, 2) : 0;
        add_evaluation_at(&record, step, baseline * (1 - known) + excess, 0.02 + 0.9 * known,
                          baseline);
    }
    replicates_free(&setup->replicates);
    write_run(setup, "a-1", changes, record.bytes);
    read_all(setup);
    text_free(&record);
}

static void a_plateau_has_a_start_an_end_and_what_holds_between(void **state)
{
    struct setup *setup = *state;
    write_plateau(setup, 500);
    double baseline = read(setup, REDUCTION_BASELINE, NULL, 0);
    assert_float_equal(read(setup, REDUCTION_AT_START, "attr_loss", 0), baseline, 0.1);
    assert_float_equal(read(setup, REDUCTION_AT_END, "attr_loss", 0), baseline, 0.1 * baseline);
    assert_float_equal(read(setup, REDUCTION_ON_PLATEAU, "attr_acc", 0), 0.02, 0.02);
    assert_true(read(setup, REDUCTION_PHASES, NULL, 0) == 1);
}

static void a_plateau_that_lasts_ends_at_the_last_step_at_least(void **state)
{
    struct setup *setup = *state;
    write_plateau(setup, 1000);
    assert_float_equal(read(setup, REDUCTION_AT_END, "attr_acc", 0), 0.02, 1e-9);
    assert_true(read(setup, REDUCTION_PHASES, NULL, 0) == 0);
}

/* What was measured on it counts, though nobody can say yet when it ended. */
static void a_plateau_that_only_the_last_evaluations_have_left_can_be_read(void **state)
{
    struct setup *setup = *state;
    write_plateau(setup, 980);
    assert_int_equal(setup->replicates.replicate[0].result.phase.remark,
                     PHASE_REMARK_TOO_FEW_POINTS);
    assert_float_equal(read(setup, REDUCTION_ON_PLATEAU, "attr_acc", 0), 0.02, 0.02);
    assert_true(read(setup, REDUCTION_PHASES, NULL, 0) == 0);
}

static void a_plateau_is_left_where_the_loss_is_five_percent_below_it(void **state)
{
    struct setup *setup = *state;
    write_plateau(setup, 500); /* 5 % below at 525, between two evaluations */
    assert_true(read(setup, REDUCTION_LEAVES, NULL, 0) == 530);
}

/* A loss that stays while what is sampled becomes harder. */
static void the_baseline_of_an_evaluation_is_its_own(void **state)
{
    struct setup *setup = *state;
    struct text record = {0};
    setup->run[0].seeds[SCALE_FAST] = 1;
    for (int step = 0; step <= 600; step += 10)
        add_evaluation_at(&record, step, 4.5, 0.02, step <= 400 ? 4.7 : 4.8); /* 4.465, 4.56 */
    write_run(setup, "a-1", NULL, record.bytes);
    text_free(&record);
    read_all(setup);
    assert_true(read(setup, REDUCTION_LEAVES, NULL, 0) == 410);
}

static void half_way_is_between_the_beginning_and_that_step(void **state)
{
    struct setup *setup = *state;
    write_plateau(setup, 500);
    double baseline = read(setup, REDUCTION_BASELINE, NULL, 0);
    assert_float_equal(read(setup, REDUCTION_HALF_WAY, "attr_loss", 0), baseline, 1e-6);
    replicates_free(&setup->replicates);
    write_plateau(setup, 100); /* left at 150, half of which lies in the fall to the baseline */
    double excess = (8 - baseline) * (pow(.3, 2) + pow(.2, 2)) / 2; /* between those of 70 and 80 */
    assert_float_equal(read(setup, REDUCTION_HALF_WAY, "attr_loss", 0), baseline + excess, 1e-6);
}

/* It leaves at no step that is known, but not before its last one. */
static void a_plateau_that_is_never_left_stays_to_the_last_step(void **state)
{
    struct setup *setup = *state;
    write_plateau(setup, 1000);
    assert_true(isnan(read(setup, REDUCTION_LEAVES, NULL, 0)));
    assert_true(isnan(read(setup, REDUCTION_HALF_WAY, "attr_loss", 0)));
    assert_true(read(setup, REDUCTION_STAYS, NULL, 0) == 1000);
    replicates_free(&setup->replicates);
    write_plateau(setup, 500);
    assert_true(read(setup, REDUCTION_STAYS, NULL, 0) == read(setup, REDUCTION_LEAVES, NULL, 0));
}

/* One seed of a run of so many individuals that knows nothing until a step, then everything; never
 * where the step is behind the last. */
static void write_jump(struct setup *setup, size_t run, int known, int step, int last)
{
    char name[16], individuals[40];
    const char *const changes[] = {individuals, NULL};
    struct text record = {0};
    snprintf(individuals, sizeof individuals, "population.known=%d", known);
    snprintf(name, sizeof name, "%s-1", setup->run[run].name);
    setup->run[run].seeds[SCALE_FAST] = 1;
    for (int at = 0; at <= last; at += 10)
        add_evaluation(&record, at, at < step ? 8 : 0, 0);
    write_run(setup, name, changes, record.bytes);
    text_free(&record);
}

static double read_exponent(const struct setup *setup)
{
    const struct statistic statistic = {REDUCTION_LAW_EXPONENT, "a b c", NULL, 0};
    struct error err;
    double value;
    if (!statistic_read(&statistic, &setup->replicates, 1, &value, &err))
        fail_msg("%s", err.message);
    return value;
}

static void a_law_is_that_of_the_steps_that_leave(void **state)
{
    struct setup *setup = *state;
    write_jump(setup, 0, 16, 80, 400);
    write_jump(setup, 1, 32, 160, 400);
    write_jump(setup, 2, 64, 320, 400);
    read_all(setup);
    assert_float_equal(read_exponent(setup), 1, 1e-6);
}

static void there_is_no_law_where_a_run_stays(void **state)
{
    struct setup *setup = *state;
    write_jump(setup, 0, 16, 80, 400);
    write_jump(setup, 1, 32, 160, 400);
    write_jump(setup, 2, 64, 410, 400);
    read_all(setup);
    assert_true(isnan(read_exponent(setup)));
}

static void words_have_the_bounds_that_are_judged_by(void **state)
{
    (void)state;
    static const struct check percent = {"accuracy",
                                         "accuracy is {above} to {below}",
                                         {REDUCTION_LAST, "a", "attr_acc", 0},
                                         COMPARISON_NONE,
                                         {0},
                                         RELATION_WITHIN,
                                         0.25,
                                         0.5};
    static const struct check nats = {"loss", "above {above}", LAST_LOSS("a"), COMPARISON_NONE,
                                      {0},    RELATION_ABOVE,  0.25,           0};
    struct text words = {0};
    check_write_text(&words, &percent);
    assert_string_equal(words.bytes, "accuracy is 25.0\u00a0% to 50.0\u00a0%");
    text_clear(&words);
    check_write_text(&words, &nats);
    assert_string_equal(words.bytes, "above 0.25");
    text_free(&words);
}

static void shares_are_shown_in_percent(void **state)
{
    (void)state;
    const struct statistic accuracy = {REDUCTION_LAST, "a", "attr_acc", 0};
    const struct statistic loss = {REDUCTION_LAST, "a", "attr_loss", 0};
    const struct statistic phases = {REDUCTION_PHASES, "a b", NULL, 0};
    const struct statistic step = {REDUCTION_LEAVES, "a", NULL, 0};
    assert_true(statistic_factor(&accuracy) == 100);
    assert_true(statistic_factor(&phases) == 100);
    assert_true(statistic_factor(&loss) == 1);
    assert_true(statistic_factor(&step) == 1);
}

static void results_show_both_sides_and_the_doubt(void **state)
{
    (void)state;
    const struct check_result result = {.seeds = 3,
                                        .statistic = {.mean = 3},
                                        .other = {.mean = 3.5},
                                        .compared = {.count = 3, .mean = -0.5, .error = 0.04},
                                        .p = 0.0123};
    struct text words = {0};
    check_write_result(&words, &lower.check[0], &result);
    assert_string_equal(words.bytes, "last loss 3 - 3.5 = -0.5 ±\u00a00.04, p\u00a0=\u00a0.012");
    text_free(&words);
}

static void a_p_beside_the_bound_shows_on_which_side(void **state)
{
    (void)state;
    struct check_result result = {.seeds = 3, .compared = {.count = 3}, .p = 0.04996};
    struct text words = {0};
    check_write_result(&words, &lower.check[0], &result);
    assert_non_null(strstr(words.bytes, "p\u00a0=\u00a0.04996"));
    text_clear(&words);
    result.p = 0.05004;
    check_write_result(&words, &lower.check[0], &result);
    assert_non_null(strstr(words.bytes, "p\u00a0=\u00a0.05004"));
    text_free(&words);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_clear_difference_is_seen),
        TEST(the_opposite_is_not_seen),
        TEST(a_difference_within_the_noise_is_not_seen),
        TEST(seeds_are_compared_in_pairs),
        TEST(without_a_test_every_seed_has_to_be_beyond_the_bound),
        TEST(one_seed_beyond_the_bound_is_seen),
        TEST(all_checks_have_to_hold),
        TEST(a_ratio_may_have_to_be_within_bounds),
        TEST(a_measure_that_no_record_has_fails),
        TEST(a_number_that_one_seed_lacks_does_not_hold),
        TEST(one_seed_that_lacks_the_number_is_enough_not_to_hold),
        TEST(numbers_are_read_where_they_are_asked_for),
        TEST(a_run_that_is_fine_tuned_begins_with_that),
        TEST(a_plateau_has_a_start_an_end_and_what_holds_between),
        TEST(a_plateau_that_lasts_ends_at_the_last_step_at_least),
        TEST(a_plateau_that_only_the_last_evaluations_have_left_can_be_read),
        TEST(a_plateau_is_left_where_the_loss_is_five_percent_below_it),
        TEST(the_baseline_of_an_evaluation_is_its_own),
        TEST(half_way_is_between_the_beginning_and_that_step),
        TEST(a_plateau_that_is_never_left_stays_to_the_last_step),
        TEST(a_law_is_that_of_the_steps_that_leave),
        TEST(there_is_no_law_where_a_run_stays),
        cmocka_unit_test(words_have_the_bounds_that_are_judged_by),
        cmocka_unit_test(shares_are_shown_in_percent),
        cmocka_unit_test(results_show_both_sides_and_the_doubt),
        cmocka_unit_test(a_p_beside_the_bound_shows_on_which_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
