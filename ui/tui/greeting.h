/* What somebody who starts the program for the first time is told, where answers will stand. */
#ifndef MNEME_TUI_GREETING_H
#define MNEME_TUI_GREETING_H

#include "ui/tui/widgets/cells.h"

struct workbench;

/* Finds out whether it is the first time: there are neither settings nor anything that was typed.
 * Before the prompt's history is read. */
void greeting_begin(struct workbench *workbench, const char *history);

/* Draws it from the first row of a rectangle on, where nothing else stands, until something was
 * asked. */
void greeting_draw(const struct workbench *workbench, struct rect rect, struct cells *cells);

#endif
