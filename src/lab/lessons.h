/* What training reads, step by step: under a preset, before anything is trained, or in a run. No
 * model is loaded. */
#ifndef MNEME_LAB_LESSONS_H
#define MNEME_LAB_LESSONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"
#include "facts/batch.h"
#include "lab/session.h"
#include "record/metrics_drawn.h"

struct lessons {
    struct session facts;       /* opened for facts and population alone */
    char *run;                  /* its name; null for a preset */
    struct metrics_drawn drawn; /* of its record */
};

bool lessons_of_preset(struct lessons *lessons, const struct paths *paths,
                       const struct preset *preset, struct error *err);

/* Finds a run by name or path. */
bool lessons_of_run(struct lessons *lessons, const struct paths *paths, const char *run,
                    struct error *err);
void lessons_free(struct lessons *lessons);

/* Fills the batch that step `step`, counted from 0, trains on. *sure is false where an adaptive
 * sampling may have let more individuals in by then: the batch is then the one without that.
 * ERROR_INPUT for a step that training does not make, or that the run took over from another. */
bool lessons_fill(struct lessons *lessons, uint64_t step, struct batch *batch, bool *sure,
                  struct error *err);

#endif
