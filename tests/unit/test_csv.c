#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "base/text_file.h"
#include "tests/fixtures/little_facts.h"

static struct little_directory directory;

static int set_up(void **state)
{
    (void)state;
    little_make(&directory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_remove(&directory);
    return 0;
}

static bool read_as(struct csv *csv, const char *name, const char *content, struct error *err)
{
    char path[LITTLE_PATH];
    little_write(&directory, name, content);
    snprintf(path, sizeof path, "%s/%s", directory.path, name);
    *err = (struct error){0};
    char *text = text_file_read(path, NULL, err);
    bool read = text && csv_read(csv, path, text, err);
    memory_free(text);
    return read;
}

/* The rows as "a|b\nc|d\n", the names of the columns first. */
static char *shown(const struct csv *csv)
{
    struct text text = {0};
    for (size_t i = 0; i < (csv->rows + 1) * csv->columns; i++)
        text_format(&text, "%s%s", csv->cell[i], (i + 1) % csv->columns ? "|" : "\n");
    return text_take(&text, NULL);
}

static void rows_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name, *content, *rows;
    } known[] = {
        {"t.csv", "a,b\n1,2\n3,4\n", "a|b\n1|2\n3|4\n"},
        {"t.csv", "a,b\r\n1,2\r\n3,4", "a|b\n1|2\n3|4\n"},
        {"t.csv",
         "\xEF\xBB\xBF"
         "a,b\n\n\n1,\n\r\n,4\n\n",
         "a|b\n1|\n|4\n"},
        {"t.csv", "a,b\n\"1,5\",\"say \"\"no\"\"\"\n", "a|b\n1,5|say \"no\"\n"},
        {"t.csv", "a,b\n\"two\nlines\",\"\"\n3,4\n", "a|b\ntwo\nlines|\n3|4\n"},
        {"t.csv", "\"a,;\t\",\"b\"\r\n\"\"\"\",x\"y\r\n", "a,;\t|b\n\"|x\"y\n"},
        {"t.csv", "a;b\n1,5;2\n", "a|b\n1,5|2\n"},
        {"t.csv", "a\tb\n1,5\t2\n", "a|b\n1,5|2\n"},
        {"t.csv", "a\nx\n", "a\nx\n"},
        {"t.csv", "a,b\n1,2\r", "a|b\n1|2\n"},
        {"t.TSV", "a,b,c\td\n1\t2\n", "a,b,c|d\n1|2\n"},
        {"t.tab", "a\td\n\"x\ty\"\t2\n", "a|d\nx\ty|2\n"},
        {"t.txt", "a\td\n1\t2\n", "a|d\n1|2\n"},
        /* with commas in the names of columns, and separators in cells */
        {"t.csv", "a;b (x, y)\n1;2\n", "a|b (x, y)\n1|2\n"},
        {"t.csv", "a;b, c, d\n1;2,0\n", "a|b, c, d\n1|2,0\n"},
        {"t.csv", "a;b, c\n1;2,0\n", "a|b, c\n1|2,0\n"},
        {"t.csv", "a,b;c\n1,2\n", "a|b;c\n1|2\n"},
        {"t.csv", "a\tb, c\n1\t2, 3\n", "a|b, c\n1|2, 3\n"},
        {"t.csv", "a;b;c,d\n\"1\n,,,\";2;3\n", "a|b|c,d\n1\n,,,|2|3\n"},
        /* as Excel says what separates them */
        {"t.csv", "sep=;\r\na;b,c,d\r\n1;2,3,4\r\n", "a|b,c,d\n1|2,3,4\n"},
        {"t.csv", "\xEF\xBB\xBFSEP=,\n\na,b;c;d\n1,2;3;4\n", "a|b;c;d\n1|2;3;4\n"},
        {"t.tsv", "sep=|\na|b\n1|2\n", "a|b\n1|2\n"},
        {"t.csv", "sep=\t\na\tb,c\n1\t2,3\n", "a|b,c\n1|2,3\n"},
        {"t.csv", "sep=;b\n1;2\n", "sep=|b\n1|2\n"},
        {"t.csv", "sep=,b\n1,2\n", "sep=|b\n1|2\n"},
        /* as spreadsheets leave them */
        {"t.csv", ",,\na,b,\n1,2,\n,,\n3,,\n,, \n", "a|b\n1|2\n3|\n"},
        {"t.csv", "a,b,,\n1,,,\n2,,\xC2\xA0,\n", "a|b\n1|\n2|\n"},
        {"t.csv", "a,,\n1,,2\n", "a||\n1||2\n"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct csv csv;
        struct error err;
        if (!read_as(&csv, known[i].name, known[i].content, &err))
            fail_msg("%zu: %s", i, err.message);
        char *text = shown(&csv);
        assert_string_equal(text, known[i].rows);
        memory_free(text);
        csv_free(&csv);
        assert_null(csv.cell);
    }
}

