/* The map of what is known, without a terminal or a trainer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "tests/fixtures/cells_text.h"
#include "tests/fixtures/little_facts.h"
#include "tests/fixtures/little_table.h"
#include "ui/tui/widgets/fact_map.h"

enum { ASKED = 90, ATTRIBUTES = 3, KNOWN = 100 };

static struct little_directory directory;
static struct fact_set facts;
static struct population population;

static int set_up(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    little_make(&directory);
    little_fill(&directory);
    struct facts_options options = little_options();
    struct population_options people = {.seed = 4, .known = KNOWN, .held_out = 10};
    little_load(&facts, &directory, &options);
    assert_true(population_init(&population, &facts, &people, NULL));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fact_set_free(&facts);
    little_remove(&directory);
    return 0;
}

/* What is seen of individual i's fact a: known from step 20 on where i + a is even, and of these
 * where i is a multiple of 4 not at step 40. */
static bool is_known(size_t i, size_t a, uint64_t step)
{
    return (i + a) % 2 == 0 && step >= 20 && (step < 40 || i % 4 != 0);
}

static void look(struct history *history, uint64_t step)
{
    struct knowledge_snapshot snapshot;
    assert_true(knowledge_snapshot_init(&snapshot, KNOWN, ASKED, ATTRIBUTES, NULL));
    for (size_t i = 0; i < ASKED; i++) {
        snapshot.exposures[i] = (uint32_t)(step + i);
        for (size_t a = 0; a < ATTRIBUTES; a++)
            knowledge_snapshot_set(&snapshot, i, a, is_known(i, a, step));
    }
    assert_true(history_add_snapshot(history, step, &snapshot, NULL));
    knowledge_snapshot_free(&snapshot);
}

struct scene {
    struct history history;
    struct fact_map map;
    struct cells cells;
};

static struct rect all(const struct scene *scene)
{
    return (struct rect){0, 0, scene->cells.rows, scene->cells.cols};
}

static void draw(struct scene *scene)
{
    cells_clear(&scene->cells);
    fact_map_draw(&scene->map, &population, all(scene), &scene->cells);
}

static void open_scene(struct scene *scene, int rows, int cols, uint64_t last)
{
    *scene = (struct scene){0};
    assert_true(history_init(&scene->history, NULL));
    for (uint64_t step = 0; step <= last; step += 20)
        look(&scene->history, step);
    assert_true(fact_map_update(&scene->map, &scene->history, NULL));
    assert_true(cells_resize(&scene->cells, rows, cols, NULL));
    draw(scene);
}

static void close_scene(struct scene *scene)
{
    fact_map_free(&scene->map);
    history_free(&scene->history);
    cells_free(&scene->cells);
}

static bool shows(const struct scene *scene, const char *what)
{
    return cells_have(&scene->cells, what);
}

/* Signs on the rows first .. end-1. */
static size_t count_signs(const struct scene *scene, wchar_t glyph, int first, int end)
{
    size_t count = 0;
    for (int row = first; row < end; row++)
        for (int col = 0; col < scene->cells.cols; col++)
            count += cells_glyph(&scene->cells, row, col) == glyph;
    return count;
}

static void attributes_that_do_not_fit_are_counted(void **state)
{
    (void)state;
    static const struct {
        int rows, attributes; /* under the summary and the head of a band */
    } heights[] = {{4, 1}, {5, 3}};
    for (size_t h = 0; h < sizeof heights / sizeof *heights; h++) {
        struct scene scene;
        int rows = heights[h].rows, attributes = heights[h].attributes;
        open_scene(&scene, rows, 50, 0);
        assert_int_equal(count_signs(&scene, L'·', 2, rows), 34 * attributes);
        assert_int_equal(shows(&scene, "2 more attributes need a higher screen"),
                         attributes < ATTRIBUTES);
        close_scene(&scene);
    }
}

/* 50 columns hold 34 individuals, 17 rows two bands of 4 rows, and 4 rows for one of them. */
static void every_fact_has_its_sign(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 13, 50, 40);
    size_t first = 0;
    for (int page = 0; page < 2; page++) {
        size_t end = first + 68 < ASKED ? first + 68 : ASKED, known = 0, lost = 0, never = 0;
        for (size_t i = first; i < end; i++)
            for (size_t a = 0; a < ATTRIBUTES; a++) {
                known += is_known(i, a, 40);
                lost += is_known(i, a, 20) && !is_known(i, a, 40);
                never += !is_known(i, a, 20);
            }
        assert_int_equal(count_signs(&scene, L'■', 1, 9), known);
        assert_int_equal(count_signs(&scene, L'✗', 1, 9), lost);
        assert_int_equal(count_signs(&scene, L'·', 1, 9), never);
        fact_map_move(&scene.map, FACT_MAP_PAGE, 1, all(&scene));
        draw(&scene);
        first = end;
    }
    assert_true(shows(&scene, "69–90"));
    close_scene(&scene);
}

