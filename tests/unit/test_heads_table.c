/* What each head does, without a terminal or a trainer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/fixtures/cells_text.h"
#include "ui/format.h"
#include "ui/tui/widgets/circuits_chart.h"
#include "ui/tui/widgets/heads_table.h"

enum { LAYERS = 3, HEADS = 4, ALL = LAYERS * HEADS, EVALUATIONS = 60, EVERY = 10 };

/* Any numbers, some of them equal, and a head that has none of the first circuit. */
static double share_of(size_t circuit, size_t head, size_t evaluation, bool of_new)
{
    if (circuit == 0 && head == 5)
        return NAN;
    return (double)((circuit * 5 + head * 7 + evaluation * (head + 1) + of_new * 3) % 9) / 10;
}

struct scene {
    struct view view;
    struct heads_table table;
    struct cells cells;
};

static void add_points(struct circuit_track *track)
{
    for (uint64_t e = 0; e < EVALUATIONS; e++) {
        double known[CIRCUITS * ALL], held_out[CIRCUITS * ALL];
        for (size_t i = 0; i < CIRCUITS * ALL; i++) {
            known[i] = share_of(i / ALL, i % ALL, e, false);
            held_out[i] = share_of(i / ALL, i % ALL, e, true);
        }
        const struct circuits_point point = {.step = EVERY * e,
                                             .known = {LAYERS, HEADS, known},
                                             .held_out = {LAYERS, HEADS, held_out}};
        assert_true(circuit_track_add(track, &point, NULL));
    }
}

static void make_scene(struct scene *scene, int rows, int cols)
{
    static const struct fact_set facts;
    *scene = (struct scene){
        .view = {.facts = &facts,
                 .evaluate_every = EVERY,
                 .status = {.step = EVERY * (EVALUATIONS - 1), .phase = {.plateau_end = NAN}}},
        .table = {.order = HEADS_BY_LAYER},
    };
    add_points(&scene->view.curves.circuits);
    assert_true(cells_resize(&scene->cells, rows, cols, NULL));
}

static void draw(struct scene *scene)
{
    struct rect all = {0, 0, scene->cells.rows, scene->cells.cols};
    cells_clear(&scene->cells);
    assert_true(heads_table_draw(&scene->table, &scene->view, all, &scene->cells, NULL));
}

static void free_scene(struct scene *scene)
{
    circuit_track_free(&scene->view.curves.circuits);
    cells_free(&scene->cells);
}

static void every_order_is_that_of_its_numbers(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 24, 80);
    for (size_t e = 0; e < EVALUATIONS; e += 7)
        for (int of_new = 0; of_new < 2; of_new++)
            for (size_t c = 0; c <= CIRCUITS; c++, heads_table_sort(&scene.table)) {
                size_t head[ALL];
                scene.view.has_cursor = true;
                scene.view.cursor = EVERY * e;
                scene.table.is_of_new = of_new;
                assert_int_equal(heads_table_order(&scene.table, &scene.view, head), ALL);
                bool by_layer = scene.table.order == HEADS_BY_LAYER;
                for (size_t h = 0; h < ALL; h++) {
                    size_t before = 0; /* as many as stand before it */
                    for (size_t o = 0; !by_layer && o < ALL; o++) {
                        size_t circuit = (size_t)scene.table.order;
                        double mine = share_of(circuit, h, e, of_new);
                        double other = share_of(circuit, o, e, of_new);
                        bool none = isnan(mine) && !isnan(other);
                        bool equal = mine == other || (isnan(mine) && isnan(other));
                        before += none || other > mine || (equal && o < h);
                    }
                    assert_int_equal(head[by_layer ? h : before], h);
                }
            }
    free_scene(&scene);
}

static void numbers_are_those_of_the_step(void **state)
{
    (void)state;
    static const enum circuit columns[] = {CIRCUIT_WITHIN_NAME, CIRCUIT_ATTRIBUTE_TO_NAME,
                                           CIRCUIT_ATTRIBUTE_TO_TEXT, CIRCUIT_SHARPNESS,
                                           CIRCUIT_NAME_TO_NAMES};
    enum { COLS = 53, LABEL = 9, EACH = 8 }; /* (53 - 9) / 5; three of them are no curve */
    struct scene scene;
    make_scene(&scene, 2 + ALL, COLS);
    for (size_t e = 0; e < EVALUATIONS; e += 13) {
        scene.view.has_cursor = true;
        scene.view.cursor = EVERY * e;
        draw(&scene);
        for (size_t h = 0; h < ALL; h++) {
            char row[COLS + 1] = "", expected[COLS + 1], number[FORMAT_SIZE];
            int length =
                snprintf(expected, sizeof expected, " L%zu H%zu  ", h / HEADS + 1, h % HEADS + 1);
            for (size_t c = 0; c < CIRCUITS; c++)
                length += snprintf(expected + length, sizeof expected - (size_t)length, " %4s%s",
                                   format_number(number, share_of(columns[c], h, e, false)),
                                   c + 1 < CIRCUITS ? "   " : "");
            for (int col = 0; col < COLS; col++)
                row[col] = (char)cells_glyph(&scene.cells, 2 + (int)h, col);
            row[length] = '\0';
            expected[LABEL - 1] = ' ';
            assert_string_equal(row, expected);
        }
    }
    free_scene(&scene);
}

