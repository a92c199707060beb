/* What ships in pools/, templates/ and facts/ is what the program and the paper promise.
 * test_shipped_tables has what is in tables/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "facts/batch.h"
#include "facts/fact_set_load.h"
#include "facts/question.h"

static const char *source(void)
{
    const char *directory = getenv("srcdir");
    return directory ? directory : ".";
}

static struct fact_set load(const char *name)
{
    char file[32];
    snprintf(file, sizeof file, "%s", name);
    const char *const directories[] = {source(), NULL};
    struct facts_options options = {.file = file, .train_templates = 1, .shuffle = true};
    struct fact_set facts;
    struct error err = {0};
    if (!fact_set_load(&facts, &options, directories, &err))
        fail_msg("%s", err.message);
    return facts;
}

static const struct pool *find_pool(const struct fact_set *facts, const char *name)
{
    for (size_t i = 0; i < facts->pools; i++)
        if (strcmp(facts->pool[i].name, name) == 0)
            return &facts->pool[i];
    fail_msg("there is no pool %s", name);
    return NULL;
}

static void the_pools_have_the_papers_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t count;
    } sizes[] = {
        {"given-names", 900},  {"last-names", 1000}, {"cities", 800},
        {"universities", 200}, {"majors", 100},      {"companies", 500},
        {"days", 31},          {"months", 12},       {"years", 200},
    };
    struct fact_set facts = load("biography");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_int_equal(find_pool(&facts, sizes[i].name)->count, sizes[i].count);
    assert_int_equal(facts.pools, sizeof sizes / sizeof *sizes);
    assert_string_equal(find_pool(&facts, "years")->entry[0], "1900");
    assert_string_equal(find_pool(&facts, "years")->entry[199], "2099");
    fact_set_free(&facts);
}

static void the_biography_is_the_papers(void **state)
{
    (void)state;
    static const char *const attributes[] = {"birth date", "birth place", "university",
                                             "major",      "company",     "location"};
    struct fact_set facts = load("biography");
    assert_int_equal(facts.attributes, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(facts.attribute[i].name, attributes[i]);
    assert_int_equal(facts.templates, 25);
    struct population population;
    struct population_options people = {.known = 100};
    assert_true(population_init(&population, &facts, &people, NULL));
    assert_int_equal(population.names, 810000000);
    double baseline = 0;
    for (size_t i = 0; i < 6; i++) {
        double entropy, pools;
        assert_true(population_entropy(&population, i, &entropy, &pools, NULL));
        baseline += pools / 6;
    }
    assert_true(baseline > 6.7835 && baseline < 6.7845); /* paper: 6.784 */
    fact_set_free(&facts);
}

/* No two texts of a pool differ in nothing but capitals: a typed name could be either. */
static void no_pool_has_an_entry_twice_in_other_capitals(void **state)
{
    (void)state;
    static const char *const names[] = {"biography", "invented-countries"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct fact_set facts = load(names[i]);
        for (size_t j = 0; j < facts.pools; j++)
            for (size_t k = 0; k < facts.pool[j].count; k++)
                for (size_t l = 0; l < k; l++)
                    if (utf8_equal_folded(facts.pool[j].entry[k], facts.pool[j].entry[l]))
                        fail_msg("%s: %s and %s", facts.pool[j].name, facts.pool[j].entry[k],
                                 facts.pool[j].entry[l]);
        fact_set_free(&facts);
    }
}

/* Read apart from the loader: what it promises of every line holds in the files as they are. */
static void templates_name_the_individual_before_the_value(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        size_t lines;
    } files[] = {
        {"biography/birth-date", 25}, {"biography/birth-place", 25}, {"biography/university", 25},
        {"biography/major", 25},      {"biography/company", 25},     {"biography/location", 25},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[1024], line[256];
        size_t lines = 0;
        snprintf(path, sizeof path, "%s/templates/%s.txt", source(), files[i].file);
        FILE *file = fopen(path, "r");
        if (!file)
            fail_msg("cannot read %s", path);
        while (fgets(line, sizeof line, file)) {
            const char *name = strstr(line, "[X]"), *value = strstr(line, "[Y]");
            if (!name || !value || value < name || strcmp(line + strlen(line) - 2, ".\n") != 0)
                fail_msg("%s:%zu: %s", path, lines + 1, line);
            lines++;
        }
        fclose(file);
        assert_int_equal(lines, files[i].lines);
    }
}

