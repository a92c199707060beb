/* The names of the pages that number keys lead to, in the screen's first row, as far as there is
 * room beside what else stands there. */
#ifndef MNEME_TUI_TAB_LINE_H
#define MNEME_TUI_TAB_LINE_H

#include <stddef.h>

#include "ui/tui/widgets/cells.h"

enum { TABS = 6, NO_TAB = TABS };

/* Where each was drawn: a name without room has no columns. */
struct tab_line {
    int row;
    struct {
        int col, cols;
    } name[TABS];
};

/* Draws "1 Learn 2 Ask ..." at the right end of a row, behind its first `used` columns; with less
 * room, the name of the present one alone beside the numbers; with less still nothing. */
void tab_line_draw(struct tab_line *line, const char *const name[TABS], size_t present,
                   struct rect row, int used, struct cells *cells);

/* Which name is drawn there; NO_TAB where none is. */
size_t tab_line_at(const struct tab_line *line, int row, int col);

#endif
