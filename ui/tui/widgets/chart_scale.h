/* Where values lie on a chart: among the dots of its picture, and among the cells of its plot. */
#ifndef MNEME_TUI_CHART_SCALE_H
#define MNEME_TUI_CHART_SCALE_H

#include <stdbool.h>

#include "plot/envelope.h"
#include "plot/step_span.h"
#include "ui/tui/widgets/cells.h"

/* Columns of a plot that the labels of its loss axis take. */
enum { CHART_GUTTER = 6 };

struct chart_scale {
    double low, high; /* loss */
    struct step_span span;
    bool linear;
    int width, height; /* dots */
};

/* A place among dots, y downwards; between them. */
struct chart_place {
    double x, y;
};

struct chart_place chart_place_of(const struct chart_scale *scale, struct envelope_point point);

/* Dots beyond the edges stay near them, so that lines leave the chart in the right direction. */
int chart_near_dot(double place, int dots);

/* The dot that a loss lies at, downwards, and a step, across; may be outside. */
int chart_dot_down(const struct chart_scale *scale, double y);
int chart_dot_across(const struct chart_scale *scale, double x);

/* The row of the plot in which a loss lies, the column in which a step lies; may be outside. */
int chart_row_of(const struct chart_scale *scale, const struct rect *plot, double y);
int chart_col_of(const struct chart_scale *scale, const struct rect *plot, double x);

#endif
