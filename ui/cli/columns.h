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

/* Prints a text to stdout behind a margin, as wide as its terminal is (80 columns where there is
 * none); a narrow one takes it as it comes. */
void columns_print_text(size_t margin, const char *text);

/* As columns_print_text, with a shorter text in the margin, which is at least as wide. */
void columns_print_item(const char *item, size_t margin, const char *text);

#endif
