/* Fine-tuning: an intervention at a step, from which on a run trains on other individuals.
 *
 * Before it training is ordinary. From it on the batches are drawn from the fine-tuned individuals,
 * and from the old ones too where they are replayed; the learning rate is constant; the optimizer
 * starts anew; chosen parts of the model stand still. (Zucchet et al. 2025, section 5 and
 * appendix.) Everything is a function of the options and the step: a checkpoint needs nothing more.
 */
#ifndef MNEME_TRAIN_FINETUNE_H
#define MNEME_TRAIN_FINETUNE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/exposures.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "train/schedule.h"

enum tuned {
    TUNED_NEW,  /* those the population keeps for it, never seen before; all known ones are old */
    TUNED_RARE, /* the known ones that are no celebrities; those are old */
};

struct finetune_options {
    uint64_t after; /* steps made before it begins; 0: there is none */
    enum tuned who;
    double lr;
    double replay; /* how often an old individual is drawn for each time a fine-tuned one is */
    bool freeze_embedding, freeze_attention, freeze_feed_forward;
};

struct finetune {
    struct finetune_options options;
    struct crowd tuned, old;
    struct sampling mixture; /* of both */
};

/* ERROR_INPUT, in terms of a preset's keys, where no steps or individuals are left for it. */
bool finetune_check(const struct finetune_options *options,
                    const struct population_options *population,
                    const struct sampling_options *sampling, const struct schedule *schedule,
                    struct error *err);

/* Errors as finetune_check. */
bool finetune_init(struct finetune *finetune, const struct finetune_options *options,
                   const struct population_options *population,
                   const struct sampling_options *sampling, const struct schedule *schedule,
                   struct error *err);
void finetune_free(struct finetune *finetune);

/* Steps of what comes before it, of `steps` in all: a cosine ends there. */
uint64_t finetune_steps_before(const struct finetune_options *options, uint64_t steps);

/* Whether the step after `step` steps is the first of fine-tuning, whether it is one of them, and
 * whether one of them was made before it. */
bool finetune_starts_at(const struct finetune *finetune, uint64_t step);
bool finetune_covers(const struct finetune *finetune, uint64_t step);
bool finetune_has_run(const struct finetune *finetune, uint64_t step);

/* Of the step after `step` steps: who its batch is drawn from given who it would be drawn from
 * otherwise, how many those are, and the parts of the model that stand still, as
 * 1 << enum model_part each. */
const struct sampling *finetune_sampling(const struct finetune *finetune,
                                         const struct sampling *before, uint64_t step);
uint64_t finetune_drawn(const struct finetune *finetune, const struct sampling *before,
                        uint64_t step);
unsigned finetune_frozen(const struct finetune *finetune, uint64_t step);

/* Counts who was drawn up to step `steps`, `batch` individuals at a time, as exposures_advance does
 * it. */
void finetune_count_exposures(const struct finetune *finetune, const struct sampling *before,
                              size_t batch, uint64_t steps, struct exposures *exposures);

#endif
