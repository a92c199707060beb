/* What is typed to find something in a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/tui/widgets/typed.h"

static void bytes_are_added_while_there_is_room(void **state)
{
    char typed[4] = "";
    (void)state;
    assert_true(typed_add(typed, sizeof typed, 'a'));
    assert_true(typed_add(typed, sizeof typed, 'b'));
    assert_true(typed_add(typed, sizeof typed, 'c'));
    assert_false(typed_add(typed, sizeof typed, 'd'));
    assert_string_equal(typed, "abc");
}

/* Of one, two, three and four bytes; of bytes that begin no character as many as there are. */
static void a_character_is_taken_off_whole(void **state)
{
    char typed[32] = "a\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x92\xbb";
    (void)state;
    assert_true(typed_erase(typed));
    assert_string_equal(typed, "a\xc3\xa9\xe6\xbc\xa2");
    assert_true(typed_erase(typed));
    assert_string_equal(typed, "a\xc3\xa9");
    assert_true(typed_erase(typed));
    assert_string_equal(typed, "a");
    assert_true(typed_erase(typed));
    assert_string_equal(typed, "");
    assert_false(typed_erase(typed));
    strcpy(typed, "\xa9\xa9");
    assert_true(typed_erase(typed));
    assert_string_equal(typed, "");
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
        cmocka_unit_test(every_word_has_to_be_in_the_line),
    };
    return cmocka_run_group_tests_name("typed", tests, NULL, NULL);
}
