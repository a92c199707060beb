/* Individual i = 1, 2, ... in proportion to i^-alpha (Zucchet et al. 2025, section 4). */
#include <math.h>

#include "base/memory.h"
#include "facts/sampling/checks.h"
#include "facts/sampling/crowds.h"
#include "facts/sampling/discrete.h"

static bool check(const struct sampling_options *options, const struct sampling_size *size,
                  struct error *err)
{
    (void)size;
    return options->alpha.given ||
           sampling_lacks(options, "sampling.alpha, as sampling.alpha=0.6", err);
}

static double weigh(const struct sampling *sampling, uint64_t step, uint64_t individual)
{
    (void)step;
    if (individual >= sampling->size.known)
        return 0;
    return pow((double)(individual + 1), -sampling->options.alpha.number);
}

static bool init(struct sampling *sampling, struct error *err)
{
    size_t known = (size_t)sampling->size.known;
    double *weight = memory_new(known, sizeof *weight, err);
    if (!weight)
        return false;
    for (size_t i = 0; i < known; i++)
        weight[i] = weigh(sampling, 0, i);
    sampling->discrete = discrete_new(weight, known, err);
    memory_free(weight);
    return sampling->discrete != NULL;
}

static uint64_t draw(const struct sampling *sampling, uint64_t step, struct random *random)
{
    (void)step;
    return discrete_draw(sampling->discrete, random);
}

const struct sampling_ops sampling_power_law = {
    .how = "by a power law",
    .needs = "the key alpha",
    .keys =
        {{"alpha",
          "individual i, counted from 1, is sampled in proportion to i to the power of -alpha"}},
    .check = check,
    .init = init,
    .crowd = sampling_crowd_all,
    .draw = draw,
    .weight = weigh,
};
