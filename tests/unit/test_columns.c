#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ui/cli/columns.h"

static void assert_printed(const struct column *column, size_t count, const char *expected)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&bytes, &size);
    assert_non_null(to);
    columns_print(to, column, count);
    fclose(to);
    assert_string_equal(bytes, expected);
    free(bytes);
}

static void text_is_broken_at_blanks_beside_each_other(void **state)
{
    (void)state;
    const struct column columns[] = {{"one two three", 8}, {"a b", 1}, {"x", 3}};
    assert_printed(columns, 3,
                   "one two   a  x\n"
                   "three     b\n");
}

static void a_newline_begins_a_line(void **state)
{
    (void)state;
    const struct column columns[] = {{"one\ntwo three", 9}, {"z", 1}};
    assert_printed(columns, 2,
                   "one        z\n"
                   "two three\n");
}

static void characters_count_and_not_bytes(void **state)
{
    (void)state;
    const struct column columns[] = {{"3 ± 1", 5}, {"z", 1}};
    assert_printed(columns, 2, "3 ± 1  z\n");
}

static void a_word_that_is_too_wide_is_cut(void **state)
{
    (void)state;
    const struct column columns[] = {{"abcdefgh ij", 5}};
    assert_printed(columns, 1, "abcde\nfgh\nij\n");
}

static void nothing_is_printed_of_nothing(void **state)
{
    (void)state;
    const struct column columns[] = {{"", 5}, {"", 5}};
    assert_printed(columns, 2, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_broken_at_blanks_beside_each_other),
        cmocka_unit_test(a_newline_begins_a_line),
        cmocka_unit_test(characters_count_and_not_bytes),
        cmocka_unit_test(a_word_that_is_too_wide_is_cut),
        cmocka_unit_test(nothing_is_printed_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
