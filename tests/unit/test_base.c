/* Errors, memory, text, dictionaries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/dictionary.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

static void an_error_carries_kind_and_sentence(void **state)
{
    (void)state;
    struct error err;
    assert_false(error_set(&err, ERROR_BUSY, "run %s is busy", "x"));
    assert_int_equal(err.kind, ERROR_BUSY);
    assert_string_equal(err.message, "run x is busy");
    assert_false(error_prefix(&err, "file %d", 7));
    assert_int_equal(err.kind, ERROR_BUSY);
    assert_string_equal(err.message, "file 7: run x is busy");
    assert_false(error_set(NULL, ERROR_DATA, "nobody listens"));
}

static void printable_is_ascii_without_control_bytes(void **state)
{
    static const char *const others[] = {"a\n", "\033[31m", "\x7f", "\xC3\xA9", "\x80", "\t"};
    (void)state;
    assert_true(text_is_printable(""));
    assert_true(text_is_printable(" OpenBLAS 0.3.21 ~"));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(text_is_printable(others[i]));
}

static void what_a_terminal_might_obey_is_shown_by_its_bytes(void **state)
{
    static const struct {
        const char *string, *shown;
    } cases[] = {
        {"", ""},
        {"plain ~", "plain ~"},
        {"Łódź 東京 é", "Łódź 東京 é"},
        {"\033[31mred", "\\x1b[31mred"},
        {"\a\b\x7f", "\\x07\\x08\\x7f"},
        {"a\nb\tc\rd", "a\\nb\\tc\\rd"},
        {"\xc2\x9b"
         "31m",
         "\\xc2\\x9b31m"},        /* U+009B, the other way to ESC [ */
        {"\xc2\xa0", "\xc2\xa0"}, /* U+00A0 */
        {"\x9b"
         "31m caf\xe9",
         "\\x9b31m caf\\xe9"}, /* no UTF-8 */
        {"\xe2\x80\xae"
         "txt",
         "\\xe2\\x80\\xaetxt"}, /* U+202E */
        {"back\\slash", "back\\slash"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err;
        struct text text = {0};
        text_add_shown(&text, cases[i].string, "");
        assert_string_equal(text.bytes ? text.bytes : "", cases[i].shown);
        error_set(&err, ERROR_INPUT, "no %s", cases[i].string);
        assert_string_equal(err.message + 3, cases[i].shown);
        error_prefix(&err, "again");
        assert_string_equal(err.message + 10, cases[i].shown);
        text_free(&text);
    }
    struct text text = {0};
    text_add_shown(&text, "a\n\033\tb", "\n");
    assert_string_equal(text.bytes, "a\n\\x1b\\tb");
    text_free(&text);
}

static void a_shown_message_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    struct error err;
    char name[sizeof err.message];
    memset(name, '\033', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    for (int shift = 0; shift < 4; shift++) {
        error_set(&err, ERROR_INPUT, "%.*s%s", shift, "abc", name);
        size_t length = strlen(err.message);
        assert_true(length < sizeof err.message && length + 4 >= sizeof err.message - 1);
        assert_int_equal((length - (size_t)shift) % 4, 0);
    }
}

static void a_long_message_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    struct error err;
    char name[4 * sizeof err.message + 1];
    for (size_t shift = 0; shift < 3; shift++) {
        memset(name, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof name; i += 3)
            memcpy(name + i, "\xE2\x82\xAC", 3);
        name[sizeof name - 1 - (sizeof name - 1 - shift) % 3] = '\0';
        error_set(&err, ERROR_INPUT, "%s", name);
        size_t length = strlen(err.message);
        assert_true(length >= sizeof err.message - 4);
        for (size_t at = 0; at < length;) {
            size_t step = utf8_length(err.message + at);
            assert_true(step > 0);
            at += step;
        }
    }
}

static void memory_is_zeroed_and_aligned_and_refuses_overflow(void **state)
{
    (void)state;
    struct error err;
    char *block = memory_new(100, 3, &err);
    double *aligned = memory_new_aligned(7, sizeof *aligned, &err);
    assert_non_null(block);
    assert_non_null(aligned);
    assert_int_equal((uintptr_t)aligned % 64, 0);
    for (size_t i = 0; i < 300; i++)
        assert_int_equal(block[i], 0);
    assert_null(memory_new(SIZE_MAX / 2, 3, &err));
    assert_int_equal(err.kind, ERROR_MEMORY);
    assert_null(memory_new_aligned(SIZE_MAX, 1, &err));
    assert_null(memory_resize(NULL, SIZE_MAX / 8, 16, &err));
    memory_free(block);
    memory_free(aligned);
}

