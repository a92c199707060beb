/* What an engine is made of, and for. */
#ifndef MNEME_ENGINE_ENGINE_OPTIONS_H
#define MNEME_ENGINE_ENGINE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/optimizer.h"

/* The kinds of engine, one row each: ENGINE_X, the struct engine_ops that it stands for (engine_x),
 * and its name. */
#define ENGINES(ROW)                                                                               \
    ROW(THREADS, threads, "threads")                                                               \
    ROW(RANKS, ranks, "ranks")

#define CONSTANT(constant, ops, name) ENGINE_##constant,
enum engine_kind { ENGINES(CONSTANT) };
#undef CONSTANT

/* Each includes those before it. */
enum engine_use {
    ENGINE_HOLDS,    /* weights, to be read */
    ENGINE_PREDICTS, /* engine_predict, engine_watch_attention */
    ENGINE_TRAINS,   /* engine_compute, engine_update */
};

struct engine_options {
    enum engine_kind kind;
    enum engine_use use;
    size_t shards;                      /* a batch is cut into; fixes the order of sums */
    size_t threads;                     /* at most this many of a process work */
    struct optimizer_options optimizer; /* where it trains */
    bool has_second;                    /* weights */
};

/* What the second weights are for. */
enum second_role {
    SECOND_NONE,      /* nothing yet */
    SECOND_START,     /* the weights a patched model sets out from */
    SECOND_REFERENCE, /* those whose attention patterns the model uses */
};

#endif
