#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "ui/tui/widgets/layout.h"

enum { SIZES = 300, PARTS = 9 };

static size_t list_parts(const struct layout *layout, const struct rect *part[PARTS])
{
    const struct rect *all[PARTS] = {&layout->status, &layout->legend, &layout->plot,
                                     &layout->ribbon, &layout->axis,   &layout->side,
                                     &layout->talk,   &layout->prompt, &layout->hints};
    size_t count = 0;
    for (size_t p = 0; p < PARTS; p++)
        if (all[p]->rows > 0 && all[p]->cols > 0)
            part[count++] = all[p];
    return count;
}

static bool overlap(const struct rect *a, const struct rect *b)
{
    return a->row < b->row + b->rows && b->row < a->row + a->rows && a->col < b->col + b->cols &&
           b->col < a->col + a->cols;
}

static void check_size(int rows, int cols, struct layout_wish wish)
{
    struct layout layout = layout_make(rows, cols, wish);
    const struct rect *part[PARTS];
    size_t parts = list_parts(&layout, part);
    for (size_t a = 0; a < parts; a++) {
        if (part[a]->row < 0 || part[a]->col < 0 || part[a]->row + part[a]->rows > rows ||
            part[a]->col + part[a]->cols > cols)
            fail_msg("%d x %d: a part lies outside the screen", rows, cols);
        for (size_t b = a + 1; b < parts; b++)
            if (overlap(part[a], part[b]))
                fail_msg("%d x %d: two parts overlap", rows, cols);
    }
}

static void no_parts_overlap_or_leave_the_screen_at_any_size(void **state)
{
    (void)state;
    for (int rows = 0; rows <= SIZES; rows++)
        for (int cols = 0; cols <= SIZES; cols++) {
            check_size(rows, cols, (struct layout_wish){.large_talk = false});
            check_size(rows, cols, (struct layout_wish){.large_talk = true});
        }
}

static void status_curve_and_prompt_are_there_at_every_size_that_is_not_too_small(void **state)
{
    (void)state;
    for (int rows = 0; rows <= SIZES; rows++)
        for (int cols = 0; cols <= SIZES; cols++) {
            struct layout layout =
                layout_make(rows, cols, (struct layout_wish){.large_talk = false});
            assert_int_equal(layout.too_small, rows < LAYOUT_MIN_ROWS || cols < LAYOUT_MIN_COLS);
            if (layout.too_small)
                continue;
            assert_int_equal(layout.status.rows, 1);
            assert_int_equal(layout.prompt.rows, 1);
            assert_true(layout.plot.rows >= 2);
        }
}

static void parts_go_in_a_fixed_order(void **state)
{
    (void)state;
    for (int rows = LAYOUT_MIN_ROWS; rows <= SIZES; rows++)
        for (int cols = LAYOUT_MIN_COLS; cols <= SIZES; cols++) {
            struct layout layout =
                layout_make(rows, cols, (struct layout_wish){.large_talk = false});
            if (layout.side.rows > 0)
                assert_true(layout.ribbon.rows > 0);
            if (layout.ribbon.rows > 0)
                assert_true(layout.candidates);
        }
}

static void all_parts_are_there_at_80_by_24(void **state)
{
    (void)state;
    struct layout layout = layout_make(24, 80, (struct layout_wish){.large_talk = false});
    const struct rect *part[PARTS];
    assert_int_equal(list_parts(&layout, part), PARTS);
    assert_true(layout.candidates);
    assert_true(layout.plot.rows >= 10);
    assert_true(layout.talk.rows >= 6); /* a sentence and five candidates */
}

static void more_talk_is_more_talk_and_less_chart(void **state)
{
    (void)state;
    struct layout usual = layout_make(50, 160, (struct layout_wish){.large_talk = false});
    struct layout large = layout_make(50, 160, (struct layout_wish){.large_talk = true});
    assert_true(large.talk.rows > usual.talk.rows);
    assert_int_equal(large.talk.rows + large.plot.rows, usual.talk.rows + usual.plot.rows);
}

/* Nobody asked anything: there is room for one answer; what is asked takes what it needs, at most
 * what it had otherwise. */
static void the_chart_has_what_the_talk_does_not_need(void **state)
{
    (void)state;
    for (int rows = LAYOUT_MIN_ROWS; rows <= SIZES; rows++) {
        const struct layout usual = layout_make(rows, 120, (struct layout_wish){.talk_rows = 0});
        int before = 0;
        for (int needed = 0; needed <= SIZES; needed++) {
            const struct layout layout = layout_make(
                rows, 120, (struct layout_wish){.knows_talk = true, .talk_rows = needed});
            int least =
                rows >= 15 ? 6 : 2; /* an answer with its candidates, or a line and its answer */
            int expected = needed < least ? least : needed;
            expected = expected > usual.talk.rows ? usual.talk.rows : expected;
            assert_int_equal(layout.talk.rows, expected);
            assert_int_equal(layout.plot.rows + layout.talk.rows,
                             usual.plot.rows + usual.talk.rows);
            assert_true(layout.talk.rows >= before);
            before = layout.talk.rows;
        }
    }
    const struct layout large = layout_make(
        60, 200, (struct layout_wish){.large_talk = true, .knows_talk = true, .talk_rows = 0});
    assert_true(large.talk.rows > large.plot.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chart_has_what_the_talk_does_not_need),
        cmocka_unit_test(no_parts_overlap_or_leave_the_screen_at_any_size),
        cmocka_unit_test(status_curve_and_prompt_are_there_at_every_size_that_is_not_too_small),
        cmocka_unit_test(parts_go_in_a_fixed_order),
        cmocka_unit_test(all_parts_are_there_at_80_by_24),
        cmocka_unit_test(more_talk_is_more_talk_and_less_chart),
    };
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
