#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "ui/tui/widgets/cells.h"

static struct cells make_grid(int rows, int cols, bool ascii)
{
    struct cells cells = {0};
    struct error err;
    assert_true(cells_resize(&cells, rows, cols, &err));
    cells.ascii = ascii;
    return cells;
}

static void assert_row(const struct cells *cells, int row, const char *expected)
{
    struct text text = {0};
    cells_row_text(cells, row, &text);
    assert_string_equal(text.bytes, expected);
    text_free(&text);
}

static void text_is_cut_with_an_ellipsis(void **state)
{
    (void)state;
    struct cells cells = make_grid(3, 10, false);
    assert_int_equal(cells_text(&cells, 0, 0, 5, STYLE_PLAIN, "Kyoto"), 5);
    assert_int_equal(cells_text(&cells, 1, 0, 5, STYLE_PLAIN, "Nagoya"), 5);
    assert_int_equal(cells_text(&cells, 2, 8, 5, STYLE_PLAIN, "Lima"), 4);
    assert_row(&cells, 0, "Kyoto");
    assert_row(&cells, 1, "Nago…");
    assert_row(&cells, 2, "        Li");
    cells_free(&cells);
}

static void names_are_cut_in_their_middle(void **state)
{
    (void)state;
    struct cells cells = make_grid(5, 10, false);
    assert_int_equal(cells_text_ends(&cells, 0, 0, 10, STYLE_PLAIN, "Nagoya @77"), 10);
    assert_int_equal(cells_text_ends(&cells, 1, 0, 8, STYLE_PLAIN, "Nagoya @77"), 8);
    assert_int_equal(cells_text_ends(&cells, 2, 0, 7, STYLE_PLAIN, "Nagoya @77"), 7);
    assert_int_equal(cells_text_ends(&cells, 3, 0, 6, STYLE_PLAIN, "名古屋 @京都市"), 5);
    assert_int_equal(cells_text_ends(&cells, 4, 0, 1, STYLE_PLAIN, "Nagoya"), 1);
    assert_int_equal(cells_text_ends(&cells, 4, 5, 0, STYLE_PLAIN, "Nagoya"), 0);
    assert_row(&cells, 0, "Nagoya @77");
    assert_row(&cells, 1, "Nag… @77");
    assert_row(&cells, 2, "Nag…@77");
    assert_row(&cells, 3, "名…市");
    assert_row(&cells, 4, "…");
    cells_free(&cells);
}

static void drawing_outside_the_grid_changes_nothing(void **state)
{
    (void)state;
    struct cells cells = make_grid(2, 3, false);
    cells_fill(&cells, (struct rect){-2, -2, 10, 10}, L'x', STYLE_PLAIN);
    cells_put(&cells, 2, 0, L'y', STYLE_PLAIN);
    cells_put(&cells, 0, 3, L'y', STYLE_PLAIN);
    cells_put(&cells, -1, 0, L'y', STYLE_PLAIN);
    cells_text(&cells, 5, 0, 3, STYLE_PLAIN, "abc");
    assert_row(&cells, 0, "xxx");
    assert_row(&cells, 1, "xxx");
    cells_free(&cells);
}

static void right_aligned_text_ends_at_its_column(void **state)
{
    (void)state;
    struct cells cells = make_grid(2, 8, false);
    cells_right(&cells, 0, 8, 8, STYLE_PLAIN, "4.55");
    cells_right(&cells, 1, 6, 3, STYLE_PLAIN, "12345");
    assert_row(&cells, 0, "    4.55");
    assert_row(&cells, 1, "   12…");
    cells_free(&cells);
}

static void wide_and_combining_characters_keep_their_columns(void **state)
{
    (void)state;
    struct cells cells = make_grid(2, 6, false);
    assert_int_equal(cells_text(&cells, 0, 0, 6, STYLE_PLAIN, "東京!"), 5);
    assert_int_equal(cells_glyph(&cells, 0, 1), 0);
    assert_int_equal(cells_glyph(&cells, 0, 4), L'!');
    assert_int_equal(cells_text(&cells, 1, 0, 6, STYLE_PLAIN, "e\xcc\x81t"), 2);
    assert_row(&cells, 1, "e\xcc\x81t");
    assert_int_equal(text_columns("東京!"), 5);
    cells_free(&cells);
}

