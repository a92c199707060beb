/* What is taken away again of the models that a run keeps. */
#ifndef MNEME_RECORD_RUN_TIDY_H
#define MNEME_RECORD_RUN_TIDY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "record/run.h"

/* Removes the checkpoints between the first, which says where the run began, and that of step
 * `newest`, which was written just now. One of a later step could not be read when the run was
 * resumed; it stays until it is written anew. */
bool run_tidy_checkpoints(const struct run *run, uint64_t newest, struct error *err);

/* What there has to be of snapshots once that of step `newest` is written: none of a later step,
 * which were of steps that are made anew, and of the others as many as fit into `budget` bytes, by
 * spacing_least. The first and the newest stay in any case. */
bool run_tidy_snapshots(const struct run *run, uint64_t newest, uint64_t budget, struct error *err);

#endif
