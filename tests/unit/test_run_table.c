/* The table of all runs, drawn without a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <locale.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>
#include <curses.h>

#include "base/memory.h"
#include "tests/fixtures/cells_text.h"
#include "ui/tui/widgets/run_table.h"

enum { RUNS = 5, NOW = 1000000 };

/* Newest first; "b" is a branch of "a", "d" one of "b". */
static const struct {
    const char *name, *preset, *differs;
    size_t parent;
    uint64_t step;
    double accuracy, plateau_end;
} made[RUNS] = {
    {"e", "paper", "", SIZE_MAX, 50, 0.5, NAN},
    {"d", "tiny", "train.clip=0.5", 2, 20, 0.9, 300},
    {"b", "tiny", "train.lr=0.001", 4, 30, 0.1, 100},
    {"c", "tiny", "", SIZE_MAX, 40, 0.3, NAN},
    {"a", "quickstart", "", SIZE_MAX, 10, 0.7, 200},
};

static void make_table(struct run_table *table)
{
    struct run_catalog catalog = {.count = RUNS};
    catalog.run = memory_new(RUNS, sizeof *catalog.run, NULL);
    catalog.entry = memory_new(RUNS, sizeof *catalog.entry, NULL);
    assert_true(catalog.run && catalog.entry);
    for (size_t r = 0; r < RUNS; r++) {
        catalog.run[r] = (struct run_summary){
            .name = memory_string(made[r].name, NULL),
            .directory = memory_format(NULL, "/runs/%s", made[r].name),
            .preset = memory_string(made[r].preset, NULL),
            .step = made[r].step,
            .steps = 100,
            .modified = {.tv_sec = NOW - 3600 * ((time_t)r + 1)},
            .has_recall = true,
            .accuracy = made[r].accuracy,
            .phase = PHASE_PLATEAU,
        };
        catalog.entry[r] = (struct run_entry){
            .run = &catalog.run[r],
            .differs = memory_string(made[r].differs, NULL),
            .plateau_end = made[r].plateau_end,
            .parent = made[r].parent,
            .parent_step = 7,
            .from_parent = made[r].parent != SIZE_MAX,
        };
    }
    *table = (struct run_table){.sort = RUN_COLUMN_DATE};
    assert_true(run_table_take(table, &catalog, NULL));
}

/* Names of the rows, in order, each with how deep it stands: "a0b1". */
static void assert_rows(const struct run_table *table, const char *wanted)
{
    char found[2 * RUNS + 1] = "";
    for (size_t r = 0; r < table->rows; r++) {
        found[2 * r] = table->catalog.run[table->row[r].entry].name[0];
        found[2 * r + 1] = (char)('0' + table->row[r].depth);
    }
    assert_string_equal(found, wanted);
}

static void type(struct run_table *table, const char *text)
{
    for (; *text; text++)
        assert_int_equal(run_table_key(table, *text), TYPED_CHANGED);
}

static void branches_stand_under_their_parents(void **state)
{
    struct run_table table;
    (void)state;
    make_table(&table);
    assert_rows(&table, "e0c0a0b1d2");
    run_table_free(&table);
}

static void every_column_sorts(void **state)
{
    static const char *const wanted[RUN_COLUMNS] = {
        [RUN_COLUMN_NAME] = "a0b1d2c0e0",   [RUN_COLUMN_STEP] = "e0c0a0b1d2",
        [RUN_COLUMN_PHASE] = "e0c0a0b1d2",  [RUN_COLUMN_ACCURACY] = "a0b1d2e0c0",
        [RUN_COLUMN_DATE] = "e0c0a0b1d2",   [RUN_COLUMN_PLATEAU] = "a0b1d2e0c0",
        [RUN_COLUMN_PRESET] = "e0a0b1d2c0",
    };
    struct run_table table;
    (void)state;
    make_table(&table);
    for (int more = 0; more < RUN_COLUMNS; more++) {
        assert_rows(&table, wanted[table.sort]);
        run_table_sort(&table, 1);
    }
    assert_int_equal(table.sort, RUN_COLUMN_DATE);
    run_table_reverse(&table);
    assert_rows(&table, "a0b1d2c0e0");
    run_table_sort(&table, -1);
    assert_int_equal(table.sort, RUN_COLUMN_ACCURACY);
    assert_rows(&table, "a0b1d2e0c0");
    run_table_free(&table);
}

