/* What ships in tables/ and the general wordings is right, as far as others than its makers can
 * tell: spot checks from public knowledge, and what has to hold of any table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <utf8proc.h>

#include "base/memory.h"
#include "base/text_file.h"
#include "base/utf8.h"
#include "facts/template.h"
#include "facts/words.h"

enum { ROWS = 200, COLUMNS = 8 };

struct rows {
    char *text;
    char *cell[ROWS][COLUMNS]; /* [rows][columns], the first row the names of the columns */
    size_t rows, columns;
};

static char *shipped_path(const char *name)
{
    const char *source = getenv("srcdir");
    char *path = memory_format(NULL, "%s/%s", source ? source : ".", name);
    assert_non_null(path);
    return path;
}

static char *read_shipped(const char *name)
{
    struct error err = {0};
    char *path = shipped_path(name);
    char *text = text_file_read(path, NULL, &err);
    if (!text)
        fail_msg("%s", err.message);
    memory_free(path);
    return text;
}

/* Splits a line at its tabs; how many cells there are. */
static size_t split(char *line, char **cell)
{
    for (size_t cells = 0; cells < COLUMNS;) {
        cell[cells++] = line;
        char *tab = strchr(line, '\t');
        if (!tab)
            return cells;
        *tab = '\0';
        line = tab + 1;
    }
    fail_msg("more than %d cells before %s", COLUMNS, line);
    return 0;
}

static struct rows read_table(const char *name)
{
    struct rows table = {.text = read_shipped(name)};
    for (char *line = table.text; *line; table.rows++) {
        char *end = strchr(line, '\n');
        if (!end)
            fail_msg("%s: the last line does not end", name);
        *end = '\0';
        assert_true(table.rows < ROWS);
        size_t cells = split(line, table.cell[table.rows]);
        if (table.rows > 0 && cells != table.columns)
            fail_msg("%s:%zu: %zu cells, not %zu", name, table.rows + 1, cells, table.columns);
        table.columns = cells;
        line = end + 1;
    }
    return table;
}

static size_t column_of(const struct rows *table, const char *name)
{
    for (size_t column = 0; column < table->columns; column++)
        if (strcmp(table->cell[0][column], name) == 0)
            return column;
    fail_msg("there is no column %s", name);
    return 0;
}

static const char *cell_of(const struct rows *table, const char *name, const char *column)
{
    size_t at = column_of(table, column);
    for (size_t row = 1; row < table->rows; row++)
        if (strcmp(table->cell[row][0], name) == 0)
            return table->cell[row][at];
    fail_msg("there is no row %s", name);
    return NULL;
}

/* Of what is no empty cell, nothing is there twice. */
static void check_unique(const struct rows *table, const char *name)
{
    size_t column = column_of(table, name);
    for (size_t row = 1; row < table->rows; row++)
        for (size_t other = 1; other < row; other++)
            if (*table->cell[row][column] &&
                utf8_equal_folded(table->cell[row][column], table->cell[other][column]))
                fail_msg("%s twice: %s", name, table->cell[row][column]);
}

static void check_cell(const char *cell)
{
    size_t length = strlen(cell);
    assert_true(utf8_is_valid(cell, length));
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)cell);
    assert_non_null(composed);
    if (strcmp((const char *)composed, cell) != 0)
        fail_msg("%s is not in normal form C", cell);
    free(composed);
    if (length > 0 && (cell[0] == ' ' || cell[length - 1] == ' '))
        fail_msg("\"%s\" begins or ends with a blank", cell);
    if (strpbrk(cell, "\"\r\n") || words_find_reserved(cell) || !words_well_spaced(cell))
        fail_msg("\"%s\" is not plain", cell);
}

