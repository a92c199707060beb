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

/* One of the two is given. */
struct figure_ops {
    /* Makes a plot of all groups, in a sketch that is empty. */
    bool (*sketch)(struct sketch *sketch, const struct groups *groups,
                   const struct figure_options *options, struct error *err);
    /* Draws runs that are not grouped; width and height in points. */
    bool (*draw)(const struct run_result *result, size_t count,
                 const struct figure_options *options, struct surface *surface, double width,
                 double height, struct error *err);
};

#define DECLARE(constant, name) extern const struct figure_ops figure_##name;
FIGURES(DECLARE)
#undef DECLARE

#endif
