/* A sample of a number, one from each repetition: its mean, how well that is known, and whether it
 * lies beyond a bound (Student 1908). */
#ifndef MNEME_MEASURE_SUMMARY_H
#define MNEME_MEASURE_SUMMARY_H

#include <stddef.h>

struct summary {
    size_t count;
    double mean;      /* NAN for none */
    double deviation; /* with count - 1; NAN below two */
    double error;     /* of the mean, one standard error; NAN below two */
};

/* Of those of value[count] that are finite. */
struct summary summary_of(const double *value, size_t count);

/* The same of value(context, i) for every i below count. */
struct summary summary_of_each(size_t count, double (*value)(const void *context, size_t i),
                               const void *context);

/* How likely a mean at least this far below (above) the bound would be, were the true one at the
 * bound: the one-sided t-test's p. NAN below two, and where all values are equal: how far apart
 * others would be is not known then. */
double summary_p_below(const struct summary *summary, double bound);
double summary_p_above(const struct summary *summary, double bound);

#endif
