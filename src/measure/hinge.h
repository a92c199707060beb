/* A hinge: continuous piecewise linear regression with one unknown knot, and how well the data say
 * where the knot is.
 *
 *   y = a + b x + c max(0, x - knot)  [+ d max(0, x - other)]  + noise
 *
 * With a second, known knot the line has three pieces. */
#ifndef MNEME_MEASURE_HINGE_H
#define MNEME_MEASURE_HINGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct hinge {
    double knot;
    double low, high; /* 95 % confidence interval */
    double bend;      /* c: how much steeper the line is behind the knot */
};

/* Fits count points with x ascending by least squares; each piece beside the knot keeps at least
 * two points. other is the place of a second knot, behind the first, or null. residual[count]
 * receives y less the line. *found is false, and nothing is filled in, where there are too few
 * points to place a knot (fewer than 5, with `other` 6). ERROR_MEMORY alone can fail.
 *
 * The interval holds every knot that an F test does not reject at 5 %: the residual sum of squares
 * with that knot is at most (1 + v F(0.95; 1, n - p) / (n - p)) times the least one, p parameters,
 * the knot included. v is 1 where residuals are independent of their neighbours; where each
 * resembles the one before, v > 1 counts only as many points as are new. An interval that ends at
 * the outermost knot the points allow may be wider than it says. */
bool hinge_fit(struct hinge *hinge, const double *x, const double *y, size_t count,
               const double *other, double *residual, bool *found, struct error *err);

#endif
