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

static const struct tab_name names[TABS] = {{"Learn", "Learn"}, {"Ask", "Ask"},
                                            {"Map", "Map"},     {"Circuits", "Circ"},
                                            {"Runs", "Runs"},   {"Presets", "Pres"}};

/* Draws on a screen of so many columns, over a row full of '='. */
static struct tab_line draw(struct cells *cells, int cols, size_t present)
{
    struct tab_line line;
    assert_true(cells_resize(cells, 2, cols, NULL));
    cells_fill(cells, (struct rect){0, 0, 1, cols}, L'=', STYLE_PLAIN);
    tab_line_draw(&line, names, present, (struct rect){0, 0, 1, cols}, cells);
    return line;
}

/* One column is free behind and two in front, and what stood there before ends with a mark. */
static void names_are_drawn_as_the_screens_width_allows(void **state)
{
    static const struct {
        int cols;
        const char *first, *fourth;
    } cases[] = {
        {200, "=…  1 Learn 2 Ask 3 Map 4 Circuits 5 Runs 6 Presets", NULL},
        {128, "=…  1 Learn 2 Ask 3 Map 4 Circuits 5 Runs 6 Presets", NULL},
        {120, "=…  1 Learn 2 Ask 3 Map 4 Circ 5 Runs 6 Pres", NULL},
        {80, "=…     Learn 1 2 3 4 5 6", "=…  Circuits 1 2 3 4 5 6"},
        {60, "=…  1 2 3 4 5 6", NULL},
    };
    struct cells cells = {0};
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (size_t present = 0; present < 4; present += 3) {
            draw(&cells, cases[c].cols, present);
            bool is_fourth = present > 0 && cases[c].fourth;
            assert_true(cells_row_has(&cells, 0, is_fourth ? cases[c].fourth : cases[c].first));
            assert_int_equal(cells_glyph(&cells, 0, cases[c].cols - 1), L' ');
        }
        int columns = tab_line_columns(cases[c].cols);
        assert_int_equal(cells_glyph(&cells, 0, cases[c].cols - columns - 1), L'…');
        assert_int_equal(cells_glyph(&cells, 0, cases[c].cols - columns), L' ');
    }
    struct tab_line none = draw(&cells, 40, 0);
    assert_int_equal(tab_line_columns(40), 0);
    for (int col = 0; col < 40; col++) {
        assert_int_equal(tab_line_at(&none, 0, col), NO_TAB);
        assert_int_equal(cells_glyph(&cells, 0, col), L'=');
    }
    cells_free(&cells);
}

/* They stay where they are, whichever page is shown. */
static void no_name_moves_from_page_to_page(void **state)
{
    struct cells cells = {0};
    (void)state;
    for (int cols = 20; cols < 160; cols++) {
        const struct tab_line first = draw(&cells, cols, 0);
        for (size_t present = 1; present < TABS; present++) {
            const struct tab_line other = draw(&cells, cols, present);
            for (size_t t = 0; t < TABS; t++) {
                assert_int_equal(other.name[t].col, first.name[t].col);
                assert_int_equal(other.name[t].cols, first.name[t].cols);
            }
        }
    }
    cells_free(&cells);
}

/* Every column that has a letter or a number belongs to the name it is of. */
static void a_column_belongs_to_the_name_that_is_there(void **state)
{
    static const size_t wanted[] = {0, 0, 0, 0, 0, 0, 0, NO_TAB, 1, 1, 1, 1, 1, NO_TAB, 2, 2};
    struct cells cells = {0};
    (void)state;
    struct tab_line line = draw(&cells, 160, 1);
    assert_int_equal(tab_line_at(&line, 0, 159 - 47 - 1), NO_TAB);
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++)
        assert_int_equal(tab_line_at(&line, 0, 159 - 47 + (int)w), wanted[w]);
    assert_int_equal(tab_line_at(&line, 0, 158), 5);
    assert_int_equal(tab_line_at(&line, 0, 159), NO_TAB);
    assert_int_equal(tab_line_at(&line, 1, 158), NO_TAB);
    cells_free(&cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_drawn_as_the_screens_width_allows),
        cmocka_unit_test(no_name_moves_from_page_to_page),
        cmocka_unit_test(a_column_belongs_to_the_name_that_is_there),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