#define EMPTY "t.csv: an empty table; its first line names the columns, and each other is a row"

static void what_is_wrong_is_named_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *content, *message;
    } wrong[] = {
        {"", EMPTY},
        {"\n\r\n", EMPTY},
        {"a,b\n", "t.csv: there is no row below the line that names the columns"},
        {"a,b\n,\n", "t.csv: there is no row below the line that names the columns"},
        {",\n,\n",
         "t.csv: an empty table; its first line names the columns, and each other is a row"},
        {"a,b\n,\n1,2,3\n", "t.csv:3: 3 cells, but the first line names 2 columns"},
        {"a,b\n1,2\n3\n", "t.csv:3: 1 cell, but the first line names 2 columns"},
        {"a,b\n\"1\n\",2\n3,4,5\n", "t.csv:4: 3 cells, but the first line names 2 columns"},
        {"a,b\n1,\"2\n3,4\n", "t.csv:2: column 2: the quote that begins the cell is not closed"},
        {"a,b\n1,\"2\n\"3,4\n",
         "t.csv:3: column 2: text behind the closing quote; a quote inside a quoted cell is "
         "written twice"},
        {"a,b\n1,2\n1,caf\xE9\n", "t.csv:3: column 2: not UTF-8"},
        {"a,b\n1,\"caf\xE9\"\n", "t.csv:2: column 2: not UTF-8"},
        {"\xFF\xFE"
         "a",
         "t.csv is UTF-16; save it as UTF-8"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct csv csv;
        struct error err;
        if (read_as(&csv, "t.csv", wrong[i].content, &err))
            fail_msg("%zu is read", i);
        assert_int_equal(err.kind, ERROR_INPUT);
        const char *found = strstr(err.message, "t.csv");
        assert_non_null(found);
        assert_string_equal(found, wrong[i].message);
        assert_null(csv.cell);
    }
}

