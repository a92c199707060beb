/* The pages that are there while a run is opened, and while one is closed. */
#ifndef MNEME_TUI_WAITING_H
#define MNEME_TUI_WAITING_H

#include "ui/tui/page.h"

extern const struct page_ops opening_page;
extern const struct page_ops changing_page;
extern const struct page_ops closing_page;

#endif
