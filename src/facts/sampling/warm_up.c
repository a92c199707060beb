/* The first `subset` individuals for a number of steps, then all (Zucchet et al. 2025, section
 * 4). */
#include <inttypes.h>

#include "facts/sampling/checks.h"

static bool check(const struct sampling_options *options, const struct sampling_size *size,
                  struct error *err)
{
    if (options->epochs > 0 && options->steps > 0)
        return error_set(err, ERROR_INPUT,
                         "sampling.epochs = %" PRIu64 " and sampling.steps = %" PRIu64
                         " both set the length of the warm-up; set one of them to 0",
                         options->epochs, options->steps);
    if (options->epochs == 0 && options->steps == 0)
        return sampling_lacks(options, "sampling.epochs or sampling.steps", err);
    return sampling_check_subset(options, size, err);
}

static uint64_t epochs_steps(const struct sampling_options *options,
                             const struct sampling_size *size)
{
    uint64_t steps = options->epochs * size->known / size->batch;
    return steps > 0 ? steps : 1;
}

static bool init(struct sampling *sampling, struct error *err)
{
    const struct sampling_options *options = &sampling->options;
    (void)err;
    sampling->length =
        options->epochs > 0 ? epochs_steps(options, &sampling->size) : options->steps;
    return true;
}

static uint64_t subset(const struct sampling *sampling, uint64_t step)
{
    return step < sampling->length ? sampling->options.subset : sampling->size.known;
}

static struct crowd crowd(const struct sampling *sampling, uint64_t step)
{
    return (struct crowd){0, subset(sampling, step), 1};
}

static bool widens_at(const struct sampling *sampling, uint64_t step)
{
    return step == sampling->length;
}

const struct sampling_ops sampling_warm_up = {
    .how = "only a subset at first (warm-up)",
    .needs = "subset, and epochs or steps",
    .keys = {{"subset", "number of individuals, the first ones, that training starts with"},
             {"epochs", "its length in epochs of population.known / train.batch steps"},
             {"steps", "its length in steps, instead of epochs"}},
    .check = check,
    .init = init,
    .crowd = crowd,
    .subset = subset,
    .widens_at = widens_at,
};
