/* The claims repeated: their runs made in a directory, judged, drawn and reported.
 *
 *   DIRECTORY/fast/NAME-SEED/     runs, see mneme-run(5); "full" at the other scale
 *   DIRECTORY/figures/ID-1.svg    figures, where this program can draw
 *   DIRECTORY/report.html         everything on one page that needs no other file
 *   DIRECTORY/verdicts.jsonl      the same for programs, an object for each claim
 *
 * The names of the last three say what is in them: of other claims or runs they are other files.
 * Where some claims alone were asked for, their ids stand there, as in report-grow.html; that of an
 * own claim with a hash of its file, as in report-mine-1f2e3d4c.html; and the small scale and seeds
 * that were given, as in report-grow-fast-seeds=41..46.html.
 *
 * Runs that were made stay; to repeat with the same directory goes on where it was left. */
#ifndef MNEME_PAPER_REPRODUCTION_H
#define MNEME_PAPER_REPRODUCTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "config/paths.h"
#include "lab/run_queue.h"
#include "paper/claims.h"
#include "paper/replicates.h"
#include "paper/verdict.h"

struct reproduction_options {
    enum scale scale;
    const char *claims; /* those the table is of, as a shell takes them; null: the paper's */
    const char *only;   /* ids of the table with commas between; null: all */
    const struct seed_range *seeds; /* for all runs; null: those that the claims name */
    const char *directory; /* absolute, or with a "/" in it: reports, figures/, and the runs as
                              SCALE/NAME-NUMBER, or SCALE/NAME-seed=SEED where there are seeds */
};

struct reproduction {
    const struct claim_table *table;
    const struct paths *paths;
    struct reproduction_options options;
    bool *chosen;                 /* [table->claims] */
    char *report, *verdicts;      /* names of these files */
    struct replicates replicates; /* of the chosen ones */
    struct queued_run
        *job; /* [replicates.count] their work is the seconds each takes on one core */
    struct verdict *verdict; /* [table->claims] of the chosen ones, once judged */
};

/* Chooses claims and lists their runs; nothing is written. ERROR_INPUT for an id that is not
 * there, with the nearest, and for seeds that a chosen claim was tried with. table, paths and what
 * the options point at must outlive it. */
bool reproduction_init(struct reproduction *r, const struct claim_table *table,
                       const struct reproduction_options *options, const struct paths *paths,
                       struct error *err);
void reproduction_free(struct reproduction *r);

/* Seconds all runs take on one core, about: their operations at the rate such runs have reached.
 * One whose preset cannot be read counts as nothing. */
double reproduction_seconds(const struct reproduction *r);

/* Judges every chosen claim by the runs that are done. */
bool reproduction_judge(struct reproduction *r, const struct run_queue *queue, struct error *err);

/* Path of a figure, freed with memory_free. */
char *reproduction_figure_path(const struct reproduction *r, size_t claim, size_t figure,
                               struct error *err);

/* Whether all chosen claims are the paper's: the shipped ones. */
bool reproduction_is_of_paper(const struct reproduction *r);

/* Adds a sentence on the seeds that were given; nothing where none were. */
void reproduction_say_seeds(const struct reproduction *r, struct text *out);

/* How many chosen claims came out that way. */
size_t reproduction_count(const struct reproduction *r, enum verdict_state state);

#endif