static void only_ascii_reaches_an_ascii_grid(void **state)
{
    (void)state;
    struct cells cells = make_grid(3, 40, true);
    cells_text(&cells, 0, 0, 40, STYLE_PLAIN, "José Łukasz Şahin Çelik Šimůnek");
    cells_text(&cells, 1, 0, 40, STYLE_PLAIN, "└ ▶ ‖ ✓ ✗ … ─ │ ┄ ━╸ › 東");
    cells_fill(&cells, (struct rect){2, 0, 1, 40}, (wchar_t)0x28FF, STYLE_PLAIN);
    assert_row(&cells, 0, "Jose Lukasz Sahin Celik Simunek");
    assert_true(cells_glyph(&cells, 1, 0) == L'`');
    for (int i = 0; i < cells.rows * cells.cols; i++) {
        assert_true(cells.cell[i].glyph < 0x7F);
        assert_true(cells.cell[i].mark == 0);
    }
    cells_free(&cells);
}

static void control_characters_and_broken_utf8_are_shown_as_something_else(void **state)
{
    (void)state;
    struct cells cells = make_grid(1, 10, false);
    assert_int_equal(cells_text(&cells, 0, 0, 10, STYLE_PLAIN, "a\033[2J\xff"), 6);
    assert_row(&cells, 0, "a?[2J\xef\xbf\xbd");
    cells_free(&cells);
}

static void lines_break_at_blanks(void **state)
{
    (void)state;
    size_t next, bytes = text_wrap("one two three", 9, &next);
    assert_int_equal(bytes, 7);
    assert_int_equal(next, 8);
    bytes = text_wrap("one two", 7, &next);
    assert_int_equal(bytes, 7);
    assert_int_equal(next, 7);
    bytes = text_wrap("Llanfairpwll", 4, &next);
    assert_int_equal(bytes, 4);
    assert_int_equal(next, 4);
}

static void wrapping_always_goes_forward(void **state)
{
    (void)state;
    const char *text = "東 京 a\xff  b";
    for (int width = 1; width < 6; width++) {
        size_t at = 0;
        for (int lines = 0; text[at]; lines++) {
            size_t next, bytes = text_wrap(text + at, width, &next);
            assert_true(next > 0 && bytes <= next);
            at += next;
            assert_true(lines < 20);
        }
        assert_int_equal(at, strlen(text));
    }
}

static void a_copied_page_shows_the_rows_asked_for(void **state)
{
    (void)state;
    struct cells page = make_grid(4, 3, false), cells = make_grid(3, 5, false);
    for (int row = 0; row < 4; row++)
        cells_format(&page, row, 0, 3, STYLE_PLAIN, "r%d", row);
    cells_copy(&cells, (struct rect){1, 2, 2, 3}, &page, 2);
    assert_row(&cells, 0, "");
    assert_row(&cells, 1, "  r2");
    assert_row(&cells, 2, "  r3");
    cells_free(&page);
    cells_free(&cells);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_with_an_ellipsis),
        cmocka_unit_test(names_are_cut_in_their_middle),
        cmocka_unit_test(drawing_outside_the_grid_changes_nothing),
        cmocka_unit_test(right_aligned_text_ends_at_its_column),
        cmocka_unit_test(wide_and_combining_characters_keep_their_columns),
        cmocka_unit_test(only_ascii_reaches_an_ascii_grid),
        cmocka_unit_test(control_characters_and_broken_utf8_are_shown_as_something_else),
        cmocka_unit_test(lines_break_at_blanks),
        cmocka_unit_test(wrapping_always_goes_forward),
        cmocka_unit_test(a_copied_page_shows_the_rows_asked_for),
    };
    return cmocka_run_group_tests_name("cells", tests, NULL, NULL);
}
