#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/tui/widgets/canvas.h"

static void each_dot_of_a_cell_is_its_own_braille_bit(void **state)
{
    (void)state;
    /* Unicode 15, chapter 21.1: dots 1 2 3 7 down the left, 4 5 6 8 down the right. */
    static const wchar_t expected[4][2] = {
        {0x2801, 0x2808}, {0x2802, 0x2810}, {0x2804, 0x2820}, {0x2840, 0x2880}};
    for (int y = 0; y < 4; y++)
        for (int x = 0; x < 2; x++) {
            struct canvas canvas;
            struct cells cells = {0};
            struct error err;
            assert_true(canvas_init(&canvas, 2, 2, false, &err));
            assert_true(cells_resize(&cells, 2, 2, &err));
            canvas_dot(&canvas, 2 + x, 4 + y, STYLE_NEW);
            canvas_draw(&canvas, &cells, 0, 0);
            assert_int_equal(cells_glyph(&cells, 1, 1), expected[y][x]);
            assert_int_equal(cells_glyph(&cells, 0, 0), L' ');
            assert_int_equal(cells.cell[3].style, STYLE_NEW);
            canvas_free(&canvas);
            cells_free(&cells);
        }
}

static void dots_of_a_cell_come_together(void **state)
{
    (void)state;
    struct canvas canvas;
    struct cells cells = {0};
    struct error err;
    assert_true(canvas_init(&canvas, 1, 1, false, &err));
    assert_true(cells_resize(&cells, 1, 1, &err));
    for (int y = 0; y < 4; y++)
        canvas_line(&canvas, 0, y, 1, y, STYLE_PLAIN);
    canvas_draw(&canvas, &cells, 0, 0);
    assert_int_equal(cells_glyph(&cells, 0, 0), 0x28FF);
    canvas_free(&canvas);
    cells_free(&cells);
}

static void ascii_shows_the_height_within_a_cell(void **state)
{
    (void)state;
    struct canvas canvas;
    struct cells cells = {0};
    struct error err;
    assert_true(canvas_init(&canvas, 1, 3, true, &err));
    assert_true(cells_resize(&cells, 1, 3, &err));
    for (int x = 0; x < 3; x++)
        canvas_dot(&canvas, x, x, STYLE_PLAIN);
    canvas_draw(&canvas, &cells, 0, 0);
    assert_int_equal(cells_glyph(&cells, 0, 0), L'\'');
    assert_int_equal(cells_glyph(&cells, 0, 1), L'-');
    assert_int_equal(cells_glyph(&cells, 0, 2), L'.');
    canvas_free(&canvas);
    cells_free(&cells);
}

/* Counts the dots of a line, which must hang together. */
static int count_dots(const struct canvas *canvas)
{
    int dots = 0;
    for (int i = 0; i < canvas->rows * canvas->cols; i++)
        dots += __builtin_popcount(canvas->dots[i]);
    return dots;
}

static void a_line_has_as_many_dots_as_its_longer_side(void **state)
{
    (void)state;
    static const int ends[][4] = {{0, 0, 9, 3}, {9, 3, 0, 0}, {0, 11, 3, 0},
                                  {5, 5, 5, 5}, {0, 4, 9, 4}, {7, 11, 7, 0}};
    for (size_t e = 0; e < sizeof ends / sizeof ends[0]; e++) {
        struct canvas canvas;
        struct error err;
        const int *end = ends[e];
        int across = end[2] > end[0] ? end[2] - end[0] : end[0] - end[2];
        int down = end[3] > end[1] ? end[3] - end[1] : end[1] - end[3];
        assert_true(canvas_init(&canvas, 3, 5, false, &err));
        canvas_line(&canvas, end[0], end[1], end[2], end[3], STYLE_PLAIN);
        assert_int_equal(count_dots(&canvas), (across > down ? across : down) + 1);
        canvas_free(&canvas);
    }
}

static void dots_outside_are_not_drawn(void **state)
{
    (void)state;
    struct canvas canvas;
    struct error err;
    assert_true(canvas_init(&canvas, 2, 2, false, &err));
    canvas_dot(&canvas, -1, 0, STYLE_PLAIN);
    canvas_dot(&canvas, 0, -1, STYLE_PLAIN);
    canvas_dot(&canvas, 4, 0, STYLE_PLAIN);
    canvas_dot(&canvas, 0, 8, STYLE_PLAIN);
    assert_int_equal(count_dots(&canvas), 0);
    canvas_line(&canvas, -4, 2, 8, 2, STYLE_PLAIN);
    assert_int_equal(count_dots(&canvas), 4);
    canvas_free(&canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_dot_of_a_cell_is_its_own_braille_bit),
        cmocka_unit_test(dots_of_a_cell_come_together),
        cmocka_unit_test(ascii_shows_the_height_within_a_cell),
        cmocka_unit_test(a_line_has_as_many_dots_as_its_longer_side),
        cmocka_unit_test(dots_outside_are_not_drawn),
    };
    return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
