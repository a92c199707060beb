#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "facts/fact_set_load.h"
#include "tests/fixtures/little_facts.h"

static struct little_directory directory;

static int set_up(void **state)
{
    (void)state;
    little_make(&directory);
    little_fill(&directory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_remove(&directory);
    return 0;
}

static void a_facts_file_is_read_with_its_pools_and_templates(void **state)
{
    (void)state;
    struct facts_options options = little_options();
    struct fact_set facts;
    little_load(&facts, &directory, &options);
    assert_string_equal(facts.title, "Little people");
    assert_string_equal(facts.individual, "person");
    assert_non_null(strstr(facts.path, "/facts/little.ini"));
    assert_int_equal(facts.attributes, 3);
    assert_int_equal(facts.templates, 5);
    assert_int_equal(facts.train_templates, 3);
    assert_true(facts.shuffle);
    assert_string_equal(facts.attribute[0].name, "birth date");
    assert_string_equal(facts.attribute[0].key, "birth_date");
    assert_int_equal(facts.attribute[0].parts, 2);
    assert_string_equal(facts.attribute[2].template[3].before_value, " came into the world at ");
    fact_set_free(&facts);
    assert_null(facts.pool);
}

static void a_pool_used_twice_is_there_once(void **state)
{
    (void)state;
    struct facts_options options = little_options();
    struct fact_set facts;
    little_load(&facts, &directory, &options);
    assert_int_equal(facts.pools, 5);
    assert_int_equal(facts.name_parts, 3);
    assert_int_equal(facts.name_part[0], facts.name_part[1]);
    assert_int_not_equal(facts.name_part[0], facts.name_part[2]);
    assert_int_equal(facts.attribute[1].part[0], facts.attribute[2].part[0]);
    assert_string_equal(facts.pool[facts.attribute[1].part[0]].name, "towns");
    fact_set_free(&facts);
}

static void an_attribute_is_found_by_name_and_key(void **state)
{
    (void)state;
    struct facts_options options = little_options();
    struct fact_set facts;
    little_load(&facts, &directory, &options);
    assert_int_equal(fact_set_attribute(&facts, "birth place"), 2);
    assert_int_equal(fact_set_attribute(&facts, "birth_place"), 2);
    assert_int_equal(fact_set_attribute(&facts, "home"), 1);
    assert_int_equal(fact_set_attribute(&facts, "colour"), facts.attributes);
    fact_set_free(&facts);
}

static void options_shrink_pools_and_templates(void **state)
{
    (void)state;
    char towns[] = "towns";
    struct pool_limit limit = {towns, 2};
    struct facts_options options = little_options();
    options.templates = 4;
    options.limit = &limit;
    options.limits = 1;
    struct fact_set facts;
    little_load(&facts, &directory, &options);
    assert_int_equal(facts.templates, 4);
    assert_int_equal(facts.pool[facts.attribute[1].part[0]].count, 2);
    assert_int_equal(facts.pool[facts.attribute[0].part[0]].count, 5);
    fact_set_free(&facts);
}

static void options_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    char towns[] = "towns", twons[] = "twons", colours[] = "colours";
    struct pool_limit large = {towns, 6}, typo = {twons, 2}, other = {colours, 2};
    const struct {
        size_t templates, train;
        struct pool_limit *limit;
        const char *message;
    } wrong[] = {
        {6, 3, NULL, "5 templates, but 6 are needed"},
        {4, 4, NULL, "of 4 templates, 4 for training"},
        {1, 2, NULL, "of 1 templates, 2 for training"},
        {0, 5, NULL, "of 5 templates, 5 for training"},
        {0, 0, NULL, "of 5 templates, 0 for training"},
        {0, 3, &large, "towns.txt: 5 entries, but 6 are needed"},
        {0, 3, &typo, "there is no pool \"twons\"; did you mean \"towns\"?"},
        {0, 3, &other,
         "there is no pool \"colours\"; there are: givens, families, days, months, towns"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct facts_options options = little_options();
        options.templates = wrong[i].templates;
        options.train_templates = wrong[i].train;
        options.limit = wrong[i].limit;
        options.limits = wrong[i].limit != NULL;
        struct fact_set facts;
        struct error err = {0};
        assert_false(fact_set_load(&facts, &options, directory.list, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        if (!strstr(err.message, wrong[i].message))
            fail_msg("\"%s\" does not say \"%s\"", err.message, wrong[i].message);
        assert_null(facts.path);
        assert_null(facts.attribute);
    }
}

#define HEAD "[facts]\ntitle = T\nname = givens\nindividual = person\n" /* lines 1 to 4 */
#define HOME "[attribute home]\nvalue = towns\ntemplates = home.txt\n"

static void what_is_wrong_in_a_facts_file_is_named_with_its_line(void **state)
{
    (void)state;
    little_write(&directory, "pools/broken.txt", "a\n\n");
    little_write(&directory, "facts/t.csv", "a,b\n1,2\n");
    little_write(&directory, "templates/two.txt", "[X] is [Y].\n[X] was [Y].\n");
    little_write(&directory, "templates/broken.txt", "[X] is [Y].\n[Y] was [X].\n");
    static const struct {
        const char *content, *message;
    } wrong[] = {
        {"[facts]\ntittle = T\n", ":2: there is no key \"tittle\"; did you mean \"title\"?"},
        {HEAD "[attribute home]\nvalues = towns\n",
         ":6: there is no key \"values\"; did you mean \"value\"?"},
        {HEAD "colour = red\n",
         ":5: there is no key \"colour\"; there are: title, table, name, individual, "
         "templates"},
        {"[fact]\ntitle = T\n", ":2: there is no section \"fact\"; did you mean \"facts\"?"},
        {HEAD "[Attribute home]\nvalue = towns\n", ":6: there is no section \"Attribute home\""},
        {HEAD "[attr home]\nvalue = towns\n", ":6: there is no section \"attr home\""},
        {HEAD "[attribute]\nvalue = towns\n", ":6: the attribute has no name"},
        {"title = T\n", ":1: title comes before the first section"},
        {"[facts]\ntitle = T\ntitle = U\n", ":3: title: written twice"},
        {"[facts]\ntitle =\n", ":2: title: empty"},
        {"[facts]\nname = givens\nname = givens\n", ":3: name: written twice"},
        {"[facts]\nname =\n", ":2: name: names no pool"},
        {"[facts]\nname = givens colours\n", ":2: name: there is no pools/colours.txt in "},
        {"[facts]\nname = days days days days days days days days days\n",
         ":2: name: more than 8 parts"},
        {"[facts]\nname = broken\n", "pools/broken.txt:2: an empty line"},
        {HEAD HOME "value = towns\n", ":8: value: written twice"},
        {HEAD HOME "templates = home.txt\n", ":8: templates: written twice"},
        {HEAD "[attribute home]\ntemplates = house.txt\n",
         ":6: templates: there is no templates/house.txt in "},
        {HEAD "[attribute home]\ntemplates = broken.txt\n",
         "templates/broken.txt:2: [Y] comes before [X]"},
        {HEAD HOME "[attribute job]\ntemplates = two.txt\n",
         "two.txt: 2 templates, but another attribute has 5"},
        {HEAD HOME "[attribute Home]\nvalue = towns\n",
         ":9: the attributes \"home\" and \"Home\" have the same key home"},
        {HEAD "[attribute home]\n[attribute job]\nvalue = towns\n", ":5: the section is empty"},
        {HEAD "[attribute home]\n", ":5: the section is empty"},
        {"[facts]\ntitle\n", ":2: neither \"key = value\" nor \"[section]\""},
        {"[facts\ntitle = T\n", ":1: neither \"key = value\" nor \"[section]\""},
        {"[facts]\ntitle = \xFF\n", ":2: not UTF-8"},
        {HEAD "[attribute home]\ncolumn = towns\n",
         ":6: column: there is no table = FILE in [facts] before it"},
        {HEAD "table = t.csv\n", ":5: table: comes behind a pool"},
        {"[facts]\ntable = none.csv\n", ":2: table: there is no tables/none.csv in "},
        {"[facts]\ntable =\n", ":2: table: empty"},
        {"[facts]\ntable = t.csv\ntable = t.csv\n", ":3: table: written twice"},
        {"[facts]\ntable = t.csv\nname = a\nname = b\n", ":4: name: written twice"},
        {"[facts]\ntable = t.csv\n[attribute home]\nvalue = towns\n",
         ":4: value: values come from the table: column = NAME"},
        {"[facts]\ntable = t.csv\n[attribute home]\ncolumn = b\ncolumn = c\n",
         ":5: column: written twice"},
        {HOME, "wrong.ini: [facts] has no title"},
        {"[facts]\ntitle = T\n" HOME, "wrong.ini: [facts] has no name"},
        {"[facts]\ntitle = T\nname = days\n" HOME, "wrong.ini: [facts] has no individual"},
        {HEAD, "wrong.ini: there is no [attribute NAME]"},
        {HEAD "[attribute home]\nvalue = towns\n", "wrong.ini: [attribute home] has no templates"},
        {HEAD "[attribute home]\ntemplates = home.txt\n",
         "wrong.ini: [attribute home] has no value"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char file[] = "wrong";
        struct facts_options options = {.file = file, .train_templates = 1};
        struct fact_set facts;
        struct error err = {0};
        little_write(&directory, "facts/wrong.ini", wrong[i].content);
        assert_false(fact_set_load(&facts, &options, directory.list, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        if (!strstr(err.message, wrong[i].message) || !strstr(err.message, "wrong.ini"))
            fail_msg("\"%s\" does not say \"%s\"", err.message, wrong[i].message);
        assert_null(facts.path);
    }
}

static void a_set_that_is_not_there_names_where_it_was_looked_for(void **state)
{
    (void)state;
    char file[] = "biografy";
    struct facts_options options = {.file = file, .train_templates = 1};
    struct fact_set facts;
    struct error err = {0};
    assert_false(fact_set_load(&facts, &options, directory.list, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "there is no facts/biografy.ini in /tmp/mneme-test-"));
}

static void a_facts_file_given_by_path_brings_its_directory(void **state)
{
    (void)state;
    static const char *const nowhere[] = {NULL};
    char path[LITTLE_PATH];
    snprintf(path, sizeof path, "%s/facts/little.ini", directory.path);
    struct facts_options options = {.file = path, .train_templates = 2};
    struct fact_set facts;
    struct error err = {0};
    assert_true(fact_set_load(&facts, &options, nowhere, &err));
    assert_int_equal(facts.attributes, 3);
    fact_set_free(&facts);

    char here[LITTLE_PATH], name[] = "little.ini";
    assert_non_null(getcwd(here, sizeof here));
    snprintf(path, sizeof path, "%s/facts", directory.path);
    assert_int_equal(chdir(path), 0);
    options.file = name;
    bool loaded = fact_set_load(&facts, &options, nowhere, &err);
    assert_int_equal(chdir(here), 0);
    assert_true(loaded);
    fact_set_free(&facts);
}

static void the_first_directory_that_has_a_file_wins(void **state)
{
    (void)state;
    struct little_directory first;
    little_make(&first);
    little_write(&first, "pools/towns.txt", "Quito\nOslo\n");
    const char *const list[] = {first.path, directory.path, NULL};
    struct facts_options options = little_options();
    struct fact_set facts;
    struct error err = {0};
    assert_true(fact_set_load(&facts, &options, list, &err));
    assert_string_equal(facts.pool[facts.attribute[1].part[0]].entry[0], "Quito");
    assert_string_equal(facts.pool[facts.name_part[0]].entry[0], "Ada");
    fact_set_free(&facts);
    little_remove(&first);
}

/* Facts that are loaded, and loaded again from what was kept of their files. */
static void assert_kept_alike(const char *name, size_t files)
{
    static const char gone[] = "[facts]\ntitle = Gone\n";
    char file[LITTLE_PATH], before[FACTS_FINGERPRINT_SIZE], after[FACTS_FINGERPRINT_SIZE];
    snprintf(file, sizeof file, "%s/facts/%s", directory.path, name);
    struct facts_options options = {.file = file, .train_templates = 1};
    struct fact_set facts, again;
    struct error err = {0};
    if (!fact_set_load(&facts, &options, directory.list, &err))
        fail_msg("%s", err.message);
    fact_set_fingerprint(&facts, before);
    assert_int_equal(facts.files.count, files);
    assert_string_equal(facts.files.file[0].path, file);
    char *path = memory_string(facts.path, NULL);
    char *table = memory_string(facts.table ? facts.table : "", NULL);
    snprintf(file, sizeof file, "facts/%s", name);
    little_write(&directory, file, gone);
    if (!fact_set_load_kept(&again, &options, &facts.files, &err))
        fail_msg("%s", err.message);
    fact_set_fingerprint(&again, after);
    assert_string_equal(before, after);
    assert_string_equal(again.path, path);
    assert_string_equal(again.table ? again.table : "", table);
    assert_int_equal(facts.files.count, 0);
    assert_int_equal(again.files.count, files);
    fact_set_free(&again);
    fact_set_free(&facts);
    memory_free(table);
    memory_free(path);
}

static void facts_are_read_again_from_what_was_kept(void **state)
{
    (void)state;
    little_write(&directory, "pools/lands.txt", "Peru\nOman\n");
    little_write(&directory, "pairs.csv", "land,town\nPeru,Lima\nOman,New York\n");
    little_write(&directory, "facts/kept-people.ini",
                 "[facts]\ntitle = T\nname = givens\nindividual = person\ntemplates = home.txt\n"
                 "[attribute land]\nvalue = lands\n"
                 "[attribute town]\nvalue = towns\nfrom = land\npairs = ../pairs.csv\n");
    assert_kept_alike("kept-people.ini", 6);
    little_write(&directory, "things.tsv", "name\tcolour\tsize\nRose\tred\t1\nLeaf\tgreen\t2\n");
    little_write(&directory, "facts/kept-things.ini",
                 "[facts]\ntitle = T\ntable = ../things.tsv\nindividual = thing\n"
                 "[attribute size]\ncolumn = size\ntemplates = home.txt\n"
                 "[attribute colour]\ncolumn = colour\ntemplates = place.txt\n");
    assert_kept_alike("kept-things.ini", 4);
}

static void a_file_that_was_not_kept_is_named(void **state)
{
    (void)state;
    struct facts_options options = little_options();
    struct fact_set facts;
    struct fact_files files = {0}, none = {0};
    struct error err = {0};
    char *path = memory_string("/a/little.ini", NULL);
    char *text = memory_string("[facts]\ntitle = T\nname = givens\n", NULL);
    assert_true(fact_files_take(&files, "facts", "little", path, text, &err));
    assert_false(fact_set_load_kept(&facts, &options, &files, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.message, "there is no pools/givens"));
    assert_int_equal(files.count, 0);
    assert_false(fact_set_load_kept(&facts, &options, &none, &err));
    assert_int_equal(err.kind, ERROR_DATA);
}

static void files_are_taken_up_to_their_bound(void **state)
{
    (void)state;
    struct fact_files files = {.bytes = FACT_FILES_BYTES - 4};
    struct error err = {0};
    assert_false(fact_files_take(&files, "pools", "a", memory_string("/a", NULL),
                                 memory_string("Ada\n.", NULL), &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_string_equal(err.message, "/a: the files of the facts hold more than 512 MiB");
    assert_true(fact_files_take(&files, "pools", "a", memory_string("/a", NULL),
                                memory_string("Ada\n", NULL), &err));
    assert_string_equal(fact_files_find(&files, "pools", "a")->text, "Ada\n");
    assert_null(fact_files_find(&files, "tables", "a"));
    fact_files_free(&files);
}

static void running_out_of_memory_leaves_nothing(void **state)
{
    (void)state;
    char path[LITTLE_PATH];
    snprintf(path, sizeof path, "%s/facts/little.ini", directory.path);
    struct facts_options options = {.file = path, .train_templates = 2};
    size_t failed = 0, in_a_row = 0; /* the list of places tried can do without its memory */
    for (size_t n = 1; in_a_row < 50; n++) {
        struct fact_set facts;
        struct error err = {0};
        memory_fail_request(n);
        bool loaded = fact_set_load(&facts, &options, directory.list, &err);
        memory_fail_request(0);
        if (!loaded) {
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(facts.path);
            assert_null(facts.pool);
            failed++;
        }
        in_a_row = loaded ? in_a_row + 1 : 0;
        if (loaded)
            fact_set_free(&facts);
    }
    assert_true(failed > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_facts_file_is_read_with_its_pools_and_templates),
        cmocka_unit_test(a_pool_used_twice_is_there_once),
        cmocka_unit_test(an_attribute_is_found_by_name_and_key),
        cmocka_unit_test(options_shrink_pools_and_templates),
        cmocka_unit_test(options_that_do_not_fit_are_refused),
        cmocka_unit_test(what_is_wrong_in_a_facts_file_is_named_with_its_line),
        cmocka_unit_test(a_set_that_is_not_there_names_where_it_was_looked_for),
        cmocka_unit_test(a_facts_file_given_by_path_brings_its_directory),
        cmocka_unit_test(the_first_directory_that_has_a_file_wins),
        cmocka_unit_test(facts_are_read_again_from_what_was_kept),
        cmocka_unit_test(a_file_that_was_not_kept_is_named),
        cmocka_unit_test(files_are_taken_up_to_their_bound),
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
