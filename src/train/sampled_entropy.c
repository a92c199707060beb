#include "train/sampled_entropy.h"

#include "base/memory.h"
#include "train/baselines.h"

struct sampled_entropy {
    struct sampling sampling;
    struct baselines baselines; /* of nobody who is asked: it is who is drawn that counts */
    double attribute[FACTS_MAX_ATTRIBUTES];
};

struct sampled_entropy *sampled_entropy_new(const struct population *population,
                                            const struct sampling *sampling,
                                            const struct finetune *finetune, size_t batch,
                                            struct error *err)
{
    struct sampled_entropy *entropy = memory_new(1, sizeof *entropy, err);
    if (!entropy)
        return NULL;
    const struct baselines_subject subject = {.population = population,
                                              .sampling = &entropy->sampling,
                                              .finetune = finetune,
                                              .batch = batch};
    if (sampling_init(&entropy->sampling, &sampling->options, &sampling->size, err) &&
        baselines_init(&entropy->baselines, &subject, err))
        return entropy;
    sampling_free(&entropy->sampling);
    memory_free(entropy);
    return NULL;
}

void sampled_entropy_free(struct sampled_entropy *entropy)
{
    if (!entropy)
        return;
    baselines_free(&entropy->baselines);
    sampling_free(&entropy->sampling);
    memory_free(entropy);
}

const double *sampled_entropy_at(struct sampled_entropy *entropy, uint64_t step, uint64_t subset)
{
    struct baselines *baselines = &entropy->baselines;
    size_t attributes = baselines->subject.population->facts->attributes;
    baselines_move(baselines, step, subset);
    for (size_t a = 0; a < attributes; a++)
        entropy->attribute[a] = frequencies_entropy(&baselines->drawn, baselines->draws, a);
    return entropy->attribute;
}
