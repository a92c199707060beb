/* A text that is asked for on the prompt's row; the page it is asked on stays on the screen, and
 * draws the row. */
#ifndef MNEME_TUI_TEXT_ENTRY_H
#define MNEME_TUI_TEXT_ENTRY_H

#include "ui/tui/page.h"

extern const struct page_ops text_entry_page;

/* Asks, with a text to begin with. What was typed goes to take, which says whether that will do:
 * else it stays, to be corrected. Nothing typed is nothing asked. */
void text_entry_ask(struct workbench *workbench, const char *label, const char *text,
                    bool (*take)(struct workbench *workbench, const char *line));

/* Draws it where one is asked for. */
void text_entry_draw(const struct workbench *workbench, struct page_frame *frame);

#endif
