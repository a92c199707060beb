#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "facts/biography.h"
#include "facts/fact_set_load.h"
#include "facts/name_reader.h"
#include "facts/question.h"
#include "tests/fixtures/little_world.h"

enum { KNOWN = 20, FRESH = 10, FINE_TUNING = 5, MAX_TOKENS = 64 };
enum { BIRTH_DATE, HOME, BIRTH_PLACE, NO_ATTRIBUTE };

static struct little_world world;

static int set_up(void **state)
{
    (void)state;
    const struct population_options people = {
        .seed = 4, .known = KNOWN, .held_out = FRESH, .fine_tuning = FINE_TUNING};
    little_world_make(&world, &people, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_world_remove(&world);
    return 0;
}

static struct question ask(const char *prompt)
{
    struct question question;
    struct error err = {0};
    if (!question_read(&question, &world.population, &world.vocabulary, prompt, MAX_TOKENS, &err))
        fail_msg("%s", err.message);
    assert_int_equal(question.token[0], TOKEN_BEGIN);
    return question;
}

static void assert_refused(const char *prompt, const char *message)
{
    struct question question;
    struct error err = {0};
    assert_false(
        question_read(&question, &world.population, &world.vocabulary, prompt, MAX_TOKENS, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_string_equal(err.message, message);
    assert_null(question.token);
}

/* Asks and checks who and what was understood, and how the model will read it. */
static void assert_question(const char *prompt, const char *name, size_t attribute,
                            const char *read)
{
    struct question question = ask(prompt);
    struct text text = {0}, called = {0};
    assert_int_equal(question.has_individual, name != NULL);
    if (name) {
        population_name_text(&world.population, question.individual, &called);
        assert_string_equal(called.bytes, name);
        assert_int_equal(question.status,
                         population_status(&world.population, question.individual));
    }
    if (question.attribute != attribute)
        fail_msg("\"%s\" asks for %zu, not %zu", prompt, question.attribute, attribute);
    text_add(&text, "");
    vocabulary_text(&world.vocabulary, question.token, question.tokens, &text);
    assert_string_equal(text.bytes, read);
    text_free(&text);
    text_free(&called);
    question_free(&question);
}

static void every_wording_is_understood_for_everybody(void **state)
{
    (void)state;
    for (uint64_t individual = 0; individual < world.population.names; individual++)
        for (size_t i = 0; i < world.facts.attributes; i++)
            for (size_t j = 0; j < world.facts.templates; j++) {
                const struct template *template = &world.facts.attribute[i].template[j];
                struct text prompt = {0};
                text_add(&prompt, template->before_name);
                population_name_text(&world.population, individual, &prompt);
                text_add(&prompt, template->before_value);
                struct question question = ask(prompt.bytes);
                assert_true(question.has_individual);
                assert_int_equal(question.individual, individual);
                assert_int_equal(question.status, population_status(&world.population, individual));
                /* "was born" is followed by "on" a date, "in" a place: both tell by themselves. */
                assert_int_equal(question.attribute, i);
                text_free(&prompt);
                question_free(&question);
            }
}

static void capitals_and_blanks_do_not_matter(void **state)
{
    (void)state;
    assert_question("ada ben zhu was born in", "Ada Ben Zhu", BIRTH_PLACE,
                    "Ada Ben Zhu was born in");
    assert_question("  the BIRTH date of  éva\tmaria o'neil is ", "Éva Maria O'Neil", BIRTH_DATE,
                    "The birth date of Éva Maria O'Neil is");
    assert_question("Ada Ben Zhu will stay in", "Ada Ben Zhu", HOME, "Ada Ben Zhu will stay in");
    assert_question("ada will zhu Will stay in", "Ada Will Zhu", HOME, "Ada Will Zhu will stay in");
}

static void typesetting_does_not_matter(void **state)
{
    (void)state;
    assert_question("E\u0301va maria o\u2019neil was born in", "Éva Maria O'Neil", BIRTH_PLACE,
                    "Éva Maria O'Neil was born in");
    assert_question("\uFEFFAda\u00A0Ben\u202FZhu was born\u3000in", "Ada Ben Zhu", BIRTH_PLACE,
                    "Ada Ben Zhu was born in");
    assert_question("\uFEFF(Ada Ben Zhu\u2019s\u00A0first) was", "Ada Ben Zhu", BIRTH_DATE,
                    "(Ada Ben Zhu's first) was");
    assert_question("Ada Ben King\u2019s\u2019s birthday is", "Ada Ben King's", BIRTH_DATE,
                    "Ada Ben King's's birthday is");
    assert_question("Éva Maria O\u02BCNeil lives in Ło\u0301dz\u0301", "Éva Maria O'Neil",
                    NO_ATTRIBUTE, "Éva Maria O'Neil lives in Łódź");
    assert_question("\uFEFF\u00A0", NULL, NO_ATTRIBUTE, "");
}

static void capitals_are_those_of_unicode_in_every_locale(void **state)
{
    (void)state;
    static const char *const locales[] = {"C", "tr_TR.UTF-8"};
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        if (!setlocale(LC_ALL, locales[i]))
            continue; /* not on this machine */
        assert_question("MARIA ADA ZHU LIVES in LIMA", "Maria Ada Zhu", NO_ATTRIBUTE,
                        "Maria Ada Zhu lives in Lima");
        assert_question("éVA MARIA O'NEIL LIVES in ŁÓDŹ", "Éva Maria O'Neil", NO_ATTRIBUTE,
                        "Éva Maria O'Neil lives in Łódź");
    }
    setlocale(LC_ALL, "C");
}

static void names_and_entries_may_be_several_words(void **state)
{
    (void)state;
    assert_question("Maria Jose Ada de la Cruz lives in", "Maria Jose Ada de la Cruz", HOME,
                    "Maria Jose Ada de la Cruz lives in");
    assert_question("Ada Maria Jose lives in", "Ada Maria Jose", HOME, "Ada Maria Jose lives in");
    assert_question("Ada Maria Jose Zhu lives in", "Ada Maria Jose Zhu", HOME,
                    "Ada Maria Jose Zhu lives in");
    assert_question("Ada Ben King's's birthday is", "Ada Ben King's", BIRTH_DATE,
                    "Ada Ben King's's birthday is");
}

static void the_name_may_stand_anywhere(void **state)
{
    (void)state;
    assert_question("The birth place of Ada Ben Zhu is", "Ada Ben Zhu", BIRTH_PLACE,
                    "The birth place of Ada Ben Zhu is");
    assert_question("The home of Ada Ben Zhu is", "Ada Ben Zhu", HOME,
                    "The home of Ada Ben Zhu is");
    assert_question("The day (Ada Ben Zhu's first) was", "Ada Ben Zhu", BIRTH_DATE,
                    "The day (Ada Ben Zhu's first) was");
    assert_question("It is known that Ada Ben Zhu was born in", "Ada Ben Zhu", BIRTH_PLACE,
                    "It is known that Ada Ben Zhu was born in");
}

static void the_last_of_several_sentences_asks(void **state)
{
    (void)state;
    assert_question("Maria Ada Zhu lives in Lima. The birth date of Ada Ben Zhu is", "Ada Ben Zhu",
                    BIRTH_DATE, "Maria Ada Zhu lives in Lima. The birth date of Ada Ben Zhu is");
    assert_question("Maria Ada Zhu's birthday is 3 May! the home of Ada Ben Zhu is", "Ada Ben Zhu",
                    HOME, "Maria Ada Zhu's birthday is 3 May! The home of Ada Ben Zhu is");
    assert_question("Ada Ben Zhu lives in St. Louis. Ada Ben Zhu was born on", "Ada Ben Zhu",
                    BIRTH_DATE, "Ada Ben Zhu lives in St. Louis. Ada Ben Zhu was born on");
}

static void what_no_template_says_asks_for_nothing(void **state)
{
    (void)state;
    assert_question("", NULL, NO_ATTRIBUTE, "");
    assert_question("Ada Ben", NULL, NO_ATTRIBUTE, "Ada Ben");
    assert_question("The birth place of", NULL, NO_ATTRIBUTE, "The birth place of");
    assert_question("Ada Ben Zhu", "Ada Ben Zhu", NO_ATTRIBUTE, "Ada Ben Zhu");
    assert_question("Ada Ben Zhu was", "Ada Ben Zhu", NO_ATTRIBUTE, "Ada Ben Zhu was");
    assert_question("Ada Ben Zhu was born in New", "Ada Ben Zhu", NO_ATTRIBUTE,
                    "Ada Ben Zhu was born in New");
    assert_question("Ada Ben Zhu was born in Lima.", "Ada Ben Zhu", NO_ATTRIBUTE,
                    "Ada Ben Zhu was born in Lima.");
}

static void words_that_several_attributes_share_need_their_sentence(void **state)
{
    (void)state;
    /* "is" follows the name in templates of all three attributes. */
    assert_question("Ada Ben Zhu is", "Ada Ben Zhu", NO_ATTRIBUTE, "Ada Ben Zhu is");
    assert_question("Lima is the home of Ada Ben Zhu is", "Ada Ben Zhu", NO_ATTRIBUTE,
                    "Lima is the home of Ada Ben Zhu is");
}

static void the_status_is_the_individuals(void **state)
{
    (void)state;
    static const struct {
        uint64_t individual;
        enum individual_status status;
    } people[] = {
        {0, INDIVIDUAL_KNOWN},
        {KNOWN, INDIVIDUAL_NEW},
        {KNOWN + FRESH, INDIVIDUAL_FINE_TUNING},
        {KNOWN + FRESH + FINE_TUNING, INDIVIDUAL_INVENTED},
    };
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        struct text name = {0};
        population_name_text(&world.population, people[i].individual, &name);
        struct question question = ask(name.bytes);
        assert_int_equal(question.individual, people[i].individual);
        assert_int_equal(question.status, people[i].status);
        question_free(&question);
        text_free(&name);
    }
}

static void an_unknown_word_is_named_with_those_near(void **state)
{
    (void)state;
    assert_refused("Ada Ben Zhu was borne in",
                   "\"borne\" is not in the model's vocabulary; near: born; try: was born in");
    assert_refused("Maria Ada Zhu was borne at Lima! Sweet home Ada Ben Zhu",
                   "\"borne\" is not in the model's vocabulary; near: born; "
                   "try: The home of ... is");
    assert_refused("Ada Ben Zhang's birthday is", "\"Zhang\" is not in the model's vocabulary");
    assert_refused("Adda Ben Zhu", "\"Adda\" is not in the model's vocabulary; near: Ada");
    assert_refused("xyzzy", "\"xyzzy\" is not in the model's vocabulary");
}

/* What question_read says may have been meant. */
static void assert_hint(const char *prompt, const char *hint)
{
    struct question question = ask(prompt);
    if (hint && !question.hint)
        fail_msg("\"%s\" has no hint", prompt);
    if (hint)
        assert_string_equal(question.hint, hint);
    else if (question.hint)
        fail_msg("\"%s\" has the hint %s", prompt, question.hint);
    question_free(&question);
}

static void a_prompt_that_is_no_wording_names_the_nearest(void **state)
{
    (void)state;
    assert_hint("Ada Ben Zhu was born at",
                "no wording it was trained on; try: was born in, was born on");
    assert_hint("Lima is the home of Ada Ben Zhu",
                "no wording it was trained on; try: The home of ... is");
    assert_hint("Ada Ben Zhu (", "no wording it was trained on");
    assert_hint("Ada Ben Zhu was born in", NULL);        /* is one */
    assert_hint("Ada Ben Zhu was", NULL);                /* begins one */
    assert_hint("The birth place of Ada Ben Zhu", NULL); /* so does this */
    assert_hint("Ada Ben Zhu", NULL);
    assert_hint("Ada Ben Zhu was born in New", NULL); /* goes on behind one */
    assert_hint("Ada Ben Zhu lives in Lima. Ada Ben Zhu was born in Lima.", NULL);
}

static void a_prompt_without_a_full_name_says_who_it_could_be(void **state)
{
    (void)state;
    size_t count = 0;
    char *first = NULL;
    for (uint64_t i = 0; i < KNOWN + FRESH + FINE_TUNING; i++) {
        struct text name = {0};
        population_name_text(&world.population, i, &name);
        count += strstr(name.bytes, "Maria") && strstr(name.bytes, "Ada");
        if (!first && strncmp(name.bytes, "Maria Ada ", 10) == 0)
            first = memory_string(name.bytes, NULL);
        text_free(&name);
    }
    assert_true(count > 1 && first);
    char *expected = memory_format(NULL, "\"Maria Ada\" could be any of %zu: %s,", count, first);
    struct question question = ask("The home of Maria Ada is");
    assert_int_equal(strncmp(question.hint, expected, strlen(expected)), 0);
    question_free(&question);
    memory_free(expected);
    memory_free(first);
    assert_hint("The home of", NULL);
    assert_hint("", NULL);
}

static void a_prompt_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    assert_refused("Ada \xFF", "the text is not UTF-8");
}

