/* Whole names in a text, and individuals found by a part of theirs, against brute force. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "facts/name_finder.h"
#include "facts/name_match.h"
#include "facts/name_reader.h"
#include "facts/question.h"
#include "tests/fixtures/little_lands.h"
#include "tests/fixtures/little_people.h"
#include "tests/fixtures/little_table.h"

enum { KNOWN = 40, FRESH = 10, WORDS = 12, BARE = 128, MOST = 400, MAX_TOKENS = 64 };

static struct little_people people;
static struct little_lands lands;

static int set_up(void **state)
{
    (void)state;
    little_people_make(&people, KNOWN, FRESH, 1);
    little_lands_make(&lands);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_people_remove(&people);
    little_lands_remove(&lands);
    return 0;
}

static char *name_of(const struct population *population, uint64_t individual)
{
    struct text name = {0};
    population_name_text(population, individual, &name);
    return text_take(&name, NULL);
}

/* ---- whole names ---- */

/* The bytes of the text that are the name, both folded, up to the end of a word; 0 where it does
 * not begin so. */
static size_t bytes_of_name(const char *text, const char *name)
{
    const char *cursor = text;
    struct word word, wanted;
    size_t behind = 0;
    while (word_next(&name, &wanted)) {
        char a[BARE] = {0}, b[BARE] = {0};
        if (!word_next(&cursor, &word))
            return 0;
        memcpy(a, word.bytes, word.count);
        memcpy(b, wanted.bytes, wanted.count);
        if (!utf8_equal_folded(a, b))
            return 0;
        behind = (size_t)(cursor - text);
    }
    return behind;
}

static size_t read_by_force(const struct population *population, const char *text)
{
    size_t longest = 0;
    for (uint64_t i = 0; i < population->names; i++) {
        char *name = name_of(population, i);
        size_t bytes = bytes_of_name(text, name);
        longest = bytes > longest ? bytes : longest;
        memory_free(name);
    }
    return longest;
}

static void assert_read(const struct population *population, const struct vocabulary *vocabulary,
                        const char *text)
{
    uint64_t individual;
    size_t bytes = 0, expected = read_by_force(population, text);
    bool found = name_read(population, vocabulary, text, &individual, &bytes);
    assert_int_equal(found, expected > 0);
    assert_int_equal(bytes, expected);
    if (!found)
        return;
    char *name = name_of(population, individual);
    assert_int_equal(bytes_of_name(text, name), expected);
    memory_free(name);
}

static const char *const ends[] = {"", " ", " is", "'s capital", ", New", " Guinea", " Korea", "x"};

static void the_longest_name_is_read_however_words_are_shared(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < lands.population.names; i++)
        for (size_t e = 0; e < sizeof ends / sizeof *ends; e++) {
            char *name = name_of(&lands.population, i);
            char *text = memory_format(NULL, "%s%s", name, ends[e]);
            assert_read(&lands.population, &lands.vocabulary, text);
            for (char *at = text; *at; at++)
                if (*at >= 'A' && *at <= 'Z')
                    *at = (char)(*at + ('a' - 'A'));
            assert_read(&lands.population, &lands.vocabulary, text);
            memory_free(text);
            memory_free(name);
        }
    static const char *const none[] = {"", "Goldber", "Golden", "Papua New", "New", "Democratic"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_read(&lands.population, &lands.vocabulary, none[i]);
    for (uint64_t i = 0; i < people.population.names; i++) {
        char *name = name_of(&people.population, i);
        char *text = memory_format(NULL, "%s Jose lives in", name);
        assert_read(&people.population, &people.vocabulary, name);
        assert_read(&people.population, &people.vocabulary, text);
        memory_free(text);
        memory_free(name);
    }
}

