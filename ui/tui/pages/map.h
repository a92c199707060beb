/* The map of what is known (widgets/fact_map.h) as a page. */
#ifndef MNEME_TUI_MAP_H
#define MNEME_TUI_MAP_H

#include "ui/tui/page.h"

extern const struct page_ops map_page;

#endif
