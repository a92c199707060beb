#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "base/text.h"
#include "ui/tui/widgets/hint_line.h"

static const struct hint hints[] = {{"Enter", "open"}, {"Up Down", "choose"}, {"q", "quit"}, {0}};

static void assert_shows(int cols, const char *expected)
{
    struct cells cells = {0};
    struct error err;
    struct text text = {0};
    assert_true(cells_resize(&cells, 1, cols, &err));
    struct hint_line line = hint_line_begin(&cells, (struct rect){0, 0, 1, cols});
    hint_line_add_all(&line, hints);
    cells_row_text(&cells, 0, &text);
    assert_string_equal(text.bytes, expected);
    text_free(&text);
    cells_free(&cells);
}

static void all_that_fit_stand_in_a_row(void **state)
{
    (void)state;
    assert_shows(80, " Enter open  Up Down choose  q quit");
    assert_shows(35, " Enter open  Up Down choose  q quit");
}

static void none_is_cut(void **state)
{
    (void)state;
    assert_shows(34, " Enter open  Up Down choose");
    assert_shows(11, " Enter open");
    assert_shows(10, "");
}

/* Not even one that would: the row says what comes first. */
static void none_follows_one_that_does_not_fit(void **state)
{
    (void)state;
    assert_shows(20, " Enter open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_fit_stand_in_a_row),
        cmocka_unit_test(none_is_cut),
        cmocka_unit_test(none_follows_one_that_does_not_fit),
    };
    return cmocka_run_group_tests_name("hint_line", tests, NULL, NULL);
}
