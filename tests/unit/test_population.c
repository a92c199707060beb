#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "base/memory.h"
#include "base/text.h"
#include "facts/population.h"
#include "tests/within.h"

/* A fact set whose pools have these sizes; entries are their numbers. Name parts are the first
 * name_parts pools, one attribute's value the others. */
struct numbered {
    struct fact_set facts;
    struct pool pool[FACTS_MAX_PARTS];
    struct attribute attribute[2];
};

static void make_numbered(struct numbered *made, const size_t *size, size_t pools,
                          size_t name_parts)
{
    static char path[] = "numbered.ini";
    *made = (struct numbered){0};
    for (size_t i = 0; i < pools; i++) {
        made->pool[i].count = size[i];
        made->pool[i].entry = calloc(size[i], sizeof(char *));
        assert_non_null(made->pool[i].entry);
        for (size_t j = 0; j < size[i]; j++)
            assert_non_null(made->pool[i].entry[j] = memory_format(NULL, "%zu", j));
    }
    made->facts = (struct fact_set){
        .path = path,
        .pool = made->pool,
        .pools = pools,
        .name_parts = name_parts,
        .attribute = made->attribute,
        .attributes = 2,
        .templates = 25,
        .train_templates = 20,
    };
    for (size_t i = 0; i < name_parts; i++)
        made->facts.name_part[i] = i;
    for (size_t i = name_parts; i < pools; i++)
        for (size_t j = 0; j < 2; j++)
            made->attribute[j].part[made->attribute[j].parts++] = i;
}

static void free_numbered(struct numbered *made)
{
    for (size_t i = 0; i < made->facts.pools; i++)
        pool_free(&made->pool[i]);
}

static struct population make_population(const struct numbered *made, uint64_t seed, uint64_t known)
{
    struct population population;
    struct population_options options = {.seed = seed, .known = known};
    struct error err = {0};
    assert_true(population_init(&population, &made->facts, &options, &err));
    return population;
}

/* Number of a name among all combinations. */
static size_t name_number(const struct population *population, const uint32_t *part)
{
    size_t number = 0;
    for (size_t i = 0; i < population->facts->name_parts; i++) {
        size_t count = population->facts->pool[population->facts->name_part[i]].count;
        assert_true(part[i] < count);
        number = number * count + part[i];
    }
    return number;
}

static void all_names_are_given_once_and_found_again(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 1}, {1, 2}, {3, 1},  {2, 2},  {5, 1},
                                      {3, 5}, {4, 4}, {1, 17}, {7, 37}, {64, 65}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct numbered made;
        make_numbered(&made, sizes[i], 2, 2);
        for (uint64_t seed = 0; seed < 5; seed++) {
            struct population population = make_population(&made, seed, 1);
            assert_int_equal(population.names, sizes[i][0] * sizes[i][1]);
            bool *given = calloc(population.names, sizeof *given);
            assert_non_null(given);
            for (uint64_t individual = 0; individual < population.names; individual++) {
                uint32_t part[FACTS_MAX_PARTS];
                population_name(&population, individual, part);
                size_t number = name_number(&population, part);
                assert_false(given[number]);
                given[number] = true;
                assert_int_equal(population_find(&population, part), individual);
            }
            free(given);
        }
        free_numbered(&made);
    }
}

static void a_million_names_differ(void **state)
{
    (void)state;
    struct numbered made;
    make_numbered(&made, (const size_t[]){900, 900, 1000}, 3, 3);
    struct population population = make_population(&made, 7, POPULATION_MAX);
    assert_int_equal(population.names, 810000000);
    unsigned char *given = calloc(810000000 / 8, 1);
    assert_non_null(given);
    for (uint64_t individual = 0; individual < POPULATION_MAX; individual++) {
        uint32_t part[FACTS_MAX_PARTS];
        population_name(&population, individual, part);
        size_t number = name_number(&population, part);
        assert_false(given[number / 8] >> number % 8 & 1);
        given[number / 8] |= (unsigned char)(1 << number % 8);
        assert_int_equal(population_find(&population, part), individual);
    }
    free(given);
    free_numbered(&made);
}

/* Upper tail of chi-square for counts that should be equal. */
static double uniform_p(const size_t *count, size_t cells, size_t draws)
{
    double expected = (double)draws / (double)cells, sum = 0;
    for (size_t i = 0; i < cells; i++)
        sum += ((double)count[i] - expected) * ((double)count[i] - expected) / expected;
    return gsl_cdf_chisq_Q(sum, (double)cells - 1);
}

