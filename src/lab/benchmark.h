/* How fast a preset trains on this machine, measured against the machine's own matrix products. */
#ifndef MNEME_LAB_BENCHMARK_H
#define MNEME_LAB_BENCHMARK_H

#include <stddef.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"
#include "model/blas.h"
#include "model/precision.h"
#include "model/step_part.h"

struct benchmark_options {
    size_t rounds;  /* each measures products, training and evaluation; medians count */
    double seconds; /* of training in a round, and one step at least */
    /* Told before each piece of work: which of how many it is, and its name. May be null. */
    void (*progress)(void *context, size_t piece, size_t pieces, const char *name);
    void *context;
};

/* Rates are per second of all threads together. */
struct benchmark {
    size_t threads, shards;
    size_t parameters, matrix_parameters;
    double tokens_per_step;
    double seconds_per_step;
    double tokens_rate;       /* trained on, in whole steps: batch, both passes, update */
    double operations_rate;   /* 6 times matrix_parameters times tokens_rate */
    enum precision precision; /* in which layers' products are made, and the next two measured */
    double product_rate;      /* operations of the fastest products of square matrices */
    double own_product_rate;  /* of products in the model's own shapes and proportions */
    double ratio;             /* operations_rate / product_rate, the median of each round's */
    double evaluation_rate;   /* tokens evaluated */
    double
        part_share[STEP_PARTS]; /* of a step's time; what they leave of 1 is waiting of threads */
    size_t peak_memory;         /* bytes this process had in memory at most; 0 where unknown */
    struct blas blas;           /* the library, and what it runs on */
    const char *blas_config;    /* what it says of how it was built */
    const char *remark;         /* why not in bf16, if the preset asks for that; null otherwise */
    struct blas_identity identity; /* what layers' products depend on */
};

/* Trains a fresh model of the preset without keeping anything. ERROR_INPUT where it is a memory. */
bool benchmark_run(struct benchmark *benchmark, const struct paths *paths,
                   const struct preset *preset, const struct benchmark_options *options,
                   struct error *err);

#endif
