/* What a page shows, written as a figure. */
#ifndef MNEME_TUI_DRAWING_H
#define MNEME_TUI_DRAWING_H

#include "ui/requests.h"

/* Writes the page that is shown to a file that is named, or beside the run, under a name that none
 * has; asks before it takes the place of a file. A run that is only followed gets none: where one
 * is, or beside the runs, is the place then. */
void drawing_figure(const struct request_call *call);

#endif
