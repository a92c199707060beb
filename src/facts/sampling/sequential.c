/* Groups of equal size one after the other, the round made `repeats` times. */
#include "facts/sampling/checks.h"

static bool check(const struct sampling_options *options, const struct sampling_size *size,
                  struct error *err)
{
    if (options->groups < 2)
        return sampling_lacks(options, "sampling.groups above 1", err);
    return sampling_fits("groups", options->groups, size, err);
}

static struct crowd group_of(const struct sampling *sampling, uint64_t group)
{
    uint64_t known = sampling->size.known, groups = sampling->options.groups;
    uint64_t first = group * known / groups, end = (group + 1) * known / groups;
    return (struct crowd){first, end - first, 1};
}

/* The visits to groups share the steps; what lies behind those belongs to the last. */
static uint64_t visited(const struct sampling *sampling, uint64_t step)
{
    uint64_t groups = sampling->options.groups, steps = sampling->size.steps;
    uint64_t visits = groups * sampling->options.repeats;
    unsigned __int128 visit = (unsigned __int128)step * visits / steps;
    return step < steps ? (uint64_t)visit % groups : groups - 1;
}

static struct crowd crowd(const struct sampling *sampling, uint64_t step)
{
    return group_of(sampling, visited(sampling, step));
}

const struct sampling_ops sampling_sequential = {
    .how = "one group after another (sequential)",
    .needs = "groups",
    .keys = {{"groups",
              "number of groups of equal size that the known individuals are divided into"},
             {"repeats", "number of passes through the groups; every visit to a group takes an "
                         "equal share of train.steps"}},
    .check = check,
    .crowd = crowd,
    .group = group_of,
};
