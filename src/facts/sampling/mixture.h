/* The sampling that fine-tuning with replay needs; no preset asks for it by name. */
#ifndef MNEME_FACTS_SAMPLING_MIXTURE_H
#define MNEME_FACTS_SAMPLING_MIXTURE_H

#include <stdbool.h>

#include "base/error.h"
#include "facts/sampling.h"

/* Every individual of `tuned` in proportion to tuned->weight (1), every one of `old` in proportion
 * to old->weight. Shares of the whole follow: the old ones have old->weight old->count /
 * (tuned->weight tuned->count + old->weight old->count). ERROR_INPUT where nobody can be drawn or a
 * weight is negative or not finite. */
bool sampling_init_mixture(struct sampling *sampling, const struct crowd *tuned,
                           const struct crowd *old, struct error *err);

#endif
