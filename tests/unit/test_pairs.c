/* Values that depend on others, against their pairs spelled out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/text_file.h"
#include "facts/fact_set_load.h"
#include "facts/frequencies.h"
#include "facts/pool_entropy.h"
#include "facts/population.h"
#include "tests/fixtures/little_facts.h"
#include "tests/float_equal.h"

enum { LANDS = 3, CITIES = 5, FIRMS = 6, MANY = 20000 };
enum { LAND, CITY, FIRM, JOB, ATTRIBUTES };

static const char *const lands[LANDS] = {"Peru", "Japan", "Chad"};
static const char *const cities[CITIES] = {"Lima", "Cusco", "Osaka", "Kobe", "Abéché"};
static const char *const firms[FIRMS] = {"Ox", "Yak & Sons", "Gnu", "Emu", "Nobody's", "Owl"};

/* Which go together; "Nobody's" goes with none. */
static bool city_goes(size_t land, size_t city)
{
    static const char *const goes[LANDS] = {"11000", "00110", "00011"};
    return goes[land][city] == '1';
}

static bool firm_goes(size_t city, size_t firm)
{
    static const char *const goes[CITIES] = {"111000", "100000", "010101", "000100", "100001"};
    return goes[city][firm] == '1';
}

#define HEAD                                                                                       \
    "[facts]\ntitle = T\nname = givens givens families\nindividual = person\n"                     \
    "templates = home.txt\n"
#define LAND_SECTION "[attribute land]\nvalue = lands\n"
#define CITY_SECTION "[attribute city]\nvalue = cities\nfrom = land\npairs = cities.csv\n"
#define FIRM_SECTION "[attribute firm]\nvalue = firms\nfrom = city\npairs = firms.tsv\n"
#define JOB_SECTION  "[attribute job]\nvalue = days months\n"

static struct little_directory directory;

static void write_pool(const char *name, const char *const *entry, size_t count)
{
    struct text content = {0};
    for (size_t i = 0; i < count; i++)
        text_format(&content, "%s\n", entry[i]);
    little_write(&directory, name, content.bytes);
    text_free(&content);
}

/* Backwards, so that no order of the file is that of the pools. */
static void write_pairs(void)
{
    struct text by_land = {0}, by_city = {0};
    text_add(&by_land, "land,city\n");
    for (size_t l = LANDS; l-- > 0;)
        for (size_t c = CITIES; c-- > 0;)
            if (city_goes(l, c))
                text_format(&by_land, "%s, %s \n", lands[l], cities[c]);
    text_add(&by_city, "city\tfirm\n");
    for (size_t f = FIRMS; f-- > 0;)
        for (size_t c = CITIES; c-- > 0;)
            if (firm_goes(c, f))
                text_format(&by_city, "%s\t%s\n", cities[c], firms[f]);
    little_write(&directory, "facts/cities.csv", by_land.bytes);
    little_write(&directory, "facts/firms.tsv", by_city.bytes);
    text_free(&by_land);
    text_free(&by_city);
}

static int set_up(void **state)
{
    (void)state;
    little_make(&directory);
    little_fill(&directory);
    write_pool("pools/lands.txt", lands, LANDS);
    write_pool("pools/cities.txt", cities, CITIES);
    write_pool("pools/firms.txt", firms, FIRMS);
    write_pairs();
    little_write(&directory, "templates/home.txt",
                 "The [attribute] of [X] is [Y].\n[X]'s [attribute] is [Y].\n");
    little_write(&directory, "facts/pairs.ini",
                 HEAD LAND_SECTION CITY_SECTION FIRM_SECTION JOB_SECTION);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_remove(&directory);
    return 0;
}

static bool load(struct fact_set *facts, struct pool_limit *limit, struct error *err)
{
    char file[] = "pairs";
    struct facts_options options = {
        .file = file, .train_templates = 1, .limit = limit, .limits = limit != NULL};
    *err = (struct error){0};
    return fact_set_load(facts, &options, directory.list, err);
}

static void get(struct fact_set *facts)
{
    struct error err;
    if (!load(facts, NULL, &err))
        fail_msg("%s", err.message);
}

static void make_population(struct population *population, const struct fact_set *facts,
                            uint64_t known)
{
    struct error err = {0};
    const struct population_options options = {.seed = 6, .known = known};
    if (!population_init(population, facts, &options, &err))
        fail_msg("%s", err.message);
}

static uint32_t value_of(const struct population *population, uint64_t individual, size_t attribute)
{
    uint32_t part[FACTS_MAX_PARTS];
    population_value(population, individual, attribute, part);
    return part[0];
}

static double cities_of(size_t land)
{
    double count = 0;
    for (size_t c = 0; c < CITIES; c++)
        count += city_goes(land, c);
    return count;
}