static void the_summary_adds_up(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 24, 120, 40);
    /* 135 of 270 facts were learned at step 20; individuals 0, 4, .. 88 lost two each */
    assert_true(shows(&scene, "known 33.0 %"));     /* 89 */
    assert_true(shows(&scene, "forgotten 17.0 %")); /* 46 */
    assert_true(shows(&scene, "never 50.0 %"));
    assert_true(shows(&scene, "step 20"));
    assert_true(shows(&scene, "of 90 individuals"));
    close_scene(&scene);
}

static void the_selected_ones_facts_are_told(void **state)
{
    (void)state;
    struct scene scene;
    struct text name = {0}, value = {0};
    open_scene(&scene, 24, 80, 40);
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, 8, all(&scene));
    draw(&scene);
    uint64_t individual = (2 * 8 + 1) * KNOWN / (2 * ASKED);
    population_name_text(&population, individual, &name);
    population_value_text(&population, individual, 1, &value);
    assert_true(shows(&scene, name.bytes));
    assert_true(shows(&scene, value.bytes));
    assert_true(shows(&scene, "48 exposures")); /* 40 + 8 */
    assert_true(shows(&scene, "lost at 40; since 20, 28 exposures"));
    assert_true(shows(&scene, "never known"));
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, 2, all(&scene));
    draw(&scene);
    assert_true(shows(&scene, "known since 20, after 30 exposures"));
    text_free(&name);
    text_free(&value);
    close_scene(&scene);
}

static void moving_stops_at_the_first_and_at_the_last(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 13, 50, 20);
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, -1, all(&scene));
    assert_int_equal(scene.map.selected, 0);
    fact_map_move(&scene.map, FACT_MAP_BAND, 1, all(&scene));
    assert_int_equal(scene.map.selected, 34);
    fact_map_move(&scene.map, FACT_MAP_BAND, -1, all(&scene));
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, 3, all(&scene));
    fact_map_move(&scene.map, FACT_MAP_PAGE, 1, all(&scene));
    assert_int_equal(scene.map.selected, 71);
    fact_map_move(&scene.map, FACT_MAP_PAGE, 1, all(&scene));
    assert_int_equal(scene.map.selected, ASKED - 1);
    fact_map_move(&scene.map, FACT_MAP_ALL, 1, all(&scene));
    assert_int_equal(scene.map.selected, ASKED - 1);
    fact_map_move(&scene.map, FACT_MAP_ALL, -1, all(&scene));
    assert_int_equal(scene.map.selected, 0);
    close_scene(&scene);
}

static void what_is_seen_later_is_taken_over(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 24, 80, 0);
    assert_true(shows(&scene, "known 0.0 %"));
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, 5, all(&scene));
    look(&scene.history, 20);
    assert_true(fact_map_update(&scene.map, &scene.history, NULL));
    draw(&scene);
    assert_true(shows(&scene, "known 50.0 %"));
    assert_int_equal(scene.map.selected, 5);
    close_scene(&scene);
}

static void before_an_evaluation_a_sentence_stands(void **state)
{
    (void)state;
    struct scene scene = {0};
    assert_true(history_init(&scene.history, NULL));
    assert_true(fact_map_update(&scene.map, &scene.history, NULL));
    assert_true(cells_resize(&scene.cells, 24, 80, NULL));
    draw(&scene);
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, 1, all(&scene));
    assert_int_equal(scene.map.selected, 0);
    assert_true(shows(&scene, "no evaluation"));
    close_scene(&scene);
}

static void a_map_of_any_size_stays_within_its_rectangle(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 1, 1, 40);
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, 70, all(&scene));
    for (int rows = 1; rows < 40; rows += 2)
        for (int cols = 1; cols < 130; cols += 3) {
            assert_true(cells_resize(&scene.cells, rows + 2, cols + 2, NULL));
            fact_map_draw(&scene.map, &population, (struct rect){1, 1, rows, cols}, &scene.cells);
            for (int row = 0; row < rows + 2; row++)
                for (int col = 0; col < cols + 2; col++)
                    if (row == 0 || col == 0 || row == rows + 1 || col == cols + 1)
                        assert_int_equal(cells_glyph(&scene.cells, row, col), L' ');
        }
    close_scene(&scene);
}

