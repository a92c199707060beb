/* The plan of a run: what each of its steps is, as a function of the step.
 *
 * Steps are counted from 0: the step after `step` steps, step `step`, is the one that makes them
 * step + 1. What a plan says of it depends on nothing but the preset and the step; of an adaptive
 * sampling also on how far that has widened. So a checkpoint needs nothing more of it than the
 * step, and whoever wants to know what a step reads asks here. */
#ifndef MNEME_TRAIN_PLAN_H
#define MNEME_TRAIN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/exposures.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "train/finetune.h"
#include "train/patching.h"
#include "train/schedule.h"
#include "train/trainer_options.h"
#include "train/widening.h"

struct plan {
    struct schedule schedule; /* of the steps before any fine-tuning */
    struct finetune finetune;
    struct patching_options patching;
    const struct sampling *sampling; /* before any fine-tuning; somebody else's */
    size_t batch;                    /* individuals drawn for a step */
    uint64_t first; /* step the run begins at: 0, or that of the checkpoint it forked from */
    uint64_t steps; /* in all; with patching, those of both parts */
    uint64_t evaluate_every, checkpoint_every; /* steps; 0: never */
    enum spacing_kind evaluate_spacing;
    enum keep_kind keep;
};

/* Once `step` steps are made: what is done then, and what the next one is. */
struct step_plan {
    /* The next step. */
    uint64_t own_step;               /* the model's own, see train/patching.h; counts its batches */
    double lr;                       /* before what was set by hand multiplies it */
    const struct sampling *sampling; /* who its batch is drawn from, at own_step */
    uint64_t drawn;                  /* how many individuals those are */
    unsigned frozen;                 /* parts of the model that stand still: 1 << enum model_part */
    bool starts_anew; /* the optimizer and the rate do: it is the first one of a fine-tuning or of a
                         patched model */
    const struct finetune *starts; /* the fine-tuning that it is the first one of; else null */

    /* The model before it. */
    enum second_role
        role;        /* of the second weights; SECOND_REFERENCE: attention has their patterns */
    bool fine_tuned; /* a step of a fine-tuning was made */
    struct widened widened; /* what is drawn, more than for the step before, by the step alone */
    bool evaluates, saves;  /* an evaluation, a checkpoint is due before the next step */
    bool snapshot;          /* or, where no checkpoint is, a snapshot */
};

/* The sampling, made for the same population, must outlive the plan. first is 0. ERROR_INPUT as
 * finetune_check. */
bool plan_init(struct plan *plan, const struct trainer_options *options,
               const struct population_options *population, const struct sampling *sampling,
               struct error *err);
void plan_free(struct plan *plan);

/* Pure. What lies behind the last step goes on as it would. */
struct step_plan plan_at(const struct plan *plan, uint64_t step);

/* step_plan.lr of such a plan, for who has no sampling. */
double plan_lr(const struct trainer_options *options, uint64_t step);

/* Whether a run that begins at step `first` leaves a checkpoint of the step when it has made all
 * its steps. */
bool plan_leaves_checkpoint(const struct trainer_options *options, uint64_t first, uint64_t step);

/* Counts who was trained on until a model has made `own_step` steps of its own, as
 * exposures_advance does it. */
void plan_count_exposures(const struct plan *plan, uint64_t own_step, struct exposures *exposures);

#endif
