/* Batches of biographies: a pure function of the preset's seed and the step. */
#ifndef MNEME_FACTS_BATCH_H
#define MNEME_FACTS_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sequences.h"
#include "facts/biography.h"
#include "facts/sampling.h"

struct batch {
    size_t biographies;
    uint64_t *individual; /* [biographies] */
    int32_t *token;       /* [start[biographies]] inputs: a biography without its last token */
    int32_t *target;      /* [start[biographies]] the token after each input */
    size_t *start;        /* [biographies + 1] */
    struct span *span;    /* [span_start[biographies]] tokens counted from their start[], */
    size_t *span_start;   /* [biographies + 1]; both null without spans */
    size_t room;          /* biographies there is room for */
    size_t token_room;
};

/* Room for `biographies` biographies of the longest length this vocabulary can give. */
bool batch_init(struct batch *batch, const struct vocabulary *vocabulary, size_t biographies,
                struct error *err);

/* The same for who asks where the names and values stand, which training does not. */
bool batch_init_with_spans(struct batch *batch, const struct vocabulary *vocabulary,
                           size_t biographies, struct error *err);
void batch_free(struct batch *batch);

/* The individual in one place of the batch of training step `step`, in a population of that seed;
 * *random goes on to what its biography is made from. */
uint64_t batch_draw(uint64_t seed, const struct sampling *sampling, uint64_t step, size_t slot,
                    struct random *random);

/* Fills the batch that training step `step` (0, 1, ...) sees: individuals drawn as the sampling
 * says, training templates. Depends on nothing but the population, vocabulary, sampling, the
 * batch's room and step. */
void batch_fill_training(struct batch *batch, const struct population *population,
                         const struct vocabulary *vocabulary, const struct sampling *sampling,
                         uint64_t step);

/* Fills the batch with evaluation templates, always the same for the same individual, of
 * individuals spread evenly over first .. first+among-1 (all of those where among is the batch's
 * room, which it is at least), ascending and as far as there are names. */
void batch_fill_evaluation(struct batch *batch, const struct population *population,
                           const struct vocabulary *vocabulary, uint64_t first, uint64_t among);

/* The individual that is asked in one of `parts` places when they are spread over first ..
 * first+among-1: the middle of one of as many equal parts. */
uint64_t batch_spread(uint64_t first, uint64_t among, uint64_t part, uint64_t parts);

struct sequences batch_sequences(const struct batch *batch);

#endif
