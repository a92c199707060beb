/* Base 64: the examples of RFC 4648, and every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"

static void the_examples_of_the_standard_come_out(void **state)
{
    static const char *const examples[][2] = {
        {"f", "Zg=="},        {"fo", "Zm8="},        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct text out = {0};
        base64_add(&out, examples[i][0], strlen(examples[i][0]));
        assert_string_equal(out.bytes, examples[i][1]);
        text_free(&out);
    }
}

static void nothing_is_nothing(void **state)
{
    (void)state;
    struct text out = {0};
    base64_add(&out, "", 0);
    assert_int_equal(out.length, 0);
    text_free(&out);
}

static uint32_t value_of(char letter)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = strchr(letters, letter);
    assert_non_null(found);
    return (uint32_t)(found - letters);
}

static void every_byte_comes_back(void **state)
{
    (void)state;
    char bytes[255];
    struct text out = {0};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i + 1);
    base64_add(&out, bytes, sizeof bytes);
    assert_int_equal(out.length, sizeof bytes / 3 * 4);
    for (size_t i = 0; i < sizeof bytes; i++) {
        const char *group = out.bytes + i / 3 * 4;
        uint32_t bits = 0;
        for (size_t l = 0; l < 4; l++)
            bits = bits << 6 | value_of(group[l]);
        assert_int_equal(bits >> 8 * (2 - i % 3) & 255, (unsigned char)bytes[i]);
    }
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_standard_come_out),
        cmocka_unit_test(nothing_is_nothing),
        cmocka_unit_test(every_byte_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
