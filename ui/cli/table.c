#include "ui/cli/table.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "ui/cli/columns.h"
#include "ui/cli/output.h"
#include "ui/cli/progress.h"

enum { TABLE_BROKEN = 4, LEAST_BROKEN = 20 };

bool table_add(struct table *table, struct error *err, const char *format, ...)
{
    struct text made = {0}, shown = {0};
    va_list arguments;
    va_start(arguments, format);
    text_format_list(&made, format, arguments);
    va_end(arguments);
    text_add_shown(&shown, made.bytes ? made.bytes : "", "");
    shown.failed = shown.failed || made.failed;
    text_free(&made);
    char *cell = text_take(&shown, err);
    return strings_take(&table->cells, cell, err);
}

size_t table_text_width(const char *text)
{
    size_t width = 0;
    for (size_t length; *text != '\0'; text += length ? length : 1, width++)
        length = utf8_length(text);
    return width;
}

static size_t column_width(const struct table *table, size_t column)
{
    size_t widest = 0;
    for (size_t i = column; i < table->cells.count; i += table->columns) {
        size_t width = table_text_width(table->cells.text[i]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void print_cell(const struct table *table, size_t cell)
{
    size_t column = cell % table->columns;
    size_t blanks = column_width(table, column) - table_text_width(table->cells.text[cell]);
    bool last = column + 1 == table->columns, left = column < table->left;
    printf("%*s%s%*s%s", left ? 0 : (int)blanks, "", table->cells.text[cell],
           left && !last ? (int)blanks : 0, "", last ? "\n" : "  ");
}

/* Columns in front of the last one. */
static size_t width_before_last(const struct table *table)
{
    size_t width = 0;
    for (size_t c = 0; c + 1 < table->columns; c++)
        width += column_width(table, c) + COLUMNS_GAP;
    return width;
}

/* Rows whose last cell is broken at blanks. */
static void print_broken(const struct table *table, size_t last_width)
{
    struct column column[TABLE_BROKEN] = {{0}};
    for (size_t i = 0; i < table->cells.count; i++) {
        size_t c = i % table->columns;
        bool last = c + 1 == table->columns;
        column[c] =
            (struct column){table->cells.text[i], last ? last_width : column_width(table, c)};
        if (last)
            columns_print(stdout, column, table->columns);
    }
}

void table_print(const struct table *table)
{
    size_t before = width_before_last(table), columns = progress_columns();
    bool can_break = table->left == table->columns && table->columns <= TABLE_BROKEN &&
                     columns >= before + LEAST_BROKEN && output_is_terminal();
    if (can_break && before + column_width(table, table->columns - 1) > columns)
        print_broken(table, columns - before);
    else
        for (size_t i = 0; i < table->cells.count; i++)
            print_cell(table, i);
}

void table_free(struct table *table)
{
    strings_free(&table->cells);
    *table = (struct table){0};
}
