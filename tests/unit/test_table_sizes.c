/* What is chosen after the size of a table, for tables of all sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "config/preset_check.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "config/table_sizes.h"
#include "facts/fact_set_load.h"
#include "tests/float_equal.h"

/* ---- tables without files ---- */

enum { ENTRIES = 1000, WORDINGS = 2 };

/* A table of `rows` whose column c has values[c] different ones (0: as many as rows), each of one
 * word. */
struct invented {
    struct fact_set facts;
    char *entry[ENTRIES];
    char *name[ENTRIES], written[ENTRIES][8]; /* each of a word of its own */
    struct pool pool[FACTS_MAX_ATTRIBUTES + 1];
    struct attribute attribute[FACTS_MAX_ATTRIBUTES];
};

static char word[] = "word", before_value[] = " has the ", stop[] = ".", nothing[] = "";
static struct template wordings[WORDINGS] = {{nothing, before_value, stop},
                                             {nothing, before_value, stop}};

/* Cells are all the first value's; which it is does not matter here. */
static void invent(struct invented *table, size_t rows, const size_t *values, size_t columns)
{
    *table = (struct invented){0};
    for (size_t i = 0; i < ENTRIES; i++) {
        table->entry[i] = word;
        table->name[i] = table->written[i];
        snprintf(table->written[i], sizeof table->written[i], "n%zu", i);
    }
    for (size_t i = 0; i <= columns; i++) {
        size_t count = i == columns || values[i] == 0 ? rows : values[i];
        char **entry = i == columns ? table->name : table->entry;
        table->pool[i] = (struct pool){.entry = entry, .count = count};
    }
    for (size_t i = 0; i < columns; i++)
        table->attribute[i] = (struct attribute){.part = {i}, .parts = 1, .template = wordings};
    table->facts = (struct fact_set){
        .pool = table->pool,
        .pools = columns + 1,
        .name_part = {columns},
        .name_parts = 1,
        .attribute = table->attribute,
        .attributes = columns,
        .templates = WORDINGS,
        .train_templates = 1,
        .table = word,
        .cell = calloc(rows * columns, sizeof(uint32_t)),
    };
    assert_non_null(table->facts.cell);
}

/* With what presets/table.ini says of the population, and `more`. */
static void choose_with(struct preset *preset, const struct fact_set *facts, const char *more)
{
    static const char *const settings[] = {"population.known=0", "population.new=0"};
    struct error err = {0};
    assert_true(preset_init(preset, &err));
    for (size_t i = 0; i < 2; i++)
        assert_true(preset_set(preset, settings[i], &err));
    if (more)
        assert_true(preset_set(preset, more, &err));
    table_sizes_choose(preset, facts);
}

static void choose(struct preset *preset, size_t rows, const size_t *values, size_t columns)
{
    struct invented table;
    invent(&table, rows, values, columns);
    choose_with(preset, &table.facts, NULL);
    free(table.facts.cell);
}

static const size_t of_their_own[FACTS_MAX_ATTRIBUTES];

/* Each key that is chosen is in its range, as if somebody had typed it, and they fit together. */
static void check_chosen(struct preset *preset, size_t rows)
{
    static const struct {
        const char *section, *name;
    } keys[] = {
        {"preset", "minutes"},   {"model", "layers"}, {"model", "heads"}, {"model", "d_model"},
        {"model", "d_hidden"},   {"model", "d_key"},  {"train", "steps"}, {"train", "batch"},
        {"train", "lr"},         {"eval", "every"},   {"eval", "known"},  {"eval", "new"},
        {"checkpoint", "every"},
    };
    struct error err = {0};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct preset_key *key = preset_key_find(keys[i].section, keys[i].name);
        char *value = preset_value(preset, key, &err);
        if (!preset_key_set(preset, key, value, ".", &err))
            fail_msg("%zu rows: %s", rows, err.message);
        memory_free(value);
    }
    char *name = preset->name;
    preset->name = word;
    if (!preset_check(preset, &err))
        fail_msg("%zu rows: %s", rows, err.message);
    preset->name = name;
}