/* Branches move up where their parents are hidden. */
static void what_is_typed_filters(void **state)
{
    struct run_table table;
    (void)state;
    make_table(&table);
    type(&table, "TINY");
    assert_rows(&table, "b0d1c0");
    type(&table, " clip");
    assert_rows(&table, "d0");
    type(&table, "pings");
    assert_rows(&table, "");
    assert_null(run_table_selected(&table));
    run_table_move(&table, 1);
    for (int byte = 0; byte < 5; byte++)
        assert_int_equal(run_table_key(&table, KEY_BACKSPACE), TYPED_CHANGED);
    assert_rows(&table, "d0");
    assert_true(run_table_clear(&table));
    assert_rows(&table, "e0c0a0b1d2");
    assert_int_equal(run_table_key(&table, KEY_BACKSPACE), TYPED_SAME);
    assert_false(run_table_clear(&table));
    while (run_table_key(&table, 'x') == TYPED_CHANGED)
        ;
    assert_int_equal(strlen(table.filter), RUN_FILTER - 1);
    run_table_free(&table);
}

static void the_selection_stays_at_its_run(void **state)
{
    struct run_table table, other;
    (void)state;
    make_table(&table);
    run_table_move(&table, 3);
    assert_string_equal(run_table_selected(&table)->run->name, "b");
    run_table_reverse(&table);
    assert_string_equal(run_table_selected(&table)->run->name, "b");
    make_table(&other);
    assert_true(run_table_take(&table, &other.catalog, NULL));
    assert_string_equal(run_table_selected(&table)->run->name, "b");
    run_table_move(&table, 100);
    assert_int_equal(table.selected, RUNS - 1);
    run_table_move(&table, -100);
    assert_int_equal(table.selected, 0);
    run_table_free(&other);
    run_table_free(&table);
}

/* A run that was renamed or deleted is gone: the row stays, so that a next key is not about a run
 * far off. */
static void the_row_stays_where_its_run_is_gone(void **state)
{
    struct run_table table, other;
    (void)state;
    make_table(&table);
    run_table_move(&table, 2);
    char *was = memory_string(run_table_selected(&table)->run->name, NULL);
    make_table(&other);
    for (size_t r = 0; r < RUNS; r++)
        if (strcmp(other.catalog.run[r].name, was) == 0) {
            memory_free(other.catalog.run[r].directory);
            other.catalog.run[r].directory = memory_string("/runs/renamed", NULL);
        }
    assert_true(run_table_take(&table, &other.catalog, NULL));
    assert_int_equal(table.selected, 2);
    assert_string_equal(run_table_selected(&table)->run->directory, "/runs/renamed");
    memory_free(was);
    run_table_free(&other);
    run_table_free(&table);
}

static void the_column_that_sorts_is_seen(void **state)
{
    struct run_table table;
    struct cells cells = {0};
    const struct strings none = {0};
    (void)state;
    make_table(&table);
    assert_true(cells_resize(&cells, 10, 48, NULL));
    run_table_draw(&table, &none, NOW, (struct rect){0, 0, 10, 48}, &cells);
    assert_true(cells_row_has(&cells, 1, "step  changed↓"));
    run_table_sort(&table, -1);
    cells_clear(&cells);
    run_table_draw(&table, &none, NOW, (struct rect){0, 0, 10, 48}, &cells);
    assert_true(cells_row_has(&cells, 1, "acc. %↓"));
    assert_false(cells_row_has(&cells, 1, "changed"));
    assert_false(cells_row_has(&cells, 1, "age"));
    run_table_sort(&table, 1);
    assert_true(cells_resize(&cells, 10, 60, NULL));
    run_table_draw(&table, &none, NOW, (struct rect){0, 0, 10, 60}, &cells);
    assert_true(cells_row_has(&cells, 1, "phase  acc. %  age↓"));
    cells_free(&cells);
    run_table_free(&table);
}

