/* What Tab could continue a line with, listed above it. */
#ifndef MNEME_TUI_MATCH_LIST_H
#define MNEME_TUI_MATCH_LIST_H

#include <stddef.h>

#include "ui/tui/widgets/cells.h"

/* Draws match[count] over the foot of a part of the screen, in columns, so that what was typed
 * stays where it is. What there is no room for is counted. */
void match_list_draw(char *const *match, size_t count, struct rect rect, struct cells *cells);

#endif
