/* Numbers read off the records of replicates. */
#ifndef MNEME_PAPER_STATISTIC_H
#define MNEME_PAPER_STATISTIC_H

#include <stddef.h>

#include "base/error.h"
#include "paper/claims.h"
#include "paper/replicates.h"

/* One way to read a number off a record. One of the three functions is there. */
struct reduction_kind {
    const char *name; /* in a claim's file */
    const char *text; /* what the number is: a sentence, for the manual */
    bool has_measure; /* it is of a measure of the record */
    bool has_steps;   /* so many steps after the first evaluation */
    bool has_runs;    /* of several runs together */
    double factor;    /* what it is multiplied with where people read it; 0: the measure's */

    /* From the measure over steps, at least one. */
    double (*of_series)(const struct statistic *statistic, const struct run_result *result,
                        const struct series *series);
    bool (*of_run)(const struct statistic *statistic, const struct run_result *result,
                   double *value, struct error *err);
    bool (*of_runs)(const struct run_result *result, size_t count, double *value,
                    struct error *err);
};

extern const struct reduction_kind reductions[REDUCTIONS]; /* REDUCTION_NONE is empty */

/* The statistic for one seed, from replicates that were read (replicate_read). *value is NAN where
 * the record does not say it: a measure that is asked for further than the run went, a plateau that
 * is not there, runs that no law fits. ERROR_INPUT where no run has the measure or was read. */
bool statistic_read(const struct statistic *statistic, const struct replicates *replicates,
                    unsigned seed, double *value, struct error *err);

/* For how many seeds there are runs. */
unsigned statistic_seeds(const struct statistic *statistic, const struct replicates *replicates);

/* What the measure is multiplied with where people read it: 100 for a share in percent. */
double statistic_factor(const struct statistic *statistic);

#endif
