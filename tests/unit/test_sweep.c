#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset_file.h"
#include "lab/sweep.h"
#include "lab/sweep_file.h"
#include "lab/sweep_result.h"
#include "record/run.h"
#include "tests/fixtures/tiny.h"

struct lab {
    struct tiny tiny;
    struct sweep sweep;
};

static int set_up(void **state)
{
    struct lab *lab = calloc(1, sizeof *lab);
    struct preset preset;
    *state = lab;
    if (!tiny_begin(&lab->tiny) || !tiny_preset(&lab->tiny, &preset, NULL, NULL))
        return -1;
    char *path = memory_format(NULL, "%s/tiny.ini", lab->tiny.directory);
    char *text = preset_write(&preset, NULL);
    bool ok = path && text && file_replace(path, text, strlen(text), NULL);
    memory_free(text);
    memory_free(path);
    preset_free(&preset);
    return ok ? 0 : -1;
}

static int tear_down(void **state)
{
    struct lab *lab = *state;
    sweep_free(&lab->sweep);
    tiny_end(&lab->tiny);
    free(lab);
    return 0;
}

/* Reads a sweep of the preset beside it. */
static struct sweep *load(struct lab *lab, const char *rest)
{
    char *path = memory_format(NULL, "%s/s.ini", lab->tiny.directory);
    char *text = memory_format(NULL, "[sweep]\npreset = ./tiny.ini\n%s", rest);
    struct error err;
    assert_true(file_replace(path, text, strlen(text), NULL));
    if (!sweep_load(&lab->sweep, &lab->tiny.paths, path, &err))
        fail_msg("%s", err.message);
    memory_free(text);
    memory_free(path);
    return &lab->sweep;
}

/* ---- the grid ---- */

static void a_grid_is_every_combination_with_every_seed(void **state)
{
    static const char *const lr[] = {"0.001", "0.01"}, *const known[] = {"16", "24", "32"};
    static const unsigned seed[] = {4, 9};
    struct sweep *sweep = load(*state, "seeds = 4 9\n[grid]\ntrain.lr = 1e-3 1e-2\n"
                                       "population.known = 16 24\n    32\n");
    assert_int_equal(sweep->cells, 6);
    assert_int_equal(sweep_runs(sweep), 12);
    assert_false(sweep->tunes);
    for (size_t run = 0; run < 12; run++) {
        size_t cell = run % 6;
        char *name = memory_format(NULL, "tiny,population.known=%s,train.lr=%s,seed=%u",
                                   known[cell % 3], lr[cell / 3], seed[run / 6]);
        char *settings = memory_format(NULL,
                                       "train.lr=%s population.known=%s population.seed=%u "
                                       "train.seed=%u ",
                                       lr[cell / 3], known[cell % 3], seed[run / 6], seed[run / 6]);
        struct text set = {0};
        for (size_t s = 0; s < sweep->job[run].settings; s++)
            text_format(&set, "%s ", sweep->job[run].setting[s]);
        assert_string_equal(sweep_run_name(sweep, run), name);
        assert_string_equal(set.bytes, settings);
        assert_string_equal(sweep_cell_value(sweep, cell, 0), lr[cell / 3]);
        assert_string_equal(sweep_cell_value(sweep, cell, 1), known[cell % 3]);
        memory_free(name);
        memory_free(settings);
        text_free(&set);
    }
}

