#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/strings.h"

static void texts_come_back_in_the_order_they_were_added(void **state)
{
    (void)state;
    struct strings strings = {0};
    struct error err = {0};
    char text[32];
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "text %d", i);
        assert_true(strings_add(&strings, text, &err));
    }
    assert_int_equal(strings.count, 100);
    assert_null(strings.text[100]);
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "text %d", i);
        assert_string_equal(strings.text[i], text);
    }
    strings_free(&strings);
    assert_int_equal(strings.count, 0);
    assert_null(strings.text);
}

static void a_text_that_is_taken_is_the_lists(void **state)
{
    (void)state;
    struct strings strings = {0};
    struct error err = {0};
    char *text = memory_string("one", &err);
    assert_true(strings_take(&strings, text, &err));
    assert_ptr_equal(strings.text[0], text);
    assert_false(strings_take(&strings, NULL, &err));
    assert_int_equal(strings.count, 1);
    strings_free(&strings);
}

static void repeated_texts_are_dropped_once_sorted(void **state)
{
    (void)state;
    static const char *const texts[] = {"b", "a", "b", "c", "a", "b"};
    struct strings strings = {0};
    struct error err = {0};
    strings_sort(&strings);
    strings_drop_repeated(&strings);
    assert_int_equal(strings.count, 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_true(strings_add(&strings, texts[i], &err));
    strings_sort(&strings);
    strings_drop_repeated(&strings);
    assert_int_equal(strings.count, 3);
    assert_null(strings.text[3]);
    assert_string_equal(strings.text[0], "a");
    assert_string_equal(strings.text[1], "b");
    assert_string_equal(strings.text[2], "c");
    assert_true(strings_has(&strings, "c"));
    assert_false(strings_has(&strings, "d"));
    strings_free(&strings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_come_back_in_the_order_they_were_added),
        cmocka_unit_test(a_text_that_is_taken_is_the_lists),
        cmocka_unit_test(repeated_texts_are_dropped_once_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
