/* A question in the last line, or in as many as it takes, to be answered with y or n; the page it
 * is asked on stays on the screen. */
#ifndef MNEME_TUI_YES_OR_NO_H
#define MNEME_TUI_YES_OR_NO_H

#include "ui/tui/page.h"

/* Asks; the question is closed when it is answered, before yes is called. */
void yes_or_no_ask(struct workbench *workbench, void (*yes)(struct workbench *workbench),
                   const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
