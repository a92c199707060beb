/* The calibration curve among the figures of runs. */
#ifndef MNEME_FIGURE_FIGURE_CALIBRATION_H
#define MNEME_FIGURE_FIGURE_CALIBRATION_H

#include "figure/figure_sketch.h"
#include "measure/calibration.h"

/* Points that the curves of so many groups have at most. */
#define FIGURE_CALIBRATION_POINTS(groups) (2 * CALIBRATION_BINS * (groups))

/* Accuracy over confidence at the last evaluation of each run, those of a group put together.
 * ERROR_INPUT for a run whose record has no such curve. */
sketch_figure figure_calibration_sketch;

#endif
