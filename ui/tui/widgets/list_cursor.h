/* The row of a list that is selected: moved by rows, and by what is pointed at. */
#ifndef MNEME_TUI_LIST_CURSOR_H
#define MNEME_TUI_LIST_CURSOR_H

#include <stdbool.h>
#include <stddef.h>

/* The row that is so many further down, of `count`; the first or the last where there is none, and
 * 0 of none. */
size_t list_cursor_move(size_t selected, size_t count, int rows);

/* The first of `count` rows shown, so that `selected` is among the `shown`. */
size_t list_cursor_first(size_t selected, size_t count, size_t shown);

/* Selects what is drawn so many rows below the first that is shown; *again tells that it was
 * selected already. False where nothing is. */
bool list_cursor_point(size_t *selected, size_t count, size_t shown, int below, bool *again);

#endif
