/* What commands draw on a terminal while they work. */
#ifndef MNEME_UI_CLI_PROGRESS_H
#define MNEME_UI_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/text.h"

/* The size of the terminal that stdout is; 80 columns and 24 rows where it does not say. */
size_t progress_columns(void);
size_t progress_rows(void);

/* Whether the terminal shows UTF-8. */
bool progress_utf8(void);

/* Columns that a line takes on a terminal. */
size_t progress_width(const char *line);

/* Adds a line cut or filled up to so many columns. */
void progress_add_cut(struct text *out, const char *line, size_t columns);

/* Adds a bar of so many columns, filled to a share of 0 .. 1. */
void progress_bar(struct text *out, size_t width, double share);

/* Rows at the end of what was printed, written anew in their place: on a terminal that
 * terminal_obeys. One begins as {.to = stream}. */
enum { PROGRESS_ROWS = 128 };
struct progress_block {
    FILE *to;
    size_t rows, width;            /* and the columns there were for them */
    size_t columns[PROGRESS_ROWS]; /* [rows] of each */
};

/* Draws the text's lines, PROGRESS_ROWS at most, in place of what the block showed; each is cut so
 * that the terminal's last column stays free. Nothing is drawn in the background, and after a stop
 * the block begins anew below what the shell has printed. Whoever draws flushes. */
void progress_draw(struct progress_block *block, const char *text);

/* Takes the block off the screen: what is printed next stands in its place. */
void progress_clear(struct progress_block *block);

#endif