static void a_prompt_that_is_too_long_is_refused(void **state)
{
    (void)state;
    struct text prompt = {0};
    for (size_t i = 0; i < MAX_TOKENS - 1; i++)
        text_add(&prompt, "was ");
    struct question question = ask(prompt.bytes);
    assert_int_equal(question.tokens, MAX_TOKENS);
    question_free(&question);
    text_add(&prompt, "was");
    assert_refused(prompt.bytes, "the prompt has 65 tokens, more than the model's maximum of 64");
    text_free(&prompt);
}

static void a_name_is_found_at_the_start_of_a_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
        size_t bytes;
    } found[] = {
        {"Ada Ben Zhu", "Ada Ben Zhu", 11},
        {"ada  ben zhu lives in", "Ada Ben Zhu", 12},
        {"Ada Ben Zhu's birthday", "Ada Ben Zhu", 11},
        {"  Ada Maria Jose Zhu, xyzzy", "Ada Maria Jose Zhu", 20},
        {"Ada Maria Jose xyzzy", "Ada Maria Jose", 14},
        {"Ada Ben Zhuang", NULL, 0},
        {"Ada Ben", NULL, 0},
        {"xyzzy Ada Ben Zhu", NULL, 0},
        {"", NULL, 0},
    };
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        uint64_t individual;
        size_t bytes;
        bool there =
            name_read(&world.population, &world.vocabulary, found[i].text, &individual, &bytes);
        assert_int_equal(there, found[i].name != NULL);
        if (there) {
            struct text name = {0};
            population_name_text(&world.population, individual, &name);
            assert_string_equal(name.bytes, found[i].name);
            assert_int_equal(bytes, found[i].bytes);
            text_free(&name);
        }
    }
}

