/* A plot: panels under each other that share their horizontal axis, with a legend above. */
#ifndef MNEME_PLOT_PLOT_H
#define MNEME_PLOT_PLOT_H

#include <stddef.h>

#include "base/series.h"
#include "plot/axis.h"
#include "plot/line_style.h"
#include "plot/surface.h"

/* A line through points, with a band around it. */
struct plot_curve {
    const char *name; /* in the legend; null: none. Curves of one name share an entry */
    struct line_style style;
    const struct series *line; /* x ascends, unless nothing but the line is drawn */
    const double *deviation;   /* [line->count] half the height of the band; null: none */
};

/* A straight line at one y, for comparison, or another line. */
struct plot_level {
    const char *name;
    struct line_style style;
    double y;
    const struct series *line; /* null: straight */
};

/* A span of the horizontal axis, named above the first panel. */
struct plot_span {
    const char *name;
    struct color color;
    double from, to;
};

enum { PLOT_LINES = 2 };

/* A place on the horizontal axis that matters, with the interval it may lie in. */
struct plot_marker {
    double x, low, high;          /* low and high NAN: no interval */
    const char *text[PLOT_LINES]; /* beside it, one line under the other; null: no more */
};

/* A place on the horizontal axis where somebody stepped in. */
struct plot_turn {
    double x;
    const char *text; /* beside it, at the top of the first panel */
};

/* A point by itself. */
struct plot_point {
    const char *name;
    enum mark mark;
    struct color color;
    double x, y, low, high; /* low and high, of y: NAN for no interval */
};

struct plot_panel {
    const char *label; /* of its vertical axis */
    struct axis y;
    double share; /* of the height, among all panels */
    const struct plot_curve *curve;
    size_t curves;
    const struct plot_level *level;
    size_t levels;
    const struct plot_point *point;
    size_t points;
    const char *note[PLOT_LINES]; /* in its upper left corner; null: no more */
    bool has_marker_text;
};

struct plot {
    const char *title;  /* null: none */
    const char *label;  /* of the horizontal axis */
    const char *remark; /* behind the legend; null: none */
    struct axis x;
    const struct plot_panel *panel; /* [panels] at least one */
    size_t panels;
    const struct plot_span *span; /* [spans] in all panels */
    size_t spans;
    const struct plot_marker *marker; /* null: none; in all panels */
    const struct plot_turn *turn;     /* [turns] by x, in all panels */
    size_t turns;
};

/* Draws the plot on all of a surface of that size. */
bool plot_draw(const struct plot *plot, struct surface *surface, double width, double height,
               struct error *err);

/* Moves labels that stand too close to each other apart, in order and as little as it takes from
 * the left: centre[count] ascending, each with its width, all between low and high, `gap` between
 * them. False, and nothing is moved, where they do not fit. */
bool plot_space_labels(double *centre, const double *width, size_t count, double low, double high,
                       double gap);

/* What plots and other figures have in common. */
extern const struct font plot_title_font, plot_label_font, plot_small_font;
enum { PLOT_MARGIN = 6, PLOT_TICK = 3, PLOT_TEXT_GAP = 3 };

/* Draws the title, if any, and takes its height off the box. */
void plot_draw_title(struct surface *surface, const char *title, struct box *box);

#endif
