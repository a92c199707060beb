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
#include "base/strings.h"
#include "lab/run_queue.h"

/* One line of [grid]. */
struct sweep_key {
    char *name;            /* "train.lr" */
    char *label;           /* "lr", as figures call it */
    struct strings values; /* as a preset writes them, each once */
};

struct sweep {
    char *name;             /* of the file, without .ini */
    char *title;            /* one line; "" where there is none */
    char *directory;        /* where the runs are kept */
    struct strings presets; /* names, or absolute paths */
    struct sweep_key *key;  /* [keys] in the order of the file, but the tuned one last */
    size_t keys;
    bool tunes;     /* the last key is tuned */
    uint64_t *seed; /* [seeds] of the individuals and of the weights */
    size_t seeds;
    uint64_t at_once; /* runs */
    size_t cells;     /* presets times all values; the last key's values are next to each other */
    struct queued_run *job;     /* [seeds][cells] */
    struct strings *settings;   /* [seeds][cells] which jobs point to, */
    struct strings directories; /* and theirs, in their order */
};

/* The runs of a sweep, and those trained at once, at most. */
enum { SWEEP_RUNS_MOST = 10000, SWEEP_AT_ONCE_MOST = 1024 };

/* Fills in cells and jobs of a sweep that is complete otherwise; what was made is the sweep's also
 * on false. */
bool sweep_make_runs(struct sweep *sweep, struct error *err);
void sweep_free(struct sweep *sweep);

size_t sweep_runs(const struct sweep *sweep);

/* What a cell is made of. */
const char *sweep_cell_preset(const struct sweep *sweep, size_t cell);
const char *sweep_cell_value(const struct sweep *sweep, size_t cell, size_t key);

/* Whether the cell's runs are given the key: all are, but for a key of a sampling with a single
 * value that is for other kinds of sampling.kind than the cell's. */
bool sweep_cell_has_key(const struct sweep *sweep, size_t cell, size_t key);

/* The name of a run: the last part of its directory. */
const char *sweep_run_name(const struct sweep *sweep, size_t run);

#endif