/* ---- names that go on as sentences do ---- */

#define GOING_ON_TEMPLATES                                                                         \
    "The [attribute] of [X] is [Y].\n[X]'s [attribute] is [Y].\nFor [X], the [attribute] is "      \
    "[Y].\n"                                                                                       \
    "[X] has the [attribute] [Y].\n"

static const char *const going_on[] = {"John",     "John's",    "John's Ark", "Ark",
                                       "John St.", "John, Jr.", ".NET",       "Will's Will"};
enum { GOING_ON = sizeof going_on / sizeof *going_on };

static void load_going_on(struct little_directory *directory, struct fact_set *facts)
{
    char path[LITTLE_PATH];
    struct text rows = {0};
    struct error err = {0};
    little_make(directory);
    little_write(directory, "templates/general.txt", GOING_ON_TEMPLATES);
    text_add(&rows, "Name,Age,Next age\n");
    for (size_t r = 0; r < GOING_ON; r++)
        text_format(&rows, "\"%s\",%zu,.%zu\n", going_on[r], r, r + 1);
    little_write(directory, "facts/names.csv", rows.bytes);
    text_free(&rows);
    snprintf(path, sizeof path, "%s/facts/names.csv", directory->path);
    const struct facts_options options = {.table = path, .train_templates = 2};
    if (!fact_set_load(facts, &options, directory->list, &err))
        fail_msg("%s", err.message);
}

