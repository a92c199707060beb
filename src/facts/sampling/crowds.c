#include "facts/sampling/crowds.h"

#include "facts/sampling/discrete.h"

struct crowd sampling_crowd_all(const struct sampling *sampling, uint64_t step)
{
    (void)step;
    return (struct crowd){0, sampling->size.known, 1};
}

bool sampling_init_crowds(struct sampling *sampling, struct error *err)
{
    enum { CROWDS = sizeof sampling->crowd / sizeof *sampling->crowd };
    double weight[CROWDS];
    for (size_t i = 0; i < CROWDS; i++)
        weight[i] = sampling->crowd[i].weight * (double)sampling->crowd[i].count;
    sampling->discrete = discrete_new(weight, CROWDS, err);
    return sampling->discrete != NULL;
}

uint64_t sampling_draw_crowds(const struct sampling *sampling, uint64_t step, struct random *random)
{
    (void)step;
    const struct crowd *crowd = &sampling->crowd[discrete_draw(sampling->discrete, random)];
    return crowd->first + random_below(random, crowd->count);
}

double sampling_weigh_crowds(const struct sampling *sampling, uint64_t step, uint64_t individual)
{
    (void)step;
    return crowd_weight(&sampling->crowd[0], individual) +
           crowd_weight(&sampling->crowd[1], individual);
}
