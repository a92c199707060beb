#include "train/plan.h"

#include "train/spacing.h"

bool plan_init(struct plan *plan, const struct trainer_options *options,
               const struct population_options *population, const struct sampling *sampling,
               struct error *err)
{
    *plan = (struct plan){
        .schedule = options->schedule,
        .patching = options->patching,
        .sampling = sampling,
        .batch = options->batch,
        .steps = trainer_steps(options),
        .evaluate_every = options->evaluate_every,
        .checkpoint_every = options->checkpoint_every,
        .evaluate_spacing = options->evaluate_spacing,
        .keep = options->checkpoint_keep,
    };
    plan->schedule.steps = finetune_steps_before(&options->finetune, options->schedule.steps);
    return finetune_init(&plan->finetune, &options->finetune, population, &sampling->options,
                         &options->schedule, err);
}

void plan_free(struct plan *plan)
{
    finetune_free(&plan->finetune);
    *plan = (struct plan){0};
}

/* Whether fine-tuning or a patched model starts with this step. */
static bool starts_anew(const struct plan *plan, uint64_t step)
{
    const struct optional_count *reference = &plan->patching.reference_step;
    return finetune_starts_at(&plan->finetune, step) ||
           (reference->given && step == reference->count);
}

/* At both ends, where something starts anew, and every so many steps. */
static bool is_due(const struct plan *plan, uint64_t step, uint64_t every)
{
    return step == plan->first || step == plan->steps || starts_anew(plan, step) ||
           (every > 0 && step % every == 0);
}

/* Where what is made at the step began: the last step before at which something started anew. */
static uint64_t beginning(const struct plan *plan, uint64_t step)
{
    const struct optional_count *reference = &plan->patching.reference_step;
    uint64_t after = plan->finetune.options.after, began = plan->first <= step ? plan->first : 0;
    if (reference->given && reference->count <= step && reference->count > began)
        began = reference->count;
    return after <= step && after > began ? after : began;
}

/* Spaced over the logarithm, of all steps and of those since the last beginning. */
static bool is_spaced(const struct plan *plan, uint64_t step)
{
    return spacing_is_due(step) || spacing_is_due(step - beginning(plan, step));
}

/* What is drawn from the step on where more is than before, and nothing has to be learned first. */
static struct widened widened_at(const struct sampling *sampling, uint64_t own_step)
{
    if (!sampling_widens_at(sampling, own_step))
        return (struct widened){0};
    return (struct widened){sampling_subset(sampling, own_step - 1),
                            sampling_subset(sampling, own_step)};
}

static double lr_of(const struct plan *plan, uint64_t own_step)
{
    return finetune_covers(&plan->finetune, own_step) ? plan->finetune.options.lr
                                                      : schedule_lr(&plan->schedule, own_step);
}

struct step_plan plan_at(const struct plan *plan, uint64_t step)
{
    const struct finetune *finetune = &plan->finetune;
    uint64_t own = patching_own_step(&plan->patching, step);
    bool saves = is_due(plan, step, plan->checkpoint_every);
    return (struct step_plan){
        .own_step = own,
        .lr = lr_of(plan, own),
        .sampling = finetune_sampling(finetune, plan->sampling, own),
        .drawn = finetune_drawn(finetune, plan->sampling, own),
        .frozen = finetune_frozen(finetune, own),
        .starts_anew = starts_anew(plan, step),
        .starts = finetune_starts_at(finetune, own) ? finetune : NULL,
        .role = patching_role(&plan->patching, step),
        .fine_tuned = finetune_has_run(finetune, own),
        .widened = widened_at(plan->sampling, own),
        .evaluates = is_due(plan, step, plan->evaluate_every) ||
                     (plan->evaluate_spacing == SPACING_LOG && is_spaced(plan, step)),
        .saves = saves,
        .snapshot = plan->keep == KEEP_SPACED && !saves && is_spaced(plan, step),
    };
}

double plan_lr(const struct trainer_options *options, uint64_t step)
{
    struct plan plan = {.schedule = options->schedule, .finetune.options = options->finetune};
    plan.schedule.steps = finetune_steps_before(&options->finetune, options->schedule.steps);
    return lr_of(&plan, patching_own_step(&options->patching, step));
}

bool plan_leaves_checkpoint(const struct trainer_options *options, uint64_t first, uint64_t step)
{
    const struct plan plan = {
        .finetune.options = options->finetune,
        .patching = options->patching,
        .first = first,
        .steps = trainer_steps(options),
    };
    if (options->checkpoint_keep == KEEP_LAST)
        return step == first || step == plan.steps;
    return step >= first && step <= plan.steps && is_due(&plan, step, options->checkpoint_every);
}

void plan_count_exposures(const struct plan *plan, uint64_t own_step, struct exposures *exposures)
{
    finetune_count_exposures(&plan->finetune, plan->sampling, plan->batch, own_step, exposures);
}
