/* When an adaptive sampling lets more individuals in.
 *
 * A phase detector of its own follows the attribute loss of the individuals drawn so far, from the
 * last widening on; once it says knowledge (their plateau is over, or there was none) the sampling
 * is widened and the next detector begins. Only the evaluations of the schedule count, so that
 * looking at a run between them does not change it. */
#ifndef MNEME_TRAIN_WIDENING_H
#define MNEME_TRAIN_WIDENING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "measure/phase.h"

/* How many individuals were drawn until now, and are from now on; both 0 where that stays. */
struct widened {
    uint64_t from, to;
};

struct widening {
    struct sampling *sampling;
    const struct population *population;
    uint64_t every;                  /* steps from one evaluation of the schedule to the next */
    uint64_t since;                  /* step of the last widening; 0 before the first */
    struct phase_detector *detector; /* null where nothing is to be widened (any more) */
    double baseline;                 /* of the subset as it is now */
};

/* sampling and population must outlive it; a sampling of another kind is never widened. */
bool widening_init(struct widening *widening, struct sampling *sampling,
                   const struct population *population, uint64_t every, struct error *err);
void widening_free(struct widening *widening);

/* Goes on where a checkpoint left off: `subset` individuals since step `since`. ERROR_DATA for a
 * subset that the sampling cannot have reached. */
bool widening_go_on(struct widening *widening, uint64_t subset, uint64_t since, struct error *err);

/* Takes an evaluation's attribute loss of the sampling's subset. *widened is set where that widened
 * the sampling. Steps ascend; those up to the last widening are passed over. */
bool widening_push(struct widening *widening, uint64_t step, double loss, bool *widened,
                   struct error *err);

#endif
