/* Tables with a row for each attribute, whose names may be longer than the labels that stand beside
 * them, and not in ASCII. */
#ifndef MNEME_UI_CLI_ATTRIBUTE_ROWS_H
#define MNEME_UI_CLI_ATTRIBUTE_ROWS_H

#include <stddef.h>

#include "facts/fact_set.h"

/* Columns that labels take: as many as the longest name does, 16 at least. */
size_t attribute_rows_width(const struct fact_set *facts);

/* Prints a label and the blanks behind it. */
void attribute_rows_label(const char *label, size_t width);

#endif
