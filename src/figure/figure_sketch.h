/* A plot in the making: everything it points to, and the curves of groups of runs. */
#ifndef MNEME_FIGURE_FIGURE_SKETCH_H
#define MNEME_FIGURE_FIGURE_SKETCH_H

#include <math.h>
#include <stddef.h>

#include "base/error.h"
#include "base/series.h"
#include "figure/figure.h"
#include "figure/figure_measure.h"
#include "lab/groups.h"
#include "plot/plot.h"
#include "train/timeline.h"

enum { SKETCH_TEXT = 96 };

/* What a curve points to. */
struct curve_source {
    struct series_mean mean;
    char *name;
    const struct group *group; /* whose it is; null: of no single one */
};

/* Everything a plot points to; {0} is an empty one. */
struct sketch {
    struct curve_source *source; /* [curves] */
    struct plot_curve *curve;    /* [curves] */
    size_t curves, source_room, curve_room;
    struct plot_point *point; /* [points] */
    size_t points, point_room;
    struct plot_level *level; /* [levels] room for all is made by figure_add_baselines */
    size_t levels;
    struct series_mean *level_mean; /* [level_means] what levels that are no straight lines show */
    size_t level_means;
    struct plot_panel panel[FIGURE_MEASURES_MOST];
    char label[FIGURE_MEASURES_MOST]
              [SKETCH_TEXT]; /* [panels] of those that have one of their own */
    size_t panels;
    char *keys; /* of measures, cut into pieces; null where they are fixed */
    char remark[SKETCH_TEXT], level_name[3][SKETCH_TEXT];
    char marker_text[PLOT_LINES][SKETCH_TEXT];
    char note[PLOT_LINES][SKETCH_TEXT];
    struct plot_span span[TIMELINE_SPANS];
    struct plot_marker marker;
    struct plot_turn *turn; /* [plot.turns] */
    char (*turn_text)[TURN_TEXT];
    struct plot plot;
};

void sketch_free(struct sketch *sketch);

/* The smallest and largest of what is to be drawn. */
struct extent {
    double low, high;
};
#define EXTENT_NONE ((struct extent){INFINITY, -INFINITY})
void extent_widen(struct extent *extent, double value);

/* A logarithmic axis with a factor of free space to either side. */
struct axis extent_axis(struct extent extent, double room);

/* How the curve of a group looks: by its place where groups have an order. */
struct line_style sketch_group_style(const struct groups *groups, size_t index);

/* The mean of one measure over the runs of a group, as figures show it. ERROR_INPUT for a run that
 * does not have it, and for runs without a step in common. */
bool sketch_average(const struct group *group, const char *key, struct series_mean *mean,
                    struct error *err);

/* Adds a curve and takes its name over, also on failure; a null one is a failure whose error is
 * set, an empty one does not stand in the legend. Its line has no points yet: they are added to
 * what is returned, before the next curve. Null with the error set. */
struct series *sketch_begin_curve(struct sketch *sketch, char *name, struct line_style style,
                                  struct error *err);

/* Adds the mean over a group, with a band where it has several runs. It is called after the group
 * and the name, which may be empty. */
bool sketch_add_curve(struct sketch *sketch, const struct groups *groups, size_t index,
                      const char *key, const char *name, struct line_style style,
                      struct error *err);

/* Gives a panel the curves from `first` on. */
void sketch_fill_panel(struct sketch *sketch, struct plot_panel *panel, size_t first);

/* Adds a point, to the first panel. */
bool sketch_add_point(struct sketch *sketch, const struct plot_point *point, struct error *err);

/* Adds panels of equal height with the curves of all groups, one for the measures of each axis, in
 * the order of the keys. */
bool sketch_add_panels(struct sketch *sketch, const struct groups *groups, const char *const *key,
                       size_t keys, struct error *err);

/* Makes a plot over steps of all panels. */
void sketch_finish_steps(struct sketch *sketch, const struct groups *groups,
                         const struct figure_options *options);

/* Marks where runs were turned (train/turns.h): of the only group by lines with what happened, of
 * several by points on the curves of the first panel. The plot is one over steps. */
bool sketch_mark_turns(struct sketch *sketch, const struct groups *groups, struct error *err);

/* Makes a plot of a single panel, with all curves and points, over something else than steps. */
void sketch_finish_one(struct sketch *sketch, const struct figure_options *options,
                       const char *x_label, struct axis x, const char *y_label, struct axis y);

/* Says behind the legend of how many runs curves are `what`, where there are several. */
void sketch_add_remark(struct sketch *sketch, const struct groups *groups, const char *what);

#endif
