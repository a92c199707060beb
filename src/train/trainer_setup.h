/* What a trainer is given. */
#ifndef MNEME_TRAIN_TRAINER_SETUP_H
#define MNEME_TRAIN_TRAINER_SETUP_H

#include <stdbool.h>

#include "facts/population.h"
#include "facts/sampling.h"
#include "facts/vocabulary.h"
#include "model/model.h"
#include "train/checkpoint.h"
#include "train/observer.h"
#include "train/optimizer.h"
#include "train/plan.h"
#include "train/trainer_options.h"

/* Everything the trainer needs to know. plan, population, vocabulary, sampling, model
 * and second_weights must outlive it; the model's weights are the trainer's from here on: those of
 * the checkpoint when it goes on from one, otherwise it draws random ones. So is the subset of an
 * adaptive sampling. */
struct trainer_setup {
    struct trainer_options options;
    const struct plan *plan; /* of these options and this sampling */
    const struct population *population;
    const struct vocabulary *vocabulary;
    struct sampling *sampling;
    struct model *model;
    /* Of the same shape, the trainer's as well; null without patching. Where from has a role for
     * them, they are those of the checkpoint. */
    struct model *second_weights;
    struct trainer_observer observer;
    double baseline;
    struct optimizer *optimizer; /* of the model; the trainer takes it and leaves an empty one */
    /* To go on from a checkpoint: its counters, the optimizer having its moments; null for a fresh
     * run. */
    const struct trainer_checkpoint *from;
    /* from is another run's: this one is fresh, begins there, and has no checkpoint yet. */
    bool forks;
};

#endif
