/* Replicates: the runs of a table of claims, one for each seed, in a directory; as jobs before
 * they are made and as results behind. */
#ifndef MNEME_PAPER_REPLICATES_H
#define MNEME_PAPER_REPLICATES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/paths.h"
#include "lab/run_queue.h"
#include "lab/run_result.h"
#include "paper/claims.h"

/* Seeds that all runs are made with in the place of those that their claims name. */
struct seed_range {
    unsigned first, last;
};

struct replicate {
    const struct claim_run *run;
    unsigned number; /* 1 .. of its run's replicates; those of one number have the same seed */
    unsigned seed;   /* of individuals and initial weights */
    char *directory; /* DIRECTORY/SCALE/NAME-NUMBER, or NAME-seed=SEED where seeds were given */
    char *from;      /* directory of the source, with @STEP where that was said; null */
    struct strings settings; /* "train.lr=1e-3" */
    size_t *after;           /* [afters] places of the replicates it depends on */
    size_t afters;
    bool has_result;
    struct run_result result;
    struct error failure; /* why it could not be read, where that was tried */
};

struct replicates {
    const struct claim_table *table;
    enum scale scale;
    const struct seed_range *seeds; /* null: those of the claims */
    const struct paths *paths;
    struct replicate *replicate; /* [count] in the order of the table, a run's seeds together */
    size_t count;
};

/* All seeds of the runs that are needed[table->runs]. table, seeds, paths and directory's name must
 * outlive it. On false it is empty. ERROR_INPUT where the table names a run that it does not have
 * above the one that needs it. */
bool replicates_init(struct replicates *replicates, const struct claim_table *table,
                     enum scale scale, const struct seed_range *seeds, const bool *needed,
                     const struct paths *paths, const char *directory, struct error *err);
void replicates_free(struct replicates *replicates);

/* The replicates as job[count], which point into them. */
void replicates_list_runs(const struct replicates *replicates, struct queued_run *job);

/* A replicate's preset with its settings, as it will be run. */
bool replicate_preset(const struct replicate *replicate, const struct paths *paths,
                      struct preset *preset, struct error *err);

/* `mneme train ...` with which it is made, with every word as a shell takes it; freed with
 * memory_free. */
char *replicate_command(const struct replicate *replicate, const struct paths *paths,
                        struct error *err);

/* Reads what came of a replicate. */
bool replicate_read(struct replicate *replicate, const struct paths *paths, struct error *err);

/* Whether a replicate that begins with another's weights began with those that one has now, where
 * both were read: with the same losses in its record. ERROR_DATA, which is kept as its failure,
 * where that one was made anew since. */
bool replicates_check_source(struct replicates *replicates, size_t index, struct error *err);

/* Its run's name with its seed: the last part of its directory. */
const char *replicate_name(const struct replicate *replicate);

/* Seeds of a run. */
unsigned replicates_seeds(const struct replicates *replicates, const char *name, size_t length);

/* The results of runs (names with blanks between) and replicates first .. last, as far as there
 * are any of each; they point into the replicates. Freed with memory_free; null with ERROR_INPUT
 * where one was not made or not read, or with what was wrong with it. */
struct run_result *replicates_gather(const struct replicates *replicates, const char *names,
                                     unsigned first, unsigned last, size_t *count,
                                     struct error *err);

#endif
