/* The list of all measures of a run, from which those on the chart are picked. */
#ifndef MNEME_TUI_PICKER_H
#define MNEME_TUI_PICKER_H

#include "ui/requests.h"
#include "ui/tui/page.h"

extern const struct page_ops picker_page;

/* Puts the measures of the argument on the chart; without one the list opens. */
void picker_plot(const struct request_call *call);

#endif
