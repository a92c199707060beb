/* Figures of runs, as SVG or PNG files. */
#ifndef MNEME_FIGURE_FIGURES_H
#define MNEME_FIGURE_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "figure/figure.h"
#include "lab/run_result.h"

/* Draws runs (at least one) into a file that ends in .svg or .png, in place of what was there.
 *
 * Runs that are equal but for their seeds become one curve, the mean, with a band of one standard
 * deviation to either side; otherwise each is a curve named after the settings that differ. A law
 * has a point for each run with a plateau's end; a cell of a heat map is the mean of runs that are
 * equal but for their seeds. The same runs give the same bytes.
 *
 * ERROR_INPUT: another ending, a run without what is to be drawn, runs without a step in common,
 * too few for a law, different runs in a cell, or no cairo in this program. */
bool figures_draw(const struct run_result *result, size_t count,
                  const struct figure_options *options, const char *path, struct error *err);

#endif
