/* Segmented regression: continuous, piecewise linear, with one unknown breakpoint, and how well the
 * data say where the breakpoint is. On one side of the breakpoint the line is level, on the other
 * it is not:
 *
 *   y = a + c max(0, x - breakpoint)  [+ d max(0, x - other)]  + noise     SEGMENTED_LEVEL_BEFORE
 *   y = a + c max(0, breakpoint - x)  [+ d max(0, x - other)]  + noise     SEGMENTED_LEVEL_BEHIND
 *
 * With a second, known breakpoint behind the first the line has three pieces. */
#ifndef MNEME_MEASURE_SEGMENTED_H
#define MNEME_MEASURE_SEGMENTED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum segmented_kind { SEGMENTED_LEVEL_BEFORE, SEGMENTED_LEVEL_BEHIND };

struct segmented {
    double breakpoint;
    double low, high; /* 95 % confidence interval; infinite where the points do not bound it */
    double rise;      /* c: of the line as it leads away from the breakpoint */
};

/* Fits count points with x ascending by least squares; each piece beside the breakpoint keeps at
 * least two points. other is the place of a second breakpoint, behind the first, or null.
 * residual[count] receives y less the line. *found is false, and nothing is filled in, where there
 * are too few points to place a breakpoint (fewer than 4, with `other` 5). ERROR_MEMORY alone can
 * fail.
 *
 * The interval holds every breakpoint that an F test does not reject at 5 %: the residual sum of
 * squares with that breakpoint is at most (1 + v F(0.95; 1, n - p) / (n - p)) times the least one,
 * p parameters, the breakpoint included. v is 1 where residuals are independent of their
 * neighbours; where each resembles the one before, v > 1 counts only as many points as are new. An
 * interval that reaches the outermost breakpoint the points allow is open on that side. */
bool segmented_fit(struct segmented *segmented, enum segmented_kind kind, const double *x,
                   const double *y, size_t count, const double *other, double *residual,
                   bool *found, struct error *err);

#endif