static void every_cell_is_plain_text(void **state)
{
    (void)state;
    static const char *const names[] = {"tables/elements.tsv", "tables/countries.tsv"};
    for (size_t i = 0; i < 2; i++) {
        struct rows table = read_table(names[i]);
        for (size_t row = 0; row < table.rows; row++)
            for (size_t column = 0; column < table.columns; column++)
                check_cell(table.cell[row][column]);
        for (size_t column = 0; column < table.columns; column++)
            assert_string_not_equal(table.cell[0][column], "");
        for (size_t row = 0; row < table.rows; row++)
            assert_string_not_equal(table.cell[row][0], "");
        memory_free(table.text);
    }
}

static void there_are_118_elements_in_order(void **state)
{
    (void)state;
    struct rows table = read_table("tables/elements.tsv");
    assert_int_equal(table.rows, 1 + 118);
    size_t number = column_of(&table, "atomic number");
    for (size_t row = 1; row < table.rows; row++)
        assert_int_equal(strtol(table.cell[row][number], NULL, 10), row);
    check_unique(&table, "name");
    check_unique(&table, "symbol");
    memory_free(table.text);
}

/* Where an element stands, by the order in which electrons fill their orbitals (Madelung's rule):
 * by n + l, then by n. */
struct place {
    size_t period;
    char block;
    size_t group; /* 0: none */
};

static struct place place_of(size_t number)
{
    static const char blocks[] = "spdf";
    size_t filled = 0;
    for (size_t sum = 1;; sum++)
        for (size_t n = sum / 2 + 1; n <= sum; n++) {
            size_t l = sum - n, holds = 2 * (2 * l + 1);
            if (filled + holds < number) {
                filled += holds;
                continue;
            }
            size_t electrons = number - filled;
            const size_t before[] = {0, 12, 2}; /* groups before those of s, p and d */
            struct place place = {l > 1 ? n + l - 1 : n, blocks[l],
                                  l < 3 ? before[l] + electrons : 0};
            return place;
        }
}

static void period_group_and_block_are_those_of_the_filling_order(void **state)
{
    (void)state;
    struct rows table = read_table("tables/elements.tsv");
    size_t period = column_of(&table, "period"), group = column_of(&table, "group");
    size_t block = column_of(&table, "block"), empty_blocks = 0, groups = 0;
    for (size_t number = 1; number <= 118; number++) {
        char **cell = table.cell[number];
        struct place place = place_of(number);
        /* The rule puts helium over beryllium; the table, among the noble gases. */
        if (number == 2)
            place.group = 18;
        assert_int_equal(strtoul(cell[period], NULL, 10), place.period);
        if (*cell[block])
            assert_int_equal(cell[block][0], place.block);
        else
            empty_blocks++;
        if (*cell[group])
            assert_int_equal(strtoul(cell[group], NULL, 10), place.group);
        groups += *cell[group] != '\0';
        bool disputed = number == 57 || number == 71 || number == 89 || number == 103;
        assert_int_equal(*cell[block] == '\0', disputed);
        assert_int_equal(*cell[group] == '\0', disputed || place.block == 'f');
    }
    assert_int_equal(empty_blocks, 4);
    assert_int_equal(groups, 118 - 30);
    memory_free(table.text);
}

/* A family is a group of the table, or a row of the f-block. */
static void families_are_where_the_table_has_them(void **state)
{
    (void)state;
    static const struct {
        const char *family, *group;
        size_t members;
    } families[] = {
        {"alkali metal", "1", 6}, {"alkaline earth metal", "2", 6},
        {"pnictogen", "15", 5},   {"chalcogen", "16", 5},
        {"halogen", "17", 5},     {"noble gas", "18", 6},
        {"lanthanide", "", 15},   {"actinide", "", 15},
    };
    struct rows table = read_table("tables/elements.tsv");
    size_t family = column_of(&table, "family"), group = column_of(&table, "group");
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        size_t members = 0;
        for (size_t row = 1; row < table.rows; row++)
            if (strcmp(table.cell[row][family], families[i].family) == 0) {
                assert_string_equal(table.cell[row][group], families[i].group);
                members++;
            }
        assert_int_equal(members, families[i].members);
    }
    for (size_t row = 1; row < table.rows; row++)
        if (strcmp(table.cell[row][family], "transition metal") == 0) {
            unsigned long column = strtoul(table.cell[row][group], NULL, 10);
            assert_true(column >= 3 && column <= 11);
        }
    memory_free(table.text);
}