/* As wide as it has to be, at every width that a table is read at; the selected run's in full. */
static void what_differs_has_room_before_other_columns(void **state)
{
    static const char lots[] = "train.lr=0.001 sampling.kind=power-law sampling.alpha=0.7 "
                               "train.batch=16 train.warmup=100 train.weight_decay=0.1";
    static const int widths[] = {48, 80, 120, 200};
    struct run_table table;
    const struct strings none = {0};
    (void)state;
    make_table(&table);
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        struct cells cells = {0};
        const struct rect rect = {0, 0, 20, widths[w]};
        assert_true(cells_resize(&cells, rect.rows, rect.cols, NULL));
        run_table_draw(&table, &none, NOW, rect, &cells);
        assert_true(cells_row_has(&cells, 1, "other values"));
        assert_true(cells_have(&cells, "train.lr=0.001"));
        cells_free(&cells);
    }
    memory_free(table.catalog.entry[2].differs);
    table.catalog.entry[2].differs = memory_string(lots, NULL);
    run_table_move(&table, 3);
    for (size_t w = 1; w < sizeof widths / sizeof *widths; w++) {
        struct cells cells = {0};
        const struct rect rect = {0, 0, 20, widths[w]};
        assert_true(cells_resize(&cells, rect.rows, rect.cols, NULL));
        run_table_draw(&table, &none, NOW, rect, &cells);
        assert_true(cells_have(&cells, "b, branch of a at step 7: train.lr=0.001"));
        assert_true(cells_have(&cells, "train.weight_decay=0.1"));
        assert_true(cells_have(&cells, "  train.lr=0.0"));
        cells_free(&cells);
    }
    run_table_free(&table);
}

static void rename_run(struct run_table *table, size_t run, const char *name)
{
    memory_free(table->catalog.run[run].name);
    table->catalog.run[run].name = memory_string(name, NULL);
}

/* At 80 columns whatever the numbers are, and whole where there is room. */
static void columns_are_brief_before_they_go(void **state)
{
    static const struct {
        enum phase phase;
        uint64_t tuned_after; /* of 20,000 */
        const char *word[2];
    } phases[] = {
        {PHASE_STATISTICS, 0, {"  stat. ", "  statistics  "}},
        {PHASE_PLATEAU, 20000, {"  plat. ", "  plateau  "}},
        {PHASE_KNOWLEDGE, 20001, {"  know. ", "  knowledge  "}},
        {PHASE_KNOWLEDGE, 19999, {"  tuning ", "  fine-tuning  "}},
    };
    struct run_table table;
    struct cells cells = {0};
    const struct strings none = {0};
    (void)state;
    make_table(&table);
    rename_run(&table, 4, "invented-countries-20261130-030217");
    table.catalog.run[4].step = table.catalog.run[4].steps = 20000;
    table.catalog.run[4].accuracy = 1;
    table.catalog.run[1].modified.tv_sec = NOW - 100 * 86400;
    for (size_t phase = 0; phase < sizeof phases / sizeof *phases; phase++)
        for (int wide = 0; wide < 2; wide++) {
            const struct rect rect = {0, 0, 10, wide ? 120 : 80};
            table.catalog.run[4].phase = phases[phase].phase;
            table.catalog.run[4].tuned_after = phases[phase].tuned_after;
            assert_true(cells_resize(&cells, rect.rows, rect.cols, NULL));
            run_table_draw(&table, &none, NOW, rect, &cells);
            assert_true(cells_have(&cells, phases[phase].word[wide]));
            assert_true(cells_have(&cells, wide ? " 100.0 %     5 h ago" : " 100.0    5 h"));
            assert_true(cells_have(&cells, wide ? "1969-" : "  100 d  ") ||
                        (wide && cells_have(&cells, "1970-")));
            assert_true(cells_row_has(&cells, 1, "  other values"));
        }
    cells_free(&cells);
    run_table_free(&table);
}

