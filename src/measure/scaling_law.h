/* The scaling law of the plateau: how its end grows with the number of known individuals,
 *
 *   y = a N^b
 *
 * (Zucchet et al. 2025, Fig. 2: 0.43 N^0.81 steps), as a line in logarithms:
 *
 *   ln y = ln a + b ln N + noise,  variance of the noise: own^2 + scatter^2
 *
 * Ends scatter in proportion to themselves: own is a point's own standard error of ln y, as its
 * curve gave it; scatter is what runs differ by beyond that, the same for all, found from how far
 * the points are from the line. */
#ifndef MNEME_MEASURE_SCALING_LAW_H
#define MNEME_MEASURE_SCALING_LAW_H

#include <stddef.h>

#include "base/error.h"

/* Fewer different N leave nothing over to say how well two parameters are known. */
enum { SCALING_LAW_LEAST = 3 };

struct scaling_law_point {
    double n, y;
    double own; /* standard error of ln y; NAN: not known, taken for the largest of the others */
};

struct scaling_law {
    double a, b;
    double a_error, b_error; /* standard errors */
    double a_low, a_high;    /* 95 % confidence intervals, by Student's t */
    double b_low, b_high;
    double scatter;   /* standard deviation of ln y beyond what the points' own errors explain */
    double r_squared; /* of ln y, weighted; NAN where all y are the same */
    size_t points;
};

/* Fits point[count], n and y above 0; several may have the same n. Weighted least squares;
 * ERROR_INPUT: fewer than SCALING_LAW_LEAST different n, a number that is not above 0 and finite;
 * ERROR_MEMORY. How often the intervals hold the law: tests/unit/test_scaling_law.c. */
bool scaling_law_fit(struct scaling_law *law, const struct scaling_law_point *point, size_t count,
                     struct error *err);

/* The law's y at N. */
double scaling_law_at(const struct scaling_law *law, double n);

#endif
