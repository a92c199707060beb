/* Curves over steps: attribute loss above accuracy, or any measures. */
#ifndef MNEME_FIGURE_FIGURE_CURVES_H
#define MNEME_FIGURE_FIGURE_CURVES_H

#include "figure/figure_sketch.h"

sketch_figure figure_curves_sketch, figure_measures_sketch;

#endif
