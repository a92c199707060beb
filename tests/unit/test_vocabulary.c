#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "facts/vocabulary.h"
#include "tests/fixtures/little_facts.h"

static struct little_directory directory;
static struct fact_set facts;
static struct vocabulary vocabulary;

static int set_up(void **state)
{
    (void)state;
    little_make(&directory);
    little_fill(&directory);
    struct facts_options options = little_options();
    little_load(&facts, &directory, &options);
    struct error err = {0};
    assert_true(vocabulary_build(&vocabulary, &facts, &err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vocabulary_free(&vocabulary);
    fact_set_free(&facts);
    little_remove(&directory);
    return 0;
}

/* The words of the tokens with | between them. */
static void assert_words(const int32_t *token, size_t count, const char *expected)
{
    struct text words = {0};
    for (size_t i = 0; i < count; i++)
        text_format(&words, "%s%s", i ? "|" : "", vocabulary.word[token[i]]);
    assert_string_equal(words.bytes ? words.bytes : "", expected);
    text_free(&words);
}

static void assert_text(const int32_t *token, size_t count, const char *before,
                        const char *expected)
{
    struct text text = {0};
    text_add(&text, before);
    vocabulary_text(&vocabulary, token, count, &text);
    assert_string_equal(text.bytes, expected);
    text_free(&text);
}

static void every_word_is_there_once_and_finds_itself(void **state)
{
    (void)state;
    assert_string_equal(vocabulary.word[TOKENS_RESERVED], "Ada");
    assert_string_equal(vocabulary.word[TOKENS_RESERVED + 1], "Ben");
    for (size_t i = TOKENS_RESERVED; i < vocabulary.words; i++) {
        assert_int_equal(vocabulary_token(&vocabulary, vocabulary.word[i]), i);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(vocabulary.word[i], vocabulary.word[j]);
    }
}

static void reserved_words_have_no_token_as_text(void **state)
{
    (void)state;
    assert_string_equal(vocabulary.word[TOKEN_UNKNOWN], "<unknown>");
    assert_int_equal(vocabulary_token(&vocabulary, "<begin>"), TOKEN_UNKNOWN);
    assert_int_equal(vocabulary_token(&vocabulary, "<end>"), TOKEN_UNKNOWN);
}

static void entries_and_templates_are_split_apart_from_each_other(void **state)
{
    (void)state;
    const struct attribute *home = &facts.attribute[1];
    size_t towns = home->part[0], families = facts.name_part[2];
    assert_words(vocabulary.entry[towns][3].token, vocabulary.entry[towns][3].count, "St|.|Louis");
    assert_words(vocabulary.entry[families][2].token, vocabulary.entry[families][2].count,
                 "de|la|Cruz");
    const struct template_tokens *day = &vocabulary.template[0][4];
    assert_words(day->before_name.token, day->before_name.count, "The|day|(");
    assert_words(day->before_value.token, day->before_value.count, "'s|first|)|was");
    assert_words(day->after_value.token, day->after_value.count, ".");
    assert_int_equal(vocabulary.template[1][0].before_name.count, 0);
}

static void every_entry_and_template_reads_back_as_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < facts.pools; i++)
        for (size_t j = 0; j < facts.pool[i].count; j++)
            assert_text(vocabulary.entry[i][j].token, vocabulary.entry[i][j].count, "",
                        facts.pool[i].entry[j]);
    for (size_t i = 0; i < facts.attributes; i++)
        for (size_t j = 0; j < facts.templates; j++) {
            const struct template *template = &facts.attribute[i].template[j];
            const struct template_tokens *tokens = &vocabulary.template[i][j];
            struct text sentence = {0}, expected = {0};
            text_format(&expected, "%sAda%sLima%s", template->before_name, template->before_value,
                        template->after_value);
            int32_t ada = vocabulary_token(&vocabulary, "Ada");
            int32_t lima = vocabulary_token(&vocabulary, "Lima");
            vocabulary_text(&vocabulary, tokens->before_name.token, tokens->before_name.count,
                            &sentence);
            vocabulary_text(&vocabulary, &ada, 1, &sentence);
            vocabulary_text(&vocabulary, tokens->before_value.token, tokens->before_value.count,
                            &sentence);
            vocabulary_text(&vocabulary, &lima, 1, &sentence);
            vocabulary_text(&vocabulary, tokens->after_value.token, tokens->after_value.count,
                            &sentence);
            assert_string_equal(sentence.bytes, expected.bytes);
            text_free(&sentence);
            text_free(&expected);
        }
}

static void blanks_come_where_they_belong(void **state)
{
    (void)state;
    int32_t token[16];
    size_t count = vocabulary_tokenize(&vocabulary, "was born", token, 16, NULL);
    assert_text(token, count, "", "was born");
    assert_text(token, count, "Ada", "Ada was born");
    assert_text(token, count, "Ada ", "Ada was born");
    count = vocabulary_tokenize(&vocabulary, "'s (day)", token, 16, NULL);
    assert_text(token, count, "Ada", "Ada's (day)");
    const int32_t reserved[] = {TOKEN_BEGIN, token[2], TOKEN_UNKNOWN, TOKEN_END};
    assert_text(reserved, 4, "", "day <unknown>");
}

