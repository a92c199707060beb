/* What a run was before it was changed, for a change that may fail still: its preset, and how far
 * its record went. The preset lies beside its own file under a temporary name, so that it can be
 * had again on a disk that has filled meanwhile. */
#ifndef MNEME_RECORD_RUN_UNDO_H
#define MNEME_RECORD_RUN_UNDO_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/file.h"
#include "record/run.h"

/* All zeros where there is nothing to take back. */
struct run_undo {
    bool is_open;
    struct file_writer preset; /* as it was */
    off_t record;              /* bytes of it */
};

/* Keeps what the run is, which is open for writing. */
bool run_undo_begin(struct run_undo *undo, const struct run *run, struct error *err);

/* The change holds. */
void run_undo_forget(struct run_undo *undo);

/* The change does not hold: the run gets its preset back and loses what was recorded since, as far
 * as the disk lets it and nobody else has taken the run. */
void run_undo_take_back(struct run_undo *undo, struct run *run);

#endif
