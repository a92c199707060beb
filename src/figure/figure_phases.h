/* What is known of the phases of a group of runs, in a plot over steps. */
#ifndef MNEME_FIGURE_FIGURE_PHASES_H
#define MNEME_FIGURE_FIGURE_PHASES_H

#include "figure/figure_sketch.h"
#include "lab/groups.h"

/* Phases, of a patched model's reference first, and fine-tuning, behind the curves. */
void figure_add_spans(struct sketch *sketch, const struct group *group);

/* Where the plateau ends, with how well that is known, or where a patched model sets out. */
void figure_add_marker(struct sketch *sketch, const struct group *group);

#endif
