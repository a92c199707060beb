#include "ui/cli/table.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"

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
    char **grown = memory_resize(table->cell, table->cells + 1, sizeof *grown, err);
    if (grown)
        table->cell = grown;
    if (!cell || !grown) {
        memory_free(cell);
        return false;
    }
    grown[table->cells++] = cell;
    return true;
}

/* Characters; none here takes two columns. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (size_t length; *text != '\0'; text += length ? length : 1, width++)
        length = utf8_length(text);
    return width;
}

static size_t column_width(const struct table *table, size_t column)
{
    size_t widest = 0;
    for (size_t i = column; i < table->cells; i += table->columns) {
        size_t width = width_of(table->cell[i]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void print_cell(const struct table *table, size_t cell)
{
    size_t column = cell % table->columns;
    size_t blanks = column_width(table, column) - width_of(table->cell[cell]);
    bool last = column + 1 == table->columns, left = column < table->left;
    printf("%*s%s%*s%s", left ? 0 : (int)blanks, "", table->cell[cell],
           left && !last ? (int)blanks : 0, "", last ? "\n" : "  ");
}

void table_print(const struct table *table)
{
    for (size_t i = 0; i < table->cells; i++)
        print_cell(table, i);
}

void table_free(struct table *table)
{
    for (size_t i = 0; i < table->cells; i++)
        memory_free(table->cell[i]);
    memory_free(table->cell);
    *table = (struct table){0};
}
