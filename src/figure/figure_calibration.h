/* The calibration curve among the figures of runs. */
#ifndef MNEME_FIGURE_FIGURE_CALIBRATION_H
#define MNEME_FIGURE_FIGURE_CALIBRATION_H

#include "measure/calibration.h"

/* Points that the curves of so many groups have at most. */
#define FIGURE_CALIBRATION_POINTS(groups) (2 * CALIBRATION_BINS * (groups))

#endif
