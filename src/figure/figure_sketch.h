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

/* Everything a plot points to. */
struct sketch {
    struct series_mean *mean; /* [curves] */
    char **name;              /* [curves] */
    struct plot_curve *curve; /* [curves] */
    const struct group **of;  /* [curves] whose they are; null for samples of the legend */
    size_t curves;
    struct plot_point *point; /* [points] */
    size_t points;
    struct plot_level *level; /* [levels] */
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

/* Room for so many of each; on false nothing is to be freed. */
bool sketch_init(struct sketch *sketch, size_t curves, size_t points, size_t levels,
                 struct error *err);
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

/* Adds the mean over a group, with a band where it has several runs. It is called after the group
 * and the name, which may be empty. */
bool sketch_add_curve(struct sketch *sketch, const struct groups *groups, size_t index,
                      const char *key, const char *name, struct line_style style,
                      struct error *err);

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
