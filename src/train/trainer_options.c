#include "train/trainer_options.h"

#include "base/memory.h"
#include "model/shards.h"

uint64_t trainer_steps(const struct trainer_options *options)
{
    return patching_steps(&options->patching, options->schedule.steps);
}

size_t trainer_threads(const struct trainer_options *options)
{
    return options->threads > 0 && options->threads < options->shards ? options->threads
                                                                      : options->shards;
}

size_t trainer_bytes(const struct trainer_options *options, const struct model_options *model)
{
    size_t arrays = 3; /* weights and two moments; the second weights */
    arrays += options->patching.reference_step.given;
    return memory_sum(memory_product(arrays, model_count_parameters(model) * sizeof(real)),
                      shards_bytes(model, options->shards, trainer_threads(options), true));
}
