#include "facts/sampling/checks.h"

#include <inttypes.h>

bool sampling_lacks(const struct sampling_options *options, const char *keys, struct error *err)
{
    return error_set(err, ERROR_INPUT, "sampling.kind = %s needs %s", sampling_names[options->kind],
                     keys);
}

bool sampling_fits(const char *key, uint64_t value, const struct sampling_size *size,
                   struct error *err)
{
    return value <= size->known ||
           error_set(err, ERROR_INPUT,
                     "sampling.%s = %" PRIu64 " is above population.known = %" PRIu64, key, value,
                     size->known);
}

bool sampling_check_subset(const struct sampling_options *options, const struct sampling_size *size,
                           struct error *err)
{
    if (options->subset == 0)
        return sampling_lacks(options, "sampling.subset", err);
    return sampling_fits("subset", options->subset, size, err);
}