/* The highest row that has a dot of a curve in the columns of the first circuit's. */
static int highest(const struct scene *scene, int first_row, int rows, int first, int end)
{
    for (int row = first_row; row < first_row + rows; row++)
        for (int col = first; col < end; col++)
            if (cells_glyph(&scene->cells, row, col) > 0x2800)
                return row - first_row;
    return rows;
}

/* However many evaluations share a dot, one that is 1 among zeros is drawn at the top. */
static void a_curve_hides_no_spike(void **state)
{
    (void)state;
    enum { POINTS = 3000 };
    struct scene scene;
    make_scene(&scene, 2 + 4, 80);
    circuit_track_free(&scene.view.curves.circuits);
    for (uint64_t e = 0; e < POINTS; e++) {
        double share[CIRCUITS] = {0};
        share[CIRCUIT_WITHIN_NAME] = e == 1234;
        const struct circuits_point point = {
            .step = e, .known = {1, 1, share}, .held_out = {1, 1, share}};
        assert_true(circuit_track_add(&scene.view.curves.circuits, &point, NULL));
    }
    scene.view.status.step = POINTS - 1;
    draw(&scene);
    assert_int_equal(highest(&scene, 2, 4, 9 + 5, 9 + 12), 0);
    assert_int_equal(highest(&scene, 2, 4, 9 + 14 + 5, 9 + 14 + 12), 3);
    free_scene(&scene);
}

static void circuits_have_colours_of_their_own(void **state)
{
    (void)state;
    for (enum circuit a = 0; a < CIRCUITS; a++)
        for (enum circuit b = 0; b < a; b++)
            assert_int_not_equal(circuits_style(a), circuits_style(b));
    struct scene scene;
    make_scene(&scene, 30, 120);
    draw(&scene);
    bool seen[STYLES] = {false};
    for (int col = 9; col < 120; col++)
        seen[scene.cells.cell[1 * 120 + col].style] = true;
    for (enum circuit c = 0; c < CIRCUITS; c++)
        assert_true(seen[circuits_style(c)]);
    free_scene(&scene);
}

static void who_is_selected_is_on_the_screen(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 2 + 5, 60);
    heads_table_move(&scene.table, &scene.view, -1);
    assert_int_equal(scene.table.selected, 0);
    for (size_t h = 0; h < ALL; h++) {
        char label[16];
        snprintf(label, sizeof label, "L%zu H%zu", h / HEADS + 1, h % HEADS + 1);
        draw(&scene);
        assert_true(cells_have(&scene.cells, label));
        assert_int_equal(scene.table.selected, h);
        heads_table_move(&scene.table, &scene.view, 1);
    }
    heads_table_move(&scene.table, &scene.view, 100);
    assert_int_equal(scene.table.selected, ALL - 1);
    for (int order = 0; order <= CIRCUITS; order++) {
        heads_table_sort(&scene.table);
        draw(&scene);
        assert_int_equal(scene.table.selected, ALL - 1);
        assert_true(cells_have(&scene.cells, "L3 H4"));
    }
    free_scene(&scene);
}

static void what_is_shown_is_said(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 24, 100);
    draw(&scene);
    assert_true(cells_row_has(&scene.cells, 0, "step 590 · known individuals · by layer"));
    assert_true(cells_row_has(&scene.cells, 1, "within a name"));
    assert_true(cells_row_has(&scene.cells, 1, "attribute→name"));
    scene.table.is_of_new = true;
    scene.table.order = CIRCUIT_ATTRIBUTE_TO_NAME;
    scene.view.has_cursor = true;
    scene.view.cursor = 104;
    draw(&scene);
    assert_true(
        cells_row_has(&scene.cells, 0, "step 100 · new individuals · most attr→name first"));
    assert_true(cells_resize(&scene.cells, 10, 40, NULL));
    draw(&scene);
    assert_true(cells_row_has(&scene.cells, 1, " name  →name →text sharp →all"));
    assert_true(cells_resize(&scene.cells, 10, 100, NULL));
    circuit_track_free(&scene.view.curves.circuits);
    draw(&scene);
    assert_true(cells_row_has(&scene.cells, 0, "no evaluation yet"));
    heads_table_move(&scene.table, &scene.view, 1);
    scene.view.curves.evaluations = 1;
    draw(&scene);
    assert_true(cells_row_has(&scene.cells, 0, "eval.circuits is 0"));
    scene.view.curves.evaluations = 0;
    free_scene(&scene);
}

/* With sanitizers this also says that nothing is written outside the grid. */
static void every_size_can_be_drawn(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 1, 1);
    for (int rows = 1; rows < 60; rows += 3)
        for (int cols = 1; cols < 160; cols += 7) {
            assert_true(cells_resize(&scene.cells, rows, cols, NULL));
            draw(&scene);
        }
    free_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_is_that_of_its_numbers),
        cmocka_unit_test(numbers_are_those_of_the_step),
        cmocka_unit_test(a_curve_hides_no_spike),
        cmocka_unit_test(circuits_have_colours_of_their_own),
        cmocka_unit_test(who_is_selected_is_on_the_screen),
        cmocka_unit_test(what_is_shown_is_said),
        cmocka_unit_test(every_size_can_be_drawn),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("heads table", tests, NULL, NULL);
}
