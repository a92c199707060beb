/* The map of what is known, without a terminal or a trainer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/fixtures/cells_text.h"
#include "tests/fixtures/little_facts.h"
#include "tests/fixtures/little_table.h"
#include "tests/float_equal.h"
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

/* 50 columns hold 34 individuals, 14 rows two bands of 4 rows, and 4 rows for one of them. */
static void every_fact_has_its_sign(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 14, 50, 40);
    size_t first = 0;
    for (int page = 0; page < 2; page++) {
        size_t end = first + 68 < ASKED ? first + 68 : ASKED, known = 0, lost = 0, never = 0;
        for (size_t i = first; i < end; i++)
            for (size_t a = 0; a < ATTRIBUTES; a++) {
                known += is_known(i, a, 40);
                lost += is_known(i, a, 20) && !is_known(i, a, 40);
                never += !is_known(i, a, 20);
            }
        assert_int_equal(count_signs(&scene, L'■', 2, 10), known);
        assert_int_equal(count_signs(&scene, L'✗', 2, 10), lost);
        assert_int_equal(count_signs(&scene, L'·', 2, 10), never);
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
    assert_true(shows(&scene, " lost at 40, first known at 20"));
    assert_true(shows(&scene, "never known"));
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, 2, all(&scene));
    draw(&scene);
    assert_true(shows(&scene, "known since 20, after 30 exposures"));
    text_free(&name);
    text_free(&value);
    close_scene(&scene);
}

static void where_there_is_room_a_lost_fact_tells_what_it_took(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 24, 110, 40);
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, 8, all(&scene));
    draw(&scene);
    assert_true(shows(&scene, " lost at 40, first known at 20, after 28 exposures"));
    close_scene(&scene);
}

static void moving_stops_at_the_first_and_at_the_last(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 14, 50, 20);
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, -1, all(&scene));
    assert_int_equal(scene.map.list.selected, 0);
    fact_map_move(&scene.map, FACT_MAP_BAND, 1, all(&scene));
    assert_int_equal(scene.map.list.selected, 34);
    fact_map_move(&scene.map, FACT_MAP_BAND, -1, all(&scene));
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, 3, all(&scene));
    fact_map_move(&scene.map, FACT_MAP_BAND, -1, all(&scene)); /* there is none above */
    assert_int_equal(scene.map.list.selected, 3);
    fact_map_move(&scene.map, FACT_MAP_PAGE, 1, all(&scene));
    assert_int_equal(scene.map.list.selected, 71);
    fact_map_move(&scene.map, FACT_MAP_PAGE, 1, all(&scene));
    assert_int_equal(scene.map.list.selected, ASKED - 1);
    fact_map_move(&scene.map, FACT_MAP_ALL, 1, all(&scene));
    assert_int_equal(scene.map.list.selected, ASKED - 1);
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, -1, all(&scene));
    fact_map_move(&scene.map, FACT_MAP_BAND, 1, all(&scene)); /* nor below */
    assert_int_equal(scene.map.list.selected, ASKED - 2);
    fact_map_move(&scene.map, FACT_MAP_ALL, -1, all(&scene));
    assert_int_equal(scene.map.list.selected, 0);
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
    assert_int_equal(scene.map.list.selected, 5);
    close_scene(&scene);
}

static void a_map_that_has_forgotten_all_has_nobody_selected(void **state)
{
    (void)state;
    struct scene scene;
    uint64_t before, individual;
    open_scene(&scene, 30, 80, 40);
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, 7, all(&scene));
    assert_true(fact_map_selected(&scene.map, &before));
    fact_map_forget(&scene.map);
    assert_false(fact_map_selected(&scene.map, &individual));
    assert_false(fact_map_go_on(&scene.map));
    draw(&scene);
    assert_true(shows(&scene, "no evaluation of known individuals yet"));
    fact_map_choose(&scene.map, KNOWLEDGE_FORGOTTEN);
    assert_false(fact_map_selected(&scene.map, &individual));
    fact_map_choose(&scene.map, KNOWLEDGE_ALL);
    assert_true(fact_map_update(&scene.map, &scene.history, NULL));
    assert_true(fact_map_selected(&scene.map, &individual));
    assert_int_equal(individual, before);
    close_scene(&scene);
}

