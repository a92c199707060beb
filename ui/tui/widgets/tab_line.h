/* The names of the pages that number keys lead to, at the right end of the screen's first row. How
 * they are written is up to the screen's width alone, so that they stay where they are from page to
 * page. */
#ifndef MNEME_TUI_TAB_LINE_H
#define MNEME_TUI_TAB_LINE_H

#include <stddef.h>

#include "ui/tui/widgets/cells.h"

enum { TABS = 6, NO_TAB = TABS };

struct tab_name {
    const char *whole, *brief;
};

/* Where each was drawn: a name without room has no columns. */
struct tab_line {
    int row;
    struct {
        int col, cols;
    } name[TABS];
};

/* Columns that they take of a row of so many, with what is free around them; 0 where there is too
 * little room for any. */
int tab_line_columns(int cols);

/* Draws "1 Learn 2 Ask ..." over what is in the row there; with less room brief names, then the
 * numbers behind the name of the present one, then the numbers alone. */
void tab_line_draw(struct tab_line *line, const struct tab_name name[TABS], size_t present,
                   struct rect row, struct cells *cells);

/* Which name is drawn there; NO_TAB where none is. */
size_t tab_line_at(const struct tab_line *line, int row, int col);

#endif
