#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/preset_file.h"
#include "config/table_files.h"
#include "facts/fact_set_load.h"
#include "tests/fixtures/temporary.h"

#define PLAIN "Bone,Region,number\nfemur,leg,2\nfrontal bone,skull,1\nulna,arm,2\n"

/* Every name here means something else to a shell, to an INI file or to a sentence. */
#define ODD                                                                                        \
    "\"The Name, full\",\"Value; x [y]\",Value x y,a column whose name goes on for ever and on,"   \
    "a column whose name goes on for ever and ever,=odd,\"Stra\xC3\x9F"                            \
    "e \"\"q\"\"\",#1,;;\n"                                                                        \
    "\"New  York\",\"a;b\",b,x y z,c,1,\xC3\x9F,q,r\n"                                             \
    "\xE6\x97\xA5\xE6\x9C\xAC,c,d,w,c,2,\xC3\xA9,q,s\n"                                            \
    "O'Brien Jr.,a,d,x,,1,,p,s\n"

static struct paths paths_of(char *data[2])
{
    static char program[] = "build/mneme", root[TEMPORARY_PATH];
    const char *source = getenv("srcdir");
    snprintf(root, sizeof root, "%s", source ? source : ".");
    data[0] = root;
    data[1] = NULL;
    return (struct paths){.data = data, .program = program, .runs = root};
}

static void load(struct fact_set *facts, struct preset *preset, const struct paths *paths,
                 const char *name)
{
    struct error err;
    if (!preset_load(preset, paths, name, &err) ||
        !fact_set_load(facts, &preset->facts, (const char *const *)paths->data, &err))
        fail_msg("%s", err.message);
}

static void assert_same_cells(const struct fact_set *a, const struct fact_set *b)
{
    assert_int_equal(a->attributes, b->attributes);
    assert_int_equal(fact_set_rows(a), fact_set_rows(b));
    assert_int_equal(a->templates, b->templates);
    for (size_t i = 0; i < a->attributes; i++)
        for (size_t row = 0; row < fact_set_rows(a); row++)
            assert_int_equal(fact_set_cell(a, row, i), fact_set_cell(b, row, i));
    for (size_t row = 0; row < fact_set_rows(a); row++)
        assert_string_equal(a->pool[a->name_part[0]].entry[row],
                            b->pool[b->name_part[0]].entry[row]);
}

/* Writes files for a table, in a directory of their own or beside it, and loads both. */
static void write_and_compare(void *directory, const char *file, const char *text,
                              const char *elsewhere, bool same_words)
{
    char path[TEMPORARY_PATH], *data[2], one[FACTS_FINGERPRINT_SIZE], other[FACTS_FINGERPRINT_SIZE];
    struct paths paths = paths_of(data);
    struct table_files files;
    struct fact_set facts, own;
    struct preset preset, own_preset;
    struct error err;
    temporary_put(path, directory, file, text);
    if (!table_files_write(&files, &paths, path, elsewhere, &err))
        fail_msg("%s", err.message);
    load(&facts, &preset, &paths, path);
    load(&own, &own_preset, &paths, files.path[TABLE_FILE_PRESET]);
    assert_same_cells(&facts, &own);
    fact_set_fingerprint(&facts, one);
    fact_set_fingerprint(&own, other);
    if (same_words)
        assert_string_equal(one, other);
    assert_int_equal(own_preset.trainer.schedule.steps, preset.trainer.schedule.steps);
    assert_int_equal(own_preset.trainer.evaluate_every, preset.trainer.evaluate_every);
    assert_int_equal(own_preset.model.d_hidden, preset.model.d_hidden);
    assert_int_equal(own_preset.population.known, 0);
    fact_set_free(&facts);
    fact_set_free(&own);
    preset_free(&preset);
    preset_free(&own_preset);
    table_files_free(&files);
}

static void the_files_say_what_the_table_says(void **state)
{
    write_and_compare(*state, "bones.csv", PLAIN, NULL, true);
    char text[TEMPORARY_PATH];
    assert_true(file_is_regular(temporary_path(text, *state, "bones-facts.ini")));
    assert_true(file_is_regular(temporary_path(text, *state, "bones-templates.txt")));
    assert_true(file_is_regular(temporary_path(text, *state, "bones.ini")));
}

static void odd_names_of_columns_and_files_are_taken(void **state)
{
    char elsewhere[TEMPORARY_PATH];
    temporary_path(elsewhere, *state, "other 'place'/deep");
    write_and_compare(*state, "Odd $stuff [x].csv", ODD, elsewhere, false);
    write_and_compare(*state, "plain.csv", PLAIN, elsewhere, true);
    write_and_compare(*state, "index.csv", ",Bone,Region\n0,femur,leg\n1,ulna,arm\n", elsewhere,
                      true);
}

