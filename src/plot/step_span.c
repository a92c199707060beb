#include "plot/step_span.h"

#include <math.h>

/* Along the picture all spans are linear. */
static double along(const struct step_span *span, double step)
{
    return span->logarithmic ? log1p(fmax(step, 0)) : step;
}

static double step_along(const struct step_span *span, double place)
{
    return span->logarithmic ? expm1(place) : place;
}

double step_span_share(const struct step_span *span, double step)
{
    double first = along(span, span->first), last = along(span, span->last);
    return (along(span, step) - first) / (last - first);
}

double step_span_step(const struct step_span *span, double share)
{
    double first = along(span, span->first), last = along(span, span->last);
    return step_along(span, first + share * (last - first));
}

bool step_span_holds(const struct step_span *span, double step)
{
    const double slack = 1e-9 * (span->last - span->first); /* of what rounding moved */
    return step >= span->first - slack && step <= span->last + slack;
}

/* Between places; shifted into what there is, and cut where it is longer than that. */
static struct step_span place_between(const struct step_span *span, double first, double last,
                                      double most)
{
    double end = along(span, most), low = along(span, 0);
    double shift = first < low ? low - first : last > end ? end - last : 0;
    first = fmax(first + shift, low);
    last = fmin(last + shift, end);
    return (struct step_span){step_along(span, first), step_along(span, last), span->logarithmic};
}

struct step_span step_span_zoom(struct step_span span, double step, double factor, double least,
                                double most)
{
    double share = step_span_share(&span, step), place = along(&span, step);
    double length = factor * (along(&span, span.last) - along(&span, span.first));
    double first = place - share * length, last = first + length;
    struct step_span zoomed = place_between(&span, first, last, most);
    if (zoomed.last - zoomed.first >= least || factor >= 1)
        return zoomed;
    /* As long as it may be, around the same step. */
    double room = fmin(least, most);
    zoomed.first = fmin(fmax(step - share * room, 0), most - room);
    zoomed.last = zoomed.first + room;
    return zoomed;
}

struct step_span step_span_pan(struct step_span span, double share, double most)
{
    double first = along(&span, span.first), last = along(&span, span.last);
    double by = share * (last - first);
    return place_between(&span, first + by, last + by, most);
}

struct step_span step_span_show(struct step_span span, double step, double margin, double most)
{
    double share = step_span_share(&span, step);
    if (step_span_holds(&span, step))
        return span;
    return step_span_pan(span, share < 0 ? share - margin : share - 1 + margin, most);
}
