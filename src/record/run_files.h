/* The files that a run is made of: what they are called, and what of them a directory holds. */
#ifndef MNEME_RECORD_RUN_FILES_H
#define MNEME_RECORD_RUN_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define RUN_PRESET      "preset.ini"
#define RUN_FACTS       "facts.jsonl"
#define RUN_METRICS     "metrics.jsonl"
#define RUN_CHECKPOINTS "checkpoints"
#define RUN_SNAPSHOTS   "snapshots"
#define RUN_ON_PHASE    "on_phase" /* what commands wrote that were run when a phase began */
#define RUN_FIGURES     "figures"
#define RUN_LOCK        "lock"
#define RUN_LOCK_OWNER  "lock.owner"

/* "step-00001250.safetensors", of a checkpoint or a snapshot, freed with memory_free, and back:
 * false for any other name. */
char *run_files_checkpoint(uint64_t step, struct error *err);
bool run_files_checkpoint_step(const char *name, uint64_t *step);

/* The steps of the files of such names in RUN_CHECKPOINTS or RUN_SNAPSHOTS of a run, ascending;
 * freed with memory_free. A folder that is not there is an error, or it is empty where it may lack.
 */
bool run_files_steps(const char *directory, const char *folder, bool may_lack, uint64_t **step,
                     size_t *count, struct error *err);

/* Whether directory/name is there. */
bool run_files_hold(const char *directory, const char *name);

/* Whether the directory holds a run. */
bool run_files_is_run(const char *directory);

/* What a directory holds. */
struct run_files {
    bool preset, facts, metrics, lock;
    uint64_t saved;             /* checkpoints and snapshots */
    char strange[NAME_MAX + 1]; /* the name of something that is no part of a run; "" without */
};

bool run_files_look(struct run_files *files, const char *directory, struct error *err);

/* Removes what a writer was killed over, and that alone: of files of a run, temporary ones that are
 * files. For who has the lock: nobody writes them now. */
void run_files_remove_temporaries(const char *directory);

#endif
