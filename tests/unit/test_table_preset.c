#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "config/table_preset.h"
#include "config/table_sizes.h"
#include "facts/fact_set_load.h"
#include "lab/target.h"
#include "tests/fixtures/temporary.h"

#define TABLE                                                                                      \
    "bone,region,count,kind\n"                                                                     \
    "femur,leg,2,bone\n"                                                                           \
    "frontal bone,skull,,bone\n"                                                                   \
    "ulna,arm,3,bone\n"

/* The shipped places behind one of the test's own. */
static struct paths paths_of(char *directory, char *data[3])
{
    static char program[] = "build/mneme";
    static char root[TEMPORARY_PATH];
    const char *source = getenv("srcdir");
    snprintf(root, sizeof root, "%s", source ? source : ".");
    data[0] = directory;
    data[1] = root;
    data[2] = NULL;
    return (struct paths){.data = data, .program = program, .runs = directory};
}

static void make(const void *directory, const char *name)
{
    char path[TEMPORARY_PATH];
    assert_int_equal(mkdir(temporary_path(path, directory, name), 0777), 0);
}

static void a_table_is_a_preset_named_after_its_file(void **state)
{
    char path[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset preset;
    struct error err;
    assert_true(
        preset_load(&preset, &paths, temporary_put(path, *state, "My bones (1).csv", TABLE), &err));
    assert_string_equal(preset.name, "My-bones-1");
    assert_string_equal(preset.facts.table, path);
    assert_int_equal(preset.population.known, 0);
    assert_non_null(strstr(preset.title, "My-bones-1"));
    assert_non_null(strstr(preset.description, "3 rows of 3 attributes"));
    assert_non_null(strstr(preset.description, "general templates"));
    assert_non_null(strstr(preset.description, "1 column has the same value in every row"));
    preset_free(&preset);
}

static void rows_that_are_held_back_are_called_held_out(void **state)
{
    static const char *const two[] = {"population.new=2"};
    static const char *const rest[] = {"population.known=1", "population.new=1"};
    char path[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset preset;
    struct fact_set with_table = {.table = path}, without = {.table = NULL};
    struct error err;
    temporary_put(path, *state, "t.csv", TABLE);
    assert_true(preset_load_with(&preset, &paths, path, two, 1, &err));
    assert_non_null(strstr(preset.description, " 2 rows are held out"));
    preset_free(&preset);
    assert_true(preset_load_with(&preset, &paths, path, rest, 2, &err));
    assert_non_null(strstr(preset.description, " 2 rows are held out")); /* counted or not */
    preset_free(&preset);
    assert_string_equal(individual_status_shown(INDIVIDUAL_NEW, &with_table), "held-out");
    assert_string_equal(individual_status_shown(INDIVIDUAL_KNOWN, &with_table), "known");
    assert_string_equal(individual_status_shown(INDIVIDUAL_NEW, &without), "new");
    assert_string_equal(individual_status_shown(INDIVIDUAL_NEW, NULL), "new");
}

static void odd_file_names_are_made_fit(void **state)
{
    (void)state;
    static const struct {
        const char *file, *name;
    } cases[] = {
        {"bones.csv", "bones"},
        {"/a/b.c/d e.tsv", "d-e"},
        {"--rm -rf $HOME;#.tab", "rm-rf-HOME"},
        {".csv", "table"},
        {".hidden.csv", "hidden"},
        {"...csv", "table"},
        {"rivi\xC3\xA8res du monde.csv", "rivi\xC3\xA8res-du-monde"},
        {"bad\xFF\xFE byte.csv", "bad-byte"},
        {"\x1B[31mred.csv", "31mred"},
        {"x.ini.csv", "x.ini"},
        {"NAMES.CSV", "NAMES"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *name = table_preset_name(cases[i].file, NULL);
        assert_string_equal(name, cases[i].name);
        memory_free(name);
    }
    char file[400];
    memset(file, 'n', sizeof file);
    strcpy(file + sizeof file - sizeof ".csv", ".csv");
    char *name = table_preset_name(file, NULL);
    assert_true(strlen(name) > 20 && strlen(name) <= 100);
    memory_free(name);
}

static void what_is_assigned_wins_over_what_the_table_chooses(void **state)
{
    static const char *const assignment[] = {"train.steps=7", "eval.every = 3", "model.layers=1",
                                             "preset.name=mine"};
    char path[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset preset;
    struct error err;
    temporary_put(path, *state, "t.csv", TABLE);
    assert_true(preset_load_with(&preset, &paths, path, assignment, 4, &err));
    assert_int_equal(preset.trainer.schedule.steps, 7);
    assert_int_equal(preset.trainer.evaluate_every, 3);
    assert_int_equal(preset.model.layers, 1);
    assert_string_equal(preset.name, "mine");
    preset_free(&preset);
}

static void no_more_are_asked_than_are_assigned(void **state)
{
    static const char *const some[] = {"population.known = 2", "population.new = 1"};
    static const char *const too_many[] = {"population.known = 2", "eval.known = 3"};
    char path[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset preset;
    struct error err;
    temporary_put(path, *state, "t.csv", TABLE);
    if (!preset_load_with(&preset, &paths, path, some, 2, &err))
        fail_msg("%s", err.message);
    assert_int_equal(preset.trainer.evaluate_known, 2);
    assert_int_equal(preset.trainer.evaluate_new, 1);
    preset_free(&preset);
    assert_false(preset_load_with(&preset, &paths, path, too_many, 2, &err));
    assert_string_equal(err.message, "eval.known = 3 is above population.known = 2");
}

static void the_key_does_what_the_path_does(void **state)
{
    char path[TEMPORARY_PATH], assignment[TEMPORARY_PATH + 20], *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset by_path, by_key;
    struct error err;
    temporary_put(path, *state, "t.csv", TABLE);
    snprintf(assignment, sizeof assignment, "facts.table=%s", path);
    const char *const assignments[] = {assignment};
    assert_true(preset_load(&by_path, &paths, path, &err));
    assert_true(preset_load_with(&by_key, &paths, TABLE_PRESET, assignments, 1, &err));
    char *one = preset_write(&by_path, &err), *other = preset_write(&by_key, &err);
    assert_string_equal(one, other);
    memory_free(one);
    memory_free(other);
    preset_free(&by_path);
    preset_free(&by_key);
}

static void a_written_preset_keeps_what_was_chosen(void **state)
{
    char path[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset preset, again;
    struct error err;
    temporary_put(path, *state, "t.csv", TABLE);
    assert_true(preset_load(&preset, &paths, path, &err));
    preset.trainer.schedule.steps = 12345;
    char *text = preset_write(&preset, &err);
    assert_true(preset_read(&again, &paths, text, "run/preset.ini", &err));
    assert_string_equal(again.name, "t");
    assert_int_equal(again.trainer.schedule.steps, 12345);
    memory_free(text);
    preset_free(&preset);
    preset_free(&again);
}

static void a_table_in_a_place_of_data_has_a_name(void **state)
{
    char path[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset preset;
    struct error err;
    make(*state, "tables");
    make(*state, "presets");
    temporary_put(path, *state, "tables/bones.tsv", "bone\tregion\nfemur\tleg\n");
    assert_true(preset_load(&preset, &paths, "bones", &err));
    assert_string_equal(preset.name, "bones");
    assert_string_equal(preset.facts.table, path);
    preset_free(&preset);

    temporary_put(path, *state, "presets/bones.ini", "[train]\nsteps = 77\n");
    assert_true(preset_load(&preset, &paths, "bones", &err));
    assert_string_equal(preset.facts.table, "");
    assert_int_equal(preset.trainer.schedule.steps, 77);
    preset_free(&preset);
    assert_false(preset_load(&preset, &paths, "bonse", &err));
    assert_int_equal(err.kind, ERROR_INPUT);
}

static void what_is_no_table_and_no_preset_says_what_a_table_is(void **state)
{
    char path[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset preset;
    struct error err;
    assert_false(preset_load(&preset, &paths, "my.xlsx", &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_memory_equal(err.message, "my.xlsx is a spreadsheet; ", 26);
    temporary_put(path, *state, "bones.txt", "bone,region\nfemur,leg\n");
    assert_false(preset_load(&preset, &paths, path, &err));
    assert_non_null(strstr(err.message, "bones.txt:1: neither "));
    assert_non_null(strstr(err.message, "; a table is a file that ends in .csv, .tsv or .tab"));
    temporary_put(path, *state, "bones.ini", "bone,region\n");
    assert_false(preset_load(&preset, &paths, path, &err));
    assert_null(strstr(err.message, "a table is"));
    static const char *const sheet[] = {"facts.table=my.ods"};
    assert_false(preset_load_with(&preset, &paths, TABLE_PRESET, sheet, 1, &err));
    assert_memory_equal(err.message, "my.ods is a spreadsheet; ", 25);
}

static void the_preset_of_tables_says_what_to_do(void **state)
{
    char *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset preset;
    struct strings names;
    struct error err;
    assert_true(preset_list(&paths, &names, &err));
    assert_true(strings_has(&names, "quickstart"));
    assert_false(strings_has(&names, TABLE_PRESET));
    strings_free(&names);
    assert_true(preset_load(&preset, &paths, TABLE_PRESET, &err));
    assert_false(table_preset_check(&preset, &paths, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "build/mneme my-table.csv"));
    assert_true(preset_set(&preset, "facts.table=elements", &err));
    assert_true(table_preset_check(&preset, &paths, &err));
    preset_free(&preset);
}

static void settings_alone_can_name_a_table(void **state)
{
    (void)state;
    static const char *const none[] = {"train.steps=3", "facts.tables=x"};
    static const char *const one[] = {"train.steps=3", " facts.table = x.csv"};
    static const char *const taken_back[] = {"facts.table=x", "facts.table="};
    assert_null(table_preset_of(NULL, 0));
    assert_null(table_preset_of(none, 2));
    assert_string_equal(table_preset_of(one, 2), TABLE_PRESET);
    assert_null(table_preset_of(taken_back, 2));
}

static void what_is_wrong_with_a_table_is_said(void **state)
{
    char path[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset preset;
    struct error err;
    temporary_put(path, *state, "t.csv", "bone,region\nfemur,leg\nfemur,arm\n");
    assert_false(preset_load(&preset, &paths, path, &err));
    assert_non_null(strstr(err.message, "t.csv:3: column 1 (bone): \"femur\" is on line 2"));
    assert_null(preset.name);
}

static void what_is_there_in_place_of_a_table_is_said(void **state)
{
    char path[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset preset;
    struct error err;
    assert_false(preset_load(&preset, &paths, temporary_path(path, *state, "no.csv"), &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "there is no file "));
    make(*state, "dir.csv");
    assert_false(preset_load(&preset, &paths, temporary_path(path, *state, "dir.csv"), &err));
    assert_non_null(strstr(err.message, "dir.csv is a directory"));
    assert_false(preset_load(&preset, &paths, temporary_put(path, *state, "empty.csv", ""), &err));
    assert_non_null(strstr(err.message, "empty.csv: an empty table; its first line names"));
    temporary_put(path, *state, "t.csv", TABLE);
    static const char *const both[] = {"facts.file=pairs"};
    assert_false(preset_load_with(&preset, &paths, path, both, 1, &err));
    assert_non_null(strstr(err.message, "one of the two must be unset"));
}

/* Of places by name, where that is a table's; of the working directory by the file's name. */
static void the_tables_at_hand_are_listed(void **state)
{
    char path[TEMPORARY_PATH], here[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct strings names;
    struct error err;
    assert_non_null(getcwd(here, sizeof here));
    char *root = file_resolve(data[1], ".", &err);
    data[1] = root;
    make(*state, "tables");
    make(*state, "d.csv");
    temporary_put(path, *state, "tables/bones.tsv", TABLE);
    temporary_put(path, *state, "tables/notes.txt", TABLE);
    temporary_put(path, *state, "here.csv", TABLE);
    temporary_put(path, *state, ".hidden.csv", TABLE);
    assert_int_equal(chdir(*state), 0);
    bool listed = table_preset_list(&paths, &names, &err);
    assert_int_equal(chdir(here), 0);
    assert_true(listed);
    assert_int_equal(names.count, 4);
    assert_string_equal(names.text[0], "bones");
    assert_string_equal(names.text[1], "countries");
    assert_string_equal(names.text[2], "elements");
    assert_string_equal(names.text[3], "here.csv");
    strings_free(&names);
    memory_free(root);
}

/* A name that no preset has, though a preset's is near. */
static void a_name_that_is_the_table_of_a_file_tells_its_file(void **state)
{
    char path[TEMPORARY_PATH], here[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct preset preset;
    struct error err;
    assert_non_null(getcwd(here, sizeof here));
    char *root = file_resolve(data[1], ".", &err);
    data[1] = root;
    temporary_put(path, *state, "papers.csv.tsv", TABLE);
    temporary_put(path, *state, "papers.tsv", TABLE);
    assert_int_equal(chdir(*state), 0);
    bool loaded = preset_load(&preset, &paths, "papers", &err);
    assert_int_equal(chdir(here), 0);
    assert_false(loaded);
    assert_string_equal(err.message,
                        "there is no preset papers; a table is named by its file: papers.tsv");
    memory_free(root);
}

static void a_path_of_a_table_means_no_run(void **state)
{
    char path[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    assert_false(target_is_run(&paths, temporary_path(path, *state, "nobody.csv")));
    assert_true(target_is_run(&paths, temporary_path(path, *state, "nobody")));
}

/* femur: region, count; frontal bone: region; ulna: region, count. Nothing is learned of kind. */
static void facts_are_counted_that_can_be_learned(void **state)
{
    char path[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct fact_set facts;
    struct error err;
    struct preset preset;
    temporary_put(
        path, *state, "t.csv",
        "bone,region,count,kind\nfemur,leg,2,bone\nfrontal bone,skull,,bone\nulna,arm,3,bone\n");
    assert_true(preset_load(&preset, &paths, path, &err));
    assert_true(fact_set_load(&facts, &preset.facts, (const char *const *)paths.data, &err));
    assert_int_equal(table_sizes_facts(&facts), 5);
    fact_set_free(&facts);
    preset_free(&preset);
}

/* As they say of themselves. */
static void presets_that_ship_have_the_sizes_of_their_tables(void **state)
{
    static const char *const shipped[][2] = {{"elements", "elements.tsv"},
                                             {"capitals", "countries.tsv"}};
    char *data[3];
    struct paths paths = paths_of(*state, data);
    for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++) {
        struct preset preset, chosen;
        struct error err;
        char *path = memory_format(NULL, "%s/tables/%s", data[1], shipped[i][1]);
        if (!preset_load(&preset, &paths, shipped[i][0], &err) ||
            !preset_load(&chosen, &paths, path, &err))
            fail_msg("%s", err.message);
        const struct trainer_options *own = &preset.trainer, *other = &chosen.trainer;
        assert_int_equal(preset.model.layers, chosen.model.layers);
        assert_int_equal(preset.model.heads, chosen.model.heads);
        assert_int_equal(preset.model.d_model, chosen.model.d_model);
        assert_int_equal(preset.model.d_hidden, chosen.model.d_hidden);
        assert_int_equal(preset.model.d_key, chosen.model.d_key);
        assert_int_equal(own->schedule.steps, other->schedule.steps);
        assert_true(own->schedule.lr == other->schedule.lr);
        assert_int_equal(own->batch, other->batch);
        assert_int_equal(own->evaluate_every, other->evaluate_every);
        assert_int_equal(own->evaluate_known, other->evaluate_known);
        assert_int_equal(own->checkpoint_every, other->checkpoint_every);
        assert_true(preset.minutes == chosen.minutes);
        preset_free(&preset);
        preset_free(&chosen);
        memory_free(path);
    }
}

/* Of 2,000 rows with four columns of values that rows share. */
static void two_thousand_rows_take_two_minutes(void **state)
{
    enum { ROWS = 2000 };
    char file[TEMPORARY_PATH], *data[3];
    struct paths paths = paths_of(*state, data);
    struct text table = {0};
    struct preset preset;
    struct error err;
    text_add(&table, "name,a,b,c,d\n");
    for (int row = 0; row < ROWS; row++)
        text_format(&table, "n%d,a%d,b%d,c%d,d%d\n", row, row % 20, row % 50, row % 100, row % 200);
    char *written = text_take(&table, &err);
    assert_non_null(written);
    temporary_put(file, *state, "large.csv", written);
    assert_true(preset_load(&preset, &paths, file, &err));
    assert_true(preset.minutes > 0 && preset.minutes <= 2);
    uint64_t steps = preset.trainer.schedule.steps;
    assert_true(steps * preset.trainer.batch >= (uint64_t)40 * ROWS);
    assert_null(strstr(preset.description, "plateau"));
    preset_free(&preset);
    memory_free(written);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, temporary_set_up, temporary_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_table_is_a_preset_named_after_its_file),
        TEST(rows_that_are_held_back_are_called_held_out),
        TEST(odd_file_names_are_made_fit),
        TEST(what_is_assigned_wins_over_what_the_table_chooses),
        TEST(no_more_are_asked_than_are_assigned),
        TEST(the_key_does_what_the_path_does),
        TEST(two_thousand_rows_take_two_minutes),
        TEST(presets_that_ship_have_the_sizes_of_their_tables),
        TEST(a_written_preset_keeps_what_was_chosen),
        TEST(a_table_in_a_place_of_data_has_a_name),
        TEST(what_is_no_table_and_no_preset_says_what_a_table_is),
        TEST(the_preset_of_tables_says_what_to_do),
        TEST(settings_alone_can_name_a_table),
        TEST(what_is_wrong_with_a_table_is_said),
        TEST(what_is_there_in_place_of_a_table_is_said),
        TEST(the_tables_at_hand_are_listed),
        TEST(a_name_that_is_the_table_of_a_file_tells_its_file),
        TEST(a_path_of_a_table_means_no_run),
        TEST(facts_are_counted_that_can_be_learned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
