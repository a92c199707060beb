/* metrics.jsonl: the record of a run, one JSON object a line, appended and never changed. Keys are
 * a promise to other programs: see mneme-run(5). */
#ifndef MNEME_LAB_METRICS_H
#define MNEME_LAB_METRICS_H

#include <stddef.h>

#include "base/error.h"
#include "base/series.h"
#include "train/trainer.h"

struct text;

/* Each adds one whole line to out. Numbers are written so that they read back to the same bits;
 * those that are not finite become null. */
void metrics_training_line(struct text *out, const struct training_point *point);
void metrics_evaluation_line(struct text *out, const struct evaluation_point *point,
                             const struct fact_set *facts);
void metrics_circuits_line(struct text *out, const struct circuits_point *point);
void metrics_event_line(struct text *out, const struct event *event);

/* The key of a circuit of known individuals. */
const char *metrics_circuit_key(enum circuit circuit);

enum metrics_kind { METRICS_TRAINING, METRICS_EVALUATION, METRICS_CIRCUITS, METRICS_EVENT };

/* One line of a record. */
struct metrics_line {
    enum metrics_kind kind;
    uint64_t step;
    bool starts; /* an event at which a run starts or goes on from a checkpoint */
    bool saves;  /* the event of a checkpoint */
    struct training_point training;     /* METRICS_TRAINING */
    struct evaluation_point evaluation; /* METRICS_EVALUATION, without attributes */
};

/* Reads a line without its newline, as a run under way prints it. ERROR_DATA for one that is not
 * valid. */
bool metrics_read_line(struct metrics_line *line, const char *bytes, size_t count,
                       struct error *err);

/* What a record holds of the curves. */
struct metrics {
    struct training_point *training;
    size_t trainings;
    struct evaluation_point *evaluation; /* with their snapshots, where they have one */
    size_t evaluations;
    struct circuit_track circuits;
    size_t whole_bytes; /* of the file up to the end of its last whole line */
};

/* Reads a record. A last line without its newline is torn and dropped; any other line that is not
 * valid is ERROR_DATA with file and line. Where a run went back (was started again at an earlier
 * step), what it had recorded after that step is forgotten: steps ascend in the result. facts names
 * the attributes whose losses and snapshots are read; null leaves them 0. */
bool metrics_read(struct metrics *metrics, const char *path, const struct fact_set *facts,
                  struct error *err);

/* Adds the lines of a record up to a step to out, for a run that goes on from there: all but that
 * step's evaluation and circuits, which are measured anew, and the events of checkpoints, which
 * stay behind. Errors as above. */
bool metrics_copy(struct text *out, const char *path, uint64_t step, struct error *err);
void metrics_free(struct metrics *metrics);

/* Index of the first evaluation of a patched model; metrics->evaluations where there is none. */
size_t metrics_first_patched(const struct metrics *metrics,
                             const struct patching_options *patching);

/* The series of one number over steps, of evaluation or of training lines, whichever have the key;
 * "attributes.major.loss" is a key in an object in an object, "name.2" one in an array. What is
 * null or no number is passed over; a key that no line has gives an empty series. Errors and steps
 * as in metrics_read. */
bool metrics_read_measure(struct series *series, const char *path, const char *key,
                          struct error *err);

/* The end of a record, found without reading the rest. */
struct metrics_end {
    uint64_t step; /* of the last line; 0 where there is none */
    bool has_evaluation;
    struct evaluation_point evaluation; /* the last, without attributes */
};

bool metrics_read_end(struct metrics_end *end, const char *path, struct error *err);

#endif
