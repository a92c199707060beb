/* metrics.jsonl: the record of a run, one JSON object a line, appended and never changed. Keys are
 * a promise to other programs: see mneme-run(5). */
#ifndef MNEME_RECORD_METRICS_H
#define MNEME_RECORD_METRICS_H

#include <stddef.h>

#include "base/error.h"
#include "base/series.h"
#include "facts/fact_set.h"
#include "train/history.h"
#include "train/patching.h"

struct text;

/* What a record holds of the curves. */
struct metrics {
    struct training_point *training;
    size_t trainings;
    struct evaluation_point *evaluation; /* with their snapshots, where they have one */
    size_t evaluations;
    struct circuit_track circuits;
    struct turns turns;
    size_t whole_bytes; /* of the file up to the end of its last whole line */
};

/* Reads a record. A last line without its newline is torn and dropped; any other line that is not
 * valid is ERROR_DATA with file and line. Where a run went back (was started again at an earlier
 * step), what it had recorded after that step is forgotten: steps ascend in the result. facts names
 * the attributes whose losses and snapshots are read; null leaves them 0. */
bool metrics_read(struct metrics *metrics, const char *path, const struct fact_set *facts,
                  struct error *err);
void metrics_free(struct metrics *metrics);

/* The same for who only goes on: lines that are not valid are passed over. *damage tells of the
 * first, with file and line; ERROR_NONE where there is none. */
bool metrics_read_past_damage(struct metrics *metrics, const char *path,
                              const struct fact_set *facts, struct error *damage,
                              struct error *err);

/* Adds the lines of a record up to a step to out, for a run that goes on from there: all but that
 * step's evaluation, circuits and answers, which are measured anew, and the events of checkpoints
 * and of watching, which stay behind. Lines that are not valid are left out. */
bool metrics_copy(struct text *out, const char *path, uint64_t step, struct error *err);

/* Whether the record has steps that the run itself has made: behind the one it began at, where it
 * is a fork. Lines that are not valid are passed over. */
bool metrics_has_own_steps(const char *path, bool *has, struct error *err);

/* Index of the first evaluation of a patched model; metrics->evaluations where there is none. */
size_t metrics_first_patched(const struct metrics *metrics,
                             const struct patching_options *patching);

/* The series of one number over steps, of evaluation or of training lines, whichever have the key;
 * "attributes.major.loss" is a key in an object in an object, "name.2" one in an array. What is
 * null or no number is passed over; a key that no line has gives an empty series. Errors and steps
 * as in metrics_read. */
bool metrics_read_measure(struct series *series, const char *path, const char *key,
                          struct error *err);

/* The end of a record, found without reading the rest; lines that are not valid are passed over. */
struct metrics_end {
    uint64_t step; /* of the last line but answers; 0 where there is none */
    bool has_evaluation, has_training;
    struct evaluation_point evaluation; /* the last, without attributes */
    struct training_point training;     /* the last */
};

bool metrics_read_end(struct metrics_end *end, const char *path, struct error *err);

#endif
