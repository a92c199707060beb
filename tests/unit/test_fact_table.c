#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "facts/biography.h"
#include "facts/fact_set_load.h"
#include "facts/fact_table.h"
#include "facts/frequencies.h"
#include "facts/population.h"
#include "facts/question.h"
#include "facts/vocabulary.h"
#include "measure/recall.h"
#include "tests/fixtures/little_facts.h"
#include "tests/float_equal.h"

static struct little_directory directory;

/* Names of one to five words that share them, values of several, empty cells. */
enum { ROWS = 8, COLUMNS = 3 };
static const char *const names[ROWS] = {
    "Gold",
    "Goldberg",
    "South Africa",
    "South Korea",
    "Korea",
    "Isle of Man's",
    "O",
    "The Very Old Grand Duchy",
};
static const char *const values[ROWS][COLUMNS] = {
    {"Au", "yes", "one town"}, {"Gb", "", "two towns"},   {"Au", "yes", "two towns"},
    {"Kr", "no", ""},          {"K", "yes", "one town"},  {"", "", "New York"},
    {"O", "no", "New York"},   {"Gd", "yes", "one town"},
};
#define HEADER "Name,Symbol,is_known,Home Town\n"
#define GENERAL                                                                                    \
    "The [attribute] of [X] is [Y].\n[X]'s [attribute] is [Y].\n[X] has the [attribute] [Y].\n"

static void write_table(const char *name)
{
    struct text content = {0};
    text_add(&content, HEADER);
    for (size_t r = 0; r < ROWS; r++)
        text_format(&content, "%s,%s,\"  %s \",%s\n", names[r], values[r][0], values[r][1],
                    values[r][2]);
    little_write(&directory, name, content.bytes);
    text_free(&content);
}

static int set_up(void **state)
{
    (void)state;
    little_make(&directory);
    little_write(&directory, "templates/general.txt", GENERAL);
    write_table("facts/t.csv");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_remove(&directory);
    return 0;
}

static bool load_table(struct fact_set *facts, struct error *err)
{
    char path[LITTLE_PATH];
    snprintf(path, sizeof path, "%s/facts/t.csv", directory.path);
    struct facts_options options = {.table = path, .train_templates = 2, .shuffle = true};
    *err = (struct error){0};
    return fact_set_load(facts, &options, directory.list, err);
}

/* The facts of the table, or fails. */
static void get_table(struct fact_set *facts)
{
    struct error err;
    if (!load_table(facts, &err))
        fail_msg("%s", err.message);
}

static void a_table_is_a_fact_set(void **state)
{
    (void)state;
    struct fact_set facts;
    get_table(&facts);
    assert_string_equal(facts.title, "t");
    assert_string_equal(facts.individual, "row");
    assert_int_equal(fact_set_rows(&facts), ROWS);
    assert_int_equal(facts.attributes, COLUMNS);
    assert_string_equal(facts.attribute[0].name, "symbol");
    assert_string_equal(facts.attribute[1].name, "is known");
    assert_string_equal(facts.attribute[2].name, "home town");
    assert_string_equal(facts.attribute[2].key, "home_town");
    assert_true(facts.general_templates);
    assert_int_equal(facts.templates, 3);
    assert_string_equal(facts.attribute[2].template[1].before_value, "'s home town is ");
    for (size_t r = 0; r < ROWS; r++) {
        assert_string_equal(facts.pool[facts.name_part[0]].entry[r], names[r]);
        for (size_t a = 0; a < COLUMNS; a++) {
            uint32_t cell = fact_set_cell(&facts, r, a);
            if (*values[r][a] == '\0')
                assert_int_equal(cell, FACTS_NO_VALUE);
            else
                assert_string_equal(facts.pool[facts.attribute[a].part[0]].entry[cell],
                                    values[r][a]);
        }
    }
    assert_int_equal(facts.pool[facts.attribute[0].part[0]].count, 6);
    fact_set_free(&facts);
}

#define HEAD "[facts]\ntitle = T\ntable = t.csv\nindividual = thing\n"

