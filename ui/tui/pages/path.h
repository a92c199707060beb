/* The line under the chooser on which the path, or the name, of what to open is typed. */
#ifndef MNEME_TUI_PATH_H
#define MNEME_TUI_PATH_H

#include "ui/tui/page.h"

extern const struct page_ops path_page;

/* Opens it with that text on it. What was on the prompt's line comes back with its end. */
void path_open(struct workbench *workbench, const char *text);

/* Draws the line and its completions, where it is open. */
void path_draw(const struct workbench *workbench, struct page_frame *frame);

/* Pasted text opens it from its first letter on. */
void path_paste(struct workbench *workbench, int key);

#endif
