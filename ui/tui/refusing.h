/* Requests that would change a run that is followed. */
#ifndef MNEME_TUI_REFUSING_H
#define MNEME_TUI_REFUSING_H

#include "ui/requests.h"

/* Says that the run is another's, or where nobody trains it any more, asks whether to open it. */
void refusing_change(const struct request_call *call);

#endif
