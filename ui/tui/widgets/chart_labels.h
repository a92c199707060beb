/* What is written beside and below a chart: losses, baselines and steps where there is room. */
#ifndef MNEME_TUI_CHART_LABELS_H
#define MNEME_TUI_CHART_LABELS_H

#include "ui/tui/widgets/cells.h"
#include "ui/tui/widgets/chart_scale.h"

/* A baseline has its label before losses near it; one that is not finite has none. */
void chart_label_baseline(const struct chart_scale *scale, struct cells *cells,
                          const struct rect *plot, double baseline);

void chart_label_losses(const struct chart_scale *scale, struct cells *cells,
                        const struct rect *plot);

/* In the row of the axis, below the columns of the plot. */
void chart_label_steps(const struct chart_scale *scale, struct cells *cells,
                       const struct rect *plot, const struct rect *axis);

#endif
