/* The help page: the table of requests, laid out. */
#ifndef MNEME_TUI_HELP_H
#define MNEME_TUI_HELP_H

#include "ui/tui/page.h"

extern const struct page_ops help_page;

/* Draws its text from its row `first` on; returns its rows, so that a caller can keep `first` in
 * range. */
struct request_keys;
int help_draw(struct cells *cells, struct rect rect, int first, const struct request_keys *keys);

#endif