enum { WIDE = 41, EMPTY = 3, RESERVED = 5 };

/* Columns c1, c2, ... of which one has no value and one what no sentence can tell. */
static void put_wide_table(char path[TEMPORARY_PATH], void *directory)
{
    struct text table = {0};
    for (int row = 0; row < 4; row++) {
        text_format(&table, row ? "Thing %d" : "name", row);
        for (int c = 1; c <= WIDE; c++) {
            const char *what = c == EMPTY ? "" : c == RESERVED ? "a <end> b" : NULL;
            if (row == 0)
                text_format(&table, ",c%d", c);
            else if (what)
                text_format(&table, ",%s", what);
            else
                text_format(&table, ",v%d of %d", row, c);
        }
        text_add(&table, "\n");
    }
    temporary_put(path, directory, "wide.csv", table.bytes);
    text_free(&table);
}

static void of_more_columns_than_can_be_told_the_first_are(void **state)
{
    char path[TEMPORARY_PATH], *data[2];
    struct paths paths = paths_of(data);
    struct table_files files;
    struct fact_set facts;
    struct preset preset;
    struct error err;
    put_wide_table(path, *state);
    assert_false(preset_load(&preset, &paths, path, &err));
    assert_non_null(strstr(err.message, "41 columns besides the names are more than 32"));
    if (!table_files_write(&files, &paths, path, NULL, &err))
        fail_msg("%s", err.message);
    assert_int_equal(files.left_out, WIDE - FACTS_MAX_ATTRIBUTES);
    load(&facts, &preset, &paths, files.path[TABLE_FILE_PRESET]);
    assert_int_equal(facts.attributes, FACTS_MAX_ATTRIBUTES);
    assert_string_equal(facts.attribute[0].column, "c1");
    assert_string_equal(facts.attribute[2].column, "c4");
    assert_string_equal(facts.attribute[3].column, "c6");
    assert_string_equal(facts.attribute[31].column, "c34");
    char *text = file_read(files.path[TABLE_FILE_FACTS], NULL, &err);
    char *rest = strstr(text, "These 9 columns are not told");
    assert_non_null(rest);
    assert_non_null(strstr(rest, "\n; [attribute c3]\n; column = c3\n"));
    assert_non_null(strstr(rest, "\n; [attribute c5]\n; column = c5\n"));
    char *last = strstr(rest, "\n; [attribute c41]\n; column = c41\n");
    assert_non_null(last);
    assert_null(strstr(rest, "[attribute c34]"));
    fact_set_free(&facts);
    preset_free(&preset);

    char *told = strstr(text, "[attribute c1]\ncolumn = c1\n"); /* one in the place of another */
    memcpy(told, ";attribute c1]\n;olumn = c1\n", strlen("[attribute c1]\ncolumn = c1\n"));
    memcpy(last, "\n[attribute c41]\ncolumn = c41\n   ",
           strlen("\n; [attribute c41]\n; column = c41"));
    assert_true(file_replace(files.path[TABLE_FILE_FACTS], text, strlen(text), &err));
    load(&facts, &preset, &paths, files.path[TABLE_FILE_PRESET]);
    assert_string_equal(facts.attribute[0].column, "c2");
    assert_string_equal(facts.attribute[31].column, "c41");
    fact_set_free(&facts);
    preset_free(&preset);
    memory_free(text);
    table_files_free(&files);
}

static void a_wide_table_without_anything_to_tell_is_refused(void **state)
{
    char path[TEMPORARY_PATH], *data[2];
    struct paths paths = paths_of(data);
    struct text table = {0};
    struct table_files files;
    struct error err;
    text_add(&table, "name");
    for (int c = 1; c <= WIDE; c++)
        text_format(&table, ",c%d", c);
    text_add(&table, "\nThing");
    for (int c = 1; c <= WIDE; c++)
        text_add(&table, ",<end>");
    temporary_put(path, *state, "wide.csv", table.bytes);
    text_free(&table);
    assert_false(table_files_write(&files, &paths, path, NULL, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "no column besides the names can be told"));
}

