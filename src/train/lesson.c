#include "train/lesson.h"

void lesson_fill(const struct lesson_plan *plan, uint64_t step, struct batch *batch)
{
    uint64_t own = patching_own_step(plan->patching, step);
    batch_fill_training(batch, plan->population, plan->vocabulary,
                        finetune_sampling(plan->finetune, plan->sampling, own), own);
}
