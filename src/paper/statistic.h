/* Numbers read off the records of trials. */
#ifndef MNEME_PAPER_STATISTIC_H
#define MNEME_PAPER_STATISTIC_H

#include <stddef.h>

#include "base/error.h"
#include "paper/experiments.h"
#include "paper/replicates.h"

/* The quantity for one seed, from trials that were read (trial_read). *value is NAN where the
 * record does not say it: a measure that is asked for further than the run went, a plateau that is
 * not there, runs that no law fits. ERROR_INPUT where no run has the measure or was read. */
bool quantity_read(const struct quantity *quantity, const struct trials *trials, unsigned seed,
                   double *value, struct error *err);

/* For how many seeds there are runs. */
unsigned quantity_seeds(const struct quantity *quantity, const struct trials *trials);

/* What the measure is multiplied with where people read it: 100 for a share in percent. */
double quantity_factor(const struct quantity *quantity);

#endif
