/* What Tab could continue a line with, without a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>

#include <cmocka.h>

#include "tests/fixtures/cells_text.h"
#include "ui/tui/widgets/match_list.h"

enum { ROWS = 8, COLS = 32 };

static char name[][8] = {"Sakura", "Samuel", "Sarah", "Santoro", "Sasaki"};
static char *const matches[] = {name[0], name[1], name[2], name[3], name[4]};

/* With a line of it at the place of each row. */
static void rule(struct cells *cells)
{
    assert_true(cells_resize(cells, ROWS, COLS, NULL));
    for (int row = 0; row < ROWS; row++)
        for (int col = 0; col < COLS; col++)
            cells_put(cells, row, col, L'-', STYLE_FAINT);
}

static void a_list_covers_its_rows_from_edge_to_edge(void **state)
{
    struct cells cells = {0};
    (void)state;
    rule(&cells);
    match_list_draw(matches, 5, (struct rect){2, 1, 5, COLS - 2}, &cells);
    for (int row = 0; row < ROWS; row++)
        assert_int_equal(cells_row_has(&cells, row, "-"), row < 4 || row == 7);
    assert_true(cells_row_has(&cells, 5, "   Sakura   Samuel   Sarah"));
    assert_true(cells_row_has(&cells, 6, "   Santoro  Sasaki"));
    cells_free(&cells);
}

static void what_has_no_room_is_counted(void **state)
{
    struct cells cells = {0};
    (void)state;
    rule(&cells);
    match_list_draw(matches, 5, (struct rect){2, 1, 2, 22}, &cells);
    assert_true(cells_row_has(&cells, 2, "Sakura"));
    assert_true(cells_row_has(&cells, 3, "and 3 more"));
    cells_free(&cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_covers_its_rows_from_edge_to_edge),
        cmocka_unit_test(what_has_no_room_is_counted),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("match_list", tests, NULL, NULL);
}