static void news_that_no_memory_was_left_for_are_taken_later(void **state)
{
    (void)state;
    struct scene whole;
    bool taken = false;
    open_scene(&whole, 30, 80, 40);
    assert_true(whole.map.summary.forgotten > 0);
    for (size_t n = 1; !taken; n++) {
        struct scene scene;
        open_scene(&scene, 30, 80, 20);
        look(&scene.history, 40);
        memory_fail_request(n);
        taken = fact_map_update(&scene.map, &scene.history, NULL);
        memory_fail_request(0);
        assert_true(fact_map_update(&scene.map, &scene.history, NULL));
        assert_int_equal(scene.map.knowledge.step, 40);
        assert_int_equal(scene.map.list.count, ASKED);
        assert_float_equal(scene.map.summary.forgotten, whole.map.summary.forgotten, 0);
        close_scene(&scene);
    }
    close_scene(&whole);
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
    assert_int_equal(scene.map.list.selected, 0);
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
    assert_int_equal(count_signs(&scene, L'·', 2, 18), first);
    assert_int_equal(count_signs(&scene, L'■', 2, 18), told - first);
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

static void what_is_shown_is_said_and_drawn_in_its_order(void **state)
{
    (void)state;
    struct scene scene;
    struct text name = {0};
    open_scene(&scene, 24, 80, 40);
    assert_true(cells_row_has(&scene.cells, 1, "all 90 · by number"));
    fact_map_move(&scene.map, FACT_MAP_INDIVIDUAL, 8, all(&scene));
    population_name_text(&population, (2 * 8 + 1) * KNOWN / (2 * ASKED), &name);
    fact_map_choose(&scene.map, KNOWLEDGE_FORGOTTEN); /* every fourth one */
    draw(&scene);
    assert_true(cells_row_has(&scene.cells, 1, "23 of 90 with a fact forgotten · by number"));
    assert_true(shows(&scene, "1–23"));
    assert_int_equal(cells_glyph(&scene.cells, 2, 15 + 2), L'↓');
    assert_int_equal(count_signs(&scene, L'✗', 2, 10), 46);
    assert_true(shows(&scene, name.bytes));
    fact_map_choose(&scene.map, KNOWLEDGE_CONFUSED); /* each of those has lost two */
    draw(&scene);
    assert_true(cells_row_has(&scene.cells, 1, "23 of 90 most confused (2 facts lost or more)"));
    fact_map_choose(&scene.map, KNOWLEDGE_KNOWN); /* an odd fact is never known */
    draw(&scene);
    assert_true(cells_row_has(&scene.cells, 1, "0 of 90 with all facts known"));
    assert_true(shows(&scene, "nobody"));
    fact_map_choose(&scene.map, KNOWLEDGE_ALL);
    /* Of an even one's facts two were ever known, of an odd one's one. */
    assert_true(fact_map_sort(&scene.map, KNOWLEDGE_BY_LEARNED, NULL));
    draw(&scene);
    assert_true(cells_row_has(&scene.cells, 1, "all 90 · first learned first"));
    assert_int_equal(cells_glyph(&scene.cells, 2, 15 + 4), L'↓');
    assert_true(shows(&scene, name.bytes));
    assert_true(fact_map_sort(&scene.map, KNOWLEDGE_BY_DRAWS, NULL)); /* exposures grow */
    draw(&scene);
    assert_true(cells_row_has(&scene.cells, 1, "all 90 · most often drawn first"));
    assert_true(shows(&scene, name.bytes));
    text_free(&name);
    close_scene(&scene);
}

static bool is_known_now(const struct scene *scene, size_t at, size_t attribute)
{
    return at < ASKED && is_known(scene->map.list.shown[at], attribute, 40);
}

/* The quarters of a character and their glyph, by the names that Unicode gives them. */
static wchar_t quarters(bool upper_left, bool upper_right, bool lower_left, bool lower_right)
{
    static const wchar_t glyph[2][2][2][2] = {
        {{{0, L'▗'}, {L'▖', L'▄'}}, {{L'▝', L'▐'}, {L'▞', L'▟'}}},
        {{{L'▘', L'▚'}, {L'▌', L'▙'}}, {{L'▀', L'▜'}, {L'▛', L'█'}}}};
    return glyph[upper_left][upper_right][lower_left][lower_right];
}

/* 80 columns hold 64 characters, 24 rows four bands: 256; 200 and 60 hold 184 and 13: 2,392. */
static void only_thousands_share_characters_unasked(void **state)
{
    (void)state;
    static const struct {
        size_t shown;
        int sharing;
    } counts[] = {{999, 1}, {1000, 4}, {5000, 4}, {512, 1}};
    struct scene scene;
    open_scene(&scene, 24, 80, 40);
    size_t count = scene.map.list.count;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        scene.map.list.count = counts[c].shown;
        assert_int_equal(fact_map_sharing(&scene.map, all(&scene)), counts[c].sharing);
        assert_int_equal(fact_map_sharing(&scene.map, (struct rect){0, 0, 60, 200}),
                         counts[c].shown == 5000 ? 4 : 1);
    }
    scene.map.list.count = count;
    close_scene(&scene);
}

