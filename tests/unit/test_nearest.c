#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <string.h>

#include <cmocka.h>

#include "base/fold.h"
#include "base/nearest.h"

static void distances_are_those_counted_by_hand(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t distance;
    } known[] = {
        {"", "", 0},          {"", "abc", 3},           {"born", "born", 0},
        {"borne", "born", 1}, {"kitten", "sitting", 3}, {"James", "Jmaes", 1},
        {"abcd", "badc", 2},  {"ca", "abc", 3},         {"Kraków", "Krakow", 1},
        {"Łódź", "Lodz", 3},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_int_equal(nearest_distance(known[i].a, known[i].b), known[i].distance);
        assert_int_equal(nearest_distance(known[i].b, known[i].a), known[i].distance);
    }
}

static void capitals_are_ignored(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance("JAMES", "james"), 0);
    assert_int_equal(nearest_distance("ÉCOLE", "école"), 0);
}

static void a_single_edit_is_one_away(void **state)
{
    (void)state;
    const char *word = "university";
    size_t length = strlen(word);
    for (size_t i = 0; i < length; i++) {
        char edited[16];
        memcpy(edited, word, i);
        memcpy(edited + i, word + i + 1, length - i);
        assert_int_equal(nearest_distance(word, edited), 1);
        memcpy(edited, word, length + 1);
        edited[i] = '#';
        assert_int_equal(nearest_distance(word, edited), 1);
        memcpy(edited + i + 1, word + i, length - i + 1);
        assert_int_equal(nearest_distance(word, edited), 1);
    }
}

static void long_words_count_what_is_beyond(void **state)
{
    (void)state;
    char a[101], b[91];
    memset(a, 'x', 100);
    memset(b, 'x', 90);
    a[100] = b[90] = '\0';
    assert_int_equal(nearest_distance(a, b), 10);
    a[0] = 'y';
    assert_int_equal(nearest_distance(a, b), 11);
}

static void the_nearest_of_a_list_is_found(void **state)
{
    (void)state;
    static const char *const keys[] = {"layers", "heads", "d_model", "lr", "title"};
    const size_t count = sizeof keys / sizeof *keys;
    assert_string_equal(nearest_of("layer", keys, count), "layers");
    assert_string_equal(nearest_of("tittle", keys, count), "title");
    assert_string_equal(nearest_of("LR", keys, count), "lr");
    assert_string_equal(nearest_of("d-model", keys, count), "d_model");
    assert_null(nearest_of("colour", keys, count));
    assert_null(nearest_of("x", keys, count));
    assert_null(nearest_of("", keys, count));
    assert_null(nearest_of("layers", keys, 0));
}

static void longer_words_may_be_further_off(void **state)
{
    (void)state;
    static const size_t limits[] = {0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        char word[64] = "";
        for (size_t j = 0; j < i; j++)
            strcat(word, "é");
        assert_int_equal(nearest_limit(word), limits[i]);
    }
}

static void the_first_of_equals_wins(void **state)
{
    (void)state;
    static const char *const words[] = {"cart", "cat", "bat", "hat"};
    assert_string_equal(nearest_of("aat", words, 4), "cat");
}

static void folding_writes_lower_case(void **state)
{
    (void)state;
    char folded[32];
    assert_true(fold_write("São PAULO", folded, sizeof folded));
    assert_string_equal(folded, "são paulo");
    assert_true(fold_write("ŁÓDŹ 東京 😀", folded, sizeof folded));
    assert_string_equal(folded, "łódź 東京 😀");
    assert_true(fold_equal("ÇELIK", "çelik"));
    assert_false(fold_equal("celik", "çelik"));
    assert_false(fold_equal("born", "borne"));
}

static void folding_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    char folded[4];
    assert_false(fold_write("abÉ", folded, sizeof folded));
    assert_string_equal(folded, "ab");
    assert_true(fold_write("aÉ", folded, sizeof folded));
    assert_string_equal(folded, "aé");
}

static void malformed_bytes_are_kept_and_equal_nothing_else(void **state)
{
    (void)state;
    char folded[8];
    assert_true(fold_write("A\xFF\xC3", folded, sizeof folded));
    assert_string_equal(folded, "a\xFF\xC3");
    assert_false(fold_equal("\xFF", "ÿ"));
    assert_int_equal(nearest_distance("\xFF", "ÿ"), 1);
}

static void without_a_locale_only_ascii_has_capitals(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C");
    assert_true(fold_equal("JAMES", "james"));
    assert_true(fold_equal("Łódź", "Łódź"));
    assert_false(fold_equal("É", "é"));
    setlocale(LC_CTYPE, "C.UTF-8");
}

static void readable_is_what_is_utf8_without_a_null(void **state)
{
    (void)state;
    assert_true(fold_readable("Łódź", strlen("Łódź")));
    assert_true(fold_readable("", 0));
    assert_false(fold_readable("a\0b", 3));
    assert_false(fold_readable("a\xFF", 2));
    assert_false(fold_readable("\xC0\x80", 2));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_those_counted_by_hand),
        cmocka_unit_test(capitals_are_ignored),
        cmocka_unit_test(a_single_edit_is_one_away),
        cmocka_unit_test(long_words_count_what_is_beyond),
        cmocka_unit_test(the_nearest_of_a_list_is_found),
        cmocka_unit_test(longer_words_may_be_further_off),
        cmocka_unit_test(the_first_of_equals_wins),
        cmocka_unit_test(folding_writes_lower_case),
        cmocka_unit_test(folding_is_cut_at_a_whole_character),
        cmocka_unit_test(malformed_bytes_are_kept_and_equal_nothing_else),
        cmocka_unit_test(without_a_locale_only_ascii_has_capitals),
        cmocka_unit_test(readable_is_what_is_utf8_without_a_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
