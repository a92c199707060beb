/* What attention is used for, in place of the attribute loss: curves over steps, and a table of
 * layers and heads beside them. */
#ifndef MNEME_TUI_CIRCUITS_VIEW_H
#define MNEME_TUI_CIRCUITS_VIEW_H

#include "ui/tui/widgets/view.h"

/* Legend, curves and axes: from name to name in the first layer, from attribute to name and to text
 * in the last one, of known individuals. */
bool circuits_view_draw_chart(const struct view *view, const struct layout *layout,
                              struct cells *cells, struct error *err);

/* All circuits of the first and the last layer, of known and new individuals, under the cursor or
 * newest; where there is room, of every head. */
void circuits_view_draw_side(const struct view *view, struct rect rect, struct cells *cells);

#endif