static double firms_of(size_t city)
{
    double count = 0;
    for (size_t f = 0; f < FIRMS; f++)
        count += firm_goes(city, f);
    return count;
}

/* Shares of all, along every way to get there. */
static double city_share(size_t city)
{
    double share = 0;
    for (size_t l = 0; l < LANDS; l++)
        share += city_goes(l, city) ? 1.0 / LANDS / cities_of(l) : 0;
    return share;
}

static double firm_share(size_t firm)
{
    double share = 0;
    for (size_t l = 0; l < LANDS; l++)
        for (size_t c = 0; c < CITIES; c++)
            if (city_goes(l, c) && firm_goes(c, firm))
                share += 1.0 / LANDS / cities_of(l) / firms_of(c);
    return share;
}

/* A value is drawn for any number, whether it has a name or not. */
static void values_go_with_those_they_depend_on(void **state)
{
    (void)state;
    static double together[LANDS][CITIES][FIRMS];
    struct fact_set facts;
    struct population population;
    get(&facts);
    make_population(&population, &facts, 10);
    memset(together, 0, sizeof together);
    for (uint64_t i = 0; i < MANY; i++)
        together[value_of(&population, i, LAND)][value_of(&population, i, CITY)]
                [value_of(&population, i, FIRM)]++;
    for (size_t l = 0; l < LANDS; l++)
        for (size_t c = 0; c < CITIES; c++)
            for (size_t f = 0; f < FIRMS; f++) {
                bool goes = city_goes(l, c) && firm_goes(c, f);
                double share = goes ? 1.0 / LANDS / cities_of(l) / firms_of(c) : 0;
                double deviation = sqrt(MANY * share * (1 - share));
                assert_true(fabs(together[l][c][f] - MANY * share) <= 4.5 * deviation);
            }
    fact_set_free(&facts);
}

static double information(double share)
{
    return share > 0 ? -share * log(share) : 0;
}

static void entropies_of_the_pools_are_exact(void **state)
{
    (void)state;
    struct fact_set facts;
    double entropy, given, of_cities = 0, of_firms = 0, cities_left = 0, firms_left = 0;
    get(&facts);
    for (size_t c = 0; c < CITIES; c++)
        of_cities += information(city_share(c));
    for (size_t f = 0; f < FIRMS; f++)
        of_firms += information(firm_share(f));
    for (size_t l = 0; l < LANDS; l++)
        cities_left += log(cities_of(l)) / LANDS;
    for (size_t c = 0; c < CITIES; c++)
        firms_left += city_share(c) * log(firms_of(c));
    assert_true(pool_entropy(&facts, LAND, &entropy, &given, NULL));
    assert_float_equal(entropy, log(LANDS), 1e-12);
    assert_float_equal(given, log(LANDS), 1e-12);
    assert_true(pool_entropy(&facts, CITY, &entropy, &given, NULL));
    assert_float_equal(entropy, of_cities, 1e-12);
    assert_float_equal(given, cities_left, 1e-12);
    assert_true(pool_entropy(&facts, FIRM, &entropy, &given, NULL));
    assert_float_equal(entropy, of_firms, 1e-12);
    assert_float_equal(given, firms_left, 1e-12);
    assert_true(given < entropy && entropy < log(FIRMS));
    assert_true(pool_entropy(&facts, JOB, &entropy, NULL, NULL));
    assert_float_equal(entropy, log(15), 1e-12);
    fact_set_free(&facts);
}

/* Of 150 people, all there are, every value is counted; of a great many it is that of the pools. */
static void the_entropy_of_people_is_that_of_their_values(void **state)
{
    (void)state;
    enum { KNOWN = 150 };
    struct fact_set facts;
    struct population population;
    struct frequencies all;
    double entropy, pools, of_pools, expected = 0;
    get(&facts);
    make_population(&population, &facts, KNOWN);
    for (size_t f = 0; f < FIRMS; f++) {
        double with = 0;
        for (uint64_t i = 0; i < KNOWN; i++)
            with += value_of(&population, i, FIRM) == f;
        expected += information(with / KNOWN);
    }
    assert_true(population_entropy(&population, FIRM, &entropy, &pools, NULL));
    assert_true(pool_entropy(&facts, FIRM, &of_pools, NULL, NULL));
    assert_float_equal(entropy, expected, 1e-12);
    assert_float_equal(pools, of_pools, 1e-12);
    assert_true(frequencies_init(&all, &population, NULL));
    for (uint64_t i = 0; i < KNOWN; i++)
        frequencies_add(&all, i, 1);
    assert_float_equal(frequencies_cost(&all, &all, 1e12, FIRM), expected, 1e-9);
    frequencies_clear(&all);
    for (uint64_t i = 0; i < MANY; i++)
        frequencies_add(&all, i, 1);
    assert_float_equal(frequencies_entropy(&all, 1e12, FIRM), of_pools, 0.01);
    frequencies_free(&all);
    fact_set_free(&facts);
}

