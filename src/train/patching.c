#include "train/patching.h"

#include <inttypes.h>

static bool check_steps(const struct patching_options *options, uint64_t reference, uint64_t steps,
                        struct error *err)
{
    if (options->start_step > reference)
        return error_set(err, ERROR_INPUT,
                         "patching.start_step = %" PRIu64
                         " is above patching.reference_step = %" PRIu64,
                         options->start_step, reference);
    if (reference > steps)
        return error_set(err, ERROR_INPUT,
                         "patching.reference_step = %" PRIu64 " is above train.steps = %" PRIu64,
                         reference, steps);
    return options->start_step < steps ||
           error_set(err, ERROR_INPUT,
                     "patching.start_step = %" PRIu64 " is not below train.steps = %" PRIu64,
                     options->start_step, steps);
}

bool patching_check(const struct patching_options *options, const struct sampling_options *sampling,
                    const struct schedule *schedule, struct error *err)
{
    if (!options->reference_step.given)
        return options->start_step == 0 ||
               error_set(err, ERROR_INPUT,
                         "patching.start_step = %" PRIu64
                         " has no effect without patching.reference_step",
                         options->start_step);
    if (sampling_adapts(sampling->kind))
        return error_set(err, ERROR_INPUT,
                         "patching returns to an earlier step, which sampling.kind = %s cannot",
                         sampling_names[sampling->kind]);
    return check_steps(options, options->reference_step.count, schedule->steps, err);
}

uint64_t patching_repeated(const struct patching_options *options)
{
    const struct optional_count *reference = &options->reference_step;
    return reference->given ? reference->count - options->start_step : 0;
}

uint64_t patching_steps(const struct patching_options *options, uint64_t steps)
{
    return steps + patching_repeated(options);
}

bool patching_holds(const struct patching_options *options, uint64_t step)
{
    return options->reference_step.given && step >= options->reference_step.count;
}

uint64_t patching_own_step(const struct patching_options *options, uint64_t step)
{
    return patching_holds(options, step) ? step - patching_repeated(options) : step;
}

void patching_shift_report(const struct patching_options *options, struct phase_report *report)
{
    double *const steps[] = {
        &report->plateau_start,
        &report->plateau_end,
        &report->plateau_end_low,
        &report->plateau_end_high,
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        *steps[i] += (double)patching_repeated(options);
}

enum second_role patching_role(const struct patching_options *options, uint64_t step)
{
    if (!options->reference_step.given || step < options->start_step)
        return SECOND_NONE;
    return patching_holds(options, step) ? SECOND_REFERENCE : SECOND_START;
}
