#include "model/init.h"

#include <math.h>

#define INITIAL_DEVIATION 0.02 /* GPT-2's */

static void fill(const struct init_shape *shape, real value, real *weight)
{
    for (size_t i = 0; i < shape->rows * shape->cols; i++)
        weight[i] = value;
}

void init_zero(const struct init_shape *shape, struct random random, real *weight)
{
    (void)random;
    fill(shape, 0, weight);
}

void init_one(const struct init_shape *shape, struct random random, real *weight)
{
    (void)random;
    fill(shape, 1, weight);
}

void init_with_deviation(const struct init_shape *shape, double deviation, struct random random,
                         real *weight)
{
    for (size_t i = 0; i < shape->rows * shape->cols; i++)
        weight[i] = (real)(deviation * random_normal(&random));
}

void init_normal(const struct init_shape *shape, struct random random, real *weight)
{
    init_with_deviation(shape, INITIAL_DEVIATION, random, weight);
}

void init_projection(const struct init_shape *shape, struct random random, real *weight)
{
    double deviation = INITIAL_DEVIATION / sqrt(2.0 * (double)shape->layers);
    init_with_deviation(shape, deviation, random, weight);
}

void init_by_rows(const struct init_shape *shape, struct random random, real *weight)
{
    init_with_deviation(shape, 1 / sqrt((double)shape->rows), random, weight);
}

void init_by_cols(const struct init_shape *shape, struct random random, real *weight)
{
    init_with_deviation(shape, 1 / sqrt((double)shape->cols), random, weight);
}