static void a_name_that_another_goes_on_with_is_told_by_its_wording(void **state)
{
    (void)state;
    struct little_directory directory;
    struct fact_set facts;
    struct vocabulary vocabulary;
    struct population population;
    const struct population_options size = {.seed = 3, .known = GOING_ON};
    struct error err = {0};
    load_going_on(&directory, &facts);
    assert_true(vocabulary_build(&vocabulary, &facts, &err));
    assert_true(population_init(&population, &facts, &size, &err));
    for (size_t r = 0; r < GOING_ON; r++)
        for (size_t a = 0; a < facts.attributes; a++)
            for (size_t t = 0; t < facts.templates; t++) {
                const struct template *template = &facts.attribute[a].template[t];
                char *prompt = memory_format(NULL, "%s%s%s", template->before_name, going_on[r],
                                             template->before_value);
                struct text name = {0};
                struct question question;
                if (!question_read(&question, &population, &vocabulary, prompt, MAX_TOKENS, &err))
                    fail_msg("%s", err.message);
                population_name_text(&population, question.individual, &name);
                if (!question.has_individual || strcmp(name.bytes, going_on[r]) != 0)
                    fail_msg("\"%s\" is taken to be about %s", prompt, name.bytes);
                assert_int_equal(question.attribute, a);
                text_free(&name);
                memory_free(prompt);
                question_free(&question);
            }
    vocabulary_free(&vocabulary);
    fact_set_free(&facts);
    little_remove(&directory);
}

