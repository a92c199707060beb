#include "train/lesson.h"

const struct sampling *lesson_sampling(const struct lesson_plan *plan, uint64_t step,
                                       uint64_t *drawn_for)
{
    *drawn_for = patching_own_step(plan->patching, step);
    return tuning_sampling(plan->tuning, plan->sampling, *drawn_for);
}

void lesson_fill(const struct lesson_plan *plan, uint64_t step, struct batch *batch)
{
    uint64_t drawn_for;
    const struct sampling *sampling = lesson_sampling(plan, step, &drawn_for);
    batch_fill_training(batch, plan->population, plan->vocabulary, sampling, drawn_for);
}
