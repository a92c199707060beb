/* The loss of new individuals over that of known ones. */
#ifndef MNEME_FIGURE_FIGURE_TRAJECTORY_H
#define MNEME_FIGURE_FIGURE_TRAJECTORY_H

#include "figure/figure_sketch.h"

sketch_figure figure_trajectory_sketch;

#endif