#define REJECTED 1e-4 /* seeds are fixed: a test that passes once always passes */

static void names_come_in_random_order(void **state)
{
    (void)state;
    struct numbered made;
    make_numbered(&made, (const size_t[]){30, 30, 30}, 3, 3);
    struct population population = make_population(&made, 11, 6000);
    size_t first[30] = {0}, pair[900] = {0}, step[30] = {0};
    uint32_t last[FACTS_MAX_PARTS] = {0};
    for (uint64_t individual = 0; individual < 6000; individual++) {
        uint32_t part[FACTS_MAX_PARTS];
        population_name(&population, individual, part);
        first[part[0]]++;
        pair[part[1] * 30 + part[2]]++;
        step[(part[2] + 30 - last[2]) % 30]++;
        memcpy(last, part, sizeof last);
    }
    assert_true(uniform_p(first, 30, 6000) > REJECTED);
    assert_true(uniform_p(pair, 900, 6000) > REJECTED);
    assert_true(uniform_p(step, 30, 6000) > REJECTED);
    free_numbered(&made);
}

static void values_are_uniform_and_independent(void **state)
{
    (void)state;
    enum { KNOWN = 100000, SMALL = 7, LARGE = 31 };
    struct numbered made;
    make_numbered(&made, (const size_t[]){900, 900, SMALL, LARGE}, 4, 2);
    struct population population = make_population(&made, 3, KNOWN);
    size_t *parts = calloc(SMALL * LARGE, sizeof *parts);
    size_t *attributes = calloc(LARGE * LARGE, sizeof *attributes);
    size_t *neighbours = calloc(LARGE * LARGE, sizeof *neighbours);
    size_t *name = calloc(30 * LARGE, sizeof *name);
    assert_true(parts && attributes && neighbours && name);
    uint32_t last = 0;
    for (uint64_t individual = 0; individual < KNOWN; individual++) {
        uint32_t here[FACTS_MAX_PARTS], there[FACTS_MAX_PARTS], called[FACTS_MAX_PARTS];
        population_value(&population, individual, 0, here);
        population_value(&population, individual, 1, there);
        population_name(&population, individual, called);
        assert_true(here[0] < SMALL && here[1] < LARGE);
        parts[here[0] * LARGE + here[1]]++;
        attributes[here[1] * LARGE + there[1]]++;
        neighbours[last * LARGE + here[1]]++;
        name[called[0] / 30 * LARGE + here[1]]++;
        last = here[1];
    }
    assert_true(uniform_p(parts, SMALL * LARGE, KNOWN) > REJECTED);
    assert_true(uniform_p(attributes, LARGE * LARGE, KNOWN) > REJECTED);
    assert_true(uniform_p(neighbours, LARGE * LARGE, KNOWN) > REJECTED);
    assert_true(uniform_p(name, 30 * LARGE, KNOWN) > REJECTED);
    free(parts);
    free(attributes);
    free(neighbours);
    free(name);
    free_numbered(&made);
}

static void another_seed_gives_other_people(void **state)
{
    (void)state;
    struct numbered made;
    make_numbered(&made, (const size_t[]){900, 900, 1000}, 3, 2);
    struct population a = make_population(&made, 1, 1000), b = make_population(&made, 2, 1000);
    size_t names = 0, values = 0, orders = 0;
    for (uint64_t individual = 0; individual < 1000; individual++) {
        uint32_t x[FACTS_MAX_PARTS], y[FACTS_MAX_PARTS];
        population_name(&a, individual, x);
        population_name(&b, individual, y);
        names += x[0] == y[0] && x[1] == y[1];
        population_value(&a, individual, 0, x);
        population_value(&b, individual, 0, y);
        values += x[0] == y[0];
        size_t order_a[25], order_b[25];
        population_templates(&a, individual, 0, order_a);
        population_templates(&b, individual, 0, order_b);
        orders += memcmp(order_a, order_b, sizeof order_a) == 0;
    }
    assert_within(names, 0, 3);
    assert_within(values, 0, 10);
    assert_int_equal(orders, 0);
    free_numbered(&made);
}

