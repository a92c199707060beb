#include "facts/sampling/mixture.h"

#include <inttypes.h>
#include <math.h>

#include "facts/sampling/crowds.h"

static struct crowd fresh_ones(const struct sampling *sampling, uint64_t step)
{
    (void)step;
    return sampling->crowd[0];
}

static const struct sampling_ops mixture = {
    .crowd = fresh_ones,
    .draw = sampling_draw_crowds,
    .weight = sampling_weigh_crowds,
};

static bool is_weight(double weight)
{
    return isfinite(weight) && weight >= 0;
}

bool sampling_init_mixture(struct sampling *sampling, const struct crowd *tuned,
                           const struct crowd *old, struct error *err)
{
    *sampling = (struct sampling){0};
    double all = tuned->weight * (double)tuned->count + old->weight * (double)old->count;
    if (!is_weight(tuned->weight) || !is_weight(old->weight) || !isfinite(all) || all == 0)
        return error_set(err, ERROR_INPUT,
                         "no individual can be sampled from %" PRIu64
                         " individuals of weight %g and %" PRIu64 " of weight %g",
                         tuned->count, tuned->weight, old->count, old->weight);
    *sampling = (struct sampling){.ops = &mixture, .crowd = {*tuned, *old}};
    bool made = sampling_init_crowds(sampling, err);
    if (!made)
        sampling_free(sampling);
    return made;
}
