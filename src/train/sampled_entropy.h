/* How uncertain a model is of a value that knows nobody: the entropy of an attribute's values as
 * often as they are sampled now, with which the entropy of an answer is compared. Under a power
 * law, or with few who are sampled, it is lower than population_entropy. */
#ifndef MNEME_TRAIN_SAMPLED_ENTROPY_H
#define MNEME_TRAIN_SAMPLED_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "train/finetune.h"

struct sampled_entropy;

/* The sampling is copied as it begins: a trainer may widen it meanwhile. batch: individuals drawn
 * for a step. Population and finetune must outlive it. */
struct sampled_entropy *sampled_entropy_new(const struct population *population,
                                            const struct sampling *sampling,
                                            const struct finetune *finetune, size_t batch,
                                            struct error *err);

/* Null is allowed. */
void sampled_entropy_free(struct sampled_entropy *entropy);

/* Of each attribute, in nats (frequencies_entropy), for a model that has made `step` steps of its
 * own; subset: individuals that an adaptive sampling draws. Stays until the next call. */
const double *sampled_entropy_at(struct sampled_entropy *entropy, uint64_t step, uint64_t subset);

#endif
