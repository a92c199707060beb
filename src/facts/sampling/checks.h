/* What several kinds of sampling check of their options. Each returns false with ERROR_INPUT, in
 * terms of a preset's keys. */
#ifndef MNEME_FACTS_SAMPLING_CHECKS_H
#define MNEME_FACTS_SAMPLING_CHECKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/sampling.h"

/* "sampling.kind = warm-up needs KEYS"; always false. */
bool sampling_lacks(const struct sampling_options *options, const char *keys, struct error *err);

/* Whether sampling.KEY, of this value, is at most the known individuals. */
bool sampling_fits(const char *key, uint64_t value, const struct sampling_size *size,
                   struct error *err);

/* Whether there is a subset, within the known individuals. */
bool sampling_check_subset(const struct sampling_options *options, const struct sampling_size *size,
                           struct error *err);

#endif
