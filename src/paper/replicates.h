/* Trials: the runs of a table of experiments, one for each seed, in a directory; as jobs before
 * they are made and as outcomes behind. */
#ifndef MNEME_PAPER_REPLICATES_H
#define MNEME_PAPER_REPLICATES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/paths.h"
#include "lab/run_queue.h"
#include "lab/run_result.h"
#include "paper/experiments.h"

struct trial {
    const struct experiment_run *run;
    unsigned seed;   /* 1 .. of those that judge; see tried_seeds of the table */
    char *directory; /* DIRECTORY/SCALE/NAME-SEED */
    char *from;      /* directory of the source, with @STEP where that was said; null */
    char **setting;  /* [settings] "train.lr=1e-3" */
    size_t settings;
    size_t *after; /* [afters] places of the trials it depends on */
    size_t afters;
    bool has_result;
    struct run_result result;
    struct error failure; /* why it could not be read, where that was tried */
};

struct trials {
    const struct experiment_table *table;
    enum scale scale;
    const struct paths *paths;
    struct trial *trial; /* [count] in the order of the table, a run's seeds together */
    size_t count;
};

/* All seeds of the runs that are needed[table->runs]. table, paths and directory's name must
 * outlive it. On false it is empty. ERROR_INPUT where the table names a run that it does not have
 * above the one that needs it. */
bool trials_init(struct trials *trials, const struct experiment_table *table, enum scale scale,
                 const bool *needed, const struct paths *paths, const char *directory,
                 struct error *err);
void trials_free(struct trials *trials);

/* The trials as job[count], which point into them. */
void trials_list_jobs(const struct trials *trials, struct queued_run *job);

/* A trial's preset with its settings, as it will be run. */
bool trial_preset(const struct trial *trial, const struct paths *paths, struct preset *preset,
                  struct error *err);

/* `mneme train ...` with which it is made, with every word as a shell takes it; freed with
 * memory_free. */
char *trial_command(const struct trial *trial, const struct paths *paths, struct error *err);

/* Reads what came of a trial. */
bool trial_read(struct trial *trial, const struct paths *paths, struct error *err);

/* Whether a trial that begins with another's weights began with those that one has now, where both
 * were read: with the same losses in its record. ERROR_DATA, which is kept as its failure, where
 * that one was made anew since. */
bool trials_check_source(struct trials *trials, size_t index, struct error *err);

/* Seeds of a run. */
unsigned trials_seeds(const struct trials *trials, const char *name, size_t length);

/* The outcomes of runs (names with blanks between) and seeds first .. last, as far as there are any
 * of each; they point into the trials. Freed with memory_free; null with ERROR_INPUT where one was
 * not made or not read, or with what was wrong with it. */
struct run_result *trials_gather(const struct trials *trials, const char *names, unsigned first,
                                 unsigned last, size_t *count, struct error *err);

#endif
