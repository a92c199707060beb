#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

static void folding_writes_small_letters_and_their_marks_behind_them(void **state)
{
    (void)state;
    char folded[64];
    assert_true(utf8_fold("São PAULO", folded, sizeof folded));
    assert_string_equal(folded, "sa\u0303o paulo");
    assert_true(utf8_fold("ŁÓDŹ 東京 😀", folded, sizeof folded));
    assert_string_equal(folded, "ło\u0301dz\u0301 東京 😀");
    assert_true(utf8_fold("Straße", folded, sizeof folded));
    assert_string_equal(folded, "strasse");
}

static void marks_can_be_left_out(void **state)
{
    (void)state;
    char bare[64];
    assert_true(utf8_fold_bare("São Tomé and PRÍNCIPE", bare, sizeof bare));
    assert_string_equal(bare, "sao tome and principe");
    assert_true(utf8_fold_bare("BOGOTA\u0301 e\u0323\u0302x", bare, sizeof bare));
    assert_string_equal(bare, "bogota ex");
    assert_true(utf8_fold_bare("Łódź", bare, sizeof bare)); /* its stroke is no mark */
    assert_string_equal(bare, "łodz");
    assert_true(utf8_fold_bare("\u0301", bare, sizeof bare));
    assert_string_equal(bare, "");
    assert_false(utf8_fold_bare("abé", bare, 3));
    assert_string_equal(bare, "ab");
}

static void texts_that_a_reader_takes_for_the_same_are_equal(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
    } same[] = {
        {"ÇELIK", "çelik"},           {"Bogotá", "Bogota\u0301"},
        {"BOGOTÁ", "bogota\u0301"},   {"Việt", "Vie\u0302\u0323t"}, /* two marks, in either order */
        {"Việt", "Vie\u0323\u0302t"}, {"한국", "\u1112\u1161\u11AB\u1100\u116E\u11A8"},
        {"O'Neil", "O\u2019Neil"},    {"O'Neil", "O\u02BCNEIL"},
        {"Hassan", "\uFEFFHassan"}, /* a byte order mark */
        {"Hassan", "Has\u00ADsan"}, /* a soft hyphen */
        {"Σίσυφος", "ΣΊΣΥΦΟΣ"},     /* two small sigmas */
    };
    static const struct {
        const char *a, *b;
    } different[] = {
        {"celik", "çelik"},
        {"born", "borne"},
        {"\xFF", "ÿ"},
        {"e\u0301", "e\u0300"},
        {"New York", "New\u00A0York"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (!utf8_equal_folded(same[i].a, same[i].b) || !utf8_equal_folded(same[i].b, same[i].a))
            fail_msg("%s is not %s", same[i].a, same[i].b);
    for (size_t i = 0; i < sizeof different / sizeof *different; i++)
        if (utf8_equal_folded(different[i].a, different[i].b))
            fail_msg("%s is %s", different[i].a, different[i].b);
}

static void folding_does_not_follow_the_locale(void **state)
{
    (void)state;
    static const char *const locales[] = {"C", "C.UTF-8", "tr_TR.UTF-8", "de_DE.ISO-8859-1"};
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        if (!setlocale(LC_ALL, locales[i]))
            continue; /* not on this machine */
        assert_true(utf8_equal_folded("CITIES IN INDIA", "cities in india"));
        assert_true(utf8_equal_folded("ÉCOLE", "école"));
        assert_true(utf8_equal_folded("Łódź", "ŁÓDŹ"));
    }
    setlocale(LC_ALL, "C");
}

static void folding_is_cut_at_a_whole_code_point(void **state)
{
    (void)state;
    char folded[5];
    assert_false(utf8_fold("abcÉ", folded, sizeof folded));
    assert_string_equal(folded, "abce");
    assert_true(utf8_fold("aÉ", folded, sizeof folded));
    assert_string_equal(folded, "ae\u0301");
    assert_false(utf8_fold("abÉ", folded, sizeof folded));
    assert_string_equal(folded, "abe");
}

/* Writes the code point as UTF-8. */
static void write_code(uint32_t code, char text[5])
{
    memset(text, 0, 5);
    if (code < 0x80) {
        text[0] = (char)code;
        return;
    }
    size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    for (size_t i = more; i > 0; i--, code >>= 6)
        text[i] = (char)(0x80 | (code & 0x3F));
    text[0] = (char)(0xFF << (7 - more) | code);
}

