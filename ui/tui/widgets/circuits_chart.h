/* What attention is used for, in place of the attribute loss: curves over steps, and a table of
 * layers and heads beside them. */
#ifndef MNEME_TUI_CIRCUITS_CHART_H
#define MNEME_TUI_CIRCUITS_CHART_H

#include "ui/tui/widgets/view.h"

/* The chart: from name to name in the first layer, from attribute to name and to text in the last
 * one, of known individuals. Beside it: all circuits of the first and the last layer, of known and
 * new individuals, under the cursor or newest; where there is room, of every head. */
extern const struct run_chart_ops circuits_chart;

/* In which colour a circuit is drawn wherever it is. */
enum style circuits_style(enum circuit circuit);

/* The measurement under the cursor, else the newest; false before the first. */
bool circuits_point_shown(const struct view *view, size_t *point);

#endif
