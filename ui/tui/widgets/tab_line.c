#include "ui/tui/widgets/tab_line.h"

#include <stdbool.h>
#include <stdio.h>

enum { NAME_SIZE = 32, GAP = 2, MARGIN = 1 };

/* "4 Circuits", or "4". */
static int write_name(char out[NAME_SIZE], const char *name, size_t tab, bool is_whole)
{
    snprintf(out, NAME_SIZE, is_whole ? "%zu %s" : "%zu", tab + 1, name);
    return text_columns(out);
}

static int columns_of(const char *const name[TABS], size_t present, bool all)
{
    char text[NAME_SIZE];
    int cols = TABS - 1; /* blanks between them */
    for (size_t t = 0; t < TABS; t++)
        cols += write_name(text, name[t], t, all || t == present);
    return cols;
}

void tab_line_draw(struct tab_line *line, const char *const name[TABS], size_t present,
                   struct rect row, int used, struct cells *cells)
{
    int room = row.cols - used - GAP - MARGIN;
    bool all = columns_of(name, present, true) <= room;
    int cols = columns_of(name, present, all), col = row.col + row.cols - MARGIN - cols;
    *line = (struct tab_line){.row = row.row};
    if (cols > room)
        return;
    for (size_t t = 0; t < TABS; t++) {
        char text[NAME_SIZE];
        line->name[t].col = col;
        line->name[t].cols = write_name(text, name[t], t, all || t == present);
        cells_text(cells, row.row, col, line->name[t].cols,
                   t == present ? STYLE_STRONG : STYLE_FAINT, text);
        col += line->name[t].cols + 1;
    }
}

size_t tab_line_at(const struct tab_line *line, int row, int col)
{
    for (size_t t = 0; t < TABS && row == line->row; t++)
        if (col >= line->name[t].col && col < line->name[t].col + line->name[t].cols)
            return t;
    return NO_TAB;
}