static void the_template_split_is_everybodys_own(void **state)
{
    (void)state;
    enum { KNOWN = 5000 };
    struct numbered made;
    make_numbered(&made, (const size_t[]){100, 100, 5}, 3, 2);
    struct population population = make_population(&made, 5, KNOWN);
    size_t held_out[25] = {0}, both = 0;
    for (uint64_t individual = 0; individual < KNOWN; individual++) {
        size_t order[2][25];
        bool out[2][25] = {{false}};
        for (size_t attribute = 0; attribute < 2; attribute++) {
            bool seen[25] = {false};
            population_templates(&population, individual, attribute, order[attribute]);
            for (size_t i = 0; i < 25; i++) {
                assert_true(order[attribute][i] < 25);
                assert_false(seen[order[attribute][i]]);
                seen[order[attribute][i]] = true;
                out[attribute][order[attribute][i]] = i >= 20;
            }
        }
        for (size_t i = 0; i < 25; i++) {
            held_out[i] += out[0][i];
            both += out[0][i] && out[1][i];
        }
    }
    /* Each is held out with probability 1/5, in both attributes with 1/25: 5 sigma. */
    for (size_t i = 0; i < 25; i++)
        assert_within(held_out[i], KNOWN / 5 - 141, KNOWN / 5 + 141);
    assert_within(both, KNOWN - 350, KNOWN + 350);
    free_numbered(&made);
}

static void status_follows_the_numbers(void **state)
{
    (void)state;
    struct numbered made;
    make_numbered(&made, (const size_t[]){10, 10}, 2, 2);
    struct population population;
    struct population_options options = {.known = 50, .held_out = 20, .fine_tuning = 10};
    struct error err = {0};
    assert_true(population_init(&population, &made.facts, &options, &err));
    assert_int_equal(population_status(&population, 0), INDIVIDUAL_KNOWN);
    assert_int_equal(population_status(&population, 49), INDIVIDUAL_KNOWN);
    assert_int_equal(population_status(&population, 50), INDIVIDUAL_NEW);
    assert_int_equal(population_status(&population, 69), INDIVIDUAL_NEW);
    assert_int_equal(population_status(&population, 70), INDIVIDUAL_FINE_TUNING);
    assert_int_equal(population_status(&population, 79), INDIVIDUAL_FINE_TUNING);
    assert_int_equal(population_status(&population, 80), INDIVIDUAL_INVENTED);
    assert_int_equal(population_status(&population, 99), INDIVIDUAL_INVENTED);
    assert_int_equal(population_individuals(&population), 80);
    assert_int_equal(population_count(&population, INDIVIDUAL_KNOWN), 50);
    assert_int_equal(population_count(&population, INDIVIDUAL_NEW), 20);
    assert_int_equal(population_count(&population, INDIVIDUAL_FINE_TUNING), 10);
    assert_int_equal(population_count(&population, INDIVIDUAL_INVENTED), 20);
    assert_int_equal(population_member(&population, INDIVIDUAL_NEW, 19), 69);
    assert_int_equal(population_member(&population, INDIVIDUAL_FINE_TUNING, 0), 70);
    assert_int_equal(population_member(&population, INDIVIDUAL_INVENTED, 19), 99);
    assert_string_equal(individual_status_name(INDIVIDUAL_FINE_TUNING), "fine-tuning");
    free_numbered(&made);
}