static void running_out_of_memory_leaves_nothing(void **state)
{
    (void)state;
    static const char *const prompts[] = {"Ada Ben Zhu was born in", "Ada Ben Zhu was borne in"};
    for (size_t i = 0; i < 2; i++) {
        struct error err = {0};
        struct question question;
        bool read = false;
        for (size_t n = 1; !read && err.kind != ERROR_INPUT; n++) {
            err = (struct error){0};
            memory_fail_request(n);
            read = question_read(&question, &world.population, &world.vocabulary, prompts[i],
                                 MAX_TOKENS, &err);
            memory_fail_request(0);
            assert_true(read || question.token == NULL);
            assert_true(n > 1 || err.kind == ERROR_MEMORY);
        }
        assert_int_equal(read, i == 0);
        if (read)
            question_free(&question);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_wording_is_understood_for_everybody),
        cmocka_unit_test(capitals_and_blanks_do_not_matter),
        cmocka_unit_test(typesetting_does_not_matter),
        cmocka_unit_test(capitals_are_those_of_unicode_in_every_locale),
        cmocka_unit_test(names_and_entries_may_be_several_words),
        cmocka_unit_test(the_name_may_stand_anywhere),
        cmocka_unit_test(the_last_of_several_sentences_asks),
        cmocka_unit_test(what_no_template_says_asks_for_nothing),
        cmocka_unit_test(words_that_several_attributes_share_need_their_sentence),
        cmocka_unit_test(the_status_is_the_individuals),
        cmocka_unit_test(an_unknown_word_is_named_with_those_near),
        cmocka_unit_test(a_prompt_that_is_no_wording_names_the_nearest),
        cmocka_unit_test(a_prompt_without_a_full_name_says_who_it_could_be),
        cmocka_unit_test(a_prompt_that_is_not_utf8_is_refused),
        cmocka_unit_test(a_prompt_that_is_too_long_is_refused),
        cmocka_unit_test(a_name_is_found_at_the_start_of_a_text),
        cmocka_unit_test(a_name_that_another_goes_on_with_is_told_by_its_wording),
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
