#include "facts/batch.h"

#include <string.h>

#include "base/memory.h"

bool batch_init(struct batch *batch, const struct vocabulary *vocabulary, size_t biographies,
                struct error *err)
{
    size_t longest = biography_max_tokens(vocabulary);
    *batch = (struct batch){.room = biographies};
    bool made = (batch->individual = memory_new(biographies, sizeof *batch->individual, err)) &&
                (batch->token = memory_new(biographies, longest * sizeof *batch->token, err)) &&
                (batch->target = memory_new(biographies, longest * sizeof *batch->target, err)) &&
                (batch->start = memory_new(biographies + 1, sizeof *batch->start, err));
    if (!made)
        batch_free(batch);
    else
        batch->token_room = biographies * longest;
    return made;
}

bool batch_init_with_spans(struct batch *batch, const struct vocabulary *vocabulary,
                           size_t biographies, struct error *err)
{
    size_t spans = 2 * vocabulary->facts->attributes;
    bool made = batch_init(batch, vocabulary, biographies, err) &&
                (batch->span = memory_new(biographies, spans * sizeof *batch->span, err)) &&
                (batch->span_start = memory_new(biographies + 1, sizeof *batch->span_start, err));
    if (!made)
        batch_free(batch);
    return made;
}

void batch_free(struct batch *batch)
{
    memory_free(batch->individual);
    memory_free(batch->token);
    memory_free(batch->target);
    memory_free(batch->start);
    memory_free(batch->span);
    memory_free(batch->span_start);
    *batch = (struct batch){0};
}

/* Adds a biography behind those the batch holds. */
static void add_biography(struct batch *batch, const struct population *population,
                          const struct vocabulary *vocabulary, uint64_t individual,
                          enum biography_purpose purpose, struct random *random)
{
    size_t i = batch->biographies++;
    struct biography biography = {
        .token = batch->token + batch->start[i],
        .span = batch->span ? batch->span + batch->span_start[i] : NULL,
    };
    biography_write(&biography, population, vocabulary, individual, purpose, random);
    size_t inputs = biography.tokens - 1; /* the next biography begins where the last token stood */
    memcpy(batch->target + batch->start[i], biography.token + 1, inputs * sizeof *batch->target);
    batch->individual[i] = individual;
    batch->start[i + 1] = batch->start[i] + inputs;
    if (batch->span)
        batch->span_start[i + 1] = batch->span_start[i] + biography.spans;
}

uint64_t batch_draw(uint64_t seed, const struct sampling *sampling, uint64_t step, size_t slot,
                    struct random *random)
{
    *random = random_stream(seed, RANDOM_BATCH, step, slot);
    return sampling_draw(sampling, step, random);
}

void batch_fill_training(struct batch *batch, const struct population *population,
                         const struct vocabulary *vocabulary, const struct sampling *sampling,
                         uint64_t step)
{
    batch->biographies = 0;
    for (size_t slot = 0; slot < batch->room; slot++) {
        struct random random;
        uint64_t individual = batch_draw(population->size.seed, sampling, step, slot, &random);
        add_biography(batch, population, vocabulary, individual, BIOGRAPHY_TRAINING, &random);
    }
}

uint64_t batch_spread(uint64_t first, uint64_t among, uint64_t part, uint64_t parts)
{
    return first + (2 * part + 1) * among / (2 * parts);
}

void batch_fill_evaluation(struct batch *batch, const struct population *population,
                           const struct vocabulary *vocabulary, uint64_t first, uint64_t among)
{
    batch->biographies = 0;
    for (size_t slot = 0; slot < batch->room; slot++) {
        uint64_t individual = batch_spread(first, among, slot, batch->room);
        if (individual >= population->names)
            break;
        struct random random = biography_evaluation_random(population, individual);
        add_biography(batch, population, vocabulary, individual, BIOGRAPHY_EVALUATION, &random);
    }
}

struct sequences batch_sequences(const struct batch *batch)
{
    return (struct sequences){
        .token = batch->token,
        .target = batch->target,
        .start = batch->start,
        .count = batch->biographies,
    };
}