static void values_that_depend_on_no_other_stay_as_they_are(void **state)
{
    (void)state;
    struct fact_set with, without;
    struct population one, other;
    get(&with);
    little_write(&directory, "facts/pairs.ini",
                 HEAD LAND_SECTION "[attribute city]\nvalue = cities\n"
                                   "[attribute firm]\nvalue = firms\n" JOB_SECTION);
    get(&without);
    make_population(&one, &with, 100);
    make_population(&other, &without, 100);
    size_t same = 0;
    for (uint64_t i = 0; i < 100; i++) {
        assert_int_equal(value_of(&one, i, LAND), value_of(&other, i, LAND));
        assert_int_equal(value_of(&one, i, JOB), value_of(&other, i, JOB));
        same += value_of(&one, i, FIRM) == value_of(&other, i, FIRM);
    }
    assert_true(same < 60);
    fact_set_free(&with);
    fact_set_free(&without);
}

static void the_fingerprint_knows_the_pairs(void **state)
{
    (void)state;
    char before[FACTS_FINGERPRINT_SIZE], now[FACTS_FINGERPRINT_SIZE];
    struct fact_set facts;
    static const char *const other[] = {
        "land,city\nPeru,Lima\nPeru,Cusco\nJapan,Kobe\nJapan,Lima\nChad,Kobe\nChad,Abéché\n",
        "land,city\nPeru,Lima\nPeru,Cusco\nJapan,Osaka\nJapan,Kobe\nChad,Kobe\n",
    };
    get(&facts);
    fact_set_fingerprint(&facts, before);
    fact_set_free(&facts);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        little_write(&directory, "facts/cities.csv", other[i]);
        get(&facts);
        fact_set_fingerprint(&facts, now);
        assert_string_not_equal(before, now);
        fact_set_free(&facts);
    }
}

static void refuse(struct pool_limit *limit, const char *message)
{
    struct fact_set facts;
    struct error err;
    if (load(&facts, limit, &err))
        fail_msg("taken, without \"%s\"", message);
    assert_int_equal(err.kind, ERROR_INPUT);
    if (!strstr(err.message, message))
        fail_msg("\"%s\" does not say \"%s\"", err.message, message);
    assert_null(facts.attribute);
}

static void what_is_wrong_with_a_dependence_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *content, *message;
    } wrong[] = {
        {HEAD CITY_SECTION, "pairs.ini:8: from: there is no attribute before this one"},
        {HEAD CITY_SECTION LAND_SECTION, "pairs.ini:8: from: there is no attribute before this"},
        {HEAD LAND_SECTION "[attribute city]\nvalue = cities\nfrom = lnad\n",
         "pairs.ini:10: from: there is no attribute before this one \"lnad\"; did you mean "
         "\"land\"?"},
        {HEAD LAND_SECTION "[attribute city]\nvalue = cities\nfrom = city\n",
         ":10: from: there is no attribute before this one \"city\""},
        {HEAD LAND_SECTION CITY_SECTION "[attribute land]\nfrom = city\npairs = cities.csv\n",
         ":13: from: there is no attribute before this one"},
        {HEAD LAND_SECTION "[attribute city]\nvalue = cities\nfrom = land\nfrom = land\n",
         ":11: from: written twice"},
        {HEAD LAND_SECTION CITY_SECTION "pairs = cities.csv\n", ":12: pairs: written twice"},
        {HEAD LAND_SECTION "[attribute city]\nvalue = cities\npairs =\n", ":10: pairs: empty"},
        {HEAD LAND_SECTION "[attribute city]\nvalue = cities\nfrom = land\npairs = none.csv\n",
         ":11: pairs: there is no tables/none.csv in "},
        {HEAD LAND_SECTION "[attribute city]\nvalue = cities\nfrom = land\n",
         "pairs.ini: [attribute city]: from needs pairs = FILE"},
        {HEAD LAND_SECTION "[attribute city]\nvalue = cities\npairs = cities.csv\n",
         "pairs.ini: [attribute city]: pairs needs from = ATTRIBUTE"},
        {HEAD JOB_SECTION "[attribute city]\nvalue = cities\nfrom = job\npairs = cities.csv\n",
         "[attribute city]: [attribute job] has a value of 2 parts; pairs need one"},
        {HEAD LAND_SECTION "[attribute city]\nvalue = days months\nfrom = land\npairs = cities.csv",
         "[attribute city]: [attribute city] has a value of 2 parts; pairs need one"},
        {"[facts]\ntable = cities.csv\n[attribute city]\ncolumn = city\nfrom = land\n",
         ":5: from: values come from the table"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        little_write(&directory, "facts/pairs.ini", wrong[i].content);
        refuse(NULL, wrong[i].message);
    }
}

