/* The chart of the attribute loss, or of other curves over the same steps: the curves, the
 * baseline, the phases and where the plateau ends, drawn into cells.
 *
 * The curve of known individuals is a line in the colour of the phase it is in; the one of new
 * individuals is made of sparse dots and the one of those that are fine-tuned on of dashes, so that
 * they differ without colour as well. */
#ifndef MNEME_TUI_CHART_H
#define MNEME_TUI_CHART_H

#include <stddef.h>

#include "ui/tui/widgets/cells.h"

struct chart_point {
    double x, y; /* step, nats; points with y not finite are passed over */
};

/* A stretch of steps, on the ribbon and in the colour of the curve. */
struct chart_band {
    double from, to;
    enum style style;
    const char *label;
};

/* A step where somebody stepped in. */
struct chart_turn {
    double step;
    const char *label;
};

/* Dots across that are set, and then left free, again and again; none free: a whole line. */
struct chart_dashes {
    int set, space;
    enum style style;
};

struct chart_curve {
    const struct chart_point *point; /* [count] */
    size_t count;
    struct chart_dashes dashes;
};

enum { CHART_BANDS = 7, CHART_CURVES = 3 };

struct chart {
    const struct chart_point *known; /* [knowns], x ascending */
    size_t knowns;
    const struct chart_point *held_out; /* [freshes] */
    size_t held_outs;
    const struct chart_point *tuned; /* [tuneds] fine-tuned individuals */
    size_t tuneds;
    struct chart_curve curve[CHART_CURVES]; /* [curves] others than losses, */
    size_t curves;
    double top; /* from 0 to there, linear; 0: there are losses */
    const struct chart_point
        *baseline;    /* [baselines] of what is sampled, x ascending; each holds */
    size_t baselines; /* from the one before it on, the last one to the end */
    const struct chart_point *held_out_baseline; /* [baselines] that of new individuals, where it is
                                                 another; null: none */
    double uniform;                      /* that of all alike, where it is another; NAN: none */
    struct chart_band band[CHART_BANDS]; /* [bands], ascending */
    size_t bands;
    double mark; /* where the plateau ends; NAN: nowhere yet */
    const char *mark_label;
    const char *mark_brief; /* where that has no room; may be null */
    double cut;             /* curves begin anew at this step; NAN: nowhere */
    const char *cut_label;
    const struct chart_turn *turn; /* [turns] */
    size_t turns;
    double cursor;      /* the step that is looked at; NAN: none */
    double first, last; /* steps shown; first < last */
    bool linear;        /* the loss axis; else logarithmic */
};

struct chart_places {
    struct rect plot;   /* the labels of the loss axis take its first CHART_GUTTER columns */
    struct rect ribbon; /* may be empty, as may the axis */
    struct rect axis;
};

enum { CHART_GUTTER = 6 };

bool chart_draw(const struct chart *chart, struct chart_places places, struct cells *cells,
                struct error *err);

/* The loss axis: what it spans for the points that are shown. */
void chart_range(const struct chart *chart, double *low, double *high);

/* A small curve of count values without axes that fills a rectangle; from low to high, or from the
 * least to the largest value where both are 0. */
bool sparkline_draw(const double *value, size_t count, double low, double high, struct rect rect,
                    enum style style, struct cells *cells, struct error *err);

#endif
