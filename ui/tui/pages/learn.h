/* The page of a run: what it learns, and what it answers. */
#ifndef MNEME_TUI_LEARN_H
#define MNEME_TUI_LEARN_H

#include "ui/tui/page.h"

extern const struct page_ops learn_page;

#endif