static void only_the_chosen_request_fails(void **state)
{
    (void)state;
    struct error err = {0};
    memory_fail_request(2);
    char *first = memory_string("a", &err);
    char *second = memory_string("b", &err);
    char *third = memory_string("c", &err);
    memory_fail_request(0);
    assert_non_null(first);
    assert_null(second);
    assert_non_null(third);
    assert_int_equal(err.kind, ERROR_MEMORY);
    memory_free(first);
    memory_free(third);
}

static void a_text_grows_and_is_handed_over(void **state)
{
    (void)state;
    struct text text = {0};
    for (int i = 0; i < 1000; i++)
        text_format(&text, "%d,", i);
    assert_int_equal(text.length, 10 * 2 + 90 * 3 + 900 * 4);
    char *whole = text_take(&text, NULL);
    assert_non_null(strstr(whole, ",998,999,"));
    assert_null(text.bytes);
    memory_free(whole);
    char *empty = text_take(&text, NULL);
    assert_string_equal(empty, "");
    memory_free(empty);
}

static void a_text_that_lost_something_is_not_handed_over(void **state)
{
    (void)state;
    struct error err = {0};
    struct text text = {0};
    text_add(&text, "a");
    memory_fail_request(1);
    for (int i = 0; i < 100; i++)
        text_add(&text, "0123456789");
    memory_fail_request(0);
    assert_true(text.failed);
    assert_null(text_take(&text, &err));
    assert_int_equal(err.kind, ERROR_MEMORY);
    assert_null(text.bytes);
}

static void utf8_follows_rfc_3629(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {"a", 1},
        {"", 0},
        {"\xC3\xA9", 2},
        {"\xE2\x82\xAC", 3},
        {"\xF0\x9F\x98\x80", 4},
        {"\xC0\xAF", 0},
        {"\xC1\xBF", 0},
        {"\xE0\x80\xAF", 0},
        {"\xED\xA0\x80", 0},
        {"\xF4\x90\x80\x80", 0},
        {"\xF0\x80\x80\x80", 0},
        {"\x80", 0},
        {"\xC3", 0},
        {"\xE2\x82", 0},
        {"\xFF", 0},
        {"\xF4\x8F\xBF\xBF", 4},
        {"\xED\x9F\xBF", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(utf8_length(cases[i].bytes), cases[i].length);
}

static void a_dictionary_keeps_every_key_apart(void **state)
{
    (void)state;
    enum { KEYS = 5000 };
    struct dictionary dictionary = {0};
    struct error err;
    char key[32];
    assert_null(dictionary_get(&dictionary, "none yet"));
    for (size_t i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "key %zu", i);
        assert_true(dictionary_put(&dictionary, key, i, &err));
    }
    assert_true(dictionary_put(&dictionary, "key 17", 4711, &err));
    assert_int_equal(dictionary.count, KEYS);
    for (size_t i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "key %zu", i);
        const size_t *value = dictionary_get(&dictionary, key);
        assert_non_null(value);
        assert_int_equal(*value, i == 17 ? 4711 : i);
    }
    assert_null(dictionary_get(&dictionary, "key 5000"));
    dictionary_free(&dictionary);
}

static void a_dictionary_survives_every_refusal_of_memory(void **state)
{
    (void)state;
    bool through = false;
    for (size_t n = 1; !through; n++) {
        struct dictionary dictionary = {0};
        char key[32];
        size_t put = 0;
        memory_fail_request(n);
        for (size_t i = 0; i < 200; i++) {
            snprintf(key, sizeof key, "%zu", i);
            put += dictionary_put(&dictionary, key, i, NULL);
        }
        memory_fail_request(0);
        through = put == 200;
        assert_int_equal(dictionary.count, put);
        assert_true(put >= 199);
        dictionary_free(&dictionary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_carries_kind_and_sentence),
        cmocka_unit_test(printable_is_ascii_without_control_bytes),
        cmocka_unit_test(what_a_terminal_might_obey_is_shown_by_its_bytes),
        cmocka_unit_test(a_shown_message_is_cut_at_a_whole_character),
        cmocka_unit_test(a_long_message_is_cut_at_a_whole_character),
        cmocka_unit_test(memory_is_zeroed_and_aligned_and_refuses_overflow),
        cmocka_unit_test(only_the_chosen_request_fails),
        cmocka_unit_test(a_text_grows_and_is_handed_over),
        cmocka_unit_test(a_text_that_lost_something_is_not_handed_over),
        cmocka_unit_test(utf8_follows_rfc_3629),
        cmocka_unit_test(a_dictionary_keeps_every_key_apart),
        cmocka_unit_test(a_dictionary_survives_every_refusal_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