/* Why a sweep of the preset beside it is refused. */
static void assert_refused(struct lab *lab, const char *rest, const char *why)
{
    char *path = memory_format(NULL, "%s/s.ini", lab->tiny.directory);
    char *text = memory_format(NULL, "[sweep]\npreset = ./tiny.ini\n%s", rest);
    struct error err = {0};
    assert_true(file_replace(path, text, strlen(text), NULL));
    assert_false(sweep_load(&lab->sweep, &lab->tiny.paths, path, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    if (!strstr(err.message, why))
        fail_msg("\"%s\" says nothing of \"%s\"", err.message, why);
    memory_free(text);
    memory_free(path);
}

static void seeds_are_what_a_preset_takes(void **state)
{
    assert_refused(*state, "seeds = 18446744073709551615\n", "is above 9007199254740991");
    assert_refused(*state, "seeds = 18446744073709551610..18446744073709551615\n",
                   "is above 9007199254740991");
    assert_refused(*state, "seeds = 9007199254740991..9007199254740992\n",
                   "is above 9007199254740991");
    assert_refused(*state, "seeds = 1..10001\n", "more than 10000 runs");
    assert_refused(*state, "seeds = 4..2\n", "neither a whole number nor a range");
    struct sweep *sweep = load(*state, "seeds = 9007199254740990..9007199254740991\n");
    assert_int_equal(sweep->seeds, 2);
    assert_true(sweep->seed[1] == 9007199254740991);
}

/* ",train.batch=8" and so on: one key more than fit. */
static void the_column_of_a_sampling_may_vary_but_no_text_without_effect(void **state)
{
    struct sweep *sweep =
        load(*state, "[grid]\nsampling.kind = column\nsampling.column = size weight\n");
    assert_int_equal(sweep_runs(sweep), 2);
    assert_non_null(strstr(sweep_run_name(sweep, 0), "sampling.column=size"));
    assert_non_null(strstr(sweep_run_name(sweep, 1), "sampling.column=weight"));
    sweep_free(sweep);
    assert_refused(*state, "[grid]\ntrain.precision = auto fp32\n", "would be fp32");
    assert_refused(*state, "[grid]\npreset.title = a b\n",
                   "preset.title is a text without effect on training");
}

static void a_run_whose_name_no_file_system_takes_is_refused(void **state)
{
    static const char *const keys[] = {"train.batch = 8",
                                       "train.lr = 0.00123456789",
                                       "train.final_lr = 0.000123456789",
                                       "train.beta1 = 0.912345",
                                       "train.beta2 = 0.912345678",
                                       "train.epsilon = 1.2345678e-8",
                                       "train.clip = 1.2345678",
                                       "eval.every = 123456",
                                       "train.weight_decay = 0.12345678",
                                       "eval.known = 16",
                                       "eval.new = 16",
                                       "checkpoint.every = 123456"};
    char rest[1024] = "[grid]\n";
    size_t name = strlen("tiny") + strlen(",seed=1"), k = 0;
    for (; k < sizeof keys / sizeof *keys; k++) {
        size_t more = strlen(keys[k]) - 2 + 1; /* "," and no blanks */
        if (name + more > 255)
            break;
        name += more;
        strcat(strcat(rest, keys[k]), "\n");
    }
    assert_true(k < sizeof keys / sizeof *keys);
    struct sweep *sweep = load(*state, rest);
    assert_int_equal(strlen(sweep_run_name(sweep, 0)), name);
    sweep_free(sweep);
    strcat(strcat(rest, keys[k]), "\n");
    assert_refused(*state, rest, "bytes long, but a file system allows 255");
}

static void noughts_in_front_of_a_seed_change_nothing(void **state)
{
    struct sweep *sweep =
        load(*state, "seeds = 0000000000000000000000000000000000000000000000007\n");
    assert_int_equal(sweep->seeds, 1);
    assert_int_equal(sweep->seed[0], 7);
}

static void the_tuned_key_comes_last(void **state)
{
    struct sweep *sweep = load(*state, "[tune]\nkey = train.lr\n[grid]\ntrain.lr = 1e-3 1e-2\n"
                                       "population.known = 16 24\npools.cities = 3 4\n");
    assert_true(sweep->tunes);
    assert_string_equal(sweep->key[0].name, "population.known");
    assert_string_equal(sweep->key[1].name, "pools.cities");
    assert_string_equal(sweep->key[2].name, "train.lr");
    assert_string_equal(sweep_cell_value(sweep, 1, 2), "0.01");
    assert_string_equal(sweep_cell_value(sweep, 1, 0), "16");
    assert_string_equal(sweep_run_name(sweep, 1),
                        "tiny,pools.cities=3,population.known=16,train.lr=0.01,seed=1");
}

static bool is_set(const struct queued_run *job, const char *setting)
{
    for (size_t s = 0; s < job->settings; s++)
        if (strcmp(job->setting[s], setting) == 0)
            return true;
    return false;
}

static void a_key_of_one_sampling_is_for_the_runs_of_that_sampling(void **state)
{
    struct sweep *sweep = load(*state, "[grid]\nsampling.alpha = 1\n"
                                       "sampling.kind = uniform power-law celebrities\n"
                                       "sampling.celebrities = 4\nsampling.weight = 3\n");
    static const bool has[3][3] = {
        {0, 0, 0}, {1, 0, 0}, {0, 1, 1}}; /* alpha, celebrities, weight */
    static const char *const names[] = {
        "tiny,sampling.kind=uniform,seed=1",
        "tiny,sampling.alpha=1,sampling.kind=power-law,seed=1",
        "tiny,sampling.celebrities=4,sampling.kind=celebrities,sampling.weight=3,seed=1",
    };
    assert_int_equal(sweep_runs(sweep), 3);
    for (size_t run = 0; run < 3; run++) {
        const struct queued_run *job = &sweep->job[run];
        assert_string_equal(sweep_run_name(sweep, run), names[run]);
        assert_int_equal(is_set(job, "sampling.alpha=1"), has[run][0]);
        assert_int_equal(is_set(job, "sampling.celebrities=4"), has[run][1]);
        assert_int_equal(is_set(job, "sampling.weight=3"), has[run][2]);
    }
    sweep_free(sweep);
    assert_refused(*state, "[grid]\nsampling.kind = uniform power-law\nsampling.alpha = 1 2\n",
                   "sampling.alpha");
    assert_refused(*state, "[grid]\nsampling.alpha = 1\n", "sampling.alpha");
}

static void a_sweep_without_a_grid_is_its_seeds(void **state)
{
    struct sweep *sweep = load(*state, "seeds = 2..4\n");
    assert_int_equal(sweep->cells, 1);
    assert_int_equal(sweep_runs(sweep), 3);
    assert_string_equal(sweep_run_name(sweep, 2), "tiny,seed=4");
}

static void every_way_to_write_a_number_is_one_value(void **state)
{
    struct sweep *sweep = load(*state, "[grid]\ntrain.lr = 0.0040 1e-2 ; a comment\n");
    assert_int_equal(sweep->key[0].values.count, 2);
    assert_string_equal(sweep->key[0].values.text[0], "0.004");
}

static void runs_are_kept_where_the_file_says(void **state)
{
    struct lab *lab = *state;
    struct sweep *sweep = load(lab, "directory = there\n");
    char *there = memory_format(NULL, "%s/there/tiny,seed=1", lab->tiny.directory);
    assert_string_equal(sweep->job[0].directory, there);
    memory_free(there);
    sweep_free(sweep);
    sweep = load(lab, "");
    there = memory_format(NULL, "%s/s/tiny,seed=1", lab->tiny.paths.runs);
    assert_string_equal(sweep->job[0].directory, there);
    memory_free(there);
}

/* ---- results ---- */

/* A run's record with this loss at every step up to 100, and `late` from step `since` on. */
static void record_run(const struct lab *lab, size_t run, double loss, double late, uint64_t since)
{
    struct preset preset;
    struct run made;
    static const struct fact_set no_facts = {0};
    struct evaluation_point evaluation = {
        .step = 100, .known = {.loss = 3, .accuracy = 0.5}, .baseline = {4, 4, 4}};
    assert_true(tiny_preset((struct tiny *)(uintptr_t)&lab->tiny, &preset, NULL, NULL));
    assert_true(run_create(&made, &lab->tiny.paths, &preset, &(const struct fact_files){0},
                           lab->sweep.job[run].directory, NULL));
    for (uint64_t step = 1; step <= 100; step++) {
        struct training_point point = {
            .step = step, .seconds = (double)step, .train_loss = step < since ? loss : late};
        assert_true(run_record_add_training(&made.record, &point, NULL));
    }
    assert_true(run_record_add_evaluation(&made.record, &evaluation, &no_facts, NULL));
    run_close(&made);
    preset_free(&preset);
}

static void the_training_loss_is_that_of_the_last_twentieth(void **state)
{
    struct lab *lab = *state;
    struct sweep *sweep = load(lab, "seeds = 1..3\n");
    const bool done[] = {true, true, false};
    struct sweep_result result;
    struct error err, unread;
    record_run(lab, 0, 9, 2, 96); /* the last 5 of 100 steps: all are 2 */
    record_run(lab, 1, 9, 4, 99); /* 3 of them are 9, 2 are 4: 7 */
    if (!sweep_measure(sweep, &lab->tiny.paths, done, &result, &unread, &err))
        fail_msg("%s", err.message);
    assert_int_equal(result.done, 2);
    assert_int_equal(result.train_loss.count, 2);
    assert_true(result.train_loss.mean == 4.5);
    assert_true(fabs(result.train_loss.deviation - sqrt(12.5)) < 1e-12);
    assert_true(result.attr_loss.mean == 3 && result.attr_loss.deviation == 0);
    assert_true(result.attr_accuracy.mean == 0.5);
    assert_false(result.chosen); /* a run of it is missing */
    assert_int_equal(unread.kind, ERROR_NONE);
}

static void a_run_whose_record_is_damaged_does_not_count(void **state)
{
    struct lab *lab = *state;
    struct sweep *sweep = load(lab, "seeds = 1..3\n");
    const bool done[] = {true, true, true};
    struct sweep_result result;
    struct error err, unread;
    for (size_t run = 0; run < 3; run++)
        record_run(lab, run, 9, 2, 96);
    char *path = memory_format(NULL, "%s/metrics.jsonl", sweep->job[1].directory);
    FILE *record = fopen(path, "a");
    assert_non_null(record);
    fputs("{\"step\": 101, \"tr\n{\"step\": 102}\n", record);
    fclose(record);
    if (!sweep_measure(sweep, &lab->tiny.paths, done, &result, &unread, &err))
        fail_msg("%s", err.message);
    assert_int_equal(result.done, 2);
    assert_true(result.train_loss.count == 2 && result.train_loss.mean == 2);
    assert_false(result.chosen);
    assert_int_equal(unread.kind, ERROR_DATA);
    assert_non_null(strstr(unread.message, path));
    assert_non_null(strstr(unread.message, "; this run does not count"));
    memory_free(path);
}

/* ---- choosing ---- */

static struct sweep_result cell_with(size_t done, double loss)
{
    return (struct sweep_result){.done = done, .train_loss = {.mean = loss, .count = done}};
}

static void of_cells_that_compete_the_smallest_loss_is_chosen(void **state)
{
    struct sweep *sweep = load(*state, "seeds = 1 2\n[grid]\ntrain.lr = 1e-3 2e-3 4e-3\n"
                                       "population.known = 16 24 32\n[tune]\nkey = train.lr\n");
    struct sweep_result result[] = {
        cell_with(2, 3),   cell_with(2, 1), cell_with(2, 2),  /* the second */
        cell_with(1, 1),   cell_with(2, 5), cell_with(2, 4),  /* the first is not done */
        cell_with(0, NAN), cell_with(1, 1), cell_with(0, NAN) /* none */
    };
    static const bool chosen[] = {false, true, false, false, false, true, false, false, false};
    sweep_choose(sweep, result);
    for (size_t c = 0; c < 9; c++)
        assert_true(result[c].chosen == chosen[c]);
}

static void without_a_tuned_key_every_cell_that_is_done_is_chosen(void **state)
{
    struct sweep *sweep = load(*state, "[grid]\ntrain.lr = 1e-3 2e-3 4e-3\n");
    struct sweep_result result[] = {cell_with(1, 3), cell_with(0, NAN), cell_with(1, 2)};
    sweep_choose(sweep, result);
    assert_true(result[0].chosen && !result[1].chosen && result[2].chosen);
}

#define SWEEP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SWEEP_TEST(the_column_of_a_sampling_may_vary_but_no_text_without_effect),
        SWEEP_TEST(a_run_whose_name_no_file_system_takes_is_refused),
        SWEEP_TEST(a_grid_is_every_combination_with_every_seed),
        SWEEP_TEST(seeds_are_what_a_preset_takes),
        SWEEP_TEST(noughts_in_front_of_a_seed_change_nothing),
        SWEEP_TEST(the_tuned_key_comes_last),
        SWEEP_TEST(a_key_of_one_sampling_is_for_the_runs_of_that_sampling),
        SWEEP_TEST(a_sweep_without_a_grid_is_its_seeds),
        SWEEP_TEST(every_way_to_write_a_number_is_one_value),
        SWEEP_TEST(runs_are_kept_where_the_file_says),
        SWEEP_TEST(the_training_loss_is_that_of_the_last_twentieth),
        SWEEP_TEST(a_run_whose_record_is_damaged_does_not_count),
        SWEEP_TEST(of_cells_that_compete_the_smallest_loss_is_chosen),
        SWEEP_TEST(without_a_tuned_key_every_cell_that_is_done_is_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
