#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "facts/pool.h"

static bool load(struct pool *pool, const char *content, size_t limit, struct error *err)
{
    *err = (struct error){0};
    return pool_read(pool, "p", "pools/p.txt", content, limit, err);
}

static void entries_are_the_lines_of_the_file(void **state)
{
    (void)state;
    struct pool pool;
    struct error err;
    assert_true(load(&pool, "Lima\nSão Paulo\nSt. Louis", 0, &err));
    assert_string_equal(pool.name, "p");
    assert_int_equal(pool.count, 3);
    assert_string_equal(pool.entry[0], "Lima");
    assert_string_equal(pool.entry[1], "São Paulo");
    assert_string_equal(pool.entry[2], "St. Louis");
    pool_free(&pool);
    assert_null(pool.entry);
}

static void other_systems_line_ends_and_marks_are_taken_off(void **state)
{
    (void)state;
    struct pool pool;
    struct error err;
    assert_true(load(&pool, "\xEF\xBB\xBFLima\r\nRome\r\n", 0, &err));
    assert_int_equal(pool.count, 2);
    assert_string_equal(pool.entry[0], "Lima");
    assert_string_equal(pool.entry[1], "Rome");
    pool_free(&pool);
}

static void a_limit_takes_the_first_entries(void **state)
{
    (void)state;
    struct pool pool;
    struct error err;
    assert_true(load(&pool, "a\nb\nc\n", 2, &err));
    assert_int_equal(pool.count, 2);
    assert_string_equal(pool.entry[1], "b");
    pool_free(&pool);
    assert_true(load(&pool, "a\nb\nc\n", 3, &err));
    pool_free(&pool);
    assert_false(load(&pool, "a\nb\nc\n", 4, &err));
    assert_non_null(strstr(err.message, "p.txt: 3 entries, but 4 are needed"));
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
    (void)state;
    char long_word[200];
    memset(long_word, 'x', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = '\0';
    const struct {
        const char *content, *message;
    } wrong[] = {
        {"", "p.txt: no entries"},
        {"a\n\nb\n", "p.txt:2: an empty line"},
        {"a\nb\nc\xFF\n", "p.txt:3: not UTF-8"},
        {"a\nb\n\xC0\x80\n", "p.txt:3: not UTF-8"},
        {" a\n", "p.txt:1: a space at the beginning of the line"},
        {"a\nb \n", "p.txt:2: a space at the end of the line"},
        {"a\nb\nc\nb\n", "p.txt:4: \"b\" is on line 2 already"},
        {"a\nNew  York\n", "p.txt:2: there must be one space between words"},
        {"New\tYork\n", "p.txt:1: there must be one space between words"},
        {"Rome , Georgia\n", "p.txt:1: there must be one space between words"},
        {"a\n<end>\n", "p.txt:2: <end> is reserved"},
        {"New <begin>.\n", "p.txt:1: <begin> is reserved"},
        {"a\nb\nx<unknown>y\n", "p.txt:3: <unknown> is reserved"},
        {long_word, "p.txt:1: a word of more than 127 bytes"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct pool pool;
        struct error err;
        assert_false(load(&pool, wrong[i].content, 0, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_non_null(strstr(err.message, wrong[i].message));
        assert_null(pool.entry);
        assert_null(pool.name);
    }
}

static void running_out_of_memory_leaves_nothing(void **state)
{
    (void)state;
    struct pool pool;
    struct error err;
    size_t n = 1;
    bool loaded = false;
    while (!loaded) {
        memory_fail_request(n);
        loaded = load(&pool, "Lima\nNew York\n", 0, &err);
        memory_fail_request(0);
        if (!loaded) {
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(pool.entry);
        }
        n++;
    }
    assert_true(n > 5);
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_the_lines_of_the_file),
        cmocka_unit_test(other_systems_line_ends_and_marks_are_taken_off),
        cmocka_unit_test(a_limit_takes_the_first_entries),
        cmocka_unit_test(what_is_wrong_is_named_with_its_line),
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
