/* Measures as figures show them. */
#ifndef MNEME_FIGURE_FIGURE_MEASURE_H
#define MNEME_FIGURE_FIGURE_MEASURE_H

#include <stddef.h>

#include "base/error.h"
#include "record/measure.h"

struct figure_measure {
    const char *name; /* beside others on its axis */
    const struct measure_axis *axis;
};

enum { FIGURE_MEASURES_MOST = 12 };

/* How the number of a path is shown, see measure_find. One of an attribute, a layer or a head is
 * named by its path, and so is one that nothing is known of, on the measure_any_axis: name is then
 * the argument itself. */
struct figure_measure figure_measure_find(const char *path);

/* Paths with commas between; the text is cut into pieces in place. ERROR_INPUT for an empty path,
 * and for more than FIGURE_MEASURES_MOST. */
bool figure_measure_split(char *text, const char *path[FIGURE_MEASURES_MOST], size_t *paths,
                          struct error *err);

#endif
