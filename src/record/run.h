/* Run directories: preset.ini, metrics.jsonl, checkpoints/step-00001250.safetensors and lock (one
 * writer), see lab/run_files.h. Nothing else is needed to go on. Files that are links or no files
 * are never followed, waited for or changed: they are ERROR_DATA. See mneme-run(5). */
#ifndef MNEME_RECORD_RUN_H
#define MNEME_RECORD_RUN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"
#include "config/paths.h"
#include "config/preset.h"
#include "record/metrics.h"
#include "record/run_lock.h"
#include "train/event.h"

/* Before a run is made it has no directory, and what is added to its record waits in `pending`. */
struct run {
    char *directory;
    char *name;           /* last part of the directory */
    struct run_lock lock; /* held where the run is written */
    bool records;         /* likewise; then */
    int metrics;          /* is the descriptor of metrics.jsonl, */
    off_t whole;          /* which has so many bytes of whole lines, */
    bool spilled;         /* and behind them maybe some of a line that could not be written */
    struct text pending;  /* lines that are not in the file yet */
    double written;       /* seconds of training when they last were */
};

/* Makes a run's directory (a fresh "PRESET-YYYYMMDD-HHMMSS" under paths->runs where directory is
 * null), writes preset.ini and takes the lock. ERROR_INPUT where the directory already holds a run
 * or anything that is no part of one. What is left of a run that ended before its first checkpoint
 * makes room for this one. */
bool run_create(struct run *run, const struct paths *paths, const struct preset *preset,
                const char *directory, struct error *err);

/* Finds a run by name under paths->runs, or by path. Opens it for reading alone, or with the lock
 * for going on (write true; ERROR_BUSY where another process has it; a torn last line of the
 * record is cut off and temporary files of a writer that was killed are removed). */
bool run_open(struct run *run, const struct paths *paths, const char *name, bool write,
              struct error *err);

/* Whether the directory holds a run. */
bool run_is_there(const char *directory);

/* Writes what is pending, as far as that goes, gives back the lock and frees everything. */
void run_close(struct run *run);

/* The run's preset. */
bool run_preset(const struct run *run, const struct paths *paths, struct preset *preset,
                struct error *err);

/* Replaces the run's preset: what was changed for going on holds from here on. */
bool run_write_preset(const struct run *run, const struct preset *preset, struct error *err);

/* Adds lines to the record. Training lines may wait for about a second of training; evaluations and
 * events, and what waited before them, are in the file when the call returns, and on the disk after
 * a checkpoint's event, whose path becomes relative to the run's directory. What could not be
 * written waits for the next call. ERROR_DATA, and nothing is written, where the record is no
 * longer what was written: cut, moved, deleted or written to by somebody else. */
bool run_add_training(struct run *run, const struct training_point *point, struct error *err);
bool run_add_evaluation(struct run *run, const struct evaluation_point *point,
                        const struct fact_set *facts, struct error *err);
bool run_add_circuits(struct run *run, const struct circuits_point *point, struct error *err);
bool run_add_event(struct run *run, const struct event *event, struct error *err);

/* Brings everything that was added to the disk, at so many seconds of training; for a checkpoint,
 * which has to find the steps before it recorded, whatever happens behind it. */
bool run_sync(struct run *run, double seconds, struct error *err);

/* Path of the record. */
char *run_metrics_path(const struct run *run, struct error *err);

/* Path of the checkpoint of a step. */
char *run_checkpoint_path(const struct run *run, uint64_t step, struct error *err);

/* Steps of all checkpoints, ascending; freed with memory_free. */
bool run_checkpoints(const struct run *run, uint64_t **step, size_t *count, struct error *err);

/* The step of the newest checkpoint, or *wanted where there is one of that step; ERROR_INPUT
 * otherwise. */
bool run_find_checkpoint(const struct run *run, const uint64_t *wanted, uint64_t *step,
                         struct error *err);

#endif
