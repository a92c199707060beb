/* Charts of the screen (chart.h), one under the other, as a figure: a copy of what they show, which
 * another thread can draw on a surface. */
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

enum { CHART_FIGURE_TURNS = 9, CHART_FIGURE_PANELS = 8, CHART_FIGURE_TEXT = 96 };

/* {0} is none. */
struct chart_figure {
    bool failed;              /* there was no memory for it */
    struct figure_line *line; /* [lines] */
    size_t lines, room;
    struct chart_panel {
        size_t end; /* its last line is the one before this */
        struct axis y;
        double uniform; /* a level; NAN: none */
        double factor;  /* of its numbers */
        char label[CHART_FIGURE_TEXT];
    } panel[CHART_FIGURE_PANELS]; /* [panels] */
    size_t panels;
    size_t styles; /* of curves so far */
    struct axis x;
    /* What stands around them, of the last one that was taken: */
    struct plot_span span[CHART_BANDS];
    char span_name[CHART_BANDS][CHART_FIGURE_TEXT];
    size_t spans;
    double mark;
    char mark_text[CHART_FIGURE_TEXT];
    struct plot_turn turn[CHART_FIGURE_TURNS];
    char turn_text[CHART_FIGURE_TURNS][CHART_FIGURE_TEXT];
    size_t turns;
    char title[CHART_FIGURE_TEXT];
};

/* Adds a copy of a chart that is complete as a panel: a view's taker (view.h), whose context is the
 * figure. One that there is no room for is left out. */
void chart_figure_take(void *figure, const struct chart *chart);

void chart_figure_free(struct chart_figure *figure);

/* Draws it on all of a surface of that size, in points. */
bool chart_figure_draw(const struct chart_figure *figure, struct surface *surface, double width,
                       double height, struct error *err);

#endif