static void a_facts_file_chooses_columns(void **state)
{
    (void)state;
    struct fact_set facts;
    struct error err = {0};
    char file[] = "chosen";
    struct facts_options options = {.file = file, .train_templates = 2};
    little_write(&directory, "templates/own.txt", "[X] lies in [Y].\n[X] is in [Y].\n[X]: [Y].\n");
    write_table("t.csv");
    char path[LITTLE_PATH];
    snprintf(path, sizeof path, "%s/facts/chosen.ini", directory.path);
    options.file = path;
    little_write(&directory, "facts/chosen.ini",
                 HEAD "[attribute place]\ncolumn = HOME TOWN\ntemplates = own.txt\n"
                      "[attribute letters]\ncolumn = Symbol\n");
    if (!fact_set_load(&facts, &options, directory.list, &err))
        fail_msg("%s", err.message);
    assert_string_equal(facts.title, "T");
    assert_string_equal(facts.individual, "thing");
    assert_int_equal(facts.attributes, 2);
    assert_string_equal(facts.attribute[0].name, "place");
    assert_string_equal(facts.attribute[0].template[0].before_value, " lies in ");
    assert_string_equal(facts.attribute[1].template[0].before_name, "The letters of ");
    assert_string_equal(facts.pool[facts.attribute[0].part[0]].entry[0], "one town");
    fact_set_free(&facts);

    little_write(&directory, "facts/chosen.ini", HEAD "[attribute letters]\ncolumn = Symbol\n");
    assert_true(fact_set_load(&facts, &options, directory.list, &err));
    assert_int_equal(fact_set_rows(&facts), ROWS - 1); /* one has no symbol */
    for (size_t r = 0, row = 0; r < ROWS; r++) {
        if (*values[r][0] == '\0')
            continue;
        uint32_t cell = fact_set_cell(&facts, row, 0);
        assert_string_equal(facts.pool[facts.name_part[0]].entry[row++], names[r]);
        assert_string_equal(facts.pool[facts.attribute[0].part[0]].entry[cell], values[r][0]);
    }
    fact_set_free(&facts);

    little_write(&directory, "facts/chosen.ini",
                 HEAD "name = symbol\n[attribute x]\ncolumn = name\n");
    assert_false(fact_set_load(&facts, &options, directory.list, &err));
    assert_non_null(strstr(err.message, "t.csv:4: column 2 (Symbol): \"Au\" is on line 2 already"));
}

static void what_is_wrong_in_a_table_is_named_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *content, *message;
    } wrong[] = {
        {"a\nx\n", "t.csv:1: there is one column alone"},
        {"a,,c\nx,y,z\n", "t.csv:1: column 2 has no name"},
        {",b,c\nx,y,z\n", "t.csv:1: column 1 has no name; the first line names the columns: write "
                          "name there if the column has the names, and leave it out if it is an "
                          "index"},
        {",a\n0,x\n1,y\n", "t.csv:1: there is one column alone"},
        {"a,b (c),b [c]\nx,y,z\n", "t.csv:1: column 3: the attributes \"b (c)\" and \"b [c]\" have "
                                   "the same key b__c_; rename "
                                   "one of the two columns"},
        {"a,b,b\nx,y,z\n", "t.csv:1: columns 2 and 3 are both called b"},
        {"a,b_c,b c\nx,y,z\n", "the attributes \"b c\" and \"b c\" have the same key b_c"},
        {"a,b\nx,y\n,y\n", "t.csv:3: column 1 (a): the row has no name"},
        {"a,b\nx,y\n \xC2\xA0,y\n", "t.csv:3: column 1 (a): the row has no name"},
        {"a,b\nx,y\nX,y\nx,y\n", "t.csv:4: column 1 (a): \"x\" is on line 2 already"},
        {"a,b,c\nx,y,z\nw,,\n", "t.csv:3: column 1 (a): the row of \"w\" tells nothing about it"},
        {"a,b,c\nx,y,\nw,y,\n", "t.csv: column 3 (c) has no value in any row"},
        {"a,b\nx,<end>\n", "t.csv:2: column 2 (b): <end> is reserved"},
        {"a,b\nx\n", "t.csv:2: 1 cell, but the first line names 2 columns"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct fact_set facts;
        struct error err;
        little_write(&directory, "facts/t.csv", wrong[i].content);
        if (load_table(&facts, &err))
            fail_msg("%zu is read", i);
        assert_int_equal(err.kind, ERROR_INPUT);
        if (!strstr(err.message, wrong[i].message))
            fail_msg("\"%s\" does not say \"%s\"", err.message, wrong[i].message);
        assert_null(facts.path);
    }
}

