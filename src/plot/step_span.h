/* A span of steps, as a picture shows it: linear, or logarithmic in the number of the step plus 1,
 * so that step 0 has a place too. Pure functions: zooming and panning are arithmetic. */
#ifndef MNEME_PLOT_STEP_SPAN_H
#define MNEME_PLOT_STEP_SPAN_H

#include <stdbool.h>

struct step_span {
    double first, last; /* 0 <= first < last */
    bool logarithmic;
};

/* Where a step lies: 0 at the first, 1 at the last, outside beyond them; and the step at a share of
 * the way. */
double step_span_share(const struct step_span *span, double step);
double step_span_step(const struct step_span *span, double share);

bool step_span_holds(const struct step_span *span, double step);

/* The span that is `factor` times as long, in which a step lies at the same share as before. It
 * lies within 0 and most, and is at least `least` steps long where that leaves room for them. */
struct step_span step_span_zoom(struct step_span span, double step, double factor, double least,
                                double most);

/* The span moved by a share of its length, to the right where that is positive, and not beyond 0 or
 * most: it keeps its length. */
struct step_span step_span_pan(struct step_span span, double share, double most);

/* The span moved as little as brings a step into it, with a margin of a share of its length. */
struct step_span step_span_show(struct step_span span, double step, double margin, double most);

#endif
