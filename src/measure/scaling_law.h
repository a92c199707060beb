/* The scaling law of the plateau: how its end grows with the number of known individuals,
 *
 *   y = a N^b + noise
 *
 * (Zucchet et al. 2025, Fig. 2: 0.43 N^0.81 steps), by least squares in y. */
#ifndef MNEME_MEASURE_SCALING_LAW_H
#define MNEME_MEASURE_SCALING_LAW_H

#include <stddef.h>

#include "base/error.h"

/* Fewer different N leave nothing over to say how well two parameters are known. */
enum { SCALING_LAW_LEAST = 3 };

struct scaling_law {
    double a, b;
    double a_error, b_error; /* standard errors */
    double r_squared;        /* of y, not of its logarithm; NAN where all y are the same */
    size_t points;
};

/* Fits count points, n and y above 0; several may have the same n. The start is the straight line
 * in logarithms, the rest Levenberg and Marquardt's (gsl_multifit_nlinear). Errors come from the
 * Jacobian at the solution and the residuals' variance with count - 2 degrees of freedom.
 * ERROR_INPUT: fewer than SCALING_LAW_LEAST different n, a number that is not above 0 and finite,
 * points that no law fits; ERROR_MEMORY. */
bool scaling_law_fit(struct scaling_law *law, const double *n, const double *y, size_t count,
                     struct error *err);

/* The law's y at N. */
double scaling_law_at(const struct scaling_law *law, double n);

#endif
