#include "plot/value_span.h"

#include <math.h>

#include "plot/ticks.h"

/* Along the picture all spans are linear. */
static double along(const struct value_span *span, double value)
{
    return span->logarithmic ? log(value) : value;
}

static struct value_span between(const struct value_span *span, double low, double high)
{
    struct value_span made = {span->logarithmic ? exp(low) : low,
                              span->logarithmic ? exp(high) : high, span->logarithmic};
    ticks_keep_range(&made.low, &made.high, made.logarithmic);
    return made;
}

double value_span_share(const struct value_span *span, double value)
{
    double low = along(span, span->low), high = along(span, span->high);
    return (along(span, value) - low) / (high - low);
}

double value_span_value(const struct value_span *span, double share)
{
    double low = along(span, span->low), high = along(span, span->high);
    double place = low + share * (high - low);
    return span->logarithmic ? exp(place) : place;
}

bool value_span_holds(const struct value_span *span, double value)
{
    return value >= span->low && value <= span->high;
}

struct value_span value_span_zoom(struct value_span span, double value, double factor)
{
    double share = value_span_share(&span, value), place = along(&span, value);
    double length = factor * (along(&span, span.high) - along(&span, span.low));
    return between(&span, place - share * length, place + (1 - share) * length);
}

struct value_span value_span_pan(struct value_span span, double share)
{
    double low = along(&span, span.low), high = along(&span, span.high);
    double by = share * (high - low);
    return between(&span, low + by, high + by);
}
