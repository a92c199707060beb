/* A span of values, as a picture shows it from below to above: linear or logarithmic. Pure
 * functions: zooming and panning are arithmetic. */
#ifndef MNEME_PLOT_VALUE_SPAN_H
#define MNEME_PLOT_VALUE_SPAN_H

#include <stdbool.h>

struct value_span {
    double low, high; /* low < high; above 0 where it is logarithmic */
    bool logarithmic;
};

/* Where a value lies: 0 at the low end, 1 at the high one, outside beyond them; and the value at a
 * share of the way. */
double value_span_share(const struct value_span *span, double value);
double value_span_value(const struct value_span *span, double share);

bool value_span_holds(const struct value_span *span, double value);

/* The span that is `factor` times as long, in which a value lies at the same share as before. */
struct value_span value_span_zoom(struct value_span span, double value, double factor);

/* The span moved by a share of its length, upwards where that is positive. */
struct value_span value_span_pan(struct value_span span, double share);

#endif
