/* Numbers read off the records of replicates. */
#ifndef MNEME_PAPER_STATISTIC_H
#define MNEME_PAPER_STATISTIC_H

#include <stddef.h>

#include "base/error.h"
#include "paper/claims.h"
#include "paper/replicates.h"

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
