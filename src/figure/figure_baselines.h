/* What knowing nobody costs, beside the curves of the attribute loss. */
#ifndef MNEME_FIGURE_FIGURE_BASELINES_H
#define MNEME_FIGURE_FIGURE_BASELINES_H

#include <stdbool.h>

#include "base/error.h"
#include "figure/figure_sketch.h"
#include "lab/groups.h"

/* Levels in the first panel, whose curves are there: one where all baselines are nearly the same,
 * otherwise one for each group; of the only group also that of new individuals. */
bool figure_add_baselines(struct sketch *sketch, const struct groups *groups, struct error *err);

#endif