static void no_character_grows_beyond_what_is_promised_or_folds_again(void **state)
{
    (void)state;
    for (uint32_t code = 1; code <= 0x10FFFF; code++) {
        char text[5], folded[5 * UTF8_GROWTH], again[5 * UTF8_GROWTH];
        if (code >= 0xD800 && code <= 0xDFFF)
            continue;
        write_code(code, text);
        assert_true(utf8_is_valid(text, strlen(text)));
        assert_true(utf8_fold(text, folded, UTF8_GROWTH * strlen(text) + 1));
        assert_true(utf8_fold(folded, again, sizeof again));
        if (strcmp(folded, again) != 0)
            fail_msg("U+%04X folds to %s, and that to %s", (unsigned)code, folded, again);
    }
}

static void any_number_of_marks_can_be_read(void **state)
{
    (void)state;
    enum { MANY = 1000 };
    char text[1 + 2 * MANY + 1] = "e", folded[UTF8_GROWTH * sizeof text];
    for (size_t i = 0; i < MANY; i++)
        memcpy(text + 1 + 2 * i, "\u0301", 3);
    assert_true(utf8_fold(text, folded, sizeof folded));
    assert_string_equal(folded, text);
}

static void malformed_bytes_are_kept_and_equal_nothing_else(void **state)
{
    (void)state;
    char folded[8];
    assert_true(utf8_fold("A\xFF\xC3", folded, sizeof folded));
    assert_string_equal(folded, "a\xFF\xC3");
    assert_false(utf8_equal_folded("\xFF", "ÿ"));
}

static void readable_is_what_is_utf8_without_a_null(void **state)
{
    (void)state;
    assert_true(utf8_is_valid("Łódź", strlen("Łódź")));
    assert_true(utf8_is_valid("", 0));
    assert_false(utf8_is_valid("a\0b", 3));
    assert_false(utf8_is_valid("a\xFF", 2));
    assert_false(utf8_is_valid("\xC0\x80", 2));
}

static void blanks_and_apostrophes_of_typesetting_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t blank, apostrophe;
    } known[] = {
        {" ", 1, 0},      {"\t", 1, 0},     {"\r", 1, 0},     {"", 0, 0},         {"a", 0, 0},
        {"\u00A0", 2, 0}, {"\u202F", 3, 0}, {"\u3000", 3, 0}, {"\uFEFF", 3, 0},   {"\u2028", 3, 0},
        {"\u2019", 0, 3}, {"\u02BC", 0, 2}, {"'", 0, 0},      {"\xE2\x80", 0, 0}, {"é", 0, 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_int_equal(utf8_blank(known[i].text), known[i].blank);
        assert_int_equal(utf8_apostrophe(known[i].text), known[i].apostrophe);
    }
}

/* Where `part` is found in a text, by the bytes before it, and how many of the text's it stands
 * for; -1 where it is not. */
static void assert_found(const char *text, const char *part, int before, int bytes)
{
    size_t length;
    const char *found = utf8_find(text, part, &length);
    assert_int_equal(found ? (int)(found - text) : -1, before);
    if (found)
        assert_int_equal(length, bytes);
}

static void a_part_is_found_whatever_its_case_and_marks(void **state)
{
    (void)state;
    assert_found("born in Kyoto", "kyo", 8, 3);
    assert_found("born in Kyoto", "in Kyoto", 5, 8);
    assert_found("Bogot\u00e1.", "BOGOTA", 0, 7);
    assert_found("Bogota\u0301.", "bogota.", 0, 9);
    assert_found("Bogota", "bogot\u00e1", -1, 0);
    assert_found("\u00c9vora", "evora", 0, 6);
    assert_found("stra\u00dfe", "STRASSE", 0, 7);
    assert_found("aab", "ab", 1, 2);
    assert_found("abc", "abcd", -1, 0);
    assert_found("abc", "", -1, 0);
    assert_found("", "a", -1, 0);
    assert_found("a\xff"
                 "b",
                 "b", 2, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folding_writes_small_letters_and_their_marks_behind_them),
        cmocka_unit_test(marks_can_be_left_out),
        cmocka_unit_test(texts_that_a_reader_takes_for_the_same_are_equal),
        cmocka_unit_test(folding_does_not_follow_the_locale),
        cmocka_unit_test(folding_is_cut_at_a_whole_code_point),
        cmocka_unit_test(no_character_grows_beyond_what_is_promised_or_folds_again),
        cmocka_unit_test(any_number_of_marks_can_be_read),
        cmocka_unit_test(malformed_bytes_are_kept_and_equal_nothing_else),
        cmocka_unit_test(readable_is_what_is_utf8_without_a_null),
        cmocka_unit_test(blanks_and_apostrophes_of_typesetting_are_found),
        cmocka_unit_test(a_part_is_found_whatever_its_case_and_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
