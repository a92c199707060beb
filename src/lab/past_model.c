#include "lab/past_model.h"

#include "base/memory.h"
#include "train/checkpoint.h"

/* A patched model's attention is its reference's. */
static bool has_its_reference(const struct past_model_of *of, const struct trainer_checkpoint *from,
                              const char *path, struct error *err)
{
    bool needs = plan_at(of->plan, from->step).role == SECOND_REFERENCE;
    return (from->role == SECOND_REFERENCE) == needs ||
           error_set(err, ERROR_DATA,
                     "%s does not hold the weights that patching needs at its step", path);
}

static bool read_weights(struct past_model *past, const struct past_model_of *of, struct error *err)
{
    struct trainer_checkpoint from = {0};
    char *path = run_model_path(of->run, past->step, err);
    bool read = path && checkpoint_read(path, past->engine, &from, err) &&
                has_its_reference(of, &from, path, err);
    memory_free(path);
    past->drawn = from.subset > 0 ? from.subset : plan_at(of->plan, past->step).drawn;
    return read;
}

struct past_model *past_model_new(const struct past_model_of *of, uint64_t step, struct error *err)
{
    struct engine_options options = trainer_engine(of->trainer);
    struct past_model *past = memory_new(1, sizeof *past, err);
    options.use = ENGINE_HOLDS;
    if (!past)
        return NULL;
    past->step = step;
    past->engine = engine_new(of->model, &options, err);
    if (past->engine && read_weights(past, of, err))
        past->decoder = decoder_new(engine_model(past->engine), err);
    if (past->decoder)
        return past;
    past_model_free(past);
    return NULL;
}

void past_model_free(struct past_model *past)
{
    if (!past)
        return;
    decoder_free(past->decoder);
    engine_free(past->engine);
    memory_free(past);
}
