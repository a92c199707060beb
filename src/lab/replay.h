/* Steps of a run made once more, up to one of which the run has no checkpoint: from the last that
 * it has before. A batch depends on the seed and the step alone, so that weights and moments pass
 * the same bits again; a learning rate that was set by hand on the way is set again. The run itself
 * is only read. */
#ifndef MNEME_LAB_REPLAY_H
#define MNEME_LAB_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/paths.h"
#include "engine/engine.h"
#include "lab/fork.h"
#include "train/checkpoint.h"

/* How far it is. */
struct replay_span {
    uint64_t from;       /* the step of the checkpoint */
    uint64_t step;       /* that was reached */
    uint64_t to;         /* that it leads to */
    double seconds_left; /* to get there, as steps went so far; NAN before the first */
};

/* Who waits for it. */
struct replay_watch {
    void *context;
    /* Called several times a second, first before anything is made; false gives up. */
    bool (*go_on)(void *context, const struct replay_span *span);
    bool yields; /* as in trainer_start */
};

/* What a checkpoint of the step would hold. */
struct replay;

/* Makes the steps from fork->saved to fork->step again. watch may be null. Null with the error set:
 * ERROR_CANCELLED where that was given up, ERROR_INPUT where keys were set by hand between the two
 * steps, whose checkpoint is gone then; errors of reading and training a run. */
struct replay *replay_new(const struct fork *fork, const struct paths *paths,
                          const struct replay_watch *watch, struct error *err);

/* Null is allowed. */
void replay_free(struct replay *replay);

/* Fills an engine of the same model, and the numbers, as checkpoint_read does. */
bool replay_read(const struct replay *replay, struct engine *engine,
                 struct trainer_checkpoint *from, struct error *err);

#endif
