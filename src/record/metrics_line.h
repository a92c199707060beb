/* One line of metrics.jsonl, written and read. Keys are a promise to other programs: see
 * mneme-run(5). */
#ifndef MNEME_RECORD_METRICS_LINE_H
#define MNEME_RECORD_METRICS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/fact_set.h"
#include "train/event.h"
#include "train/history.h"

struct text;

/* Each adds one whole line to out. Numbers are written so that they read back to the same bits;
 * those that are not finite become null. */
void metrics_training_line(struct text *out, const struct training_point *point);
void metrics_evaluation_line(struct text *out, const struct evaluation_point *point,
                             const struct fact_set *facts);
void metrics_circuits_line(struct text *out, const struct circuits_point *point);
void metrics_event_line(struct text *out, const struct event *event);

enum metrics_kind { METRICS_TRAINING, METRICS_EVALUATION, METRICS_CIRCUITS, METRICS_EVENT };

/* One line of a record. */
struct metrics_line {
    enum metrics_kind kind;
    uint64_t step;
    bool starts;              /* an event at which a run starts or goes on from a checkpoint */
    bool saves;               /* the event of a checkpoint */
    bool forks;               /* the event at which the run began at another's checkpoint */
    uint64_t widened_to;      /* the event of a widening: individuals drawn from then on; else 0 */
    bool sets_rate;           /* the event of a learning rate that was set by hand, */
    double rate_before, rate; /* from what (NAN in old records) to what */
    struct training_point training;     /* METRICS_TRAINING */
    struct evaluation_point evaluation; /* METRICS_EVALUATION */
};

/* Reads a line without its newline, as a run under way prints it. facts names the attributes whose
 * losses and snapshots are read (a snapshot is the caller's), and circuits takes what a line has of
 * them; each may be null. ERROR_DATA for a line that is not valid. */
bool metrics_read_line(struct metrics_line *line, const char *bytes, size_t count,
                       const struct fact_set *facts, struct circuits_point *circuits,
                       struct error *err);

/* One number of a line. */
struct metrics_number {
    uint64_t step;
    bool starts;   /* as in struct metrics_line */
    bool is_there; /* under its key; null reads as NAN */
    double value;
};

/* The number under a key: "attributes.major.loss" is one in an object in an object, "name.2" one in
 * an array. ERROR_DATA as metrics_read_line, but no other key is looked at. */
bool metrics_read_number(struct metrics_number *number, const char *bytes, size_t count,
                         const char *key, struct error *err);

#endif