static void a_prompt_is_about_the_longest_name_in_it(void **state)
{
    (void)state;
    static const struct {
        const char *before, *behind;
        size_t attribute;
    } wording[] = {{"The capital of ", " is", 0},
                   {"", "'s currency is the", 1},
                   {"Those who rule ", " do so in", 0},
                   {"People in ", " pay with the", 1},
                   {"Gold is governed from Rome. The money of ", " is called", 1}};
    for (uint64_t i = 0; i < lands.population.names; i++)
        for (size_t w = 0; w < sizeof wording / sizeof *wording; w++) {
            struct question question;
            struct error err = {0};
            char *name = name_of(&lands.population, i);
            char *prompt =
                memory_format(NULL, "%s%s%s", wording[w].before, name, wording[w].behind);
            if (!question_read(&question, &lands.population, &lands.vocabulary, prompt, MAX_TOKENS,
                               &err))
                fail_msg("%s", err.message);
            assert_true(question.has_individual);
            if (question.individual != i)
                fail_msg("\"%s\" is about %d", prompt, (int)question.individual);
            assert_int_equal(question.attribute, wording[w].attribute);
            question_free(&question);
            memory_free(prompt);
            memory_free(name);
        }
}

/* ---- parts of names ---- */

struct bare_name {
    char word[WORDS][BARE];
    size_t words;
};

static struct bare_name bare_name_of(const char *name)
{
    struct bare_name bare = {0};
    struct word word;
    while (word_next(&name, &word)) {
        char copy[BARE] = {0};
        memcpy(copy, word.bytes, word.count);
        utf8_fold_bare(copy, bare.word[bare.words++], BARE);
    }
    return bare;
}

static bool begins(const char *word, const char *with)
{
    return strncmp(word, with, strlen(with)) == 0;
}

/* Whether a typed word stands for one of a name, both bare. */
static bool stands_for(const char *typed, const char *word)
{
    bool within = begins(word, typed);
    for (; *word; word++)
        within |= (*word == '-' || *word == '\'') && begins(word + 1, typed);
    return within;
}

/* Edits that it takes to have every typed word in the name; SIZE_MAX where one is too far off. */
static size_t distance_of(const char *part, const char *name)
{
    struct bare_name typed = bare_name_of(part), bare = bare_name_of(name);
    size_t sum = 0;
    for (size_t t = 0; t < typed.words; t++) {
        size_t best = SIZE_MAX;
        for (size_t w = 0; w < bare.words; w++) {
            size_t distance = suggest_distance(typed.word[t], bare.word[w]);
            if (stands_for(typed.word[t], bare.word[w]))
                distance = 0;
            else if (distance > suggest_limit(typed.word[t]))
                continue;
            best = distance < best ? distance : best;
        }
        if (best == SIZE_MAX)
            return SIZE_MAX;
        sum += best;
    }
    return typed.words > 0 ? sum : SIZE_MAX;
}

struct forced {
    uint64_t fitting, nearest; /* at distance 0; at any that is allowed */
};

static struct forced find_by_force(const struct population *population, const char *part)
{
    struct forced forced = {0};
    for (uint64_t i = 0; i < population->names; i++) {
        if (population_status(population, i) == INDIVIDUAL_INVENTED)
            continue;
        char *name = name_of(population, i);
        size_t distance = distance_of(part, name);
        forced.fitting += distance == 0;
        forced.nearest += distance != SIZE_MAX;
        memory_free(name);
    }
    return forced;
}

static struct found_names find(const struct population *population,
                               const struct vocabulary *vocabulary, const char *part, size_t most)
{
    struct found_names found;
    struct error err = {0};
    if (!names_find(&found, population, vocabulary, part, most, &err))
        fail_msg("%s", err.message);
    return found;
}

/* Who is found is who fits, and nobody twice. */
static void assert_found(const struct population *population, const struct vocabulary *vocabulary,
                         const char *part)
{
    struct forced forced = find_by_force(population, part);
    struct found_names found = find(population, vocabulary, part, MOST);
    uint64_t expected = forced.fitting > 0 ? forced.fitting : forced.nearest;
    if (found.fitting != expected)
        fail_msg("\"%s\" is in %d names, not in %d", part, (int)expected, (int)found.fitting);
    assert_int_equal(found.count, expected);
    assert_int_equal(found.is_near, forced.fitting == 0 && forced.nearest > 0);
    size_t last = 0;
    for (size_t n = 0; n < found.count; n++) {
        char *name = name_of(population, found.name[n].individual);
        size_t distance = distance_of(part, name);
        assert_true(population_status(population, found.name[n].individual) != INDIVIDUAL_INVENTED);
        assert_true(distance >= last && distance != SIZE_MAX);
        last = distance;
        for (size_t other = 0; other < n; other++)
            assert_true(found.name[other].individual != found.name[n].individual);
        memory_free(name);
    }
    found_names_free(&found);
}