/* Reads every wording of everybody's attributes as a prompt. */
static void every_template_tells_its_attribute_before_the_value(void **state)
{
    (void)state;
    static const char *const names[] = {"biography", "invented-countries", "elements", "countries"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct fact_set facts = load(names[n]);
        struct vocabulary vocabulary;
        struct population population;
        struct population_options people = {.seed = 1, .known = 100};
        struct error err = {0};
        assert_true(vocabulary_build(&vocabulary, &facts, &err));
        assert_true(population_init(&population, &facts, &people, &err));
        for (size_t i = 0; i < facts.attributes; i++)
            for (size_t j = 0; j < facts.templates; j++) {
                const struct template *template = &facts.attribute[i].template[j];
                uint64_t individual = (i * facts.templates + j) % population.names;
                while (!population_tells(&population, individual, i))
                    individual = (individual + 1) % population.names;
                struct question question;
                struct text prompt = {0};
                text_add(&prompt, template->before_name);
                population_name_text(&population, individual, &prompt);
                text_add(&prompt, template->before_value);
                if (!question_read(&question, &population, &vocabulary, prompt.bytes, 512, &err))
                    fail_msg("%s", err.message);
                if (!question.has_individual || question.individual != individual ||
                    question.attribute != i)
                    fail_msg("%s: \"%s\" is not understood", facts.attribute[i].name, prompt.bytes);
                question_free(&question);
                text_free(&prompt);
            }
        vocabulary_free(&vocabulary);
        fact_set_free(&facts);
    }
}

static bool begins(struct tokens longer, struct tokens shorter)
{
    return longer.count >= shorter.count &&
           memcmp(longer.token, shorter.token, shorter.count * sizeof *shorter.token) == 0;
}

/* After a wording's last word before the value nothing but the value comes, so that a model can
 * reach a loss of zero. */
static void no_wording_begins_another(void **state)
{
    (void)state;
    static const char *const names[] = {"biography", "invented-countries", "elements", "countries"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct fact_set facts = load(names[n]);
        struct vocabulary vocabulary;
        assert_true(vocabulary_build(&vocabulary, &facts, NULL));
        size_t wordings = facts.attributes * facts.templates;
        for (size_t i = 0; i < wordings; i++)
            for (size_t j = 0; j < wordings; j++) {
                size_t at = i / facts.templates, a = i % facts.templates;
                size_t bt = j / facts.templates, b = j % facts.templates;
                const struct template_tokens *one = &vocabulary.template[at][a];
                const struct template_tokens *two = &vocabulary.template[bt][b];
                bool same_start = one->before_name.count == two->before_name.count &&
                                  begins(one->before_name, two->before_name);
                if (i != j && same_start && begins(two->before_value, one->before_value))
                    fail_msg("%s: \"%s[X]%s\" begins \"%s[X]%s\"", names[n],
                             facts.attribute[at].template[a].before_name,
                             facts.attribute[at].template[a].before_value,
                             facts.attribute[bt].template[b].before_name,
                             facts.attribute[bt].template[b].before_value);
            }
        vocabulary_free(&vocabulary);
        fact_set_free(&facts);
    }
}

/* Names are told apart by their text: no two combinations of parts read the same. */
static void no_two_names_read_the_same(void **state)
{
    (void)state;
    struct fact_set facts = load("biography");
    const struct pool *given = find_pool(&facts, "given-names");
    const struct pool *last = find_pool(&facts, "last-names");
    for (size_t i = 0; i < given->count; i++)
        assert_null(strchr(given->entry[i], ' '));
    for (size_t i = 0; i < last->count; i++)
        assert_null(strchr(last->entry[i], ' '));
    fact_set_free(&facts);
}

static void invented_countries_are_a_fact_set_of_their_own(void **state)
{
    (void)state;
    struct fact_set facts = load("invented-countries");
    assert_int_equal(fact_set_attribute(&facts, "capital"), 0);
    assert_true(fact_set_attribute(&facts, "currency") < facts.attributes);
    assert_true(fact_set_attribute(&facts, "language") < facts.attributes);
    assert_true(facts.templates >= 10);
    fact_set_free(&facts);
}

static void check_told(const struct population *population, const char *name, const char *attribute,
                       const char *value)
{
    size_t a = fact_set_attribute(population->facts, attribute);
    if (a == population->facts->attributes)
        fail_msg("there is no attribute %s", attribute);
    for (uint64_t i = 0; i < population->names; i++) {
        struct text called = {0}, told = {0};
        population_name_text(population, i, &called);
        bool found = strcmp(called.bytes, name) == 0;
        text_free(&called);
        if (!found)
            continue;
        assert_int_equal(population_tells(population, i, a), value != NULL);
        if (value) {
            population_value_text(population, i, a, &told);
            assert_string_equal(told.bytes, value);
        }
        text_free(&told);
        return;
    }
    fail_msg("there is no %s", name);
}

struct told {
    const char *name, *attribute, *value; /* null: an empty cell */
};

