/* Names of pages in the first row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <locale.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/fixtures/cells_text.h"
#include "ui/tui/widgets/tab_line.h"

static const char *const names[TABS] = {"Learn", "Ask", "Map", "Circuits", "Runs", "Presets"};

/* Draws behind `used` columns of a row. */
static struct tab_line draw(struct cells *cells, size_t present, int used)
{
    struct tab_line line;
    cells_clear(cells);
    tab_line_draw(&line, names, present, (struct rect){0, 0, 1, cells->cols}, used, cells);
    return line;
}

/* "1 Learn 2 Ask 3 Map 4 Circuits 5 Runs 6 Presets" are 47 columns, and "1 Learn 2 3 4 5 6" 17; one
 * is free behind and two in front. */
static void names_are_drawn_as_room_allows(void **state)
{
    struct cells cells = {0};
    (void)state;
    assert_true(cells_resize(&cells, 2, 60, NULL));
    draw(&cells, 0, 10);
    assert_true(cells_row_has(&cells, 0, " 1 Learn 2 Ask 3 Map 4 Circuits 5 Runs 6 Presets"));
    assert_int_equal(cells_glyph(&cells, 0, 58), 's');
    assert_int_equal(cells_glyph(&cells, 0, 59), ' ');
    draw(&cells, 3, 11);
    assert_true(cells_row_has(&cells, 0, " 1 2 3 4 Circuits 5 6"));
    draw(&cells, 0, 60 - 17 - 3);
    assert_true(cells_row_has(&cells, 0, " 1 Learn 2 3 4 5 6"));
    struct tab_line none = draw(&cells, 0, 60 - 17 - 2);
    assert_false(cells_have(&cells, "1"));
    for (int col = 0; col < 60; col++)
        assert_int_equal(tab_line_at(&none, 0, col), NO_TAB);
    cells_free(&cells);
}

/* Every column that has a letter or a number belongs to the name it is of. */
static void a_column_belongs_to_the_name_that_is_there(void **state)
{
    static const size_t wanted[] = {0, 0, 0, 0, 0, 0, 0, NO_TAB, 1, 1, 1, 1, 1, NO_TAB, 2, 2};
    struct cells cells = {0};
    (void)state;
    assert_true(cells_resize(&cells, 2, 60, NULL));
    struct tab_line line = draw(&cells, 1, 0);
    assert_int_equal(tab_line_at(&line, 0, 59 - 47 - 1), NO_TAB);
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++)
        assert_int_equal(tab_line_at(&line, 0, 59 - 47 + (int)w), wanted[w]);
    assert_int_equal(tab_line_at(&line, 0, 58), 5);
    assert_int_equal(tab_line_at(&line, 0, 59), NO_TAB);
    assert_int_equal(tab_line_at(&line, 1, 58), NO_TAB);
    cells_free(&cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_drawn_as_room_allows),
        cmocka_unit_test(a_column_belongs_to_the_name_that_is_there),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
