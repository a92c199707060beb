/* Runs that are marked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "ui/tui/marks.h"

static void a_mark_is_put_and_taken_by_the_same_call(void **state)
{
    struct marks marks = {.changes = 0};
    (void)state;
    assert_true(marks_toggle(&marks, "/runs/a", NULL));
    assert_true(marks_toggle(&marks, "/runs/b", NULL));
    assert_true(marks_toggle(&marks, "/runs/c", NULL));
    assert_true(marks_have(&marks, "/runs/b"));
    assert_true(marks_toggle(&marks, "/runs/b", NULL));
    assert_false(marks_have(&marks, "/runs/b"));
    assert_int_equal(marks.run.count, 2);
    assert_string_equal(marks.run.text[0], "/runs/a");
    assert_string_equal(marks.run.text[1], "/runs/c");
    assert_int_equal(marks.changes, 4);
    marks_free(&marks);
}

static void a_run_that_moves_keeps_its_place(void **state)
{
    struct marks marks = {.changes = 0};
    (void)state;
    assert_true(marks_toggle(&marks, "/runs/a", NULL));
    assert_true(marks_toggle(&marks, "/runs/b", NULL));
    assert_true(marks_move(&marks, "/runs/a", "/runs/z", NULL));
    assert_string_equal(marks.run.text[0], "/runs/z");
    assert_string_equal(marks.run.text[1], "/runs/b");
    assert_int_equal(marks.changes, 3);
    assert_true(marks_move(&marks, "/runs/none", "/runs/y", NULL));
    assert_false(marks_have(&marks, "/runs/y"));
    assert_int_equal(marks.changes, 3);
    marks_free(&marks);
}

static void changes_count_what_changed_alone(void **state)
{
    struct marks marks = {.changes = 0};
    (void)state;
    marks_drop(&marks, "/runs/a");
    marks_clear(&marks);
    assert_int_equal(marks.changes, 0);
    assert_true(marks_toggle(&marks, "/runs/a", NULL));
    marks_drop(&marks, "/runs/a");
    assert_int_equal(marks.changes, 2);
    assert_true(marks_toggle(&marks, "/runs/b", NULL));
    marks_clear(&marks);
    assert_int_equal(marks.changes, 4);
    assert_int_equal(marks.run.count, 0);
    marks_free(&marks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_is_put_and_taken_by_the_same_call),
        cmocka_unit_test(a_run_that_moves_keeps_its_place),
        cmocka_unit_test(changes_count_what_changed_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
