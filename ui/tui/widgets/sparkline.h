/* A small curve without axes. */
#ifndef MNEME_TUI_SPARKLINE_H
#define MNEME_TUI_SPARKLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "ui/tui/widgets/cells.h"

/* A small curve of count values without axes that fills a rectangle; from low to high, or from the
 * least to the largest value where both are 0. */
bool sparkline_draw(const double *value, size_t count, double low, double high, struct rect rect,
                    enum style style, struct cells *cells, struct error *err);

#endif
