/* How parameters begin. */
#ifndef MNEME_MODEL_INIT_H
#define MNEME_MODEL_INIT_H

#include <stddef.h>

#include "base/random.h"
#include "model/real.h"

/* A tensor weight[rows][cols] of a model of so many layers. */
struct init_shape {
    size_t rows, cols, layers;
};

void init_zero(const struct init_shape *shape, struct random random, real *weight);
void init_one(const struct init_shape *shape, struct random random, real *weight);

/* Normal with deviation 0.02; the same divided by sqrt(2 layers); 1/sqrt(rows), where those are the
 * inputs; 1/sqrt(cols), where those are as many as the inputs. */
void init_normal(const struct init_shape *shape, struct random random, real *weight);
void init_projection(const struct init_shape *shape, struct random random, real *weight);
void init_by_rows(const struct init_shape *shape, struct random random, real *weight);
void init_by_cols(const struct init_shape *shape, struct random random, real *weight);

/* For other deviations. */
void init_with_deviation(const struct init_shape *shape, double deviation, struct random random,
                         real *weight);

#endif
