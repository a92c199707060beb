/* A form of a preset's keys, which are changed in it: those of a branch of the run that is open, or
 * all of a preset's before it is started, which can be kept under a name of one's own. */
#ifndef MNEME_TUI_FORM_H
#define MNEME_TUI_FORM_H

#include "ui/requests.h"
#include "ui/tui/page.h"

extern const struct page_ops form_page;

/* Opens it: over a run for a branch of it, over the chooser for the preset that is selected. A
 * request. */
void form_open(const struct request_call *call);

#endif
