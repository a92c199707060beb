/* Map of this file: checks; making one; drawing; who is drawn at a step. */
#include "facts/sampling.h"

#include <inttypes.h>
#include <math.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "base/gsl.h"
#include "base/memory.h"
#include "base/number.h"

/* Checks */

static bool above(const char *key, uint64_t value, const char *limit, uint64_t most,
                  struct error *err)
{
    return error_set(err, ERROR_INPUT, "sampling.%s = %" PRIu64 " is above %s = %" PRIu64, key,
                     value, limit, most);
}

static bool lacks(const char *kind, const char *keys, struct error *err)
{
    return error_set(err, ERROR_INPUT, "sampling.kind = %s needs %s", kind, keys);
}

static bool check_subset(const char *kind, const struct sampling_options *options,
                         const struct sampling_size *size, struct error *err)
{
    if (options->subset == 0)
        return lacks(kind, "sampling.subset", err);
    return options->subset <= size->known ||
           above("subset", options->subset, "population.known", size->known, err);
}

static bool check_warm_up(const struct sampling_options *options, const struct sampling_size *size,
                          struct error *err)
{
    if (options->epochs > 0 && options->steps > 0)
        return error_set(err, ERROR_INPUT,
                         "sampling.epochs = %" PRIu64 " and sampling.steps = %" PRIu64
                         " both say how long the warm-up is; 0 takes one back",
                         options->epochs, options->steps);
    if (options->epochs == 0 && options->steps == 0)
        return lacks("warm-up", "sampling.epochs or sampling.steps", err);
    return check_subset("warm-up", options, size, err);
}

static bool check_sequential(const struct sampling_options *options,
                             const struct sampling_size *size, struct error *err)
{
    if (options->groups < 2)
        return lacks("sequential", "sampling.groups above 1", err);
    return options->groups <= size->known ||
           above("groups", options->groups, "population.known", size->known, err);
}

static bool check_adaptive(const struct sampling_options *options, const struct sampling_size *size,
                           struct error *err)
{
    char factor[NUMBER_TEXT];
    if (options->factor == 0 || options->factor > 1)
        return check_subset("adaptive", options, size, err);
    number_write(factor, options->factor);
    return error_set(err, ERROR_INPUT,
                     "sampling.factor = %s widens nothing; it is above 1, or 0 for all at once",
                     factor);
}

bool sampling_check(const struct sampling_options *options, const struct sampling_size *size,
                    struct error *err)
{
    switch (options->kind) {
    case SAMPLING_POWER_LAW:
        return options->alpha.given || lacks("power-law", "sampling.alpha", err);
    case SAMPLING_CELEBRITIES:
        if (options->celebrities == 0)
            return lacks("celebrities", "sampling.celebrities", err);
        if (!options->weight.given)
            return lacks("celebrities", "sampling.weight", err);
        return options->celebrities <= size->known ||
               above("celebrities", options->celebrities, "population.known", size->known, err);
    case SAMPLING_WARM_UP:
        return check_warm_up(options, size, err);
    case SAMPLING_SEQUENTIAL:
        return check_sequential(options, size, err);
    case SAMPLING_GROW:
        return options->steps > 0 ? check_subset("grow", options, size, err)
                                  : lacks("grow", "sampling.steps", err);
    case SAMPLING_ADAPTIVE:
        return check_adaptive(options, size, err);
    case SAMPLING_UNIFORM:
    case SAMPLING_MIXTURE:
        break;
    }
    return true;
}

/* Making one */

/* GSL's, of which no header may know: it does not go with OpenBLAS's. */
struct sampling_table {
    gsl_ran_discrete_t *discrete;
};

/* A table that is drawn from in proportion to weight[count] (Walker 1977). */
static bool make_table(struct sampling *sampling, const double *weight, size_t count,
                       struct error *err)
{
    gsl_keep_from_aborting();
    sampling->table = memory_new(1, sizeof *sampling->table, err);
    if (!sampling->table)
        return false;
    sampling->table->discrete = gsl_ran_discrete_preproc(count, weight);
    return sampling->table->discrete ||
           error_set(err, ERROR_MEMORY, "out of memory for who is sampled");
}

