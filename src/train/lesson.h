/* A lesson: what a training step reads. The trainer and everybody who wants to know it ask here.
 *
 * Steps of a run are counted from 0: the batch of step T is the one that makes T steps T + 1. It is
 * a pure function of the step and of what is below; of an adaptive sampling it depends on how far
 * that has widened too. */
#ifndef MNEME_TRAIN_LESSON_H
#define MNEME_TRAIN_LESSON_H

#include <stdint.h>

#include "facts/batch.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "facts/vocabulary.h"
#include "train/finetune.h"
#include "train/patching.h"

/* Decides all lessons of a run; what it points to belongs to others. */
struct lesson_plan {
    const struct population *population;
    const struct vocabulary *vocabulary;
    const struct sampling *sampling; /* before any fine-tuning */
    const struct finetune *finetune;
    const struct patching_options *patching;
};

/* Fills the batch that step `step` of the run trains on. */
void lesson_fill(const struct lesson_plan *plan, uint64_t step, struct batch *batch);

#endif
