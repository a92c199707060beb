/* AdamW with decoupled weight decay (Loshchilov & Hutter 2019), in one pass over the parameters. */
#ifndef MNEME_ENGINE_OPTIMIZER_H
#define MNEME_ENGINE_OPTIMIZER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/model.h"

struct optimizer_options {
    double beta1, beta2, epsilon;
    double weight_decay;
    double clip; /* largest norm of the gradient; 0: no clipping */
};

struct optimizer {
    struct optimizer_options options;
    size_t size;
    real *first, *second; /* [size] moments */
    uint64_t updates;     /* made so far: the t of the bias correction */
    unsigned frozen;      /* parts of the model that stand still: 1 << enum model_part each */
};

bool optimizer_init(struct optimizer *optimizer, const struct optimizer_options *options,
                    size_t size, struct error *err);
void optimizer_free(struct optimizer *optimizer);

/* Starts anew: moments and updates 0. */
void optimizer_reset(struct optimizer *optimizer);

/* Some of the numbers of the model's arrays: begin <= i < end. */
struct number_range {
    size_t begin, end;
};

/* Takes what is frozen out of this range of gradient[size], so that it counts in no norm. */
void optimizer_clear_frozen(const struct optimizer *optimizer, const struct model *model,
                            struct number_range range, real *gradient);

/* One update of the model's weights in the range, on `threads` threads, from that range of a
 * gradient, gradient[end - begin], with the norm of the whole:
 *
 *   m = b1 m + (1-b1) g,  v = b2 v + (1-b2) g^2,
 *   w -= lr (m / (1-b1^t) / (sqrt(v / (1-b2^t)) + eps) + decay w).
 *
 * What is frozen keeps weights and moments, and so does what a model with a reference has no use
 * for: what its own attention patterns would be made of. */
void optimizer_update(struct optimizer *optimizer, struct model *model, const real *gradient,
                      struct number_range range, double norm, double lr, size_t threads);

#endif
