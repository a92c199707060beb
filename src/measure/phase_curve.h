/* The curve that phases are read from, and its shape: what it does at its end, where it waits, how
 * much it scatters, and where a line through a segment of it bends.
 *
 *   x = ln step,  y = ln (loss / baseline)
 *
 * Single evaluations that are far from their neighbours count nothing; see phase_curve.c. */
#ifndef MNEME_MEASURE_PHASE_CURVE_H
#define MNEME_MEASURE_PHASE_CURVE_H

#include <stdbool.h>
#include <stddef.h>

#include <gsl/gsl_filter.h>
#include <gsl/gsl_movstat.h>

#include "base/error.h"
#include "measure/segmented.h"

struct phase_curve {
    double *x, *y, *step; /* [count] */
    size_t count, room;
    gsl_filter_impulse_workspace *filter;
    gsl_movstat_workspace *median;
};

/* Points that phase_curve_end needs at least. */
enum { PHASE_CURVE_LEAST = 5 };

bool phase_curve_init(struct phase_curve *curve, struct error *err);
void phase_curve_free(struct phase_curve *curve);

/* Adds a point with step > 0; a ratio of 0 is read as a very small one. */
bool phase_curve_add(struct phase_curve *curve, double step, double ratio, struct error *err);

/* The smoothed curve at its last point. */
struct phase_line {
    double level;
    double slope, error; /* of y over x, and its standard error; NAN where it is not known */
    double freedom;      /* its degrees */
    size_t first;        /* point that it begins at */
};

/* The line through the last part of the curve, which has PHASE_CURVE_LEAST points or more. */
bool phase_curve_end(const struct phase_curve *curve, struct phase_line *line, struct error *err);

/* The line through the last doubling of the steps, and its level in the middle of that; *found is
 * false where the curve does not reach so far back or has too few points there. */
bool phase_curve_doubling(const struct phase_curve *curve, struct phase_line *line, bool *found,
                          struct error *err);

/* The probability of a slope that is as steep downwards (upwards) as this where it is `slope`. */
double phase_line_falls(const struct phase_line *line, double slope);
double phase_line_rises(const struct phase_line *line, double slope);

/* y without a single spike: the median of three points, the point itself at the ends. */
double phase_curve_steady(const struct phase_curve *curve, size_t i);

/* Points from first up to, not including, last. */
struct segment {
    size_t first, last;
};

/* The median of y over a segment. */
bool phase_curve_median(const struct phase_curve *curve, struct segment segment, double *median,
                        struct error *err);

/* The standard deviation of the noise on a segment, whatever its slope; of its last points alone
 * where it is long. */
double phase_curve_noise(const struct phase_curve *curve, struct segment segment);

/* segmented_fit over a segment without its spikes. */
bool phase_curve_bend(const struct phase_curve *curve, struct segment segment,
                      enum segmented_kind kind, const double *other, struct segmented *segmented,
                      bool *found, struct error *err);

/* Points that a median reaches to on either side. */
enum { PHASE_CURVE_SIDE = 2 };

#endif
