#include "train/patching.h"

#include <inttypes.h>
#include <string.h>

static bool check_steps(const struct patching_options *options, uint64_t reference, uint64_t steps,
                        struct error *err)
{
    if (options->start_step > reference)
        return error_set(err, ERROR_INPUT,
                         "patching.start_step = %" PRIu64
                         " lies behind patching.reference_step = %" PRIu64,
                         options->start_step, reference);
    if (reference > steps)
        return error_set(err, ERROR_INPUT,
                         "patching.reference_step = %" PRIu64 " is above train.steps = %" PRIu64,
                         reference, steps);
    return options->start_step < steps ||
           error_set(err, ERROR_INPUT,
                     "patching.start_step = %" PRIu64 " leaves none of train.steps = %" PRIu64,
                     options->start_step, steps);
}

bool patching_check(const struct patching_options *options, const struct sampling_options *sampling,
                    const struct schedule *schedule, struct error *err)
{
    if (!options->reference_step.given)
        return options->start_step == 0 ||
               error_set(err, ERROR_INPUT,
                         "patching.start_step = %" PRIu64
                         " means nothing without patching.reference_step",
                         options->start_step);
    if (sampling_adapts(sampling->kind))
        return error_set(err, ERROR_INPUT,
                         "patching goes back to an earlier step, which sampling.kind = %s cannot",
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

void patching_init(struct patching *patching, const struct patching_options *options,
                   struct model *model, struct model *second_weights, enum second_role role)
{
    *patching = (struct patching){
        .options = *options, .model = model, .second_weights = second_weights, .role = role};
    model->reference = role == SECOND_REFERENCE ? second_weights : NULL;
}

bool patching_is_due(const struct patching *patching, uint64_t step)
{
    return patching->role < patching_role(&patching->options, step);
}

/* The model of the first part becomes the reference; the trained one takes the kept weights. */
static void begin(struct patching *patching)
{
    struct model *model = patching->model, *second_weights = patching->second_weights;
    real *reference = model->weight;
    model->weight = second_weights->weight;
    second_weights->weight = reference;
    model->reference = second_weights;
}

void patching_arrive(struct patching *patching, struct optimizer *optimizer, uint64_t step)
{
    const struct model *model = patching->model;
    enum second_role role = patching_role(&patching->options, step);
    if (patching->role == SECOND_NONE && role > SECOND_NONE)
        memcpy(patching->second_weights->weight, model->weight,
               model->size * sizeof *model->weight);
    if (patching->role < SECOND_REFERENCE && role == SECOND_REFERENCE) {
        begin(patching);
        optimizer_reset(optimizer);
    }
    patching->role = role;
}