static void too_many_individuals_are_refused(void **state)
{
    (void)state;
    struct numbered small, large;
    make_numbered(&small, (const size_t[]){10, 10}, 2, 2);
    make_numbered(&large, (const size_t[]){1000, 1000, 1000, 1000, 1000, 1000, 1000}, 7, 7);
    const struct {
        const struct numbered *made;
        struct population_options options;
        const char *message;
    } wrong[] = {
        {&small, {.known = 0}, "a population of 0 is not between 1 and 1048576"},
        {&small, {.known = POPULATION_MAX + 1}, "a population of 1048577"},
        {&small, {.known = 101}, "make 100 names, too few for 101 known"},
        {&small, {.known = 50, .held_out = 51}, "too few for 50 known, 51 new"},
        {&small, {.known = 50, .held_out = 50, .fine_tuning = 1}, "1 fine-tuning"},
        {&small, {.known = 1, .held_out = UINT64_MAX}, "too few"},
        {&large, {.known = 1}, "more than 2^62 names"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct population population;
        struct error err = {0};
        assert_false(population_init(&population, &wrong[i].made->facts, &wrong[i].options, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_non_null(strstr(err.message, wrong[i].message));
    }
    struct population population;
    struct population_options all = {.known = 50, .held_out = 49, .fine_tuning = 1};
    assert_true(population_init(&population, &small.facts, &all, NULL));
    free_numbered(&small);
    free_numbered(&large);
}

static void names_and_values_are_written_with_blanks(void **state)
{
    (void)state;
    struct numbered made;
    make_numbered(&made, (const size_t[]){4, 4, 3, 3}, 4, 2);
    struct population population = make_population(&made, 1, 16);
    for (uint64_t individual = 0; individual < 16; individual++) {
        uint32_t part[FACTS_MAX_PARTS];
        char expected[32];
        struct text name = {0}, value = {0};
        population_name_text(&population, individual, &name);
        population_name(&population, individual, part);
        snprintf(expected, sizeof expected, "%u %u", part[0], part[1]);
        assert_string_equal(name.bytes, expected);
        population_value_text(&population, individual, 1, &value);
        population_value(&population, individual, 1, part);
        snprintf(expected, sizeof expected, "%u %u", part[0], part[1]);
        assert_string_equal(value.bytes, expected);
        text_free(&name);
        text_free(&value);
    }
    free_numbered(&made);
}

static double entropy_of_entries(const struct population *population, size_t part_asked,
                                 size_t entries)
{
    double sum = 0, known = (double)population->size.known;
    for (size_t entry = 0; entry < entries; entry++) {
        double seen = 0;
        for (uint64_t individual = 0; individual < population->size.known; individual++) {
            uint32_t part[FACTS_MAX_PARTS];
            population_value(population, individual, 1, part);
            seen += part[part_asked] == entry;
        }
        sum -= seen > 0 ? seen / known * log(seen / known) : 0;
    }
    return sum;
}

static void the_entropy_is_that_of_the_values_there_are(void **state)
{
    (void)state;
    static const uint64_t populations[] = {1, 2, 10, 500};
    struct numbered made;
    make_numbered(&made, (const size_t[]){50, 50, 5, 4}, 4, 2);
    for (size_t i = 0; i < sizeof populations / sizeof *populations; i++) {
        struct population population = make_population(&made, 9, populations[i]);
        double expected =
            entropy_of_entries(&population, 0, 5) + entropy_of_entries(&population, 1, 4);
        double entropy, pools;
        assert_true(population_entropy(&population, 1, &entropy, &pools, NULL));
        assert_true(fabs(entropy - expected) < 1e-12);
        assert_true(fabs(pools - log(20)) < 1e-12);
        assert_true(population_entropy(&population, 1, &entropy, NULL, NULL));
    }
    free_numbered(&made);
}

static void a_large_population_has_nearly_the_entropy_of_its_pools(void **state)
{
    (void)state;
    struct numbered made;
    make_numbered(&made, (const size_t[]){1000, 1000, 50, 40, 30}, 5, 2);
    struct population population = make_population(&made, 9, 262144);
    double entropy, pools;
    assert_true(population_entropy(&population, 0, &entropy, &pools, NULL));
    /* A part of K entries among N falls short by (K - 1) / 2N on average (Miller 1955). */
    double expected = pools - (49 + 39 + 29) / (2.0 * 262144);
    assert_true(entropy < pools);
    assert_true(fabs(entropy - expected) < 1e-4);
    free_numbered(&made);
}

static void entropy_without_memory_is_an_error(void **state)
{
    (void)state;
    struct numbered made;
    make_numbered(&made, (const size_t[]){5, 5, 5}, 3, 2);
    struct population population = make_population(&made, 9, 25);
    struct error err = {0};
    double entropy;
    memory_fail_request(1);
    assert_false(population_entropy(&population, 0, &entropy, NULL, &err));
    assert_int_equal(err.kind, ERROR_MEMORY);
    free_numbered(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_names_are_given_once_and_found_again),
        cmocka_unit_test(a_million_names_differ),
        cmocka_unit_test(names_come_in_random_order),
        cmocka_unit_test(values_are_uniform_and_independent),
        cmocka_unit_test(another_seed_gives_other_people),
        cmocka_unit_test(the_template_split_is_everybodys_own),
        cmocka_unit_test(status_follows_the_numbers),
        cmocka_unit_test(too_many_individuals_are_refused),
        cmocka_unit_test(names_and_values_are_written_with_blanks),
        cmocka_unit_test(the_entropy_is_that_of_the_values_there_are),
        cmocka_unit_test(a_large_population_has_nearly_the_entropy_of_its_pools),
        cmocka_unit_test(entropy_without_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