static void the_preset_says_first_what_is_too_small_for_a_plateau(void **state)
{
    char path[TEMPORARY_PATH], *data[2];
    struct paths paths = paths_of(data);
    struct table_files files;
    struct fact_set facts;
    struct preset preset, own;
    struct error err;
    temporary_put(path, *state, "bones.csv", PLAIN);
    assert_true(table_files_write(&files, &paths, path, NULL, &err));
    load(&facts, &preset, &paths, path);
    assert_true(preset_load(&own, &paths, files.path[TABLE_FILE_PRESET], &err));
    size_t sentence = (size_t)(strchr(preset.description, '.') - preset.description);
    assert_memory_equal(preset.description, "Too small for a plateau: ", 25);
    assert_memory_equal(own.description, preset.description, sentence + 1);
    fact_set_free(&facts);
    preset_free(&preset);
    preset_free(&own);
    table_files_free(&files);
}

/* There is a preset elements, too. */
static void a_table_that_ships_is_found_by_its_name(void **state)
{
    char elsewhere[TEMPORARY_PATH], *data[2];
    struct paths paths = paths_of(data);
    struct table_files files;
    struct fact_set facts;
    struct preset preset;
    struct error err;
    temporary_path(elsewhere, *state, "elements");
    if (!table_files_write(&files, &paths, "elements", elsewhere, &err))
        fail_msg("%s", err.message);
    load(&facts, &preset, &paths, files.path[TABLE_FILE_PRESET]);
    assert_int_equal(fact_set_rows(&facts), 118);
    fact_set_free(&facts);
    preset_free(&preset);
    table_files_free(&files);
}

static void nothing_is_written_over(void **state)
{
    static const char *const names[] = {"bones.ini", "bones-facts.ini", "bones-templates.txt"};
    char path[TEMPORARY_PATH], other[TEMPORARY_PATH], *data[2];
    struct paths paths = paths_of(data);
    struct table_files files;
    struct error err;
    temporary_put(path, *state, "bones.csv", PLAIN);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        temporary_put(other, *state, names[i], "mine");
        assert_false(table_files_write(&files, &paths, path, NULL, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_non_null(strstr(err.message, names[i]));
        assert_int_equal(temporary_count(*state), 2);
        char *text = file_read(other, NULL, &err);
        assert_string_equal(text, "mine");
        memory_free(text);
        remove(other);
    }
}

static void what_cannot_be_said_is_refused(void **state)
{
    char path[TEMPORARY_PATH], *data[2];
    struct paths paths = paths_of(data);
    struct table_files files;
    struct error err;
    temporary_put(path, *state, "a ;b.csv", PLAIN);
    assert_false(table_files_write(&files, &paths, path, NULL, &err));
    assert_int_equal(temporary_count(*state), 1);
    assert_false(table_files_write(&files, &paths, "quickstart", NULL, &err));
    assert_non_null(strstr(err.message, "quickstart is a preset"));
    assert_false(table_files_write(&files, &paths, "nobody.csv", NULL, &err));
}

struct attempt {
    char *directory;
    char table[TEMPORARY_PATH];
};

static bool write_table_files(void *context, struct error *err)
{
    struct attempt *attempt = context;
    char *data[2];
    struct paths paths = paths_of(data);
    struct table_files files;
    bool written = table_files_write(&files, &paths, attempt->table, NULL, err);
    if (written)
        table_files_free(&files);
    return written;
}

static void nothing_is_left(void *context, const struct error *err, bool of_memory)
{
    const struct attempt *attempt = context;
    (void)err;
    (void)of_memory;
    assert_int_equal(temporary_count(attempt->directory), 1);
}

static void remove_files(void *context)
{
    static const char *const names[] = {"bones.ini", "bones-facts.ini", "bones-templates.txt"};
    const struct attempt *attempt = context;
    char path[TEMPORARY_PATH];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        remove(temporary_path(path, attempt->directory, names[i]));
}

static void all_files_are_written_or_none(void **state)
{
    struct attempt attempt = {.directory = *state};
    temporary_put(attempt.table, *state, "bones.csv", PLAIN);
    const struct failing failing = {&attempt, remove_files, write_table_files, nothing_is_left};
    assert_true(fail_everywhere(&failing) > 20);
    assert_int_equal(temporary_count(*state), 1 + TABLE_FILES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, temporary_set_up, temporary_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_files_say_what_the_table_says),
        TEST(odd_names_of_columns_and_files_are_taken),
        TEST(of_more_columns_than_can_be_told_the_first_are),
        TEST(a_wide_table_without_anything_to_tell_is_refused),
        TEST(the_preset_says_first_what_is_too_small_for_a_plateau),
        TEST(a_table_that_ships_is_found_by_its_name),
        TEST(nothing_is_written_over),
        TEST(what_cannot_be_said_is_refused),
        TEST(all_files_are_written_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