struct fact {
    const char *name, *column, *value;
};

static void check_facts(const char *file, const struct fact *facts, size_t count)
{
    struct rows table = read_table(file);
    for (size_t i = 0; i < count; i++) {
        const char *value = cell_of(&table, facts[i].name, facts[i].column);
        if (strcmp(value, facts[i].value) != 0)
            fail_msg("%s of %s: \"%s\", not \"%s\"", facts[i].column, facts[i].name, value,
                     facts[i].value);
    }
    memory_free(table.text);
}

static void known_facts_of_elements_are_there(void **state)
{
    (void)state;
    static const struct fact facts[] = {
        {"Hydrogen", "symbol", "H"},      {"Hydrogen", "state", "gas"},
        {"Hydrogen", "family", ""},       {"Helium", "group", "18"},
        {"Carbon", "atomic number", "6"}, {"Nitrogen", "family", "pnictogen"},
        {"Sodium", "symbol", "Na"},       {"Potassium", "symbol", "K"},
        {"Iron", "symbol", "Fe"},         {"Iron", "atomic number", "26"},
        {"Copper", "symbol", "Cu"},       {"Zinc", "family", ""},
        {"Bromine", "state", "liquid"},   {"Silver", "symbol", "Ag"},
        {"Tin", "symbol", "Sn"},          {"Antimony", "symbol", "Sb"},
        {"Iodine", "state", "solid"},     {"Caesium", "state", "solid"},
        {"Lanthanum", "group", ""},       {"Tungsten", "symbol", "W"},
        {"Gold", "symbol", "Au"},         {"Gold", "atomic number", "79"},
        {"Mercury", "symbol", "Hg"},      {"Mercury", "state", "liquid"},
        {"Lead", "symbol", "Pb"},         {"Astatine", "state", ""},
        {"Radon", "state", "gas"},        {"Uranium", "atomic number", "92"},
        {"Rutherfordium", "group", "4"},  {"Meitnerium", "family", ""},
        {"Tennessine", "symbol", "Ts"},   {"Oganesson", "state", ""},
    };
    check_facts("tables/elements.tsv", facts, sizeof facts / sizeof *facts);
}

static void there_are_193_countries_each_with_its_population(void **state)
{
    static const struct {
        const char *continent;
        size_t members;
    } continents[] = {{"Africa", 54},        {"Asia", 47},          {"Europe", 43},
                      {"North America", 23}, {"South America", 12}, {"Oceania", 14}};
    (void)state;
    struct rows table = read_table("tables/countries.tsv");
    assert_int_equal(table.rows, 1 + 193);
    check_unique(&table, "name");
    check_unique(&table, "capital");
    size_t population = column_of(&table, "population"), of = column_of(&table, "continent");
    size_t currency = column_of(&table, "currency");
    double people = 0;
    for (size_t row = 1; row < table.rows; row++) {
        char *end;
        long here = strtol(table.cell[row][population], &end, 10);
        assert_true(here > 5000 && here < 2000000000 && *end == '\0');
        /* No more than three digits of it tell something. */
        while (here >= 1000) {
            assert_int_equal(here % 10, 0);
            here /= 10;
        }
        people += strtod(table.cell[row][population], NULL);
        assert_string_not_equal(table.cell[row][currency], "");
    }
    assert_true(people > 8.1e9 && people < 8.3e9);
    for (size_t i = 0; i < sizeof continents / sizeof *continents; i++) {
        size_t members = 0;
        for (size_t row = 1; row < table.rows; row++)
            members += strcmp(table.cell[row][of], continents[i].continent) == 0;
        assert_int_equal(members, continents[i].members);
    }
    memory_free(table.text);
}

