/* A table of texts in columns as wide as they need be. */
#ifndef MNEME_UI_CLI_TABLE_H
#define MNEME_UI_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strings.h"

struct table {
    size_t columns;
    size_t left; /* so many columns, the first, begin at their left; others end at their right */
    struct strings cells; /* row after row */
};

/* Adds the next cell. */
bool table_add(struct table *table, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints its rows, columns two blanks apart. Where all begin at their left and the terminal is too
 * narrow for them, the last goes on in lines of its own. */
void table_print(const struct table *table);

void table_free(struct table *table);

/* Columns that a text takes: its characters, none of which takes two here. */
size_t table_text_width(const char *text);

#endif