static void facts_that_share_a_character_are_its_parts(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 24, 80, 40);
    assert_int_equal(fact_map_sharing(&scene.map, all(&scene)), 1); /* 90 are not thousands */
    fact_map_share(&scene.map, 1, all(&scene));
    draw(&scene);
    assert_true(shows(&scene, "two facts a character"));
    fact_map_move(&scene.map, FACT_MAP_ALL, 1, all(&scene));
    draw(&scene);
    for (size_t pair = 0; pair < ASKED / 2; pair++)
        for (size_t a = 0; a < ATTRIBUTES; a++) {
            bool left = is_known_now(&scene, 2 * pair, a),
                 right = is_known_now(&scene, 2 * pair + 1, a);
            wchar_t glyph = cells_glyph(&scene.cells, 3 + (int)a, 15 + (int)pair);
            if (left || right)
                assert_int_equal(glyph, left && right ? L'█' : left ? L'▌' : L'▐');
            else
                assert_true(glyph == L'✗' || glyph == L'·');
        }
    assert_int_equal(cells_glyph(&scene.cells, 2, 15 + 44), L'↓'); /* the 90th */
    fact_map_share(&scene.map, 1, all(&scene));
    fact_map_share(&scene.map, 1, all(&scene)); /* not more than four */
    draw(&scene);
    assert_true(shows(&scene, "four facts a character"));
    for (size_t four = 0; four < ASKED / 4; four++)
        for (size_t a = 0; a < ATTRIBUTES; a++) {
            wchar_t expected = quarters(
                is_known_now(&scene, 4 * four, a), is_known_now(&scene, 4 * four + 1, a),
                is_known_now(&scene, 4 * four + 2, a), is_known_now(&scene, 4 * four + 3, a));
            wchar_t glyph = cells_glyph(&scene.cells, 3 + (int)a, 15 + (int)four);
            if (expected)
                assert_int_equal(glyph, expected);
            else
                assert_true(glyph == L'✗' || glyph == L'·');
        }
    scene.cells.ascii = true;
    draw(&scene);
    for (size_t a = 0; a < ATTRIBUTES; a++) {
        static const char counts[] = " 123#";
        int known = 0;
        for (size_t i = 0; i < 4; i++)
            known += is_known_now(&scene, i, a);
        if (known > 0)
            assert_int_equal(cells_glyph(&scene.cells, 3 + (int)a, 15), counts[known]);
    }
    fact_map_share(&scene.map, -1, all(&scene));
    fact_map_share(&scene.map, -1, all(&scene));
    assert_int_equal(fact_map_sharing(&scene.map, all(&scene)), 1);
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_that_do_not_fit_are_counted),
        cmocka_unit_test(every_fact_has_its_sign),
        cmocka_unit_test(the_summary_adds_up),
        cmocka_unit_test(the_selected_ones_facts_are_told),
        cmocka_unit_test(where_there_is_room_a_lost_fact_tells_what_it_took),
        cmocka_unit_test(moving_stops_at_the_first_and_at_the_last),
        cmocka_unit_test(what_is_seen_later_is_taken_over),
        cmocka_unit_test(a_map_that_has_forgotten_all_has_nobody_selected),
        cmocka_unit_test(news_that_no_memory_was_left_for_are_taken_later),
        cmocka_unit_test(before_an_evaluation_a_sentence_stands),
        cmocka_unit_test(a_map_of_any_size_stays_within_its_rectangle),
        cmocka_unit_test(facts_that_the_table_does_not_tell_are_blank),
        cmocka_unit_test(what_is_shown_is_said_and_drawn_in_its_order),
        cmocka_unit_test(only_thousands_share_characters_unasked),
        cmocka_unit_test(facts_that_share_a_character_are_its_parts),
        cmocka_unit_test(where_all_is_told_nothing_is_said_of_blanks),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
