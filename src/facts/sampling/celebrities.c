/* The first ones `weight` times as often as the others (Zucchet et al. 2025, section 4). */
#include "facts/sampling/checks.h"
#include "facts/sampling/crowds.h"

static bool check(const struct sampling_options *options, const struct sampling_size *size,
                  struct error *err)
{
    if (options->celebrities == 0)
        return sampling_lacks(options, "sampling.celebrities", err);
    if (!options->weight.given)
        return sampling_lacks(options, "sampling.weight, as sampling.weight=8", err);
    return sampling_fits("celebrities", options->celebrities, size, err);
}

static bool init(struct sampling *sampling, struct error *err)
{
    uint64_t celebrities = sampling->options.celebrities;
    sampling->crowd[0] = (struct crowd){0, celebrities, sampling->options.weight.number};
    sampling->crowd[1] = (struct crowd){celebrities, sampling->size.known - celebrities, 1};
    return sampling_init_crowds(sampling, err);
}

static uint64_t subset(const struct sampling *sampling, uint64_t step)
{
    (void)step;
    return sampling->options.celebrities;
}

const struct sampling_ops sampling_celebrities = {
    .how = "celebrities more often",
    .needs = "celebrities and weight",
    .keys = {{"celebrities", "number of individuals, the first ones, that are sampled more often"},
             {"weight", "how many times as often each of them is sampled as any other individual"}},
    .check = check,
    .init = init,
    .crowd = sampling_crowd_all,
    .draw = sampling_draw_crowds,
    .weight = sampling_weigh_crowds,
    .subset = subset,
};
