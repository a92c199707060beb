#include "facts/sampling.h"

#include "base/memory.h"
#include "facts/sampling/discrete.h"

#define OPS(constant, ops, name) &sampling_##ops,
const struct sampling_ops *const sampling_kinds[] = {SAMPLINGS(OPS)};

#define NAME(constant, ops, name) name,
const char *const sampling_names[] = {SAMPLINGS(NAME) NULL};

bool sampling_check(const struct sampling_options *options, const struct sampling_size *size,
                    struct error *err)
{
    const struct sampling_ops *ops = sampling_kinds[options->kind];
    return !ops->check || ops->check(options, size, err);
}

bool sampling_init(struct sampling *sampling, const struct sampling_options *options,
                   const struct sampling_size *size, struct error *err)
{
    *sampling = (struct sampling){0};
    if (!sampling_check(options, size, err))
        return false;
    const struct sampling_ops *ops = sampling_kinds[options->kind];
    *sampling = (struct sampling){.ops = ops, .options = *options, .size = *size};
    bool made = !ops->init || ops->init(sampling, err);
    if (!made)
        sampling_free(sampling);
    return made;
}

void sampling_free(struct sampling *sampling)
{
    discrete_free(sampling->discrete);
    memory_free(sampling->weight);
    *sampling = (struct sampling){0};
}

uint64_t sampling_draw(const struct sampling *sampling, uint64_t step, struct random *random)
{
    const struct sampling_ops *ops = sampling->ops;
    if (ops->draw)
        return ops->draw(sampling, step, random);
    struct crowd crowd = ops->crowd(sampling, step);
    return crowd.first + random_below(random, crowd.count);
}

double sampling_weight(const struct sampling *sampling, uint64_t step, uint64_t individual)
{
    const struct sampling_ops *ops = sampling->ops;
    if (ops->weight)
        return ops->weight(sampling, step, individual);
    struct crowd crowd = ops->crowd(sampling, step);
    return crowd_weight(&crowd, individual);
}

struct crowd sampling_crowd(const struct sampling *sampling, uint64_t step)
{
    return sampling->ops->crowd(sampling, step);
}

uint64_t sampling_subset(const struct sampling *sampling, uint64_t step)
{
    const struct sampling_ops *ops = sampling->ops;
    return ops->subset ? ops->subset(sampling, step) : 0;
}

uint64_t sampling_groups(const struct sampling *sampling)
{
    return sampling->ops->group ? sampling->options.groups : 0;
}

struct crowd sampling_group(const struct sampling *sampling, uint64_t group)
{
    return sampling->ops->group(sampling, group);
}

uint64_t sampling_asked(const struct sampling *sampling, uint64_t count)
{
    return sampling->ops->alike ? count : sampling->size.known;
}

bool sampling_widens_at(const struct sampling *sampling, uint64_t step)
{
    const struct sampling_ops *ops = sampling->ops;
    return ops->widens_at && ops->widens_at(sampling, step);
}

bool sampling_adapts(enum sampling_kind kind)
{
    return sampling_kinds[kind]->widen != NULL;
}

void sampling_widen(struct sampling *sampling)
{
    if (sampling->ops->widen)
        sampling->ops->widen(sampling);
}

void sampling_restore(struct sampling *sampling, uint64_t subset)
{
    if (sampling->ops->widen && subset > 0)
        sampling->subset = subset;
}

double crowd_weight(const struct crowd *crowd, uint64_t individual)
{
    bool within = individual >= crowd->first && individual - crowd->first < crowd->count;
    return within ? crowd->weight : 0;
}
