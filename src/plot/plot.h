/* A page: panels under each other that share their horizontal axis, with a legend above. */
#ifndef MNEME_PLOT_PLOT_H
#define MNEME_PLOT_PLOT_H

#include <stddef.h>

#include "base/series.h"
#include "plot/axis.h"
#include "plot/line_style.h"
#include "plot/surface.h"

/* A line through points, with a band around it. */
struct page_curve {
    const char *name; /* in the legend; null: none. Curves of one name share an entry */
    struct look look;
    const struct series *line; /* x ascends, unless nothing but the line is drawn */
    const double *deviation;   /* [line->count] half the height of the band; null: none */
};

/* A straight line at one y, for comparison, or another line. */
struct page_level {
    const char *name;
    struct look look;
    double y;
    const struct series *line; /* null: straight */
};

/* A stretch of the horizontal axis, named above the first panel. */
struct page_stretch {
    const char *name;
    struct color color;
    double from, to;
};

enum { PAGE_LINES = 2 };

/* A place on the horizontal axis that matters, with the interval it may lie in. */
struct page_milestone {
    double x, low, high;          /* low and high NAN: no interval */
    const char *text[PAGE_LINES]; /* beside it, one line under the other; null: no more */
};

/* A place on the horizontal axis where somebody stepped in. */
struct page_turn {
    double x;
    const char *text; /* beside it, at the top of the first panel */
};

/* A point by itself. */
struct page_point {
    const char *name;
    enum mark mark;
    struct color color;
    double x, y, low, high; /* low and high, of y: NAN for no interval */
};

struct page_panel {
    const char *label; /* of its vertical axis */
    struct axis y;
    double share; /* of the height, among all panels */
    const struct page_curve *curve;
    size_t curves;
    const struct page_level *level;
    size_t levels;
    const struct page_point *point;
    size_t points;
    const char *note[PAGE_LINES]; /* in its upper left corner; null: no more */
    bool has_milestone_text;
};

struct page {
    const char *title;  /* null: none */
    const char *label;  /* of the horizontal axis */
    const char *remark; /* behind the legend; null: none */
    struct axis x;
    const struct page_panel *panel; /* [panels] at least one */
    size_t panels;
    const struct page_stretch *stretch; /* [stretches] in all panels */
    size_t stretches;
    const struct page_milestone *milestone; /* null: none; in all panels */
    const struct page_turn *turn;           /* [turns] by x, in all panels */
    size_t turns;
};

/* Draws the page on all of a sheet of that size. */
bool page_draw(const struct page *page, struct sheet *sheet, double width, double height,
               struct error *err);

/* Moves labels that stand too close to each other apart, in order and as little as it takes from
 * the left: centre[count] ascending, each with its width, all between low and high, `gap` between
 * them. False, and nothing is moved, where they do not fit. */
bool page_space_labels(double *centre, const double *width, size_t count, double low, double high,
                       double gap);

/* What pages and other figures have in common. */
extern const struct font page_title_font, page_label_font, page_small_font;
enum { PAGE_MARGIN = 6, PAGE_TICK = 3, PAGE_TEXT_GAP = 3 };

/* Draws the title, if any, and takes its height off the box. */
void page_draw_title(struct sheet *sheet, const char *title, struct box *box);

#endif
