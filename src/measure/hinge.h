/* A hinge: continuous piecewise linear regression with one unknown knot, and how well the data say
 * where the knot is. On one side of the knot the line is level, on the other it is not:
 *
 *   y = a + c max(0, x - knot)  [+ d max(0, x - other)]  + noise     HINGE_LEVEL_BEFORE
 *   y = a + c max(0, knot - x)  [+ d max(0, x - other)]  + noise     HINGE_LEVEL_BEHIND
 *
 * With a second, known knot behind the first the line has three pieces. */
#ifndef MNEME_MEASURE_HINGE_H
#define MNEME_MEASURE_HINGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum hinge_kind { HINGE_LEVEL_BEFORE, HINGE_LEVEL_BEHIND };

struct hinge {
    double knot;
    double low, high; /* 95 % confidence interval; infinite where the points do not bound it */
    double rise;      /* c: of the line as it leads away from the knot */
};

/* Fits count points with x ascending by least squares; each piece beside the knot keeps at least
 * two points. other is the place of a second knot, behind the first, or null. residual[count]
 * receives y less the line. *found is false, and nothing is filled in, where there are too few
 * points to place a knot (fewer than 4, with `other` 5). ERROR_MEMORY alone can fail.
 *
 * The interval holds every knot that an F test does not reject at 5 %: the residual sum of squares
 * with that knot is at most (1 + v F(0.95; 1, n - p) / (n - p)) times the least one, p parameters,
 * the knot included. v is 1 where residuals are independent of their neighbours; where each
 * resembles the one before, v > 1 counts only as many points as are new. An interval
 * that reaches the outermost knot the points allow is open on that side. */
bool hinge_fit(struct hinge *hinge, enum hinge_kind kind, const double *x, const double *y,
               size_t count, const double *other, double *residual, bool *found, struct error *err);

#endif
