/* Claims: what is said of how models learn facts, by the paper (Zucchet et al. 2025, arXiv
 * 2503.21676) or by anyone, which runs show it, and by which checks it counts as seen.
 *
 * All of it is data, written before the runs are made: files that paper/claim_set.h reads. The
 * sentence a check is shown by is built from the same bounds that it is judged by
 * (paper/verdict.h). */
#ifndef MNEME_PAPER_CLAIMS_H
#define MNEME_PAPER_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strings.h"
#include "figure/figures.h"

/* How large the runs are. */
enum scale {
    SCALE_FAST, /* all of them in an hour on two cores */
    SCALE_FULL, /* as large as the presets as they ship, and more seeds */
    SCALES
};

/* A run that claims look at. It is made once for each seed, which decides both individuals
 * and initial weights, and is shared by all that name it. */
struct claim_run {
    const char *name;
    const char *preset;              /* by name or by path */
    const char *source[SCALES];      /* the run, of the same seed, it begins with the weights of, as
                                        NAME or NAME@STEP; null */
    unsigned seeds[SCALES];          /* how many, 1 .. */
    struct strings settings[SCALES]; /* "train.steps=400"; where a run was read, its reading's */
    unsigned tried_seeds; /* 1 .. tried_seeds were used to find sizes and reductions by trying, and
                             judge nothing: the first seed is the one behind them */
    unsigned order;       /* those with a lower one are made first */
    const char *file;     /* that describes it, */
    size_t line;          /* and where */
};

/* One number that is read off the record of a run of one seed; where it is fine-tuned, off what
 * comes behind that step, and of a patched model, off its own steps. */
enum reduction {
    REDUCTION_NONE,
    REDUCTION_FIRST,        /* of a measure: at the first evaluation, */
    REDUCTION_LAST,         /* at the last, */
    REDUCTION_LEAST,        /* the smallest, */
    REDUCTION_AT,           /* so many steps after the first, on the line between evaluations, */
    REDUCTION_HALF_WAY,     /* half-way to the step that REDUCTION_LEAVES reads, */
    REDUCTION_ON_PLATEAU,   /* the mean over evaluations while the plateau lasts, */
    REDUCTION_AT_START,     /* where the plateau starts, */
    REDUCTION_AT_END,       /* where it ends; at the last step where it has not; */
    REDUCTION_LEAVES,       /* the first step at which attr_loss is 5 % below the baseline of what
                             is sampled, */
    REDUCTION_STAYS,        /* the same, but the last step where it never is: so long at least */
    REDUCTION_BASELINE,     /* were all drawn alike; nats */
    REDUCTION_LAW_EXPONENT, /* b of REDUCTION_LEAVES = a N^b over several runs */
    REDUCTION_PHASES,       /* the share of several runs whose plateau has a start and an end and
                             whose last loss is below the baseline by 5 % */
    REDUCTIONS
};

struct statistic {
    enum reduction reduction;
    const char *run;     /* its name; with blanks between, where there are several */
    const char *measure; /* a key of the record, where the reduction has one */
    double at;           /* REDUCTION_AT: steps after the first evaluation */
};

/* What is made of a statistic and of the one it is compared with. */
enum comparison { COMPARISON_NONE, COMPARISON_DIFFERENCE, COMPARISON_RATIO };

enum relation { RELATION_BELOW, RELATION_ABOVE, RELATION_WITHIN };

/* A statement that holds or not: the mean over seeds of one number is below or above a bound, or
 * within two. */
struct check {
    const char *label; /* what is measured, a few words: "final loss" */
    const char *text;  /* the statement; {above} and {below} stand for the bounds */
    struct statistic statistic;
    enum comparison comparison; /* with `other`, seed by seed */
    struct statistic other;
    enum relation relation;
    double low, high; /* RELATION_BELOW has no low, RELATION_ABOVE no high */
};

/* A figure that is drawn of a claim's runs, of all their seeds. */
struct claim_figure {
    const char *title;
    enum figure_kind kind;
    const char *measures; /* FIGURE_MEASURE */
    const char *runs;     /* names with blanks between */
};

enum { CLAIM_CHECKS = 16, CLAIM_FIGURES = 8 };

struct claim {
    const char *id;    /* "power-law" */
    const char *title; /* a few words */
    const char *text;  /* what the paper says, a sentence */
    const char *paper; /* the paper's own figures, and where they are */
    const char *watch; /* presets that show it in the workbench, with blanks between */
    struct check check[CLAIM_CHECKS];          /* as many as have a label; all have to hold */
    struct claim_figure figure[CLAIM_FIGURES]; /* as many as have a title */
    unsigned tried_seeds;                      /* of its runs */
    unsigned order;                            /* those with a lower one stand first */
    const char *file;                          /* it was read from, */
    uint64_t hash;                             /* of what stands there */
    bool is_shipped;                           /* it is one of the paper's */
};

/* Everything that is repeated at once. */
struct claim_table {
    const struct claim *claim; /* [claims] */
    size_t claims;
    const struct claim_run *run; /* [runs] a source stands before those that begin with it */
    size_t runs;
};

/* Their names, "fast" and "full". */
extern const char *const claim_scales[SCALES];

/* Whether claims and runs may be called so, as this rule says it, whose names are parts of names of
 * files: ASCII letters, digits, "-", "_" and ".", of which neither "-" nor "." is the first. */
bool claim_is_name(const char *name);
#define CLAIM_NAME_RULE                                                                            \
    "of letters, digits, \"-\", \"_\" and \".\" that does not start with \"-\" or \".\""

/* Null where there is none. */
const struct claim *claim_find(const struct claim_table *table, const char *id);
const struct claim_run *claim_run_find(const struct claim_table *table, const char *name,
                                       size_t length);

size_t claim_checks(const struct claim *claim);
size_t claim_figures(const struct claim *claim);

/* Goes through names with blanks between: the next one's beginning, with its length, or null. */
const char *claim_next_name(const char *names, size_t *length);

/* Marks in needed[runs] what a claim reads and draws, with the runs these begin at. */
void claim_mark_runs(const struct claim_table *table, const struct claim *claim, enum scale scale,
                     bool *needed);

#endif