static void a_file_of_another_kind_says_how_it_is_saved(void **state)
{
    static const struct {
        const char *path, *message;
    } other[] = {
        {"my.xlsx",
         "my.xlsx is a spreadsheet; a table is text, CSV or TSV in UTF-8: save it so, in "
         "Excel or LibreOffice by Save As"},
        {"/a/My.XLS", "/a/My.XLS is a spreadsheet; "},
        {"a.ods", "a.ods is a spreadsheet; "},
        {"a.json", "a.json is no CSV or TSV; a table is text, CSV or TSV in UTF-8: export it as "
                   "CSV, as to_csv of pandas does"},
        {"a.parquet", "a.parquet is no CSV or TSV; "},
        {"a.csv.gz", "a.csv.gz is packed; a table is text, CSV or TSV in UTF-8: unpack it first"},
    };
    static const char *const tables[] = {"a.csv",      "a.tsv",        "xlsx",
                                         "quickstart", "a.xlsx/b.csv", ""};
    (void)state;
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        struct error err;
        assert_false(csv_check_ending(other[i].path, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        if (strncmp(err.message, other[i].message, strlen(other[i].message)) != 0)
            fail_msg("%s", err.message);
    }
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        assert_true(csv_check_ending(tables[i], NULL));
}

static void an_error_names_the_cell(void **state)
{
    (void)state;
    struct csv csv;
    struct error err;
    assert_true(read_as(&csv, "t.csv", "a,b\n\"1\n\n\",2\n3,4\n", &err));
    assert_string_equal(csv_cell(&csv, 1, 0), "3");
    assert_string_equal(csv_column(&csv, 1), "b");
    assert_false(csv_error(&csv, 1, 1, &err, "is %d", 4));
    assert_string_equal(strstr(err.message, "t.csv"), "t.csv:5: column 2 (b): is 4");
    csv_free(&csv);
}

/* Writes a cell as RFC 4180 has it. */
static void write_cell(struct text *out, const char *cell, char separator)
{
    bool quoted = *cell == '"' || strpbrk(cell, "\r\n\"") || strchr(cell, separator);
    if (quoted)
        text_add(out, "\"");
    for (; *cell; cell++)
        text_format(out, "%s%c", quoted && *cell == '"' ? "\"" : "", *cell);
    if (quoted)
        text_add(out, "\"");
}

enum { COLUMNS = 3, ROWS = 5, CELLS = COLUMNS * (ROWS + 1), LONGEST = 6 };

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    static const char bytes[] = "\",;\t\n\r ab";
    for (uint64_t trial = 0; trial < 3000; trial++) {
        struct random random = random_stream(7, RANDOM_TEST, trial, 0);
        char cell[CELLS][LONGEST + 1];
        struct text content = {0};
        for (size_t i = 0; i < CELLS; i++) {
            /* Names are plain, so that the separator is found; no row or column is empty. */
            size_t length = i < COLUMNS ? 1 : random_below(&random, LONGEST + 1);
            for (size_t j = 0; j < length; j++)
                cell[i][j] = i < COLUMNS ? 'n' : bytes[random_below(&random, sizeof bytes - 1)];
            if (i % COLUMNS == 0)
                cell[i][0] = 'n';
            cell[i][i % COLUMNS == 0 && length == 0 ? 1 : length] = '\0';
            write_cell(&content, cell[i], ',');
            text_add(&content, (i + 1) % COLUMNS ? "," : random_below(&random, 2) ? "\n" : "\r\n");
        }
        struct csv csv;
        struct error err;
        if (!read_as(&csv, "t.csv", content.bytes, &err))
            fail_msg("%s\n%s", err.message, content.bytes);
        assert_int_equal(csv.rows, ROWS);
        assert_int_equal(csv.columns, COLUMNS);
        for (size_t i = 0; i < CELLS; i++)
            assert_string_equal(csv.cell[i], cell[i]);
        csv_free(&csv);
        text_free(&content);
    }
}

static void any_bytes_are_read_or_refused(void **state)
{
    (void)state;
    static const char bytes[] = "\",;\t\n\r a\xC3\xA9";
    for (uint64_t trial = 0; trial < 20000; trial++) {
        struct random random = random_stream(8, RANDOM_TEST, trial, 0);
        char content[24];
        size_t length = random_below(&random, sizeof content);
        for (size_t j = 0; j < length; j++)
            content[j] = bytes[random_below(&random, sizeof bytes - 1)];
        content[length] = '\0';
        struct csv csv;
        struct error err;
        if (read_as(&csv, "t.csv", content, &err)) {
            assert_int_equal(csv.cells, (csv.rows + 1) * csv.columns);
            csv_free(&csv);
        } else {
            assert_int_equal(err.kind, ERROR_INPUT);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read),
        cmocka_unit_test(what_is_wrong_is_named_with_its_place),
        cmocka_unit_test(a_file_of_another_kind_says_how_it_is_saved),
        cmocka_unit_test(an_error_names_the_cell),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(any_bytes_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
