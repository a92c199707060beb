/* The curve of any number of the record, of the run that is looked at. */
#ifndef MNEME_TUI_MEASURE_CURVE_H
#define MNEME_TUI_MEASURE_CURVE_H

#include "record/measure.h"
#include "ui/tui/widgets/view.h"

struct measure_curve {
    const struct view *view;
    const struct measure *measure;
    const char *path;
    size_t index, head; /* of an attribute, a group or a layer; and a head of that */
    bool of_head;
};

/* Finds what a path (measure_find) is of; false where the run has no such number. */
bool measure_curve_find(struct measure_curve *curve, const struct view *view, const char *path);

/* The curve has to stay where it is while the series is used. */
struct chart_series measure_curve_series(const struct measure_curve *curve, struct envelope *kept);

/* The point at the cursor, or before it, else the newest; without a value where there is none. */
struct chart_point measure_curve_looked_at(const struct measure_curve *curve);

#endif
