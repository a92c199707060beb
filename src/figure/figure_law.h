/* The plateau's end over the known individuals, and the law fitted to it. */
#ifndef MNEME_FIGURE_FIGURE_LAW_H
#define MNEME_FIGURE_FIGURE_LAW_H

#include "figure/figure_sketch.h"

/* ERROR_INPUT for too few runs with a plateau's end. */
sketch_figure figure_law_sketch;

#endif
