#include "ui/tui/widgets/hint_line.h"

enum { MARGIN = 1, GAP = 2 };

struct hint_line hint_line_begin(struct cells *cells, struct rect rect)
{
    return (struct hint_line){cells, rect, rect.col + MARGIN};
}

void hint_line_add(struct hint_line *line, const char *key, const char *what)
{
    const struct rect rect = line->rect;
    int columns = text_columns(key) + 1 + text_columns(what);
    if (line->col + columns > rect.col + rect.cols) {
        line->col = rect.col + rect.cols;
        return;
    }
    cells_text(line->cells, rect.row, line->col, columns, STYLE_KEY, key);
    cells_text(line->cells, rect.row, line->col + text_columns(key) + 1, columns, STYLE_FAINT,
               what);
    line->col += columns + GAP;
}

void hint_line_add_all(struct hint_line *line, const struct hint *hint)
{
    for (; hint->key; hint++)
        hint_line_add(line, hint->key, hint->what);
}
