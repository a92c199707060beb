#include "train/trainer_options.h"

#include "engine/ranks.h"

uint64_t trainer_steps(const struct trainer_options *options)
{
    return patching_steps(&options->patching, options->schedule.steps);
}

size_t trainer_threads(const struct trainer_options *options)
{
    size_t threads = options->threads > 0 ? options->threads : ranks_threads();
    return threads < options->shards ? threads : options->shards;
}

struct engine_options trainer_engine(const struct trainer_options *options)
{
    return (struct engine_options){
        .kind = ranks_count() > 1 ? ENGINE_RANKS : ENGINE_THREADS,
        .use = ENGINE_TRAINS,
        .shards = options->shards,
        .threads = trainer_threads(options),
        .optimizer = options->optimizer,
        .has_second = options->patching.reference_step.given,
    };
}

size_t trainer_bytes(const struct trainer_options *options, const struct model_options *model)
{
    struct engine_options engine = trainer_engine(options);
    return engine_bytes(model, &engine);
}