static const size_t row_counts[] = {1,    2,    9,    50,   118,   193,    500,
                                    1000, 2000, 2047, 2048, 10000, 100000, FACTS_MAX_ROWS};
enum { ROW_COUNTS = sizeof row_counts / sizeof *row_counts };

static void what_is_chosen_can_be_trained(void **state)
{
    (void)state;
    static const size_t columns[] = {1, 2, 5, FACTS_MAX_ATTRIBUTES};
    for (size_t i = 0; i < ROW_COUNTS; i++)
        for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
            struct preset preset;
            choose(&preset, row_counts[i], of_their_own, columns[c]);
            check_chosen(&preset, row_counts[i]);
            assert_int_equal(preset.model.heads * preset.model.d_key, preset.model.d_model);
            assert_true(preset.minutes > 0);
            uint64_t steps = preset.trainer.schedule.steps;
            assert_true(preset.trainer.evaluate_every <= steps);
            assert_true(preset.trainer.checkpoint_every <= steps);
            preset_free(&preset);
        }
}

/* Larger tables never get less, until ten hours are reached and only whole steps fit them; and but
 * for the step to as many as a narrower model suffices for. */
enum { CUT_AT_LEAST = 300 /* minutes */, NARROW_FROM = 512 };

static void check_no_less(const struct preset *before, const struct preset *now, bool narrower)
{
    assert_true(now->trainer.batch >= before->trainer.batch);
    if (narrower)
        return;
    assert_true(now->model.d_model >= before->model.d_model);
    assert_true(now->trainer.schedule.lr <= before->trainer.schedule.lr);
    assert_true(now->minutes >= fmin(before->minutes, CUT_AT_LEAST));
}

static void more_rows_take_no_less(void **state)
{
    (void)state;
    for (size_t columns = 1; columns <= FACTS_MAX_ATTRIBUTES; columns *= 32) {
        struct preset before, now;
        choose(&before, 1, of_their_own, columns);
        for (size_t i = 1; i < ROW_COUNTS; i++, before = now) {
            choose(&now, row_counts[i], of_their_own, columns);
            bool narrower = row_counts[i - 1] < NARROW_FROM && row_counts[i] >= NARROW_FROM;
            check_no_less(&before, &now, narrower);
            preset_free(&before);
        }
        preset_free(&before);
    }
}

static void ten_hours_are_the_most_unless_a_step_takes_longer(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNTS; i++) {
        struct preset preset;
        choose(&preset, row_counts[i], of_their_own, 5);
        assert_true(preset.minutes <= 600.1);
        assert_true(preset.trainer.schedule.steps >= 400 || preset.minutes > 500);
        preset_free(&preset);
    }
}

/* Each row is met at least forty times, in the tables that people have. */
static void rows_are_met_often_enough(void **state)
{
    (void)state;
    for (size_t rows = 1; rows <= 2000; rows += 37) {
        struct preset preset;
        choose(&preset, rows, of_their_own, 4);
        uint64_t met = preset.trainer.schedule.steps * preset.trainer.batch / rows;
        assert_true(met >= 40);
        assert_true(preset.minutes <= 2);
        assert_true(preset.trainer.schedule.steps / preset.trainer.evaluate_every >= 40);
        preset_free(&preset);
    }
}

/* By the words of the header: 118 rows of 7 columns. */
static void the_rule_gives_what_it_says(void **state)
{
    (void)state;
    struct preset preset;
    choose(&preset, 118, of_their_own, 7);
    assert_int_equal(preset.model.d_model, 128);
    assert_int_equal(preset.model.d_hidden, 512);
    assert_int_equal(preset.model.heads, 4);
    assert_int_equal(preset.trainer.batch, 7);
    assert_int_equal(preset.trainer.schedule.steps, 400 + 40 * 118 / 7);
    assert_int_equal(preset.trainer.evaluate_every, 20);
    assert_int_equal(preset.trainer.checkpoint_every, 200);
    assert_true(preset.trainer.schedule.lr == 2e-3);
    preset_free(&preset);
}

