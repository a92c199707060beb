/* One line of metrics.jsonl, read. */
#ifndef MNEME_RECORD_LINE_READ_H
#define MNEME_RECORD_LINE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/fact_set.h"
#include "train/history.h"

enum line_kind { LINE_TRAINING, LINE_EVALUATION, LINE_CIRCUITS, LINE_EVENT };

/* One line of a record. */
struct record_line {
    enum line_kind kind;
    uint64_t step;
    bool starts;              /* an event at which a run starts or goes on from a checkpoint */
    bool saves;               /* the event of a checkpoint */
    bool rests;               /* the event of a pause, or of the end of a process that trained */
    bool goes_on;             /* steps are made: a training line, or the event that they begin */
    bool forks;               /* the event at which the run began at another's checkpoint */
    bool watches;             /* an event that a question is watched, or no longer */
    bool asks;                /* an answer to one, at whatever step: not where the run is */
    uint64_t widened_to;      /* the event of a widening: individuals drawn from then on; else 0 */
    bool sets_rate;           /* the event of a learning rate that was set by hand, */
    double rate_before, rate; /* from what (NAN in old records) to what */
    struct training_point training;     /* LINE_TRAINING */
    struct evaluation_point evaluation; /* LINE_EVALUATION */
};

/* Reads a line without its newline, as a run under way prints it. facts names the attributes whose
 * losses and snapshots are read (a snapshot is the caller's), and circuits takes what a line has of
 * them; each may be null. ERROR_DATA for a line that is not valid. */
bool line_read(struct record_line *line, const char *bytes, size_t count,
               const struct fact_set *facts, struct circuits_point *circuits, struct error *err);

/* One number of a line. */
struct line_number {
    uint64_t step;
    bool is_event, starts; /* as in struct record_line */
    bool is_there;         /* under its key; null reads as NAN */
    double value;
};

/* The number under a key: "attributes.major.loss" is one in an object in an object, "name.2" one in
 * an array. ERROR_DATA as line_read, but no other key is looked at. */
bool line_read_number(struct line_number *number, const char *bytes, size_t count, const char *key,
                      struct error *err);

/* The same for several keys, number[keys]. */
bool line_read_numbers(struct line_number *number, const char *bytes, size_t count,
                       char *const *key, size_t keys, struct error *err);

#endif