/* Through the permutation of rows, as a biography tells them. */
static void check_table(const char *file, size_t rows, const char *const *attributes,
                        size_t expected, const struct told *told, size_t count)
{
    struct fact_set facts = load(file);
    struct population population;
    struct population_options all = {.seed = 7, .known = rows};
    assert_int_equal(fact_set_rows(&facts), rows);
    assert_int_equal(facts.attributes, expected);
    for (size_t i = 0; i < expected; i++)
        assert_string_equal(facts.attribute[i].name, attributes[i]);
    assert_true(facts.general_templates);
    assert_true(population_init(&population, &facts, &all, NULL));
    for (size_t i = 0; i < count; i++)
        check_told(&population, told[i].name, told[i].attribute, told[i].value);
    fact_set_free(&facts);
}

static void elements_are_told_as_their_table_has_them(void **state)
{
    (void)state;
    static const char *const attributes[] = {"symbol",
                                             "atomic number",
                                             "period",
                                             "group",
                                             "block",
                                             "family",
                                             "state at room temperature"};
    static const struct told told[] = {
        {"Hydrogen", "symbol", "H"},
        {"Hydrogen", "family", NULL},
        {"Neon", "symbol", "Ne"},
        {"Neon", "family", "noble gas"},
        {"Calcium", "family", "alkaline earth metal"},
        {"Iron", "atomic number", "26"},
        {"Silver", "symbol", "Ag"},
        {"Gold", "symbol", "Au"},
        {"Gold", "period", "6"},
        {"Gold", "group", "11"},
        {"Gold", "block", "d"},
        {"Mercury", "state at room temperature", "liquid"},
        {"Lanthanum", "group", NULL},
        {"Oganesson", "atomic number", "118"},
        {"Oganesson", "state at room temperature", NULL},
    };
    check_table("elements", 118, attributes, sizeof attributes / sizeof *attributes, told,
                sizeof told / sizeof *told);
}

static void countries_are_told_as_their_table_has_them(void **state)
{
    (void)state;
    static const char *const attributes[] = {"capital", "currency", "continent", "main language"};
    static const struct told told[] = {
        {"Albania", "capital", "Tirana"},
        {"Andorra", "capital", "Andorra la Vella"},
        {"Bolivia", "capital", "Sucre"},
        {"Brazil", "main language", "Portuguese"},
        {"Japan", "currency", "Japanese yen"},
        {"Kazakhstan", "capital", "Astana"},
        {"Kazakhstan", "main language", NULL},
        {"South Africa", "capital", NULL},
        {"South Africa", "continent", "Africa"},
        {"South Korea", "capital", "Seoul"},
        {"Trinidad and Tobago", "continent", "North America"},
        {"United States", "capital", "Washington"},
        {"Zimbabwe", "currency", "Zimbabwe Gold"},
    };
    check_table("countries", 193, attributes, sizeof attributes / sizeof *attributes, told,
                sizeof told / sizeof *told);
}

/* What a memory takes: one attribute in one wording, the values in use words of their own. */
static void pairs_have_one_value_of_one_word(void **state)
{
    enum { VALUES = 30 };
    (void)state;
    struct fact_set facts = load("pairs");
    struct vocabulary vocabulary;
    assert_true(vocabulary_build(&vocabulary, &facts, NULL));
    assert_int_equal(facts.attributes, 1);
    assert_int_equal(facts.templates, 1);
    assert_int_equal(facts.attribute[0].parts, 1);
    size_t pool = facts.attribute[0].part[0];
    assert_true(facts.pool[pool].count >= VALUES);
    for (size_t e = 0; e < VALUES; e++) {
        const struct tokens *entry = &vocabulary.entry[pool][e];
        assert_int_equal(entry->count, 1);
        assert_int_equal(entry->token[0], vocabulary.entry[pool][0].token[0] + (int32_t)e);
    }
    vocabulary_free(&vocabulary);
    fact_set_free(&facts);
}

static void the_words_fit_into_the_papers_vocabulary(void **state)
{
    (void)state;
    struct fact_set facts = load("biography");
    struct vocabulary vocabulary;
    assert_true(vocabulary_build(&vocabulary, &facts, NULL));
    assert_true(vocabulary.words < 32000);
    assert_true(biography_max_tokens(&vocabulary) <= 512);
    vocabulary_free(&vocabulary);
    fact_set_free(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pools_have_the_papers_sizes),
        cmocka_unit_test(the_biography_is_the_papers),
        cmocka_unit_test(no_pool_has_an_entry_twice_in_other_capitals),
        cmocka_unit_test(templates_name_the_individual_before_the_value),
        cmocka_unit_test(every_template_tells_its_attribute_before_the_value),
        cmocka_unit_test(no_wording_begins_another),
        cmocka_unit_test(no_two_names_read_the_same),
        cmocka_unit_test(invented_countries_are_a_fact_set_of_their_own),
        cmocka_unit_test(elements_are_told_as_their_table_has_them),
        cmocka_unit_test(countries_are_told_as_their_table_has_them),
        cmocka_unit_test(pairs_have_one_value_of_one_word),
        cmocka_unit_test(the_words_fit_into_the_papers_vocabulary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
