/* Rows of a list: fields one behind the other, as long as they fit. */
#ifndef MNEME_TUI_LIST_ROW_H
#define MNEME_TUI_LIST_ROW_H

#include <time.h>

#include "record/run_list.h"
#include "ui/format.h"
#include "ui/tui/widgets/cells.h"

enum { LIST_INDENT = 3, LIST_GAP = 2 }; /* columns */

struct list_row {
    struct cells *cells;
    int at, col, end;
};

/* A row of a list that fills the rectangle. */
struct list_row list_row_begin(struct cells *cells, struct rect rect, int row);

/* A field that keeps a width; a name is cut in its middle, a number is at its right. */
void list_row_field(struct list_row *row, int width, enum style style, const char *text);
void list_row_name(struct list_row *row, int width, enum style style, const char *text);
void list_row_number(struct list_row *row, int width, enum style style, const char *text);

/* The last field takes what is left. */
void list_row_rest(struct list_row *row, enum style style, const char *text);

void list_row_select(struct cells *cells, struct rect rect, int row);

/* The larger of a width and a text's. */
int list_wider(int columns, const char *text);

/* "3 min ago", "5 h ago", "2024-05-01". */
const char *list_age(char text[FORMAT_SIZE], time_t now, time_t then);

/* "now", "3 min", "5 h", "12 d". */
const char *list_brief_age(char text[FORMAT_SIZE], time_t now, time_t then);

/* "1,240/3,200". */
const char *list_steps(char text[2 * FORMAT_SIZE], const struct run_summary *run);

#endif
