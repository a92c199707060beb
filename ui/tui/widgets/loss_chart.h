/* The attribute loss of known, new and fine-tuned individuals over steps, with the panel of numbers
 * beside it. */
#ifndef MNEME_TUI_LOSS_CHART_H
#define MNEME_TUI_LOSS_CHART_H

#include "ui/tui/widgets/view.h"

extern const struct run_chart_ops loss_chart;

#endif