/* The least of them with facts up to 2 d_model^2; 128 at least for fewer rows than 512. */
static void the_model_follows_from_facts_and_rows(void **state)
{
    (void)state;
    static const struct {
        size_t rows, columns, width, key;
        double rate;
    } cases[] = {
        {511, 1, 128, 32, 2e-3},       {512, 1, 96, 32, 8e-3 / 3}, {2000, 4, 96, 32, 8e-3 / 3},
        {2304, 8, 96, 32, 8e-3 / 3},   {2305, 8, 128, 32, 2e-3},   {511, 32, 128, 32, 2e-3},
        {1025, 32, 192, 32, 4e-3 / 3}, {20000, 4, 256, 32, 1e-3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct preset preset;
        choose(&preset, cases[i].rows, of_their_own, cases[i].columns);
        assert_int_equal(preset.model.d_model, cases[i].width);
        assert_int_equal(preset.model.d_hidden, 4 * cases[i].width);
        assert_int_equal(preset.model.d_key, cases[i].key);
        assert_float_equal(preset.trainer.schedule.lr, cases[i].rate, 1e-9);
        preset_free(&preset);
    }
}

static void names_of_shared_words_take_a_wider_model(void **state)
{
    (void)state;
    enum { ROWS = 512, TENTH = ROWS / 10 }; /* rounded down */
    for (size_t shared = TENTH; shared <= TENTH + 1; shared++) {
        struct invented table;
        struct preset preset;
        invent(&table, ROWS, of_their_own, 1);
        for (size_t i = 0; i < shared; i++)
            table.name[i] = word;
        choose_with(&preset, &table.facts, NULL);
        assert_int_equal(preset.model.d_model, shared > TENTH ? 128 : 96);
        preset_free(&preset);
        free(table.facts.cell);
    }
}

static void names_of_shared_words_take_twice_as_long(void **state)
{
    (void)state;
    static char forms[][16] = {"North Lake", "South Lake", "North Sea", "South Sea", "Old Sea"};
    struct invented table;
    struct preset preset;
    invent(&table, 5, of_their_own, 1);
    for (size_t i = 0; i < 5; i++)
        table.name[i] = forms[i];
    choose_with(&preset, &table.facts, NULL); /* four of five share all words */
    assert_int_equal(preset.trainer.batch, 4);
    assert_int_equal(preset.trainer.schedule.steps, 400 + 40 * 9 / 5 * 5 / 4);
    preset_free(&preset);
    free(table.facts.cell);
}

static void a_word_that_a_name_repeats_is_its_own(void **state)
{
    (void)state;
    static char forms[][16] = {"Bora Bora", "Walla Walla", "North Sea", "South Sea", "Old Sea"};
    struct invented table;
    struct preset preset;
    invent(&table, 5, of_their_own, 1);
    for (size_t i = 0; i < 5; i++)
        table.name[i] = forms[i];
    choose_with(&preset, &table.facts, NULL);
    assert_int_equal(preset.trainer.batch, 4);
    assert_int_equal(preset.trainer.schedule.steps, 400 + 40 * 5 / 4);
    preset_free(&preset);
    free(table.facts.cell);
}

static void a_cut_training_is_told_from_a_whole_one(void **state)
{
    (void)state;
    static const struct {
        size_t rows;
        bool cut;
    } cases[] = {{1, false}, {50, false}, {2000, false}, {FACTS_MAX_ROWS, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct invented table;
        struct preset preset;
        double met, needed;
        invent(&table, cases[i].rows, of_their_own, 4);
        choose_with(&preset, &table.facts, NULL);
        assert_int_equal(table_sizes_are_short(&preset, &table.facts, &met, &needed), cases[i].cut);
        assert_true(needed == 40);
        double shown = (double)preset.trainer.schedule.steps * (double)preset.trainer.batch;
        assert_float_equal(met, shown / (double)cases[i].rows, 1e-9);
        preset_free(&preset);
        free(table.facts.cell);
    }
}

static void held_out_rows_are_not_trained_on(void **state)
{
    (void)state;
    struct invented table;
    struct preset all, some;
    invent(&table, 400, of_their_own, 3);
    choose_with(&all, &table.facts, NULL);
    choose_with(&some, &table.facts, "population.new_share=0.5");
    assert_int_equal(all.trainer.batch, 25);
    assert_int_equal(some.trainer.batch, 12);
    preset_free(&all);
    choose_with(&all, &table.facts, "population.new=400"); /* refused, but not here */
    assert_int_equal(all.trainer.batch, 25);
    preset_free(&all);
    preset_free(&some);
    free(table.facts.cell);
}

/* ---- the plateau ---- */

static const char *no_plateau(size_t rows, const size_t *values, size_t columns)
{
    struct invented table;
    struct preset preset;
    invent(&table, rows, values, columns);
    choose_with(&preset, &table.facts, NULL);
    const char *why = table_sizes_no_plateau(&preset, &table.facts);
    preset_free(&preset);
    free(table.facts.cell);
    return why;
}

static void a_plateau_needs_rows_and_shared_values(void **state)
{
    (void)state;
    static const size_t shared[] = {5, 40, 30, 12};
    static const size_t mixed[] = {5, 40, 12, 0};
    assert_null(no_plateau(200, shared, 4));
    assert_null(no_plateau(500, shared, 4));
    assert_null(no_plateau(2000, shared, 4));
    assert_non_null(strstr(no_plateau(199, shared, 4), "Too small for a plateau"));
    assert_non_null(strstr(no_plateau(1, shared, 4), "Too small for a plateau"));
    assert_non_null(strstr(no_plateau(500, mixed, 4), "No plateau"));
    assert_non_null(strstr(no_plateau(2000, of_their_own, 4), "No plateau"));
}

static const char *why_not(const char *table)
{
    const char *directory = getenv("srcdir");
    const char *const directories[] = {directory ? directory : ".", NULL};
    char file[32];
    strcpy(file, table);
    struct facts_options options = {.file = file, .train_templates = 16, .shuffle = true};
    struct fact_set facts;
    struct preset preset;
    struct error err = {0};
    assert_true(fact_set_load(&facts, &options, directories, &err));
    choose_with(&preset, &facts, NULL);
    const char *why = table_sizes_no_plateau(&preset, &facts);
    preset_free(&preset);
    fact_set_free(&facts);
    return why;
}

static void the_shipped_tables_are_too_small(void **state)
{
    (void)state;
    assert_non_null(strstr(why_not("elements"), "Too small for a plateau"));
    assert_non_null(strstr(why_not("countries"), "Too small for a plateau"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_chosen_can_be_trained),
        cmocka_unit_test(more_rows_take_no_less),
        cmocka_unit_test(ten_hours_are_the_most_unless_a_step_takes_longer),
        cmocka_unit_test(rows_are_met_often_enough),
        cmocka_unit_test(the_rule_gives_what_it_says),
        cmocka_unit_test(the_model_follows_from_facts_and_rows),
        cmocka_unit_test(names_of_shared_words_take_a_wider_model),
        cmocka_unit_test(names_of_shared_words_take_twice_as_long),
        cmocka_unit_test(a_word_that_a_name_repeats_is_its_own),
        cmocka_unit_test(a_cut_training_is_told_from_a_whole_one),
        cmocka_unit_test(held_out_rows_are_not_trained_on),
        cmocka_unit_test(a_plateau_needs_rows_and_shared_values),
        cmocka_unit_test(the_shipped_tables_are_too_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