static double power_law(const struct sampling_options *options, uint64_t individual)
{
    return pow((double)(individual + 1), -options->alpha.number);
}

static bool make_power_law(struct sampling *sampling, struct error *err)
{
    size_t known = (size_t)sampling->size.known;
    double *weight = memory_new(known, sizeof *weight, err);
    if (!weight)
        return false;
    for (size_t i = 0; i < known; i++)
        weight[i] = power_law(&sampling->options, i);
    bool made = make_table(sampling, weight, known, err);
    memory_free(weight);
    return made;
}

/* Between crowds in proportion to all of their weight; within one everybody alike. */
static bool make_crowds(struct sampling *sampling, struct error *err)
{
    enum { CROWDS = sizeof sampling->crowd / sizeof *sampling->crowd };
    double weight[CROWDS];
    for (size_t i = 0; i < CROWDS; i++)
        weight[i] = sampling->crowd[i].weight * (double)sampling->crowd[i].count;
    return make_table(sampling, weight, CROWDS, err);
}

static bool make_celebrities(struct sampling *sampling, struct error *err)
{
    uint64_t celebrities = sampling->options.celebrities;
    sampling->crowd[0] = (struct crowd){0, celebrities, sampling->options.weight.number};
    sampling->crowd[1] = (struct crowd){celebrities, sampling->size.known - celebrities, 1};
    return make_crowds(sampling, err);
}

static uint64_t epochs_steps(const struct sampling_options *options,
                             const struct sampling_size *size)
{
    uint64_t steps = options->epochs * size->known / size->batch;
    return steps > 0 ? steps : 1;
}

bool sampling_init(struct sampling *sampling, const struct sampling_options *options,
                   const struct sampling_size *size, struct error *err)
{
    *sampling = (struct sampling){0};
    if (!sampling_check(options, size, err))
        return false;
    sampling->options = *options;
    sampling->size = *size;
    sampling->length = options->epochs > 0 ? epochs_steps(options, size) : options->steps;
    sampling->subset = options->kind == SAMPLING_ADAPTIVE ? options->subset : 0;
    bool made = true;
    if (options->kind == SAMPLING_POWER_LAW)
        made = make_power_law(sampling, err);
    else if (options->kind == SAMPLING_CELEBRITIES)
        made = make_celebrities(sampling, err);
    if (!made)
        sampling_free(sampling);
    return made;
}

static bool is_weight(double weight)
{
    return isfinite(weight) && weight >= 0;
}

bool sampling_init_mixture(struct sampling *sampling, const struct crowd *fresh,
                           const struct crowd *old, struct error *err)
{
    *sampling = (struct sampling){0};
    double all = fresh->weight * (double)fresh->count + old->weight * (double)old->count;
    if (!is_weight(fresh->weight) || !is_weight(old->weight) || !isfinite(all) || all == 0)
        return error_set(err, ERROR_INPUT,
                         "nobody can be drawn from %" PRIu64
                         " individuals of weight %g and %" PRIu64 " of weight %g",
                         fresh->count, fresh->weight, old->count, old->weight);
    sampling->options.kind = SAMPLING_MIXTURE;
    sampling->crowd[0] = *fresh;
    sampling->crowd[1] = *old;
    bool made = make_crowds(sampling, err);
    if (!made)
        sampling_free(sampling);
    return made;
}

void sampling_free(struct sampling *sampling)
{
    if (sampling->table && sampling->table->discrete)
        gsl_ran_discrete_free(sampling->table->discrete);
    memory_free(sampling->table);
    *sampling = (struct sampling){0};
}

/* Drawing: GSL reads our stream through a generator of its own kind. */

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