static void typed_text_is_split_whatever_its_capitals(void **state)
{
    (void)state;
    int32_t token[32];
    struct unknown_word unknown;
    size_t count = vocabulary_tokenize(&vocabulary, "ada ÉVA o'neil's LIFE began in łódź.", token,
                                       32, &unknown);
    assert_int_equal(unknown.count, 0);
    assert_words(token, count, "Ada|Éva|O'Neil|'s|life|began|in|Łódź|.");
}

static void capitals_count_where_two_words_differ_in_nothing_else(void **state)
{
    (void)state;
    assert_string_equal(vocabulary.word[vocabulary_token(&vocabulary, "Will")], "Will");
    assert_string_equal(vocabulary.word[vocabulary_token(&vocabulary, "will")], "will");
    assert_int_equal(vocabulary_token(&vocabulary, "WILL"), TOKEN_UNKNOWN);
    assert_string_equal(vocabulary.word[vocabulary_token(&vocabulary, "LIVES")], "lives");
}

static void the_first_unknown_word_is_pointed_at(void **state)
{
    (void)state;
    int32_t token[8];
    struct unknown_word unknown;
    const char *text = "Ada was borne, in Tokyo";
    assert_int_equal(vocabulary_tokenize(&vocabulary, text, token, 8, &unknown), 6);
    assert_int_equal(unknown.first, 8);
    assert_int_equal(unknown.count, 5);
    assert_int_equal(token[2], TOKEN_UNKNOWN);
    assert_int_equal(token[5], TOKEN_UNKNOWN);
}

static void what_does_not_fit_is_counted(void **state)
{
    (void)state;
    int32_t token[3] = {-1, -1, -1};
    assert_int_equal(vocabulary_tokenize(&vocabulary, "Ada was born in Lima", token, 2, NULL), 5);
    assert_words(token, 2, "Ada|was");
    assert_int_equal(token[2], -1);
}

static void endless_words_are_unknown(void **state)
{
    (void)state;
    char text[1001];
    memset(text, 'a', 1000);
    text[1000] = '\0';
    struct unknown_word unknown;
    int32_t token;
    assert_int_equal(vocabulary_tokenize(&vocabulary, text, &token, 1, &unknown), 1);
    assert_int_equal(token, TOKEN_UNKNOWN);
    assert_int_equal(unknown.count, 1000);
    assert_int_equal(vocabulary_token(&vocabulary, text), TOKEN_UNKNOWN);
}

static void the_nearest_words_are_found(void **state)
{
    (void)state;
    const char *nearest[3];
    assert_int_equal(vocabulary_nearest(&vocabulary, "borne", nearest, 3), 1);
    assert_string_equal(nearest[0], "born");
    assert_int_equal(vocabulary_nearest(&vocabulary, "jane", nearest, 3), 1);
    assert_string_equal(nearest[0], "June");
    assert_int_equal(vocabulary_nearest(&vocabulary, "WILL", nearest, 3), 2);
    assert_string_equal(nearest[0], "Will");
    assert_string_equal(nearest[1], "will");
    assert_int_equal(vocabulary_nearest(&vocabulary, "WILL", nearest, 1), 1);
    assert_string_equal(nearest[0], "Will");
    assert_int_equal(vocabulary_nearest(&vocabulary, "xylophone", nearest, 3), 0);
    assert_int_equal(vocabulary_nearest(&vocabulary, "born", nearest, 0), 0);
}

static void the_nearest_come_first(void **state)
{
    (void)state;
    const char *nearest[8];
    size_t count = vocabulary_nearest(&vocabulary, "Jule", nearest, 8);
    assert_int_equal(count, 2); /* June and July, in the order of the pool */
    assert_string_equal(nearest[0], "June");
    assert_string_equal(nearest[1], "July");
    count = vocabulary_nearest(&vocabulary, "July", nearest, 8);
    assert_int_equal(count, 1);
    count = vocabulary_nearest(&vocabulary, "in", nearest, 8);
    assert_string_equal(nearest[0], "in");
    assert_string_equal(nearest[1], "In");
}

static void running_out_of_memory_leaves_nothing(void **state)
{
    (void)state;
    struct vocabulary built;
    size_t n = 1;
    for (bool done = false; !done; n++) {
        struct error err = {0};
        memory_fail_request(n);
        done = vocabulary_build(&built, &facts, &err);
        memory_fail_request(0);
        if (!done) {
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(built.word);
            assert_null(built.entry);
        }
    }
    assert_true(n > 100);
    assert_int_equal(built.words, vocabulary.words);
    vocabulary_free(&built);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_is_there_once_and_finds_itself),
        cmocka_unit_test(reserved_words_have_no_token_as_text),
        cmocka_unit_test(entries_and_templates_are_split_apart_from_each_other),
        cmocka_unit_test(every_entry_and_template_reads_back_as_written),
        cmocka_unit_test(blanks_come_where_they_belong),
        cmocka_unit_test(typed_text_is_split_whatever_its_capitals),
        cmocka_unit_test(capitals_count_where_two_words_differ_in_nothing_else),
        cmocka_unit_test(the_first_unknown_word_is_pointed_at),
        cmocka_unit_test(what_does_not_fit_is_counted),
        cmocka_unit_test(endless_words_are_unknown),
        cmocka_unit_test(the_nearest_words_are_found),
        cmocka_unit_test(the_nearest_come_first),
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
