/* What every head does, over steps, as a figure: a panel for each circuit. */
#ifndef MNEME_TUI_HEADS_FIGURE_H
#define MNEME_TUI_HEADS_FIGURE_H

#include "base/series.h"
#include "plot/surface.h"
#include "ui/tui/widgets/heads_table.h"

enum { HEADS_FIGURE_TEXT = 160 };

/* {0} is none. */
struct heads_figure {
    size_t layers, heads;
    struct step_span span;
    struct series *line; /* [CIRCUITS][layers][heads] */
    char title[HEADS_FIGURE_TEXT];
};

/* Copies the steps that a view shows, of the individuals that a table is about. ERROR_INPUT where
 * nothing was measured. */
bool heads_figure_take(struct heads_figure *figure, const struct heads_table *table,
                       const struct view *view, struct error *err);
void heads_figure_free(struct heads_figure *figure);

bool heads_figure_draw(const struct heads_figure *figure, struct surface *surface, double width,
                       double height, struct error *err);

#endif
