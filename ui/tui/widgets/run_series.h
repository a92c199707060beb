/* A number of the record over steps, of each run that a chart may have. */
#ifndef MNEME_TUI_RUN_SERIES_H
#define MNEME_TUI_RUN_SERIES_H

#include "ui/tui/widgets/view.h"

#define LOSS_KEY "attr_loss" /* of the record: the attribute loss of known individuals */

/* That loss, of the run that is open. */
struct chart_series run_series_loss(const struct view *view);

/* Of the run that the open one is a branch of, from the step on that it begins at; of no points
 * where there is no such run, or where that was not asked for. */
struct chart_series run_series_parent(const struct view *view, const char *key);

/* Of a run beside it; of no points where that was not asked for. */
struct chart_series run_series_beside(const struct view *view, size_t run, const char *key);

/* The value at a step, or at the last point before it; NAN before the first point, and behind the
 * last one, which is of another time. */
double run_series_value(const struct chart_series *series, double step);

/* The last step that the parent and the runs beside this one were evaluated at; 0 where there are
 * none. */
double run_series_reach(const struct view *view);

#endif
