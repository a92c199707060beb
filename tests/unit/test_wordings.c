#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "facts/wordings.h"
#include "tests/fixtures/little_facts.h"
#include "tests/fixtures/little_lands.h"
#include "tests/fixtures/little_people.h"
#include "tests/float_equal.h"

enum { BIRTH_DATE, HOME, BIRTH_PLACE };

static struct little_people people;

static int set_up(void **state)
{
    (void)state;
    little_people_make(&people, 20, 5, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_people_remove(&people);
    return 0;
}

static size_t find(const char *text, struct near_wording near[WORDINGS_NEAR])
{
    size_t count;
    struct error err = {0};
    if (!wordings_near(&people.vocabulary, text, near, &count, &err))
        fail_msg("%s", err.message);
    return count;
}

static void assert_near(const char *text, const char *expected)
{
    struct near_wording near[WORDINGS_NEAR];
    struct text written = {0};
    text_add(&written, "");
    wordings_write_near(&people.facts, near, find(text, near), &written);
    assert_string_equal(written.bytes, expected);
    text_free(&written);
}

static void a_wording_is_written_as_it_is_typed(void **state)
{
    (void)state;
    static const struct {
        size_t attribute, template;
        const char *written;
    } wordings[] = {
        {BIRTH_DATE, 0, "... was born on"},
        {BIRTH_DATE, 1, "The birth date of ... is"},
        {BIRTH_DATE, 2, "...'s birthday is"},
        {BIRTH_DATE, 4, "The day (...'s first) was"},
    };
    for (size_t w = 0; w < sizeof wordings / sizeof *wordings; w++) {
        struct text text = {0};
        const struct attribute *attribute = &people.facts.attribute[wordings[w].attribute];
        wording_write(&attribute->template[wordings[w].template], WORDING_BLANK, &text);
        assert_string_equal(text.bytes, wordings[w].written);
        text_free(&text);
    }
}

static void those_most_alike_are_named(void **state)
{
    (void)state;
    assert_near("was borne in", "was born in");
    assert_near("was born", "was born in, was born on");
    assert_near("lives at", "lives in");
    assert_near("What is the birthday of ?", "...'s birthday is");
    assert_near("where is the home of", "The home of ... is");
    assert_near("xyzzy", "");
    assert_near("", "");
    assert_near("? !", "");
}

/* In wordings of all three attributes: the, of, is, and a word near "in" ("is"); "born" is in those
 * of two. "lives" is in one's alone. */
static void likeness_is_dices_coefficient_of_what_words_count_for(void **state)
{
    (void)state;
    struct near_wording near[WORDINGS_NEAR];
    size_t count = find("lives", near);
    assert_int_equal(count, 1);
    assert_int_equal(near[0].attribute, HOME);
    assert_int_equal(near[0].template, 0); /* lives in: "in" is in wordings of two attributes */
    assert_float_equal(near[0].likeness, 2 * 1 / (1 + (1 + 1. / 2)), 1e-12);
    count = find("LIVESS", near); /* near it: half */
    assert_int_equal(count, 1);
    assert_float_equal(near[0].likeness, 2 * 0.5 / (1 + (1 + 1. / 2)), 1e-12);
    count = find("place", near); /* "The birth place of [X] is": the, of and is, birth, place */
    assert_int_equal(near[0].attribute, BIRTH_PLACE);
    assert_true(count >= 1);
}

static void an_attributes_name_tells_it_where_no_wording_has_it(void **state)
{
    (void)state;
    struct little_lands lands;
    struct near_wording near[WORDINGS_NEAR];
    size_t count;
    little_lands_make(&lands);
    assert_true(wordings_near(&lands.vocabulary, "whose capitol is", near, &count, NULL));
    assert_true(count >= 1);
    assert_int_equal(near[0].attribute, 0);
    assert_true(wordings_near(&lands.vocabulary, "which money pays", near, &count, NULL));
    assert_true(count >= 1);
    assert_int_equal(near[0].attribute, 1);
    little_lands_remove(&lands);
}

static void a_wording_without_words_is_never_meant(void **state)
{
    (void)state;
    struct little_directory directory;
    struct fact_set facts;
    struct vocabulary vocabulary;
    struct near_wording near[WORDINGS_NEAR];
    struct text written = {0};
    size_t count;
    little_make(&directory);
    little_fill(&directory);
    little_write(&directory, "templates/home.txt",
                 "[X] [Y].\n[X]: [Y].\n[X], [Y].\n[X] lives in [Y].\n[X]; [Y].\n");
    struct facts_options options = little_options();
    little_load(&facts, &directory, &options);
    assert_true(vocabulary_build(&vocabulary, &facts, NULL));
    assert_true(wordings_near(&vocabulary, "home", near, &count, NULL)); /* the attribute's name */
    wordings_write_near(&facts, near, count, &written);
    assert_string_equal(written.bytes, "lives in");
    text_free(&written);
    vocabulary_free(&vocabulary);
    fact_set_free(&facts);
    little_remove(&directory);
}

static void running_out_of_memory_leaves_nothing(void **state)
{
    (void)state;
    bool done = false;
    size_t n = 1;
    for (; !done; n++) {
        struct near_wording near[WORDINGS_NEAR];
        size_t count;
        struct error err = {0};
        memory_fail_request(n);
        done = wordings_near(&people.vocabulary, "was born", near, &count, &err);
        memory_fail_request(0);
        assert_true(done || err.kind == ERROR_MEMORY);
    }
    assert_true(n > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wording_is_written_as_it_is_typed),
        cmocka_unit_test(those_most_alike_are_named),
        cmocka_unit_test(likeness_is_dices_coefficient_of_what_words_count_for),
        cmocka_unit_test(an_attributes_name_tells_it_where_no_wording_has_it),
        cmocka_unit_test(a_wording_without_words_is_never_meant),
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests_name("wordings", tests, set_up, tear_down);
}
