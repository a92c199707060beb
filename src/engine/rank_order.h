/* What rank 0 has the other ranks do. */
#ifndef MNEME_ENGINE_RANK_ORDER_H
#define MNEME_ENGINE_RANK_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "engine/engine_options.h"
#include "model/options.h"

enum rank_task {
    TASK_OPEN,
    TASK_CLOSE,
    TASK_COMPUTE,
    TASK_UPDATE,
    TASK_PREDICT,
    TASK_WATCH,
    TASK_COLLECT,
    TASK_SPREAD,
    TASK_END,
};

struct order {
    enum rank_task task;
    unsigned frozen;
    size_t sequences, tokens, positions;
    double norm, lr;
    uint64_t updates;
    enum second_role role;
    struct model_options model;
    struct engine_options options;
};

#endif
