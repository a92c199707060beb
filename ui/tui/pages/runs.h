/* The page of all runs: what tells them apart, and which is a branch of which. */
#ifndef MNEME_TUI_RUNS_H
#define MNEME_TUI_RUNS_H

#include "ui/tui/page.h"

extern const struct page_ops runs_page;

#endif