static size_t count_rows(const struct rows *table, const char *column, const char *value)
{
    size_t at = column_of(table, column), count = 0;
    for (size_t row = 1; row < table->rows; row++)
        count += strcmp(table->cell[row][at], value) == 0;
    return count;
}

/* Unions of states that can be counted: the euro area's 21 with Andorra, Monaco, Montenegro and San
 * Marino; the eight of UEMOA, the six of CEMAC; the seven whose money is the United States'. */
static void currencies_have_the_members_of_their_unions(void **state)
{
    (void)state;
    struct rows table = read_table("tables/countries.tsv");
    assert_int_equal(count_rows(&table, "currency", "euro"), 21 + 4);
    assert_int_equal(count_rows(&table, "currency", "West African CFA franc"), 8);
    assert_int_equal(count_rows(&table, "currency", "Central African CFA franc"), 6);
    assert_int_equal(count_rows(&table, "currency", "East Caribbean dollar"), 6);
    assert_int_equal(count_rows(&table, "currency", "US dollar"), 7);
    assert_int_equal(count_rows(&table, "currency", "Australian dollar"), 4);
    assert_int_equal(count_rows(&table, "currency", "Swiss franc"), 2);
    memory_free(table.text);
}

static void known_facts_of_countries_are_there(void **state)
{
    (void)state;
    static const struct fact facts[] = {
        {"Australia", "capital", "Canberra"},
        {"Benin", "capital", "Porto-Novo"},
        {"Bolivia", "capital", "Sucre"},
        {"Brazil", "capital", "Brasília"},
        {"Brazil", "main language", "Portuguese"},
        {"Bulgaria", "currency", "euro"},
        {"Burundi", "capital", "Gitega"},
        {"Canada", "capital", "Ottawa"},
        {"China", "capital", "Beijing"},
        {"Croatia", "currency", "euro"},
        {"Cyprus", "continent", "Asia"},
        {"Côte d'Ivoire", "capital", "Yamoussoukro"},
        {"Denmark", "currency", "Danish krone"},
        {"Ecuador", "currency", "US dollar"},
        {"Egypt", "continent", "Africa"},
        {"Equatorial Guinea", "capital", "Ciudad de la Paz"},
        {"Eswatini", "capital", ""},
        {"France", "capital", "Paris"},
        {"Haiti", "main language", "Haitian Creole"},
        {"India", "capital", "New Delhi"},
        {"Indonesia", "capital", "Jakarta"},
        {"Iran", "main language", "Persian"},
        {"Israel", "capital", ""},
        {"Japan", "currency", "Japanese yen"},
        {"Kazakhstan", "capital", "Astana"},
        {"Kazakhstan", "main language", ""},
        {"Liechtenstein", "currency", "Swiss franc"},
        {"Malaysia", "capital", "Kuala Lumpur"},
        {"Myanmar", "capital", "Naypyidaw"},
        {"Nauru", "capital", ""},
        {"Nauru", "currency", "Australian dollar"},
        {"Netherlands", "capital", "Amsterdam"},
        {"New Zealand", "capital", "Wellington"},
        {"Nigeria", "capital", "Abuja"},
        {"North Korea", "capital", "Pyongyang"},
        {"North Macedonia", "capital", "Skopje"},
        {"Palau", "capital", "Ngerulmud"},
        {"Panama", "currency", "Panamanian balboa"},
        {"Papua New Guinea", "main language", "Tok Pisin"},
        {"Russia", "continent", "Europe"},
        {"Sierra Leone", "currency", "Sierra Leonean leone"},
        {"South Africa", "capital", ""},
        {"South Korea", "capital", "Seoul"},
        {"South Sudan", "capital", "Juba"},
        {"Sri Lanka", "capital", ""},
        {"Suriname", "main language", "Dutch"},
        {"Switzerland", "capital", "Bern"},
        {"Switzerland", "main language", "German"},
        {"Tanzania", "capital", "Dodoma"},
        {"Timor-Leste", "continent", "Asia"},
        {"Trinidad and Tobago", "continent", "North America"},
        {"Türkiye", "capital", "Ankara"},
        {"Türkiye", "continent", "Asia"},
        {"Ukraine", "capital", "Kyiv"},
        {"United Kingdom", "currency", "pound sterling"},
        {"United States", "capital", "Washington"},
        {"Zimbabwe", "currency", "Zimbabwe Gold"},
    };
    check_facts("tables/countries.tsv", facts, sizeof facts / sizeof *facts);
}

