/* What a trainer is given. */
#ifndef MNEME_TRAIN_TRAINER_SETUP_H
#define MNEME_TRAIN_TRAINER_SETUP_H

#include <stdbool.h>

#include "engine/engine.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "facts/vocabulary.h"
#include "train/checkpoint.h"
#include "train/observer.h"
#include "train/plan.h"
#include "train/trainer_options.h"

/* Everything the trainer needs to know. plan, population, vocabulary, sampling and engine must
 * outlive it; the engine's weights are the trainer's from here on: those of the checkpoint when it
 * goes on from one, otherwise it draws random ones. So is the subset of an adaptive sampling. */
struct trainer_setup {
    struct trainer_options options;
    const struct plan *plan; /* of these options and this sampling */
    const struct population *population;
    const struct vocabulary *vocabulary;
    struct sampling *sampling;
    struct engine *engine; /* that trains; with second weights where there is patching */
    struct trainer_observer observer;
    double baseline;
    /* To go on from a checkpoint: its counters, the engine having its weights; null for a fresh
     * run. */
    const struct trainer_checkpoint *from;
    /* from is another run's: this one is fresh, begins there, and has no checkpoint yet. */
    bool forks;
};

#endif