/* Of pandas, and of R, which quotes; sorted, and with rows left out. */
static void an_index_in_front_counts_for_nothing(void **state)
{
    static const char *const written[] = {
        ",Element,symbol\n0,Gold,Au\n1,Iron,Fe\n",
        "\"\",\"Element\",\"symbol\"\n\"1\",\"Gold\",\"Au\"\n\"2\",\"Iron\",\"Fe\"\n",
        " ;Element;symbol\n17;Gold;Au\n4;Iron;Fe\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        struct fact_set facts;
        little_write(&directory, "facts/t.csv", written[i]);
        get_table(&facts);
        assert_string_equal(facts.individual, "element");
        assert_int_equal(facts.attributes, 1);
        assert_string_equal(facts.attribute[0].name, "symbol");
        assert_string_equal(facts.pool[facts.name_part[0]].entry[0], "Gold");
        assert_string_equal(facts.pool[facts.attribute[0].part[0]].entry[1], "Fe");
        fact_set_free(&facts);
    }
}

/* Which would be waited for, and be empty when it is read again. */
static void a_table_from_a_pipe_is_refused_at_once(void **state)
{
    char path[LITTLE_PATH];
    struct fact_set facts;
    struct error err;
    (void)state;
    snprintf(path, sizeof path, "%s/facts/t.csv", directory.path);
    assert_int_equal(remove(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(load_table(&facts, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "t.csv is a pipe or a device, and a table is read more "));
    assert_int_equal(remove(path), 0);
}

static void a_facts_file_with_a_spreadsheet_says_how_it_is_saved(void **state)
{
    char file[] = "sheet";
    struct facts_options options = {.file = file, .train_templates = 2};
    struct fact_set facts;
    struct error err;
    (void)state;
    little_write(&directory, "facts/my.ods", "PK");
    little_write(&directory, "facts/sheet.ini",
                 "[facts]\ntitle = T\ntable = my.ods\nindividual = thing\n");
    assert_false(fact_set_load(&facts, &options, directory.list, &err));
    assert_non_null(strstr(err.message, "sheet.ini:3: table: "));
    assert_non_null(strstr(err.message, "my.ods is a spreadsheet; "));
}

static void cells_are_spaced_as_sentences_are(void **state)
{
    (void)state;
    struct fact_set facts;
    little_write(&directory, "facts/t.csv", "a,b\nWho ?,\"one ,two ( 3 )\"\nNo,\"one, two (3)\"\n");
    get_table(&facts);
    assert_string_equal(facts.pool[facts.name_part[0]].entry[0], "Who?");
    const struct pool *places = &facts.pool[facts.attribute[0].part[0]];
    assert_int_equal(places->count, 1);
    assert_string_equal(places->entry[0], "one, two (3)");
    fact_set_free(&facts);
}

static void more_columns_than_there_can_be_are_counted(void **state)
{
    (void)state;
    struct text content = {0};
    struct fact_set facts;
    struct error err;
    for (int line = 0; line < 2; line++)
        for (int c = 0; c <= FACTS_MAX_ATTRIBUTES + 1; c++)
            text_format(&content, "c%d%s", c, c <= FACTS_MAX_ATTRIBUTES ? "," : "\n");
    little_write(&directory, "facts/t.csv", content.bytes);
    assert_false(load_table(&facts, &err));
    assert_non_null(strstr(err.message, "33 columns besides the names are more than 32"));
    text_free(&content);
}

/* ---- who is known, and what is true of them ---- */

static void make_population(struct population *population, const struct fact_set *facts,
                            struct population_options options)
{
    struct error err = {0};
    options.seed = 5;
    if (!population_fit(&options, facts, &err) ||
        !population_init(population, facts, &options, &err))
        fail_msg("%s", err.message);
}

/* The row of the individual's name. */
static size_t row_of(const struct population *population, uint64_t individual)
{
    struct text name = {0};
    size_t row = 0;
    population_name_text(population, individual, &name);
    while (strcmp(names[row], name.bytes) != 0)
        row++;
    text_free(&name);
    return row;
}

static void values_are_those_of_the_row(void **state)
{
    (void)state;
    struct fact_set facts;
    struct population population;
    bool seen[ROWS] = {false};
    get_table(&facts);
    make_population(&population, &facts, (struct population_options){0});
    assert_int_equal(population.size.known, ROWS);
    assert_int_equal(population_facts(&population), 20);
    for (uint64_t i = 0; i < ROWS; i++) {
        size_t row = row_of(&population, i);
        assert_false(seen[row]);
        seen[row] = true;
        for (size_t a = 0; a < COLUMNS; a++) {
            struct text value = {0};
            assert_int_equal(population_tells(&population, i, a), *values[row][a] != '\0');
            if (!population_tells(&population, i, a))
                continue;
            population_value_text(&population, i, a, &value);
            assert_string_equal(value.bytes, values[row][a]);
            text_free(&value);
        }
    }
    fact_set_free(&facts);
}

static void rows_are_known_but_for_those_held_back(void **state)
{
    (void)state;
    struct fact_set facts;
    struct population population;
    struct error err = {0};
    get_table(&facts);
    make_population(&population, &facts, (struct population_options){.held_out_share = 0.25});
    assert_int_equal(population.size.known, 6);
    assert_int_equal(population.size.held_out, 2);
    make_population(&population, &facts, (struct population_options){.held_out = 3});
    assert_int_equal(population.size.known, 5);
    make_population(&population, &facts, (struct population_options){.known = 2, .held_out = 1});
    assert_int_equal(population_status(&population, 1), INDIVIDUAL_KNOWN);
    assert_int_equal(population_status(&population, 2), INDIVIDUAL_NEW);
    assert_int_equal(population_status(&population, 7), INDIVIDUAL_NEW); /* nobody is invented */
    struct population_options none = {.held_out = ROWS};
    assert_false(population_fit(&none, &facts, &err));
    assert_non_null(strstr(err.message, "t.csv has 8 rows, too few for 0 known, 8 new"));
    fact_set_free(&facts);
}

static void every_row_is_a_member_of_one_status(void **state)
{
    (void)state;
    struct fact_set facts;
    struct population population;
    get_table(&facts);
    make_population(&population, &facts,
                    (struct population_options){.known = 2, .held_out = 1, .fine_tuning = 2});
    assert_int_equal(population_individuals(&population), ROWS);
    for (int s = INDIVIDUAL_KNOWN; s <= INDIVIDUAL_INVENTED; s++) {
        const enum individual_status status = (enum individual_status)s;
        uint64_t members = 0;
        for (uint64_t i = 0; i < ROWS; i++)
            if (population_status(&population, i) == status)
                assert_int_equal(population_member(&population, status, members++), i);
        assert_int_equal(population_count(&population, status), members);
    }
    fact_set_free(&facts);
}

static void pools_have_no_rows_to_fit(void **state)
{
    (void)state;
    char path[] = "people.ini";
    struct fact_set facts = {.path = path};
    struct population_options open = {0}, share = {.known = 3, .held_out_share = 0.5};
    struct error err = {0};
    assert_false(population_fit(&open, &facts, &err));
    assert_non_null(strstr(err.message, "population.known = 0 means all rows of a table"));
    assert_false(population_fit(&share, &facts, &err));
    assert_non_null(strstr(err.message, "population.new_share is of the rows of a table"));
}

static void entropies_are_those_of_the_columns(void **state)
{
    (void)state;
    struct fact_set facts;
    struct population population;
    get_table(&facts);
    make_population(&population, &facts, (struct population_options){0});
    double sum = 0, told = 0;
    for (size_t a = 0; a < COLUMNS; a++) {
        double cells = 0, entropy = 0, found;
        for (size_t r = 0; r < ROWS; r++)
            cells += *values[r][a] != '\0';
        for (size_t r = 0; r < ROWS; r++) {
            double same = 0;
            for (size_t other = 0; other < ROWS; other++)
                same += strcmp(values[r][a], values[other][a]) == 0;
            entropy -= *values[r][a] ? log(same / cells) / cells : 0;
        }
        assert_true(population_entropy(&population, a, &found, NULL, NULL));
        assert_float_equal(found, entropy, 1e-12);
        assert_int_equal(population_told(&population, a), (uint64_t)cells);
        sum += cells * entropy;
        told += cells;
    }
    double baseline;
    assert_true(recall_baseline(&population, &baseline, NULL, NULL));
    assert_float_equal(baseline, sum / told, 1e-12);

    struct frequencies all;
    assert_true(frequencies_init(&all, &population, NULL));
    for (uint64_t i = 0; i < ROWS; i++)
        frequencies_add(&all, i, 1);
    assert_float_equal(frequencies_mean_cost(&all, &all, 1e12), sum / told, 1e-9);
    frequencies_free(&all);
    fact_set_free(&facts);
}

/* ---- what is told and asked ---- */

static void a_biography_tells_what_there_is(void **state)
{
    (void)state;
    struct fact_set facts;
    struct population population;
    struct vocabulary vocabulary;
    struct error err = {0};
    get_table(&facts);
    make_population(&population, &facts, (struct population_options){0});
    assert_true(vocabulary_build(&vocabulary, &facts, &err));
    for (uint64_t i = 0; i < ROWS; i++) {
        size_t row = row_of(&population, i), spans = 0;
        int32_t token[512];
        struct span span[2 * COLUMNS];
        struct biography biography = {.token = token, .span = span};
        struct random random = random_stream(1, RANDOM_TEST, i, 0);
        assert_true(biography_max_tokens(&vocabulary) <= 512);
        biography_write(&biography, &population, &vocabulary, i, BIOGRAPHY_TRAINING, &random);
        for (size_t a = 0; a < COLUMNS; a++)
            spans += *values[row][a] ? 2 : 0;
        assert_int_equal(biography.spans, spans);
        for (size_t s = 0; s < spans; s++) {
            struct text text = {0};
            vocabulary_text(&vocabulary, token + span[s].first, span[s].count, &text);
            assert_string_equal(text.bytes, span[s].kind == SPAN_NAME
                                                ? names[row]
                                                : values[row][span[s].attribute]);
            text_free(&text);
        }
    }
    vocabulary_free(&vocabulary);
    fact_set_free(&facts);
}

static void every_value_that_is_told_is_asked(void **state)
{
    (void)state;
    struct fact_set facts;
    struct population population;
    struct vocabulary vocabulary;
    struct recall_set set;
    get_table(&facts);
    make_population(&population, &facts, (struct population_options){.held_out = 2});
    assert_true(vocabulary_build(&vocabulary, &facts, NULL));
    assert_true(recall_set_init(&set, &population, &vocabulary, 0, 6, NULL));
    assert_int_equal(set.values, population_facts(&population));
    for (size_t v = 0; v < set.values; v++) {
        uint64_t individual = set.batch.individual[set.value_slot[v]];
        assert_true(population_tells(&population, individual, set.value_attribute[v]));
    }
    /* A prediction is right for everything that is told of individuals 2 and 3, wrong elsewhere. */
    for (size_t v = 0; v < set.values; v++)
        for (size_t p = set.value_start[v]; p < set.value_start[v + 1]; p++) {
            uint64_t individual = set.batch.individual[set.value_slot[v]];
            bool right = individual == 2 || individual == 3;
            set.prediction[p].likeliest = right ? set.batch.target[set.position[p]] : -1;
        }
    struct recall recall;
    recall_score_within(&set, 2, 2, &recall);
    assert_float_equal(recall.accuracy, 1, 0);
    recall_score_within(&set, 0, 2, &recall);
    assert_float_equal(recall.accuracy, 0, 0);
    recall_score_within(&set, 4, 2, &recall);
    assert_float_equal(recall.accuracy, 0, 0);
    recall_set_free(&set);
    vocabulary_free(&vocabulary);
    fact_set_free(&facts);
}

static void names_of_any_length_are_found_in_prompts(void **state)
{
    (void)state;
    struct fact_set facts;
    struct population population;
    struct vocabulary vocabulary;
    get_table(&facts);
    make_population(&population, &facts, (struct population_options){0});
    assert_true(vocabulary_build(&vocabulary, &facts, NULL));
    for (size_t r = 0; r < ROWS; r++)
        for (size_t a = 0; a < COLUMNS; a++) {
            struct question question;
            struct error err = {0};
            char prompt[200];
            snprintf(prompt, sizeof prompt, "The %s of %s is", facts.attribute[a].name, names[r]);
            if (!question_read(&question, &population, &vocabulary, prompt, 100, &err))
                fail_msg("%s: %s", prompt, err.message);
            assert_true(question.has_individual);
            assert_int_equal(row_of(&population, question.individual), r);
            assert_int_equal(question.attribute, a);
            question_free(&question);
        }
    vocabulary_free(&vocabulary);
    fact_set_free(&facts);
}

static void words_of_templates_may_be_names(void **state)
{
    (void)state;
    static const char *const called[] = {"Will", "The", "is", "of", "reads", "Gold"};
    static const char *const prompts[] = {"Look up %s under x and you will find", "The x of %s is",
                                          "%s's x is", "The entry for %s in the column x reads",
                                          "Will's x is 1. The x of %s is"};
    struct fact_set facts;
    struct population population;
    struct vocabulary vocabulary;
    little_write(&directory, "templates/general.txt",
                 "The [attribute] of [X] is [Y].\n[X]'s [attribute] is [Y].\n"
                 "Look up [X] under [attribute] and you will find [Y].\n"
                 "The entry for [X] in the column [attribute] reads [Y].\n");
    little_write(&directory, "facts/t.csv", "a,x\nWill,1\nThe,2\nis,3\nof,4\nreads,5\nGold,6\n");
    get_table(&facts);
    make_population(&population, &facts, (struct population_options){0});
    assert_true(vocabulary_build(&vocabulary, &facts, NULL));
    for (size_t n = 0; n < sizeof called / sizeof *called; n++)
        for (size_t p = 0; p < sizeof prompts / sizeof *prompts; p++) {
            struct question question;
            struct error err = {0};
            struct text prompt = {0};
            const char *name = strstr(prompts[p], "%s");
            text_add_bytes(&prompt, prompts[p], (size_t)(name - prompts[p]));
            text_format(&prompt, "%s%s", called[n], name + strlen("%s"));
            if (!question_read(&question, &population, &vocabulary, prompt.bytes, 100, &err))
                fail_msg("%s: %s", prompt.bytes, err.message);
            if (!question.has_individual)
                fail_msg("\"%s\" is about nobody", prompt.bytes);
            struct text name_text = {0};
            population_name_text(&population, question.individual, &name_text);
            if (strcmp(name_text.bytes, called[n]) != 0)
                fail_msg("\"%s\" is about %s", prompt.bytes, name_text.bytes);
            text_free(&name_text);
            assert_int_equal(question.attribute, 0);
            question_free(&question);
            text_free(&prompt);
        }
    vocabulary_free(&vocabulary);
    fact_set_free(&facts);
}

static void the_fingerprint_knows_who_has_what(void **state)
{
    (void)state;
    char first[FACTS_FINGERPRINT_SIZE], swapped[FACTS_FINGERPRINT_SIZE];
    struct fact_set facts;
    little_write(&directory, "facts/t.csv", "a,b,c\nx,1,1\ny,2,2\n");
    get_table(&facts);
    fact_set_fingerprint(&facts, first);
    fact_set_free(&facts);
    little_write(&directory, "facts/t.csv", "a,b,c\nx,1,1\ny,2,1\nz,1,2\n");
    get_table(&facts);
    fact_set_fingerprint(&facts, swapped);
    assert_string_not_equal(first, swapped);
    fact_set_free(&facts);
    little_write(&directory, "facts/t.csv", "a,b,c\nx,1,1\ny,2,2\nz,1,2\n");
    get_table(&facts);
    fact_set_fingerprint(&facts, first);
    assert_string_not_equal(first, swapped); /* the same names and values */
    fact_set_free(&facts);
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
        loaded = load_table(&facts, &err);
        memory_fail_request(0);
        if (loaded) {
            fact_set_free(&facts);
        } else {
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(facts.path);
            assert_null(facts.pool);
            failed++;
        }
    }
    assert_true(failed > 50);
}

/* A Turkish capital I is not i's. */
static void columns_are_spoken_alike_in_any_locale(void **state)
{
    (void)state;
    static const char *const locales[] = {"C", "tr_TR.UTF-8"};
    static const char *const spoken[][2] = {
        {"Income", "income"}, {"ISO_Code", "ISO code"}, {"I", "I"}, {"Île", "Île"}};
    for (size_t l = 0; l < sizeof locales / sizeof *locales; l++)
        for (size_t i = 0; setlocale(LC_ALL, locales[l]) && i < sizeof spoken / sizeof *spoken;
             i++) {
            char *name = fact_table_spoken(spoken[i][0], NULL);
            setlocale(LC_ALL, "C");
            assert_string_equal(name, spoken[i][1]);
            memory_free(name);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_table_is_a_fact_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_facts_file_chooses_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_in_a_table_is_named_with_its_place, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_index_in_front_counts_for_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_table_from_a_pipe_is_refused_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_facts_file_with_a_spreadsheet_says_how_it_is_saved,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(cells_are_spaced_as_sentences_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_columns_than_there_can_be_are_counted, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(values_are_those_of_the_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_are_known_but_for_those_held_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_row_is_a_member_of_one_status, set_up, tear_down),
        cmocka_unit_test(columns_are_spoken_alike_in_any_locale),
        cmocka_unit_test(pools_have_no_rows_to_fit),
        cmocka_unit_test_setup_teardown(entropies_are_those_of_the_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_biography_tells_what_there_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_value_that_is_told_is_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_of_any_length_are_found_in_prompts, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(words_of_templates_may_be_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_fingerprint_knows_who_has_what, set_up, tear_down),
        cmocka_unit_test_setup_teardown(running_out_of_memory_leaves_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