static const char *const parts[] = {
    "Gold",
    "gol",
    "G",
    "south",
    "South K",
    "Korea",
    "Guinea",
    "Bissau",
    "new gui",
    "guinea new",
    "sao",
    "SÃO tome",
    "ivoire",
    "Côte",
    "and the",
    "the and",
    "Grenadines",
    "Republic Con",
    "congo rep",
    "Goldbrg",
    "Souht Korae",
    "Nigria",
    "Prinzipe",
    "xyzzy",
    "",
    " ",
    "o",
    "Ireland N",
    "Iraq",
    "Vincnet and",
    "n g",
    "a b c d e f g h i",
};

static void who_is_found_is_who_fits(void **state)
{
    (void)state;
    static const char *const named[] = {
        "Ada",  "ada zhu", "Zhu Ada", "maria jose", "Jose Maria", "eva",     "Èva",
        "neil", "cruz de", "M J",     "Ada Neal",   "Bne",        "Wil Zuh", "Ben Ben Ben"};
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        assert_found(&lands.population, &lands.vocabulary, parts[p]);
    for (size_t p = 0; p < sizeof named / sizeof *named; p++)
        assert_found(&people.population, &people.vocabulary, named[p]);
    for (uint64_t i = 0; i < KNOWN + FRESH; i++) {
        char *name = name_of(&people.population, i);
        assert_found(&people.population, &people.vocabulary, name);
        memory_free(name);
    }
}

static void rows_beyond_those_that_are_counted_are_found(void **state)
{
    (void)state;
    static const char *const named[] = {"S", "south", "o", "Gold", "The", "man", "Souht", "Wales"};
    const struct population_options few = {.known = 1, .held_out = 1, .fine_tuning = 1};
    struct little_table table;
    struct population population;
    struct error err = {0};
    little_table_make(&table, 2, 1);
    assert_true(population_init(&population, &table.facts, &few, &err));
    for (size_t p = 0; p < sizeof named / sizeof *named; p++)
        assert_found(&population, &table.vocabulary, named[p]);
    little_table_remove(&table);
}

static void assert_order(const char *part, const char *const *name)
{
    struct found_names found = find(&lands.population, &lands.vocabulary, part, MOST);
    for (size_t n = 0; name[n]; n++) {
        assert_true(n < found.count);
        char *got = name_of(&lands.population, found.name[n].individual);
        assert_string_equal(got, name[n]);
        memory_free(got);
    }
    found_names_free(&found);
}

static bool is_there(const char *name)
{
    uint64_t individual;
    size_t bytes;
    assert_true(name_read(&lands.population, &lands.vocabulary, name, &individual, &bytes));
    return population_status(&lands.population, individual) != INDIVIDUAL_INVENTED;
}

static void the_best_come_first(void **state)
{
    (void)state;
    static const char *const all[] = {"Gold",    "Goldberg",        "South Korea",   "Korea",
                                      "Guinea",  "New Zealand",     "Guinea-Bissau", "Niger",
                                      "Nigeria", "Papua New Guinea"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_true(is_there(all[i])); /* else these orders would be others */
    assert_order("gold", (const char *const[]){"Gold", "Goldberg", NULL});
    assert_order("niger", (const char *const[]){"Niger", "Nigeria", NULL});
    assert_order("Korea", (const char *const[]){"Korea", "South Korea", NULL});
    assert_order("guinea", (const char *const[]){"Guinea", "Guinea-Bissau", NULL});
    assert_order("New", (const char *const[]){"New Zealand", "Papua New Guinea", NULL});
    assert_order("guinea new", (const char *const[]){"Papua New Guinea", NULL});
    assert_order("Nigerai", (const char *const[]){"Nigeria", NULL});
}

static void only_a_whole_name_is_exact(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        bool exact;
    } known[] = {
        {"Gold", true},     {"gOLD", true},          {"gol", false},
        {"Goldberg", true}, {"cote d'ivoire", true}, {"Niger", true},
        {"Nigeri", false},  {"new guinea", false},   {"Papua New Guinea", true},
        {"Golt", false},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        struct found_names found = find(&lands.population, &lands.vocabulary, known[k].part, MOST);
        assert_int_equal(found.is_exact, known[k].exact);
        found_names_free(&found);
    }
}

