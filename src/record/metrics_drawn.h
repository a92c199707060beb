/* How many individuals an adaptive sampling drew from, step by step, as a record says. */
#ifndef MNEME_RECORD_METRICS_DRAWN_H
#define MNEME_RECORD_METRICS_DRAWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/series.h"

struct metrics_drawn {
    uint64_t began;       /* the step the run began at, that of another's checkpoint or 0 */
    struct series before; /* at every evaluation, as it was until then; empty with other kinds */
    struct series after;  /* at those that let more in, from then on */
};

/* Errors as metrics_read. */
bool metrics_read_drawn(struct metrics_drawn *drawn, const char *path, struct error *err);
void metrics_drawn_free(struct metrics_drawn *drawn);

/* How many the batch of step 0, 1, ... was drawn from, and from which evaluation that is known: the
 * next one, or where there is none the last. 0 where the record does not say. */
uint64_t metrics_drawn_at(const struct metrics_drawn *drawn, uint64_t step, uint64_t *evaluated);

#endif