/* Names give way to columns, but for their beginnings and ends. */
static void long_names_leave_room_and_keep_their_ends(void **state)
{
    struct run_table table;
    struct cells cells = {0};
    const struct strings none = {0};
    (void)state;
    make_table(&table);
    rename_run(&table, 2, "toy-memory-20261130-030353");
    rename_run(&table, 4, "invented-countries-20261130-030217");
    table.catalog.run[4].step = table.catalog.run[4].steps = 20000;
    assert_true(cells_resize(&cells, 10, 120, NULL));
    run_table_draw(&table, &none, NOW, (struct rect){0, 0, 10, 120}, &cells);
    assert_true(
        cells_row_has(&cells, 1, "step  phase    accuracy  changed↓  plateau ends  preset "));
    assert_true(cells_row_has(&cells, 1, "other values"));
    assert_true(cells_have(&cells, "-030217  20,000/20,000"));
    assert_true(cells_have(&cells, "-030353 @7  "));
    assert_true(cells_resize(&cells, 10, 80, NULL));
    run_table_draw(&table, &none, NOW, (struct rect){0, 0, 10, 80}, &cells);
    assert_true(cells_row_has(&cells, 1, "step  phase    acc. %  age↓  other values"));
    assert_true(cells_have(&cells, "20,000/20,000  plateau    70.0   5 h"));
    assert_true(cells_have(&cells, "   invented-"));
    assert_true(cells_have(&cells, "   └ toy-mem"));
    assert_true(cells_have(&cells, "-030353 @7  "));
    assert_true(cells_resize(&cells, 10, 160, NULL));
    run_table_draw(&table, &none, NOW, (struct rect){0, 0, 10, 160}, &cells);
    assert_true(cells_have(&cells, "   invented-countries-20261130-030217  20,000/20,000"));
    cells_free(&cells);
    run_table_free(&table);
}

static void marked_runs_have_a_sign(void **state)
{
    struct run_table table;
    struct cells cells = {0};
    struct strings marked = {0};
    (void)state;
    make_table(&table);
    assert_true(strings_add(&marked, "/runs/c", NULL));
    assert_true(strings_add(&marked, "/runs/d", NULL));
    type(&table, "tiny");
    assert_true(cells_resize(&cells, 10, 80, NULL));
    run_table_draw(&table, &marked, NOW, (struct rect){0, 0, 10, 80}, &cells);
    assert_true(cells_have(&cells, "runs  3 of 5  2 marked  with: tiny"));
    assert_false(cells_row_has(&cells, 2, "*"));
    assert_true(cells_row_has(&cells, 3, " * └ d"));
    assert_true(cells_row_has(&cells, 4, " * c"));
    type(&table, " clip");
    strings_remove(&marked, "/runs/d");
    assert_true(cells_resize(&cells, 10, 80, NULL));
    run_table_draw(&table, &marked, NOW, (struct rect){0, 0, 10, 80}, &cells);
    assert_true(cells_have(&cells, "1 marked"));
    assert_false(cells_have(&cells, "*"));
    strings_free(&marked);
    cells_free(&cells);
    run_table_free(&table);
}

static void it_is_drawn_in_any_room(void **state)
{
    struct run_table table;
    struct cells cells = {0};
    struct strings marked = {0};
    (void)state;
    make_table(&table);
    assert_true(cells_resize(&cells, 10, 130, NULL));
    run_table_draw(&table, &marked, NOW, (struct rect){0, 0, 10, 130}, &cells);
    assert_true(cells_have(&cells, "runs  5 of 5"));
    assert_false(cells_have(&cells, "marked"));
    assert_false(cells_have(&cells, "*"));
    assert_true(cells_have(&cells, "└ b @7"));
    assert_true(cells_have(&cells, "30/100  plateau"));
    assert_true(cells_have(&cells, "10.0 %   3 h ago"));
    assert_true(cells_have(&cells, "  └ d @7"));
    assert_true(cells_have(&cells, "train.clip=0.5"));
    for (int rows = 1; rows < 12; rows++)
        for (int cols = 20; cols < 140; cols += 7) {
            assert_true(cells_resize(&cells, rows, cols, NULL));
            run_table_move(&table, rows % 2 ? 100 : -100);
            run_table_draw(&table, &marked, NOW, (struct rect){0, 0, rows, cols}, &cells);
        }
    cells_free(&cells);
    run_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(branches_stand_under_their_parents),
        cmocka_unit_test(every_column_sorts),
        cmocka_unit_test(what_is_typed_filters),
        cmocka_unit_test(the_selection_stays_at_its_run),
        cmocka_unit_test(the_row_stays_where_its_run_is_gone),
        cmocka_unit_test(the_column_that_sorts_is_seen),
        cmocka_unit_test(what_differs_has_room_before_other_columns),
        cmocka_unit_test(columns_are_brief_before_they_go),
        cmocka_unit_test(long_names_leave_room_and_keep_their_ends),
        cmocka_unit_test(marked_runs_have_a_sign),
        cmocka_unit_test(it_is_drawn_in_any_room),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
