/* Kinds of engine: each is one struct engine_ops, in a file of its own. */
#ifndef MNEME_ENGINE_ENGINE_OPS_H
#define MNEME_ENGINE_ENGINE_OPS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/sequences.h"
#include "engine/engine_options.h"
#include "engine/optimizer.h"
#include "model/model.h"
#include "model/step_part.h"

struct engine {
    const struct engine_ops *ops;
    struct engine_options options;
    struct model model;  /* the one that is trained */
    struct model second; /* empty where there are no second weights */
    enum second_role role;
    pthread_rwlock_t lock;      /* of the weights */
    struct optimizer optimizer; /* empty where it does not train */
    void *work;                 /* the kind's own; null where it only holds weights */
};

/* engine.h says what these promise, and takes the lock. */
struct engine_ops {
    /* Bytes that open asks for, PTRDIFF_MAX at most. */
    size_t (*bytes)(const struct model_options *model, const struct engine_options *options);
    /* Makes `work` for the use that options say, which is more than to hold weights. */
    bool (*open)(struct engine *engine, struct error *err);
    void (*close)(struct engine *engine);

    size_t (*threads)(const struct engine *engine);
    /* Null for a kind whose threads are always the same. */
    void (*use_threads)(struct engine *engine, size_t most);
    void (*seconds)(const struct engine *engine, double seconds[STEP_PARTS]);

    bool (*compute)(struct engine *engine, const struct sequences *sequences,
                    const atomic_bool *cancel, double *loss, double *norm, struct error *err);
    bool (*update)(struct engine *engine, double norm, double lr, struct error *err);
    bool (*predict)(struct engine *engine, const struct sequences *sequences,
                    const size_t *position, size_t count, const atomic_bool *cancel,
                    struct prediction *prediction, struct error *err);
    bool (*watch_attention)(struct engine *engine, const struct sequences *sequences,
                            const atomic_bool *cancel, const struct attention_watcher *watcher,
                            struct error *err);

    /* Weights and moments that are elsewhere become those here, and those here become those
     * elsewhere; null for a kind that works on these alone. */
    bool (*collect)(struct engine *engine, struct error *err);
    bool (*spread)(struct engine *engine, struct error *err);
};

#define OPS(constant, ops, name) extern const struct engine_ops engine_##ops;
ENGINES(OPS)
#undef OPS

#endif
