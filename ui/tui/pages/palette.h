/* The palette: requests, presets, runs and people, found as one types. */
#ifndef MNEME_TUI_PALETTE_H
#define MNEME_TUI_PALETTE_H

#include "ui/tui/page.h"

extern const struct page_ops palette_page;

#endif