/* All told facts are known but those of the first attribute, which nobody ever knows. */
static void look_at_table(struct history *history, const struct little_table *table, uint64_t step)
{
    struct knowledge_snapshot snapshot;
    size_t bytes = knowledge_bytes(TABLE_ROWS) * TABLE_COLUMNS;
    assert_true(knowledge_snapshot_init(&snapshot, TABLE_ROWS, TABLE_ROWS, TABLE_COLUMNS, NULL));
    memset(snapshot.told, 0, bytes);
    for (size_t i = 0; i < TABLE_ROWS; i++)
        for (size_t a = 0; a < TABLE_COLUMNS; a++) {
            bool told = *little_table_value(table, i, a) != '\0';
            if (told)
                snapshot.told[a * knowledge_bytes(TABLE_ROWS) + i / 8] |=
                    (unsigned char)(1U << i % 8);
            knowledge_snapshot_set(&snapshot, i, a, told && a > 0 && step > 0);
        }
    assert_true(history_add_snapshot(history, step, &snapshot, NULL));
    knowledge_snapshot_free(&snapshot);
}

static size_t told_of(const struct little_table *table, size_t attribute)
{
    size_t told = 0;
    for (uint64_t i = 0; i < TABLE_ROWS; i++)
        told += *little_table_value(table, i, attribute) != '\0';
    return told;
}

/* An empty cell of the table is a blank of the map, which says so and counts it nowhere. */
static void facts_that_the_table_does_not_tell_are_blank(void **state)
{
    (void)state;
    struct little_table table;
    struct scene scene = {0};
    size_t told = 0, first = 0;
    little_table_make(&table, 0, 1);
    assert_true(history_init(&scene.history, NULL));
    look_at_table(&scene.history, &table, 0);
    look_at_table(&scene.history, &table, 10);
    assert_true(fact_map_update(&scene.map, &scene.history, NULL));
    for (int cols = 80; cols <= 120; cols += 40) {
        assert_true(cells_resize(&scene.cells, 24, cols, NULL));
        cells_clear(&scene.cells);
        fact_map_draw(&scene.map, &table.population, all(&scene), &scene.cells);
        assert_true(shows(&scene, "blank: not told"));
    }
    for (size_t a = 0; a < TABLE_COLUMNS; a++)
        told += told_of(&table, a);
    first = told_of(&table, TABLE_SYMBOL);
    assert_int_equal(count_signs(&scene, L'·', 1, 18), first);
    assert_int_equal(count_signs(&scene, L'■', 1, 18), told - first);
    char share[32];
    snprintf(share, sizeof share, "known %.1f %%", 100 * (double)(told - first) / (double)told);
    assert_true(shows(&scene, share));
    snprintf(share, sizeof share, "never %.1f %%", 100 * (double)first / (double)told);
    assert_true(shows(&scene, share));
    size_t untold = 0;
    while (*little_table_value(&table, untold, TABLE_NEXT))
        untold++;
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, (int)untold, all(&scene));
    cells_clear(&scene.cells);
    fact_map_draw(&scene.map, &table.population, all(&scene), &scene.cells);
    assert_true(shows(&scene, "not in the table"));
    close_scene(&scene);
    little_table_remove(&table);
}

static void where_all_is_told_nothing_is_said_of_blanks(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 24, 80, 40);
    assert_false(shows(&scene, "blank"));
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_that_do_not_fit_are_counted),
        cmocka_unit_test(every_fact_has_its_sign),
        cmocka_unit_test(the_summary_adds_up),
        cmocka_unit_test(the_selected_ones_facts_are_told),
        cmocka_unit_test(moving_stops_at_the_first_and_at_the_last),
        cmocka_unit_test(what_is_seen_later_is_taken_over),
        cmocka_unit_test(before_an_evaluation_a_sentence_stands),
        cmocka_unit_test(a_map_of_any_size_stays_within_its_rectangle),
        cmocka_unit_test(facts_that_the_table_does_not_tell_are_blank),
        cmocka_unit_test(where_all_is_told_nothing_is_said_of_blanks),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
