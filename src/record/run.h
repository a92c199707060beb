/* Run directories: preset.ini, facts.jsonl, metrics.jsonl, checkpoints/step-00001250.safetensors,
 * snapshots of the same names and lock (one writer), see record/run_files.h. Nothing else is needed
 * to go on. Files that are links or no files are never followed, waited for or changed: they are
 * ERROR_DATA. See mneme-run(5). */
#ifndef MNEME_RECORD_RUN_H
#define MNEME_RECORD_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"
#include "facts/fact_files.h"
#include "record/run_lock.h"
#include "record/run_record.h"

/* Before a run is made it has no directory, and what is added to its record waits. */
struct run {
    char *directory;
    char *name;               /* last part of the directory */
    struct run_lock lock;     /* held where the run is written, */
    struct run_record record; /* which is open then */
};

/* Makes a run's directory (a fresh "PRESET-YYYYMMDD-HHMMSS" under paths->runs where directory is
 * null), writes a copy of the files that its facts were read from, where there are any, and
 * preset.ini, and takes the lock.
 * ERROR_INPUT where the directory already holds a run
 * or anything that is no part of one. What is left of a run that ended before its first checkpoint
 * makes room for this one. */
bool run_create(struct run *run, const struct paths *paths, const struct preset *preset,
                const struct fact_files *facts, const char *directory, struct error *err);

/* Whether run_create could make a run of that directory, which may not be there yet, by what it
 * holds; errors as there. */
bool run_has_room(const char *directory, struct error *err);

/* Whether this process may write to a run's directory, as far as permissions and the file system
 * tell; nothing is written for that. */
bool run_is_writable(const char *directory);

/* Finds a run by name under paths->runs, "RUN" or "SWEEP/RUN", or by path, to be read. */
bool run_open(struct run *run, const struct paths *paths, const char *name, struct error *err);

/* The same and takes its lock, for who may go on with it and reads it before: everything else of
 * the run stays as it is. ERROR_BUSY where another process has it. */
bool run_hold(struct run *run, const struct paths *paths, const char *name, struct error *err);

/* Opens the record of a run that is held: a torn last line is cut off, a record that is missing is
 * made, and temporary files of a writer that was killed are removed. */
bool run_begin_writing(struct run *run, struct error *err);

/* Writes what is pending, as far as that goes, gives back the lock and frees everything. */
void run_close(struct run *run);

/* The run's preset. */
bool run_preset(const struct run *run, const struct paths *paths, struct preset *preset,
                struct error *err);

/* Replaces the run's preset: what was changed for going on holds from here on. */
bool run_write_preset(const struct run *run, const struct preset *preset, struct error *err);

/* Path of the record. */
char *run_metrics_path(const struct run *run, struct error *err);

/* Paths of the checkpoint and of the snapshot of a step, and of the checkpoint or, where there is
 * none, the snapshot. */
char *run_checkpoint_path(const struct run *run, uint64_t step, struct error *err);
char *run_snapshot_path(const struct run *run, uint64_t step, struct error *err);
char *run_model_path(const struct run *run, uint64_t step, struct error *err);

/* How often what begins with the newest model is begun anew, where that was removed before it was
 * read: another process that trains the run may keep the last one alone. */
enum { RUN_TRIES = 16 };

/* Steps of all checkpoints, of all snapshots, and of both, ascending; freed with memory_free. */
bool run_checkpoints(const struct run *run, uint64_t **step, size_t *count, struct error *err);
bool run_snapshots(const struct run *run, uint64_t **step, size_t *count, struct error *err);
bool run_models(const struct run *run, uint64_t **step, size_t *count, struct error *err);

/* The step of the newest checkpoint, or where last is not null of the newest up to that step;
 * ERROR_INPUT where there is none. */
bool run_find_checkpoint(const struct run *run, const uint64_t *last, uint64_t *step,
                         struct error *err);

/* The step of the newest checkpoint, or *wanted where there is a checkpoint or a snapshot of it;
 * ERROR_INPUT otherwise. */
bool run_find_model(const struct run *run, const uint64_t *wanted, uint64_t *step,
                    struct error *err);

/* Makes the folder of snapshots. */
bool run_make_snapshots(const struct run *run, struct error *err);

#endif
