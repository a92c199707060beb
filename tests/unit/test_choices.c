/* What fits what was typed, and the list that is made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <locale.h>
#include <string.h>

#include <cmocka.h>
#include <curses.h>

#include "base/fuzzy.h"
#include "tests/fixtures/cells_text.h"
#include "ui/tui/widgets/choices.h"

/* Of each row the first fits better than the second. */
static void the_nearer_fits_better(void **state)
{
    static const struct {
        const char *typed, *better, *worse;
    } rows[] = {
        {"map", "map", "maps"},                /* the text itself */
        {"ma", "map", "marks"},                /* the shorter of what begins so */
        {"in", "invent", "zoom-in"},           /* the beginning before a word's beginning */
        {"in", "zoom-in", "find"},             /* that before any place */
        {"nd", "find", "noted"},               /* what is there as a whole before single letters */
        {"zi", "zoom-in", "zoom and some in"}, /* fewer letters between */
        {"BOGOTA", "Bogotá", "bo-gota"},       /* capitals and marks do not count */
    };
    (void)state;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        int better = fuzzy_fit(rows[r].better, rows[r].typed);
        int worse = fuzzy_fit(rows[r].worse, rows[r].typed);
        if (worse < 0 || better <= worse)
            fail_msg("%s: %s %d, %s %d", rows[r].typed, rows[r].better, better, rows[r].worse,
                     worse);
    }
}

static void letters_have_to_be_there_in_their_order(void **state)
{
    (void)state;
    assert_int_equal(fuzzy_fit("pause", "esu"), FUZZY_NONE);
    assert_int_equal(fuzzy_fit("pause", "pausee"), FUZZY_NONE);
    assert_int_equal(fuzzy_fit("", "p"), FUZZY_NONE);
    assert_true(fuzzy_fit("pause", "pse") > 0);
    assert_int_equal(fuzzy_fit("pause", ""), 0);
    assert_int_equal(fuzzy_fit("pause", "pause"), FUZZY_BEST);
}

static void make_list(struct choices *choices)
{
    static const struct {
        const char *name, *note;
    } things[] = {{"step", "make one step"}, {"pause", "pause after the step"}, {"room", "more"}};
    choices_clear(choices);
    for (size_t t = 0; t < sizeof things / sizeof *things; t++)
        assert_true(choices_add(choices, 0, t, things[t].name, "k", things[t].note, -1, NULL));
    assert_true(choices_add(choices, 1, 7, "Step Hen", "", "", 100, NULL));
    choices_sort(choices);
}

static void assert_names(const struct choices *choices, const char *const *names)
{
    size_t n = 0;
    for (; names[n] && n < choices->count; n++)
        assert_string_equal(choices->choice[n].name, names[n]);
    assert_null(names[n]);
    assert_int_equal(choices->count, n);
}

static void those_that_fit_are_listed_the_best_first(void **state)
{
    struct choices choices = {.count = 0};
    (void)state;
    make_list(&choices);
    assert_names(&choices, (const char *const[]){"Step Hen", "step", "pause", "room", NULL});
    for (const char *c = "step"; *c; c++)
        assert_int_equal(choices_take(&choices, *c), TYPED_CHANGED);
    make_list(&choices);
    assert_names(&choices, (const char *const[]){"step", "Step Hen", "pause", NULL});
    assert_int_equal(choices_selected(&choices)->number, 0);
    choices_move(&choices, 1);
    assert_int_equal(choices_selected(&choices)->number, 7);
    choices_move(&choices, 100);
    assert_string_equal(choices_selected(&choices)->name, "pause"); /* has it in its note */
    choices_move(&choices, -100);
    assert_string_equal(choices_selected(&choices)->name, "step");
    for (int byte = 0; byte < 4; byte++)
        assert_int_equal(choices_take(&choices, KEY_BACKSPACE), TYPED_CHANGED);
    assert_int_equal(choices_take(&choices, KEY_BACKSPACE), TYPED_SAME);
    while (choices_take(&choices, 'x') == TYPED_CHANGED)
        ;
    assert_int_equal(strlen(choices.typed), CHOICES_TYPED - 1);
    make_list(&choices);
    choices_clear(&choices);
    assert_null(choices_selected(&choices));
    choices_free(&choices);
}

static void a_list_is_drawn_in_any_room(void **state)
{
    static const char *const kinds[] = {"do", "ask"};
    struct choices choices = {.count = 0};
    struct cells cells = {0};
    (void)state;
    make_list(&choices);
    assert_true(cells_resize(&cells, 8, 80, NULL));
    choices_draw(&choices, kinds, (struct rect){0, 0, 8, 80}, &cells);
    assert_true(cells_row_has(&cells, 2, "   ask      Step Hen"));
    assert_true(cells_row_has(&cells, 3, "   do       step      k             make one step"));
    assert_true(cells_resize(&cells, 4, 40, NULL));
    choices_move(&choices, 3);
    choices_draw(&choices, kinds, (struct rect){0, 0, 4, 40}, &cells);
    assert_false(cells_have(&cells, "Step Hen"));
    assert_true(cells_row_has(&cells, 3, "   room"));
    for (int rows = 0; rows < 9; rows++)
        for (int cols = 1; cols < 90; cols += 8) {
            assert_true(cells_resize(&cells, rows, cols, NULL));
            choices_draw(&choices, kinds, (struct rect){0, 0, rows, cols}, &cells);
        }
    cells_free(&cells);
    choices_free(&choices);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearer_fits_better),
        cmocka_unit_test(letters_have_to_be_there_in_their_order),
        cmocka_unit_test(those_that_fit_are_listed_the_best_first),
        cmocka_unit_test(a_list_is_drawn_in_any_room),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
