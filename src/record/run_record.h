/* The record of a run, metrics.jsonl, as it is written. Lines that are added may wait; before the
 * run is made they all do. */
#ifndef MNEME_RECORD_RUN_RECORD_H
#define MNEME_RECORD_RUN_RECORD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"
#include "facts/fact_set.h"
#include "record/heartbeat.h"
#include "train/event.h"
#include "train/history.h"

/* All 0 is the record of a run that has no directory yet. */
struct run_record {
    const char *directory, *name; /* of the run, which has them */
    struct heartbeat *heartbeat;  /* of the lock; null where nobody can take that away */
    bool is_open;                 /* for writing; then */
    int descriptor;               /* is that of the file, */
    off_t whole;                  /* which has so many bytes of whole lines, */
    bool spilled;        /* and behind them maybe some of a line that could not be written */
    struct text pending; /* lines that are not in the file yet */
    double written;      /* seconds of training when they last were */
};

/* Makes the record of a new run, which has none. What the record points at is the run's. */
bool run_record_create(struct run_record *record, const char *directory, const char *name,
                       struct heartbeat *heartbeat, struct error *err);

/* Opens the record of a run that goes on, or an empty one, and cuts off a torn last line. */
bool run_record_open(struct run_record *record, const char *directory, const char *name,
                     struct heartbeat *heartbeat, struct error *err);

/* Writes what is pending, as far as that goes, and frees everything. */
void run_record_close(struct run_record *record);

/* Adds lines. Training lines may wait for about a second of training; evaluations and events, and
 * what waited before them, are in the file when the call returns, and on the disk after a
 * checkpoint's event, whose path becomes relative to the run's directory. What could not be written
 * waits for the next call. ERROR_DATA, and nothing is written, where the record is no longer what
 * was written: cut, moved, deleted or written to by somebody else; ERROR_BUSY where another has
 * taken the run. */
bool run_record_add_training(struct run_record *record, const struct training_point *point,
                             struct error *err);
bool run_record_add_evaluation(struct run_record *record, const struct evaluation_point *point,
                               const struct fact_set *facts, struct error *err);
bool run_record_add_circuits(struct run_record *record, const struct circuits_point *point,
                             struct error *err);
bool run_record_add_event(struct run_record *record, const struct event *event, struct error *err);

/* Takes back what was added, in the file or not, since that had so many whole bytes; errors as
 * above. */
bool run_record_take_back(struct run_record *record, off_t whole, struct error *err);

/* Brings everything that was added to the disk, at so many seconds of training; for a checkpoint,
 * which has to find the steps before it recorded, whatever happens behind it. */
bool run_record_sync(struct run_record *record, double seconds, struct error *err);

#endif
