/* A kind of figure. */
#ifndef MNEME_FIGURE_FIGURE_OPS_H
#define MNEME_FIGURE_FIGURE_OPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "figure/figure.h"
#include "figure/figure_sketch.h"
#include "lab/groups.h"
#include "lab/run_result.h"
#include "plot/surface.h"

struct figure_ops {
    /* Which options it needs, and others do not take: */
    bool takes_measures; /* measures */
    bool takes_keys;     /* x and y; and it takes a value */
    bool is_over_steps;  /* it takes log_x */

    /* What its runs have to have: */
    const char *measure; /* in every record; null: nothing */
    bool fits_law;       /* plateau ends at SCALING_LAW_LEAST different numbers of individuals */

    /* Whether it leaves out runs without a plateau's end; null: it does not. */
    bool (*leaves_out)(const struct figure_options *options);

    /* One of the two is given. */

    /* Makes a plot of all groups, in a sketch that is empty. */
    bool (*sketch)(struct sketch *sketch, const struct groups *groups,
                   const struct figure_options *options, struct error *err);
    /* Draws runs that are not grouped; width and height in points. */
    bool (*draw)(const struct run_result *result, size_t count,
                 const struct figure_options *options, struct surface *surface, double width,
                 double height, struct error *err);
};

/* [FIGURE_KINDS] */
extern const struct figure_ops *const figure_ops[];

#define DECLARE(constant, name) extern const struct figure_ops figure_##name;
FIGURES(DECLARE)
#undef DECLARE

#endif
