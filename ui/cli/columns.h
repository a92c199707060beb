/* Text in columns beside each other. */
#ifndef MNEME_UI_CLI_COLUMNS_H
#define MNEME_UI_CLI_COLUMNS_H

#include <stddef.h>
#include <stdio.h>

enum { COLUMNS_GAP = 2 };

struct column {
    const char *text; /* UTF-8; broken at blanks, and where it has a newline */
    size_t width;     /* characters */
};

/* Prints them with as many lines as the longest takes, and no blanks at their ends. A word wider
 * than its column is cut where that is full. */
void columns_print(FILE *to, const struct column *column, size_t count);

#endif
