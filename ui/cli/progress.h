/* What commands draw on a terminal while they work. */
#ifndef MNEME_UI_CLI_PROGRESS_H
#define MNEME_UI_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/* The size of the terminal that stdout is; 80 columns and 24 rows where it does not say. */
size_t progress_columns(void);
size_t progress_rows(void);

/* Whether the terminal shows UTF-8. */
bool progress_utf8(void);

/* Prints a bar of so many columns, filled to a share of 0 .. 1. */
void progress_bar(size_t width, double share);

#endif
