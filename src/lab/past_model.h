/* The model that a run had at an earlier step, read from a checkpoint or a snapshot to be asked. */
#ifndef MNEME_LAB_PAST_MODEL_H
#define MNEME_LAB_PAST_MODEL_H

#include <stdint.h>

#include "base/error.h"
#include "engine/engine.h"
#include "model/decoder.h"
#include "record/run.h"
#include "train/plan.h"

struct past_model {
    struct engine *engine;
    struct decoder *decoder;
    uint64_t step;
    uint64_t drawn; /* individuals that could be drawn for the next step */
};

/* Whose model it is. */
struct past_model_of {
    const struct model_options *model;
    const struct trainer_options *trainer;
    const struct plan *plan;
    const struct run *run;
};

/* Null with the error set: ERROR_SYSTEM where the run has none of that step, ERROR_DATA where it
 * cannot be read. */
struct past_model *past_model_new(const struct past_model_of *of, uint64_t step, struct error *err);

/* Null is allowed. */
void past_model_free(struct past_model *past);

#endif
