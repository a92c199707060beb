/* Sweeps: many runs that differ in their preset, in some keys, and in their seeds, as one INI file
 * says. See mneme-sweep(5).
 *
 * Runs that are equal but for their seeds are a cell. Where a key is tuned, cells that are equal
 * but for that key compete, and the one with the smallest training loss at the end is chosen. */
#ifndef MNEME_LAB_SWEEP_H
#define MNEME_LAB_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "config/paths.h"
#include "lab/run_queue.h"
#include "measure/summary.h"

/* One line of [grid]. */
struct sweep_key {
    char *name;   /* "train.lr" */
    char *label;  /* "lr", as figures call it */
    char **value; /* [values] as a preset writes them, each once */
    size_t values;
};

struct sweep {
    char *name;      /* of the file, without .ini */
    char *title;     /* one line; "" where there is none */
    char *directory; /* where the runs are kept */
    char **preset;   /* [presets] names, or absolute paths */
    size_t presets;
    struct sweep_key *key; /* [keys] in the order of the file, but the tuned one last */
    size_t keys;
    bool tunes;     /* the last key is tuned */
    uint64_t *seed; /* [seeds] of the individuals and of the weights */
    size_t seeds;
    uint64_t at_once; /* runs */
    size_t cells;     /* presets times all values; the last key's values are next to each other */
    struct queued_run *job; /* [seeds][cells] */
};

/* The runs of a sweep, and those trained at once, at most. */
enum { SWEEP_RUNS_MOST = 10000, SWEEP_AT_ONCE_MOST = 1024 };

/* Reads a sweep by name (looked for in paths->data[]/sweeps/NAME.ini) or by a path, and makes its
 * list of jobs. ERROR_INPUT "FILE:LINE: ..." for what is wrong in it, values that no preset takes
 * included. On false *sweep is empty. */
bool sweep_load(struct sweep *sweep, const struct paths *paths, const char *name,
                struct error *err);
void sweep_free(struct sweep *sweep);

/* Names of all sweeps there are, as preset_list gives them. */
bool sweep_list(const struct paths *paths, char ***names, size_t *count, struct error *err);

size_t sweep_runs(const struct sweep *sweep);

/* What a cell is made of. */
const char *sweep_cell_preset(const struct sweep *sweep, size_t cell);
const char *sweep_cell_value(const struct sweep *sweep, size_t cell, size_t key);

/* The name of a run: the last part of its directory. */
const char *sweep_run_name(const struct sweep *sweep, size_t run);

/* What came of a cell's runs that are done; a sample counts those that have the number. */
struct sweep_result {
    size_t done;                             /* runs */
    struct summary train_loss;               /* a run's mean over its last twentieth of steps */
    struct summary attr_loss, attr_accuracy; /* of the last evaluation */
    struct summary plateau_end;              /* step */
    bool chosen; /* all its runs are done, and of those it competes with its loss is the smallest */
};

/* Reads the records of those runs that are done (done: [seeds][cells]) into result [cells]. */
bool sweep_measure(const struct sweep *sweep, const struct paths *paths, const bool *done,
                   struct sweep_result *result, struct error *err);

/* Sets `chosen` of results whose numbers are there; sweep_measure has done it. */
void sweep_choose(const struct sweep *sweep, struct sweep_result *result);

#endif
