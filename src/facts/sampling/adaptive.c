/* The first `subset` individuals until sampling_widen lets others in; proposed by Zucchet et al.
 * (2025) and not tried there. */
#include <math.h>

#include "base/number.h"
#include "facts/sampling/checks.h"

static bool check(const struct sampling_options *options, const struct sampling_size *size,
                  struct error *err)
{
    char factor[NUMBER_TEXT];
    if (options->factor == 0 || options->factor > 1)
        return sampling_check_subset(options, size, err);
    number_write(factor, options->factor);
    return error_set(err, ERROR_INPUT, "sampling.factor = %s must be above 1, or 0 for all at once",
                     factor);
}

static bool init(struct sampling *sampling, struct error *err)
{
    (void)err;
    sampling->subset = sampling->options.subset;
    return true;
}

static uint64_t subset(const struct sampling *sampling, uint64_t step)
{
    (void)step;
    return sampling->subset;
}

static struct crowd crowd(const struct sampling *sampling, uint64_t step)
{
    return (struct crowd){0, subset(sampling, step), 1};
}

static void widen(struct sampling *sampling)
{
    double known = (double)sampling->size.known, factor = sampling->options.factor;
    double wider = factor > 0 ? ceil((double)sampling->subset * factor) : known;
    sampling->subset = wider < known ? (uint64_t)wider : sampling->size.known;
}

const struct sampling_ops sampling_adaptive = {
    .how = "more each time the present ones have been learned (adaptive)",
    .needs = "subset",
    .keys = {{"subset", "number of individuals, the first ones, that training starts with"},
             {"factor", "factor above 1 by which the number of sampled individuals grows each time "
                        "the present ones have been learned; 0: all at once"}},
    .check = check,
    .init = init,
    .crowd = crowd,
    .subset = subset,
    .widen = widen,
};
