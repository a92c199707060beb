/* What is typed to find something in a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <curses.h>

#include "ui/tui/widgets/keys.h"
#include "ui/tui/widgets/typed.h"

static void bytes_are_added_while_there_is_room(void **state)
{
    char typed[4] = "";
    (void)state;
    assert_int_equal(typed_take(typed, sizeof typed, 'a'), TYPED_CHANGED);
    assert_int_equal(typed_take(typed, sizeof typed, 'b'), TYPED_CHANGED);
    assert_int_equal(typed_take(typed, sizeof typed, 'c'), TYPED_CHANGED);
    assert_int_equal(typed_take(typed, sizeof typed, 'd'), TYPED_SAME);
    assert_string_equal(typed, "abc");
}

/* Of one, two, three and four bytes; of bytes that begin no character as many as there are. */
static void a_character_is_taken_off_whole(void **state)
{
    char typed[32] = "a\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x92\xbb";
    (void)state;
    assert_int_equal(typed_take(typed, sizeof typed, KEY_BACKSPACE), TYPED_CHANGED);
    assert_string_equal(typed, "a\xc3\xa9\xe6\xbc\xa2");
    assert_int_equal(typed_take(typed, sizeof typed, KEY_BACKSPACE), TYPED_CHANGED);
    assert_string_equal(typed, "a\xc3\xa9");
    assert_int_equal(typed_take(typed, sizeof typed, KEY_BACKSPACE), TYPED_CHANGED);
    assert_string_equal(typed, "a");
    assert_int_equal(typed_take(typed, sizeof typed, KEY_BACKSPACE), TYPED_CHANGED);
    assert_string_equal(typed, "");
    assert_int_equal(typed_take(typed, sizeof typed, KEY_BACKSPACE), TYPED_SAME);
    strcpy(typed, "\xa9\xa9");
    assert_int_equal(typed_take(typed, sizeof typed, KEY_BACKSPACE), TYPED_CHANGED);
    assert_string_equal(typed, "");
}

static void all_is_taken_off_at_once(void **state)
{
    char typed[32] = "a b\xc3\xa9";
    (void)state;
    assert_int_equal(typed_take(typed, sizeof typed, KEY_CONTROL('u')), TYPED_CHANGED);
    assert_string_equal(typed, "");
    assert_int_equal(typed_take(typed, sizeof typed, KEY_CONTROL('u')), TYPED_SAME);
}

static void keys_that_move_are_for_others(void **state)
{
    char typed[32] = "a";
    (void)state;
    assert_int_equal(typed_take(typed, sizeof typed, KEY_DOWN), TYPED_NOT);
    assert_int_equal(typed_take(typed, sizeof typed, KEY_RETURN), TYPED_NOT);
    assert_int_equal(typed_take(typed, sizeof typed, ' '), TYPED_CHANGED);
    assert_string_equal(typed, "a ");
}

static void every_word_has_to_be_in_the_line(void **state)
{
    static const char line[] = "grandchild tiny Bogot\xc3\xa1 train.clip=0.5";
    (void)state;
    assert_true(typed_is_in("", line));
    assert_true(typed_is_in(" ", line));
    assert_true(typed_is_in("clip tiny", line));
    assert_true(typed_is_in("  CLIP  Grand ", line));
    assert_true(typed_is_in("bogota", line));
    assert_false(typed_is_in("clip large", line));
    assert_false(typed_is_in("clip tiny large", line));
    assert_false(typed_is_in("a", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_added_while_there_is_room),
        cmocka_unit_test(a_character_is_taken_off_whole),
        cmocka_unit_test(all_is_taken_off_at_once),
        cmocka_unit_test(keys_that_move_are_for_others),
        cmocka_unit_test(every_word_has_to_be_in_the_line),
    };
    return cmocka_run_group_tests_name("typed", tests, NULL, NULL);
}
