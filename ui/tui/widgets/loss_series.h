/* The attribute loss of known individuals over steps, of each run that a chart may have. */
#ifndef MNEME_TUI_LOSS_SERIES_H
#define MNEME_TUI_LOSS_SERIES_H

#include "ui/tui/widgets/view.h"

#define LOSS_KEY "attr_loss" /* of the record */

struct chart_series loss_series_open(const struct view *view);
struct chart_series loss_series_parent(const struct view *view);

/* Of a run beside it; of no points where that was not asked for. */
struct chart_series loss_series_beside(const struct view *view, size_t run);

#endif
