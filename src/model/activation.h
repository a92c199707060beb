/* What a layer takes in, or the gradient of what it gave. */
#ifndef MNEME_MODEL_ACTIVATION_H
#define MNEME_MODEL_ACTIVATION_H

#include <stddef.h>

#include "model/arena.h"
#include "model/bf16.h"
#include "model/options.h"
#include "model/real.h"

struct activation {
    real *at;
    bf16 *rounded; /* room for the same as a matrix in bf16, which a layer with products in bf16
                      fills when it first needs it and finds again on the way back; null in fp32 */
};

struct activation activation_take(struct arena *arena, const struct model_options *options,
                                  size_t rows, size_t columns);

/* Room for the rounded numbers alone; null in fp32. */
bf16 *activation_take_rounded(struct arena *arena, const struct model_options *options, size_t rows,
                              size_t columns);

#endif