/* The general wordings */

/* The general wordings as templates of one attribute, which each of them has to name once. */
static void load_general(const char *attribute, struct template **templates, size_t *count)
{
    static const char mark[] = "[attribute]";
    struct error err = {0};
    size_t lines = 0, marks = 0;
    char *path = shipped_path("templates/general.txt");
    char *text = read_shipped("templates/general.txt");
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        lines++;
    for (const char *at = text; (at = strstr(at, mark)); at++)
        marks++;
    if (!templates_read(templates, count, path, text, attribute, 0, &err))
        fail_msg("%s: %s", attribute, err.message);
    memory_free(text);
    memory_free(path);
    assert_int_equal(lines, *count);
    assert_int_equal(marks, *count);
}

static size_t count_words(const char *text)
{
    struct word word;
    size_t count = 0;
    while (word_next(&text, &word))
        count++;
    return count;
}

/* Whether all words of one text are the first of the other. */
static bool words_begin(const char *longer, const char *shorter)
{
    struct word one, other;
    while (word_next(&shorter, &one))
        if (!word_next(&longer, &other) || one.count != other.count ||
            memcmp(one.bytes, other.bytes, one.count) != 0)
            return false;
    return true;
}

static bool same_words(const char *a, const char *b)
{
    return words_begin(a, b) && words_begin(b, a);
}

/* The sentence ends with the value, in the words of no other; what follows the name tells it from
 * most. */
static void check_wordings(const struct template *wording, size_t count)
{
    size_t same_behind = 0, shortest = SIZE_MAX, longest = 0;
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(wording[i].after_value, ".");
        size_t words = count_words(wording[i].before_name) + count_words(wording[i].before_value);
        shortest = words < shortest ? words : shortest;
        longest = words > longest ? words : longest;
        for (size_t j = 0; j < count; j++) {
            const struct template *other = &wording[j];
            if (i == j)
                continue;
            same_behind += same_words(other->before_value, wording[i].before_value);
            if (same_words(other->before_name, wording[i].before_name) &&
                words_begin(other->before_value, wording[i].before_value))
                fail_msg("\"%s[X]%s\" begins \"%s[X]%s\"", wording[i].before_name,
                         wording[i].before_value, other->before_name, other->before_value);
        }
    }
    assert_int_equal(same_behind, 0);
    assert_true(longest >= shortest + 6);
}

static void the_general_wordings_serve_any_attribute(void **state)
{
    (void)state;
    static const char *const attributes[] = {"capital", "symbol", "main language", "atomic number",
                                             "first appeared"};
    for (size_t a = 0; a < sizeof attributes / sizeof *attributes; a++) {
        struct template *wording;
        size_t count;
        load_general(attributes[a], &wording, &count);
        assert_true(count >= 16);
        check_wordings(wording, count);
        templates_free(wording, count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_plain_text),
        cmocka_unit_test(there_are_118_elements_in_order),
        cmocka_unit_test(period_group_and_block_are_those_of_the_filling_order),
        cmocka_unit_test(families_are_where_the_table_has_them),
        cmocka_unit_test(known_facts_of_elements_are_there),
        cmocka_unit_test(there_are_193_countries_each_with_its_population),
        cmocka_unit_test(currencies_have_the_members_of_their_unions),
        cmocka_unit_test(known_facts_of_countries_are_there),
        cmocka_unit_test(the_general_wordings_serve_any_attribute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
