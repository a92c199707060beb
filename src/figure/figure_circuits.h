/* What attention is used for in the first and last layer, over steps. */
#ifndef MNEME_FIGURE_FIGURE_CIRCUITS_H
#define MNEME_FIGURE_FIGURE_CIRCUITS_H

#include "figure/figure_sketch.h"

/* ERROR_INPUT for a model without attention. */
sketch_figure figure_circuits_sketch;

#endif
