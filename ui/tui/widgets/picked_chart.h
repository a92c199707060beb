/* The curves of measures that were picked, of the run that is open and of others over it: a panel
 * for all that share an axis, one under the other. */
#ifndef MNEME_TUI_PICKED_CHART_H
#define MNEME_TUI_PICKED_CHART_H

#include "ui/tui/widgets/view.h"

extern const struct run_chart_ops picked_chart;

#endif
