/* Ops that several kinds of sampling share: who can be drawn, and drawing from two crowds, between
 * them in proportion to all of their weight, within one everybody alike. */
#ifndef MNEME_FACTS_SAMPLING_CROWDS_H
#define MNEME_FACTS_SAMPLING_CROWDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/random.h"
#include "facts/sampling.h"

/* All known individuals. */
struct crowd sampling_crowd_all(const struct sampling *sampling, uint64_t step);

/* Of sampling->crowd, which is set before. ERROR_MEMORY. */
bool sampling_init_crowds(struct sampling *sampling, struct error *err);
uint64_t sampling_draw_crowds(const struct sampling *sampling, uint64_t step,
                              struct random *random);
double sampling_weigh_crowds(const struct sampling *sampling, uint64_t step, uint64_t individual);

#endif
