/* The chart of a watched question: the probability of the truth and of the likeliest values over
 * steps, of view->question. */
#ifndef MNEME_TUI_QUESTION_CHART_H
#define MNEME_TUI_QUESTION_CHART_H

#include "ui/tui/widgets/view.h"

extern const struct run_chart_ops question_chart;

#endif
