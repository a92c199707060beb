/* The loss of one run less that of another, at the steps that both have, above and below 0: of a
 * branch less its parent's, or of any two runs. */
#ifndef MNEME_TUI_DIFFERENCE_CHART_H
#define MNEME_TUI_DIFFERENCE_CHART_H

#include "ui/tui/widgets/view.h"

/* Whether the view is to show one. */
bool difference_is_shown(const struct view *view);

/* Whether both runs of the view's pair have any step in common. */
bool difference_has_common(const struct view *view);

/* The last step that both runs of the view's pair have; 0 where no pair is shown. */
double difference_reach(const struct view *view);

/* Draws the legend, the chart and its axes. */
bool difference_draw(const struct view *view, const struct layout *layout, struct cells *cells,
                     struct error *err);

#endif
