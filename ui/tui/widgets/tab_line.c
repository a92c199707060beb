#include "ui/tui/widgets/tab_line.h"

#include <stdbool.h>
#include <stdio.h>

enum { NAME_SIZE = 32, GAP = 2, MARGIN = 1 };

/* How they are written, and from how wide a screen on; in how many columns. */
enum tab_form { TABS_WHOLE, TABS_BRIEF, TABS_PRESENT, TABS_NUMBERS, TAB_FORMS };

static const struct {
    int from, cols;
} forms[TAB_FORMS] = {
    [TABS_WHOLE] = {128, 47},  /* 1 Learn 2 Ask 3 Map 4 Circuits 5 Runs 6 Presets */
    [TABS_BRIEF] = {104, 40},  /* 1 Learn 2 Ask 3 Map 4 Circ 5 Runs 6 Pres */
    [TABS_PRESENT] = {72, 20}, /* Circuits 1 2 3 4 5 6 */
    [TABS_NUMBERS] = {56, 11}, /* 1 2 3 4 5 6 */
};

/* TAB_FORMS where there is room for none. */
static enum tab_form form_for(int cols)
{
    enum tab_form form = TABS_WHOLE;
    while (form < TAB_FORMS && cols < forms[form].from)
        form++;
    return form;
}

int tab_line_columns(int cols)
{
    enum tab_form form = form_for(cols);
    return form < TAB_FORMS ? GAP + forms[form].cols + MARGIN : 0;
}

/* "4 Circuits", or "4". */
static int write_name(char out[NAME_SIZE], const struct tab_name *name, size_t tab,
                      enum tab_form form)
{
    if (form > TABS_BRIEF)
        snprintf(out, NAME_SIZE, "%zu", tab + 1);
    else
        snprintf(out, NAME_SIZE, "%zu %s", tab + 1, form == TABS_WHOLE ? name->whole : name->brief);
    return text_columns(out);
}

/* What stands there already ends with a mark. */
static void clear_place(struct rect place, struct cells *cells)
{
    bool cuts = cells_glyph(cells, place.row, place.col) != L' ' && place.col > 0 &&
                cells_glyph(cells, place.row, place.col - 1) != L' ';
    cells_fill(cells, place, L' ', STYLE_PLAIN);
    if (cuts)
        cells_put(cells, place.row, place.col - 1, L'…', STYLE_FAINT);
}

void tab_line_draw(struct tab_line *line, const struct tab_name name[TABS], size_t present,
                   struct rect row, struct cells *cells)
{
    const enum tab_form form = form_for(row.cols);
    const int columns = tab_line_columns(row.cols), end = row.col + row.cols - MARGIN;
    char text[NAME_SIZE];
    *line = (struct tab_line){.row = row.row};
    if (form == TAB_FORMS)
        return;
    clear_place((struct rect){row.row, row.col + row.cols - columns, 1, columns}, cells);
    int col = end;
    for (size_t t = TABS; t-- > 0; col--) {
        line->name[t].cols = write_name(text, &name[t], t, form);
        col -= line->name[t].cols;
        line->name[t].col = col;
        cells_text(cells, row.row, col, line->name[t].cols,
                   t == present ? STYLE_STRONG : STYLE_FAINT, text);
    }
    if (form == TABS_PRESENT)
        cells_right(cells, row.row, col, end - col, STYLE_STRONG, name[present].whole);
}

size_t tab_line_at(const struct tab_line *line, int row, int col)
{
    for (size_t t = 0; t < TABS && row == line->row; t++)
        if (col >= line->name[t].col && col < line->name[t].col + line->name[t].cols)
            return t;
    return NO_TAB;
}
