/* The heat map among the figures of runs. */
#ifndef MNEME_FIGURE_FIGURE_HEATMAP_H
#define MNEME_FIGURE_FIGURE_HEATMAP_H

#include "figure/figure.h"
#include "lab/run_result.h"
#include "plot/surface.h"

bool figure_heatmap_draw(const struct run_result *result, size_t count,
                         const struct figure_options *options, struct surface *surface,
                         double width, double height, struct error *err);

#endif
