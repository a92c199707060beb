#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/suggest.h"

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
        assert_int_equal(suggest_distance(known[i].a, known[i].b), known[i].distance);
        assert_int_equal(suggest_distance(known[i].b, known[i].a), known[i].distance);
    }
}

static void capitals_are_ignored(void **state)
{
    (void)state;
    assert_int_equal(suggest_distance("JAMES", "james"), 0);
    assert_int_equal(suggest_distance("ÉCOLE", "école"), 0);
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
        assert_int_equal(suggest_distance(word, edited), 1);
        memcpy(edited, word, length + 1);
        edited[i] = '#';
        assert_int_equal(suggest_distance(word, edited), 1);
        memcpy(edited + i + 1, word + i, length - i + 1);
        assert_int_equal(suggest_distance(word, edited), 1);
    }
}

static void long_words_count_what_is_beyond(void **state)
{
    (void)state;
    char a[101], b[91];
    memset(a, 'x', 100);
    memset(b, 'x', 90);
    a[100] = b[90] = '\0';
    assert_int_equal(suggest_distance(a, b), 10);
    a[0] = 'y';
    assert_int_equal(suggest_distance(a, b), 11);
}

static void words_are_read_no_further_than_their_256th_character(void **state)
{
    (void)state;
    enum { LENGTH = 1000000 };
    static char word[LENGTH + 1];
    memset(word, 'x', LENGTH);
    assert_int_equal(suggest_distance(word, "x"), 255);
    assert_int_equal(suggest_distance("x", word), 255);
    assert_int_equal(suggest_limit(word), 85);
}

static void the_nearest_of_a_list_is_found(void **state)
{
    (void)state;
    static const char *const keys[] = {"layers", "heads", "d_model", "lr", "title"};
    const size_t count = sizeof keys / sizeof *keys;
    assert_string_equal(suggest_of("layer", keys, count), "layers");
    assert_string_equal(suggest_of("tittle", keys, count), "title");
    assert_string_equal(suggest_of("LR", keys, count), "lr");
    assert_string_equal(suggest_of("d-model", keys, count), "d_model");
    assert_null(suggest_of("colour", keys, count));
    assert_null(suggest_of("x", keys, count));
    assert_null(suggest_of("", keys, count));
    assert_null(suggest_of("layers", keys, 0));
}

static void longer_words_may_be_further_off(void **state)
{
    (void)state;
    static const size_t limits[] = {0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        char word[64] = "";
        for (size_t j = 0; j < i; j++)
            strcat(word, "é");
        assert_int_equal(suggest_limit(word), limits[i]);
    }
}

static void the_first_of_equals_wins(void **state)
{
    (void)state;
    static const char *const words[] = {"cart", "cat", "bat", "hat"};
    assert_string_equal(suggest_of("aat", words, 4), "cat");
}

static void an_accent_is_one_edit_however_it_is_encoded(void **state)
{
    (void)state;
    assert_int_equal(suggest_distance("Bogota\u0301", "Bogotá"), 0);
    assert_int_equal(suggest_distance("Bogotx", "Bogota\u0301"), 1);
    assert_int_equal(suggest_distance("Bogoat\u0301", "Bogot\u0301a"), 1); /* neighbours swapped */
    assert_int_equal(suggest_limit("e\u0301e\u0301e\u0301e\u0301e\u0301"), suggest_limit("éèéèé"));
}

static void malformed_bytes_are_letters_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(suggest_distance("\xFF", "ÿ"), 1);
}

static void a_word_is_refused_with_the_nearest(void **state)
{
    static const char *const list[] = {"grow", "replay"};
    struct error err;
    (void)state;
    assert_false(suggest_refuse("there is no claim", "gorw", list, 2, "see --list", &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_string_equal(err.message, "there is no claim gorw; did you mean grow?");
    assert_false(suggest_refuse("there is no claim", "x", list, 2, "see --list", &err));
    assert_string_equal(err.message, "there is no claim \"x\"; see --list");
    assert_false(suggest_refuse("unknown key", "x", list, 2, NULL, &err));
    assert_string_equal(err.message, "unknown key x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_those_counted_by_hand),
        cmocka_unit_test(capitals_are_ignored),
        cmocka_unit_test(a_single_edit_is_one_away),
        cmocka_unit_test(long_words_count_what_is_beyond),
        cmocka_unit_test(words_are_read_no_further_than_their_256th_character),
        cmocka_unit_test(the_nearest_of_a_list_is_found),
        cmocka_unit_test(longer_words_may_be_further_off),
        cmocka_unit_test(the_first_of_equals_wins),
        cmocka_unit_test(an_accent_is_one_edit_however_it_is_encoded),
        cmocka_unit_test(malformed_bytes_are_letters_of_their_own),
        cmocka_unit_test(a_word_is_refused_with_the_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
