/* A chart of the screen (chart.h) as a figure: a copy of what it shows, which another thread can
 * draw on a surface. */
#ifndef MNEME_TUI_CHART_FIGURE_H
#define MNEME_TUI_CHART_FIGURE_H

#include "plot/plot.h"
#include "ui/tui/widgets/chart.h"

/* A piece of a curve without a gap. */
struct figure_line {
    char *name; /* empty: none in the legend */
    struct series series;
    double *deviation; /* [series.count] half the height of the band around it; or null */
    struct line_style style;
    bool is_level; /* a baseline */
};

enum { CHART_FIGURE_TURNS = 9, CHART_FIGURE_TEXT = 96 };

/* {0} is none. */
struct chart_figure {
    bool failed;              /* there was no memory for it */
    struct figure_line *line; /* [lines] */
    size_t lines, room;
    struct axis x, y;
    double uniform; /* a level; NAN: none */
    struct plot_span span[CHART_BANDS];
    char span_name[CHART_BANDS][CHART_FIGURE_TEXT];
    size_t spans;
    double mark;
    char mark_text[CHART_FIGURE_TEXT];
    struct plot_turn turn[CHART_FIGURE_TURNS];
    char turn_text[CHART_FIGURE_TURNS][CHART_FIGURE_TEXT];
    size_t turns;
    char title[CHART_FIGURE_TEXT], label[CHART_FIGURE_TEXT]; /* label of the vertical axis */
};

/* Copies a chart that is complete: a view's taker (view.h), whose context is the figure. */
void chart_figure_take(void *figure, const struct chart *chart);

void chart_figure_free(struct chart_figure *figure);

/* Draws it on all of a surface of that size, in points. */
bool chart_figure_draw(const struct chart_figure *figure, struct surface *surface, double width,
                       double height, struct error *err);

#endif