static void the_best_are_kept_however_many_fit(void **state)
{
    (void)state;
    static const char *const asked[] = {"Ada", "a", "maria j", "Zhu"};
    for (size_t a = 0; a < sizeof asked / sizeof *asked; a++) {
        struct found_names all = find(&people.population, &people.vocabulary, asked[a], MOST);
        for (size_t most = 1; most < 8; most++) {
            struct found_names few = find(&people.population, &people.vocabulary, asked[a], most);
            assert_int_equal(few.fitting, all.fitting);
            assert_int_equal(few.count, most < all.count ? most : all.count);
            for (size_t n = 0; n < few.count; n++)
                assert_int_equal(few.name[n].individual, all.name[n].individual);
            found_names_free(&few);
        }
        assert_true(all.count > 2);
        found_names_free(&all);
    }
}

static void running_out_of_memory_leaves_nothing(void **state)
{
    (void)state;
    bool done = false;
    size_t n = 1;
    for (; !done; n++) {
        struct found_names found;
        struct error err = {0};
        memory_fail_request(n);
        done = names_find(&found, &people.population, &people.vocabulary, "Ada", 3, &err);
        memory_fail_request(0);
        assert_true(done || (err.kind == ERROR_MEMORY && !found.name));
        found_names_free(&found);
    }
    assert_true(n > 5);
}

/* ---- one name after another ---- */

/* A population's individuals with a part in their names, as a loop over all has it. */
static void assert_matched(const struct population *population, const struct vocabulary *vocabulary,
                           const char *part)
{
    struct name_match match;
    assert_true(name_match_begin(&match, population, vocabulary, part, NULL));
    uint64_t names = population_individuals(population);
    bool nothing = bare_name_of(part).words == 0;
    for (uint64_t i = 0; i < names; i++) {
        char *name = name_of(population, i);
        size_t distance = nothing ? 0 : distance_of(part, name);
        assert_int_equal(name_match_fits(&match, i, false), distance == 0);
        assert_int_equal(name_match_fits(&match, i, true), distance != SIZE_MAX);
        memory_free(name);
    }
    /* A name is looked at twice, a word compared with a typed one once each way. */
    assert_true(match.work <= 2 * names + 2 * match.words * vocabulary->words);
    name_match_free(&match);
}

static void each_name_is_matched_as_it_is_found(void **state)
{
    (void)state;
    static const char *const named[] = {"Ada", "ada zhu", "maria jose", "Eva",     "cruz de",
                                        "M J", "Bne",     "Wil Zuh",    "Ada Neal"};
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        if (strlen(parts[p]) < 17) /* more than NAME_FINDER_WORDS: below */
            assert_matched(&lands.population, &lands.vocabulary, parts[p]);
    for (size_t p = 0; p < sizeof named / sizeof *named; p++)
        assert_matched(&people.population, &people.vocabulary, named[p]);
    struct name_match match;
    assert_true(name_match_begin(&match, &people.population, &people.vocabulary,
                                 "a a a a a a a a a", NULL));
    for (uint64_t i = 0; i < KNOWN; i++)
        assert_false(name_match_fits(&match, i, true));
    name_match_free(&match);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_name_is_read_however_words_are_shared),
        cmocka_unit_test(a_prompt_is_about_the_longest_name_in_it),
        cmocka_unit_test(who_is_found_is_who_fits),
        cmocka_unit_test(rows_beyond_those_that_are_counted_are_found),
        cmocka_unit_test(the_best_come_first),
        cmocka_unit_test(only_a_whole_name_is_exact),
        cmocka_unit_test(the_best_are_kept_however_many_fit),
        cmocka_unit_test(each_name_is_matched_as_it_is_found),
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests_name("names", tests, set_up, tear_down);
}
