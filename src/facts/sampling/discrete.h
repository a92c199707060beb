/* A discrete distribution that is drawn from in constant time. GSL's, of which no other header may
 * know: it does not go with OpenBLAS's. */
#ifndef MNEME_FACTS_SAMPLING_DISCRETE_H
#define MNEME_FACTS_SAMPLING_DISCRETE_H

#include <stddef.h>

#include "base/error.h"
#include "base/random.h"

struct discrete;

/* Numbers below count in proportion to weight[count] (Walker 1977). ERROR_MEMORY, and null, where
 * there is none. */
struct discrete *discrete_new(const double *weight, size_t count, struct error *err);
void discrete_free(struct discrete *discrete);

size_t discrete_draw(const struct discrete *discrete, struct random *random);

#endif
