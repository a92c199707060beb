#include "facts/sampling/discrete.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "base/gsl.h"
#include "base/memory.h"

struct discrete {
    gsl_ran_discrete_t *table;
};

struct discrete *discrete_new(const double *weight, size_t count, struct error *err)
{
    gsl_keep_from_aborting();
    struct discrete *discrete = memory_new(1, sizeof *discrete, err);
    if (!discrete)
        return NULL;
    discrete->table = gsl_ran_discrete_preproc(count, weight);
    if (discrete->table)
        return discrete;
    error_set(err, ERROR_MEMORY, "out of memory for the sampling");
    discrete_free(discrete);
    return NULL;
}

void discrete_free(struct discrete *discrete)
{
    if (discrete && discrete->table)
        gsl_ran_discrete_free(discrete->table);
    memory_free(discrete);
}

/* GSL reads our stream through a generator of its own kind. */

static unsigned long stream_get(void *state)
{
    return (unsigned long)(random_u64(state) >> 32);
}

static double stream_get_double(void *state)
{
    return random_uniform(state);
}

static const gsl_rng_type stream_type = {
    .name = "mneme",
    .max = UINT32_MAX,
    .size = sizeof(struct random),
    .get = stream_get,
    .get_double = stream_get_double,
};

size_t discrete_draw(const struct discrete *discrete, struct random *random)
{
    const gsl_rng stream = {.type = &stream_type, .state = random};
    return gsl_ran_discrete(&stream, discrete->table);
}
