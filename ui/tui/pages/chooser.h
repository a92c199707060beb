/* The page on which a preset or a run is chosen: the one at the foot of the stack, and over a run
 * that is open once more. */
#ifndef MNEME_TUI_CHOOSER_H
#define MNEME_TUI_CHOOSER_H

#include "ui/tui/page.h"

extern const struct page_ops chooser_page;

#endif