static void what_is_wrong_with_pairs_is_named_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *content, *message;
    } wrong[] = {
        {"a,b,c\nPeru,Lima,1\n", "cities.csv:1: 3 columns; pairs are a table of two"},
        {"a,b\nPeru,Lima\nPerú,Lima\n",
         "cities.csv:3: column 1 (a): \"Perú\" is not in pool lands"},
        {"a,b\nPeru,Lima\nPeru,Rome\n",
         "cities.csv:3: column 2 (b): \"Rome\" is not in pool cities"},
        {"a,b\nPeru,\n", "cities.csv:2: column 2 (b): \"\" is not in pool cities"},
        {"a,b\nPeru,Lima\nJapan,Kobe\nPeru,Lima\n",
         "cities.csv:4: column 2 (b): \"Peru\" and \"Lima\" are on line 2 already"},
        {"a,b\nPeru,Lima\nChad,Lima\n", "cities.csv: no row begins with \"Japan\" of pool lands"},
        {"a,b\nPeru\n", "cities.csv:2: 1 cell, but the first line names 2 columns"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        little_write(&directory, "facts/cities.csv", wrong[i].content);
        refuse(NULL, wrong[i].message);
    }
    char name[] = "cities";
    struct pool_limit limit = {name, 3};
    write_pairs();
    refuse(&limit, "\"Abéché\" is not among the first 3 entries of pool cities, which are all that "
                   "pools.cities lets in");
}

static void running_out_of_memory_leaves_nothing(void **state)
{
    (void)state;
    size_t failed = 0;
    bool loaded = false;
    for (size_t n = 1; !loaded; n++) {
        struct fact_set facts;
        struct error err;
        memory_fail_request(n);
        loaded = load(&facts, NULL, &err);
        memory_fail_request(0);
        if (loaded) {
            for (size_t m = 1; m <= 3; m++) {
                double entropy;
                memory_fail_request(m);
                assert_false(pool_entropy(&facts, CITY, &entropy, NULL, &err));
                memory_fail_request(0);
                assert_int_equal(err.kind, ERROR_MEMORY);
            }
            fact_set_free(&facts);
        } else {
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(facts.attribute);
            failed++;
        }
    }
    assert_true(failed > 100);
}

/* The example of mneme-preset(5), with the pools that ship and companies for each of the cities. */
static void the_manuals_example_is_a_facts_file(void **state)
{
    (void)state;
    struct little_directory own;
    const char *srcdir = getenv("srcdir");
    const char *const shipped[] = {srcdir ? srcdir : ".", NULL};
    char path[LITTLE_PATH];
    char *page = memory_format(NULL, "%s/man/mneme-preset.5", shipped[0]);
    char *manual = file_read(page, NULL, NULL);
    assert_non_null(manual);
    little_make(&own);
    char *example = strstr(manual, "[facts]\ntitle = People and where they work\n");
    assert_non_null(example);
    *strstr(example, ".RE") = '\0';
    little_write(&own, "facts/example.ini", example);

    struct pool pool;
    struct text pairs = {0};
    char *cities_path = memory_format(NULL, "%s/pools/cities.txt", shipped[0]);
    char *shipped_cities = text_file_read(cities_path, NULL, NULL);
    assert_true(pool_read(&pool, "cities", cities_path, shipped_cities, 0, NULL));
    memory_free(shipped_cities);
    text_add(&pairs, "city,company\n");
    for (size_t i = 0; i < pool.count; i++)
        text_format(&pairs, "\"%s\",Nike\n\"%s\",Intel\n", pool.entry[i], pool.entry[i]);
    little_write(&own, "facts/companies-by-city.csv", pairs.bytes);
    snprintf(path, sizeof path, "%s/facts/example.ini", own.path);
    struct facts_options options = {.file = path, .train_templates = 1};
    struct fact_set facts;
    struct error err = {0};
    double entropy;
    if (!fact_set_load(&facts, &options, shipped, &err))
        fail_msg("%s", err.message);
    assert_string_equal(facts.attribute[1].name, "company");
    assert_true(pool_entropy(&facts, 1, &entropy, NULL, NULL));
    assert_float_equal(entropy, log(2), 1e-12);
    fact_set_free(&facts);
    pool_free(&pool);
    text_free(&pairs);
    memory_free(cities_path);
    memory_free(manual);
    memory_free(page);
    little_remove(&own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_go_with_those_they_depend_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entropies_of_the_pools_are_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_entropy_of_people_is_that_of_their_values, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(values_that_depend_on_no_other_stay_as_they_are, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_fingerprint_knows_the_pairs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_with_a_dependence_is_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_with_pairs_is_named_with_its_place, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(running_out_of_memory_leaves_nothing, set_up, tear_down),
        cmocka_unit_test(the_manuals_example_is_a_facts_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
