/* Attention patching: a run in two parts (Zucchet et al. 2025, section 3 and appendix D).
 *
 * The first part is ordinary training; the model it has made after reference_step steps is the
 * reference. In the second part a model sets out again from the weights that the first part had
 * after start_step steps, with the reference's attention patterns in place of its own (see struct
 * model), an optimizer that starts anew, and the schedule and the batches that follow on
 * start_step. Where both steps are the same, training goes on with frozen attention.
 *
 * A run counts the steps of both parts: those of the second are reference_step + 1,
 * reference_step + 2, ... A model's own step is the one it would be at without patching: the same
 * in the first part, start_step + 1, start_step + 2, ... in the second. */
#ifndef MNEME_TRAIN_PATCHING_H
#define MNEME_TRAIN_PATCHING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/number.h"
#include "engine/engine.h"
#include "facts/sampling.h"
#include "measure/phase.h"
#include "train/schedule.h"

struct patching_options {
    struct optional_count reference_step; /* not there: no patching */
    uint64_t start_step;                  /* at most reference_step */
};

/* ERROR_INPUT, in terms of a preset's keys, where the steps do not fit each other or the schedule,
 * or the sampling cannot go back to an earlier step. */
bool patching_check(const struct patching_options *options, const struct sampling_options *sampling,
                    const struct schedule *schedule, struct error *err);

/* Steps of a run whose models make `steps` steps of their own. */
uint64_t patching_steps(const struct patching_options *options, uint64_t steps);

/* Steps that are made twice: those of the first part from start_step on; 0 without patching. */
uint64_t patching_repeated(const struct patching_options *options);

/* Whether the weights after `step` steps of the run are those of a patched model. */
bool patching_holds(const struct patching_options *options, uint64_t step);

/* The model's own step at a step of the run. */
uint64_t patching_own_step(const struct patching_options *options, uint64_t step);

/* A report on the second part, whose steps are the model's own, in steps of the run. */
void patching_shift_report(const struct patching_options *options, struct phase_report *report);

/* The role that the second weights have after `step` steps of the run. */
enum second_role patching_role(const struct patching_options *options, uint64_t step);

#endif
