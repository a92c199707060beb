/* Keys that wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/tui/widgets/keys.h"
#include "ui/tui/widgets/type_ahead.h"

static void keys_come_out_as_they_went_in(void **state)
{
    struct type_ahead typed = {.count = 0};
    int in = 0, out = 0;
    (void)state;
    for (int round = 0; round < 3 * TYPE_AHEAD_KEYS; round++) {
        assert_true(type_ahead_keep(&typed, in++));
        if (round % 3 == 0)
            continue;
        assert_int_equal(type_ahead_take(&typed), out++);
        if (typed.count > TYPE_AHEAD_KEYS / 2)
            assert_int_equal(type_ahead_take(&typed), out++);
    }
    while (out < in)
        assert_int_equal(type_ahead_take(&typed), out++);
    assert_int_equal(type_ahead_take(&typed), SCREEN_NO_KEY);
}

static void those_there_is_no_room_for_are_refused(void **state)
{
    struct type_ahead typed = {.count = 0};
    (void)state;
    assert_false(type_ahead_drop(&typed));
    for (int key = 0; key < TYPE_AHEAD_KEYS; key++)
        assert_true(type_ahead_keep(&typed, key));
    assert_false(type_ahead_keep(&typed, 'x'));
    assert_int_equal(type_ahead_take(&typed), 0);
    assert_true(type_ahead_keep(&typed, 'x'));
    assert_true(type_ahead_drop(&typed));
    assert_int_equal(type_ahead_take(&typed), SCREEN_NO_KEY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_come_out_as_they_went_in),
        cmocka_unit_test(those_there_is_no_room_for_are_refused),
    };
    return cmocka_run_group_tests_name("type ahead", tests, NULL, NULL);
}
