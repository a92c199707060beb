#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "facts/words.h"

/* The text's words with | between them. */
static void assert_split(const char *text, const char *expected)
{
    struct text split = {0};
    struct word word;
    while (word_next(&text, &word)) {
        if (split.length > 0)
            text_add(&split, "|");
        text_add_bytes(&split, word.bytes, word.count);
    }
    assert_string_equal(split.bytes ? split.bytes : "", expected);
    text_free(&split);
}

static void a_text_is_split_at_blanks_and_marks(void **state)
{
    (void)state;
    assert_split("", "");
    assert_split(" \t\n ", "");
    assert_split("born in Lima", "born|in|Lima");
    assert_split(" born\tin\n Lima. ", "born|in|Lima|.");
    assert_split("Zhu's", "Zhu|'s");
    assert_split("Zhu's.", "Zhu|'s|.");
    assert_split("'s birthday", "'s|birthday");
    assert_split("O'Neil's (first), yes!?", "O'Neil|'s|(|first|)|,|yes|!|?");
    assert_split("U.S. St. Louis", "U.S|.|St|.|Louis");
    assert_split("3:30; (a) ((b))", "3:30|;|(|a|)|(|(|b|)|)");
    assert_split("Rome (Georgia).", "Rome|(|Georgia|)|.");
    assert_split("Łódź's", "Łódź|'s");
    assert_split("sisters' 's's", "sisters'|'s|'s");
}

static void words_put_together_give_the_text_back(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Ada Zhu's birthday is 3 May.",
        "The day (Ada's first) was May, as known; or: no!",
        "Rome (Georgia), U.S. and a?",
        "'s birthday is",
        "((a) b).",
        "",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct text joined = {0};
        const char *cursor = texts[i];
        struct word word;
        while (word_next(&cursor, &word)) {
            char copy[WORD_MAX_BYTES + 1] = "";
            strncat(copy, word.bytes, word.count);
            if (word_after_blank(joined.bytes, joined.length, copy))
                text_add(&joined, " ");
            text_add(&joined, copy);
        }
        assert_string_equal(joined.bytes ? joined.bytes : "", texts[i]);
        assert_true(words_well_spaced(texts[i]));
        text_free(&joined);
    }
}

static void texts_that_would_change_are_told_apart(void **state)
{
    (void)state;
    static const char *const texts[] = {
        " a",     "a ",     "a  b",  "a\tb", "a .", "( a)",
        "a (b )", "Zhu 's", "..NET", "a ,b", "a\n", "( .NET)",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *spaced = words_space(texts[i], NULL);
        assert_false(words_well_spaced(texts[i]));
        assert_true(words_well_spaced(spaced));
        memory_free(spaced);
    }
}

static void a_text_is_spaced_as_its_words_are(void **state)
{
    (void)state;
    static const struct {
        const char *text, *spaced;
    } known[] = {
        {"", ""},
        {" ", ""},
        {"Who ?", "Who?"},
        {"one ,two ( 3 )", "one, two (3)"},
        {"Zhu 's  birthday", "Zhu's birthday"},
        {"U.S. and 1,5 %", "U.S. and 1,5 %"},
        {".NET", ".NET"},
        {"It is .NET , not  net .", "It is .NET, not net."},
        {"( .NET) (.5)", "(.NET) (.5)"},
        {"..NET", ". .NET"}, /* a sentence may end there */
        {"a ... b...", "a... b..."},
        {".'s .)", ".'s.)"},
        {" .", "."},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char *spaced = words_space(known[i].text, NULL);
        assert_string_equal(spaced, known[i].spaced);
        memory_free(spaced);
    }
}

static void three_marks_end_a_sentence(void **state)
{
    (void)state;
    assert_true(word_ends_sentence("."));
    assert_true(word_ends_sentence("!"));
    assert_true(word_ends_sentence("?"));
    assert_false(word_ends_sentence(","));
    assert_false(word_ends_sentence(""));
    assert_false(word_ends_sentence(".5"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_split_at_blanks_and_marks),
        cmocka_unit_test(words_put_together_give_the_text_back),
        cmocka_unit_test(texts_that_would_change_are_told_apart),
        cmocka_unit_test(a_text_is_spaced_as_its_words_are),
        cmocka_unit_test(three_marks_end_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