static size_t draw_from(const struct sampling_table *table, struct random *random)
{
    const gsl_rng stream = {.type = &stream_type, .state = random};
    return gsl_ran_discrete(&stream, table->discrete);
}

uint64_t sampling_draw(const struct sampling *sampling, uint64_t step, struct random *random)
{
    struct crowd crowd;
    if (sampling->options.kind == SAMPLING_POWER_LAW)
        return draw_from(sampling->table, random);
    if (sampling->table)
        crowd = sampling->crowd[draw_from(sampling->table, random)];
    else
        crowd = sampling_crowd(sampling, step);
    return crowd.first + random_below(random, crowd.count);
}

/* Who is drawn at a step */

static double crowd_weight(const struct crowd *crowd, uint64_t individual)
{
    bool within = individual >= crowd->first && individual - crowd->first < crowd->count;
    return within ? crowd->weight : 0;
}

double sampling_weight(const struct sampling *sampling, uint64_t step, uint64_t individual)
{
    struct crowd crowd = sampling_crowd(sampling, step);
    switch (sampling->options.kind) {
    case SAMPLING_POWER_LAW:
        return crowd_weight(&crowd, individual) * power_law(&sampling->options, individual);
    case SAMPLING_CELEBRITIES:
    case SAMPLING_MIXTURE:
        return crowd_weight(&sampling->crowd[0], individual) +
               crowd_weight(&sampling->crowd[1], individual);
    default:
        return crowd_weight(&crowd, individual);
    }
}

static uint64_t grown(const struct sampling *sampling, uint64_t step)
{
    uint64_t from = sampling->options.subset, to = sampling->size.known;
    double share = (double)step / (double)sampling->length;
    if (step >= sampling->length)
        return to;
    if (sampling->options.growth == GROWTH_GEOMETRIC)
        return (uint64_t)llround((double)from * pow((double)to / (double)from, share));
    return (uint64_t)llround((double)from + (double)(to - from) * share);
}

struct crowd sampling_group(const struct sampling *sampling, uint64_t group)
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

struct crowd sampling_crowd(const struct sampling *sampling, uint64_t step)
{
    switch (sampling->options.kind) {
    case SAMPLING_MIXTURE:
        return sampling->crowd[0];
    case SAMPLING_SEQUENTIAL:
        return sampling_group(sampling, visited(sampling, step));
    case SAMPLING_WARM_UP:
    case SAMPLING_GROW:
    case SAMPLING_ADAPTIVE:
        return (struct crowd){0, sampling_subset(sampling, step), 1};
    case SAMPLING_UNIFORM:
    case SAMPLING_POWER_LAW:
    case SAMPLING_CELEBRITIES:
        break;
    }
    return (struct crowd){0, sampling->size.known, 1};
}

uint64_t sampling_subset(const struct sampling *sampling, uint64_t step)
{
    switch (sampling->options.kind) {
    case SAMPLING_CELEBRITIES:
        return sampling->options.celebrities;
    case SAMPLING_WARM_UP:
        return step < sampling->length ? sampling->options.subset : sampling->size.known;
    case SAMPLING_GROW:
        return grown(sampling, step);
    case SAMPLING_ADAPTIVE:
        return sampling->subset;
    case SAMPLING_UNIFORM:
    case SAMPLING_POWER_LAW:
    case SAMPLING_SEQUENTIAL:
    case SAMPLING_MIXTURE:
        break;
    }
    return 0;
}

uint64_t sampling_asked(const struct sampling *sampling, uint64_t count)
{
    return sampling->options.kind == SAMPLING_UNIFORM ? count : sampling->size.known;
}

void sampling_widen(struct sampling *sampling)
{
    double known = (double)sampling->size.known, factor = sampling->options.factor;
    double wider = factor > 0 ? ceil((double)sampling->subset * factor) : known;
    sampling->subset = wider < known ? (uint64_t)wider : sampling->size.known;
}
