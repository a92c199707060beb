/* What each attention head does (widgets/heads_table.h) as a page. */
#ifndef MNEME_TUI_HEADS_H
#define MNEME_TUI_HEADS_H

#include "ui/tui/page.h"

extern const struct page_ops heads_page;

#endif
