/* The first `subset` individuals and more with every step, all after `steps`; proposed by Zucchet
 * et al. (2025) and not tried there. */
#include <math.h>

#include "facts/sampling/checks.h"

static bool check(const struct sampling_options *options, const struct sampling_size *size,
                  struct error *err)
{
    if (options->steps == 0)
        return sampling_lacks(options, "sampling.steps", err);
    return sampling_check_subset(options, size, err);
}

static uint64_t subset(const struct sampling *sampling, uint64_t step)
{
    uint64_t from = sampling->options.subset, to = sampling->size.known;
    double share = (double)step / (double)sampling->options.steps;
    if (step >= sampling->options.steps)
        return to;
    if (sampling->options.growth == GROWTH_GEOMETRIC)
        return (uint64_t)llround((double)from * pow((double)to / (double)from, share));
    return (uint64_t)llround((double)from + (double)(to - from) * share);
}

static struct crowd crowd(const struct sampling *sampling, uint64_t step)
{
    return (struct crowd){0, subset(sampling, step), 1};
}

const struct sampling_ops sampling_grow = {
    .how = "a growing number (grow)",
    .needs = "subset and steps",
    .keys = {{"subset", "number of individuals, the first ones, that training starts with"},
             {"steps", "the step from which all individuals are sampled"},
             {"growth", "whether the number of sampled individuals grows by the same number "
                        "(linear) or by the same share (geometric) at every step"}},
    .check = check,
    .crowd = crowd,
    .subset = subset,
};
