/* Which keys do what, in one row: as many as fit whole. */
#ifndef MNEME_TUI_HINT_LINE_H
#define MNEME_TUI_HINT_LINE_H

#include "ui/tui/widgets/cells.h"

struct hint_line {
    struct cells *cells;
    struct rect rect;
    int col; /* where the next one goes */
};

struct hint {
    const char *key, *what; /* null behind the last */
};

struct hint_line hint_line_begin(struct cells *cells, struct rect rect);

/* Draws one where it fits; after one that does not there is no room for any other. */
void hint_line_add(struct hint_line *line, const char *key, const char *what);

/* Draws several. */
void hint_line_add_all(struct hint_line *line, const struct hint *hint);

#endif
