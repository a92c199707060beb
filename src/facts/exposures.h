/* Exposures: how often training has shown each individual its biography.
 *
 * A batch is a pure function of (seed, step) and the sampling, so nothing has to be watched: who
 * was in the batches of the steps since the last count is drawn again, which takes a small part of
 * what a step does. */
#ifndef MNEME_FACTS_EXPOSURES_H
#define MNEME_FACTS_EXPOSURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/sampling.h"

struct exposures {
    uint64_t seed;   /* of the population */
    uint64_t steps;  /* the batches of steps 0 .. steps-1 are counted */
    uint64_t known;  /* individuals; others that are drawn are not counted */
    uint32_t *count; /* [known] */
};

bool exposures_init(struct exposures *exposures, uint64_t seed, uint64_t known, struct error *err);
void exposures_free(struct exposures *exposures);

/* As if no batch was counted. */
void exposures_reset(struct exposures *exposures);

/* Counts the batches, of `batch` individuals each, up to step `steps`. This sampling draws all of
 * them: an adaptive one is counted before it is widened. Fewer steps than are counted do nothing.
 */
void exposures_advance(struct exposures *exposures, const struct sampling *sampling, size_t batch,
                       uint64_t steps);

#endif
