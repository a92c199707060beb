#include "ui/tui/widgets/match_list.h"

enum { GAP = 2, INDENT = 2 };

static int widest(char *const *match, size_t count)
{
    int most = 1;
    for (size_t m = 0; m < count; m++) {
        int columns = text_columns(match[m]);
        most = columns > most ? columns : most;
    }
    return most;
}

void match_list_draw(char *const *match, size_t count, struct rect rect, struct cells *cells)
{
    if (count == 0 || rect.rows == 0)
        return;
    int width = widest(match, count) + GAP, across = (rect.cols - INDENT) / width;
    across = across > 0 ? across : 1;
    int rows = ((int)count + across - 1) / across;
    bool more = rows > rect.rows;
    rows = more ? rect.rows : rows;
    int top = rect.row + rect.rows - rows;
    int blank = rows < rect.rows; /* sets them off from what is above */
    cells_fill(cells, (struct rect){top - blank, 0, rows + blank, cells->cols}, L' ', STYLE_PLAIN);
    int shown = more ? (rows - 1) * across : (int)count;
    for (int m = 0; m < shown; m++) {
        int col = INDENT + m % across * width;
        cells_text(cells, top + m / across, rect.col + col, rect.cols - col, STYLE_STRONG,
                   match[m]);
    }
    if (more)
        cells_format(cells, top + rows - 1, rect.col + INDENT, rect.cols - INDENT, STYLE_FAINT,
                     "and %zu more: type another letter", count - (size_t)shown);
}
