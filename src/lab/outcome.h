/* What came of a run, read from its directory: the preset, and what its record says of the phases.
 * No model is loaded. */
#ifndef MNEME_LAB_OUTCOME_H
#define MNEME_LAB_OUTCOME_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/series.h"
#include "config/paths.h"
#include "config/preset.h"
#include "measure/phase.h"
#include "measure/scaling_law.h"
#include "train/turns.h"

struct outcome {
    char *name;   /* of the run */
    char *record; /* path of its metrics.jsonl */
    dev_t device; /* of its directory, */
    ino_t file;   /* which no other has */
    struct preset preset;
    double uniform_baseline;   /* recall_baseline of the known individuals, */
    double baseline_pools;     /* and with every value of a pool alike */
    struct series baseline;    /* see outcome_baselines */
    struct phase_report phase; /* of the curve before any fine-tuning, with the baseline that was
                                  sampled under last; of a patched model's alone */
    bool patched;              /* a patched model has set out, and before it */
    struct phase_report reference_phase; /* is its reference's */
    uint64_t step;                       /* of the last evaluation */
    struct turns turns;                  /* all in steps of the run */
};

/* Finds a run by name or path. On false *outcome is empty. */
bool outcome_read(struct outcome *outcome, const struct paths *paths, const char *run,
                  struct error *err);
void outcome_free(struct outcome *outcome);

/* Whether the run has a plateau whose end is known, as ordinary training makes it: no patched
 * model's. */
bool outcome_has_plateau_end(const struct outcome *outcome);

/* Why the run has none, as a phrase; it may lie in text. */
const char *outcome_say_no_end(const struct outcome *outcome, char text[PHASE_REMARK_TEXT]);

/* The first of outcome[count] that is the same run, whatever path it was given by; null where none
 * is. */
const struct outcome *outcome_find_same(const struct outcome *outcome, size_t count,
                                        const struct outcome *like);

/* Whether the run has made a step of fine-tuning. */
bool outcome_is_tuned(const struct outcome *outcome);

/* Where the plateau begins and ends by the model's own count of steps; NAN where there is none. */
double outcome_own_plateau_start(const struct outcome *outcome);
double outcome_own_plateau_end(const struct outcome *outcome);

/* A step of the run as the model's own count, which curves of several runs go by; NAN where a
 * patched model had not set out. */
double outcome_own_step(const struct outcome *outcome, uint64_t step);

/* What a model that knows nobody would have lost on known individuals, under what was sampled, at
 * every evaluation: over steps of the run, or of a patched model alone over its own. */
bool outcome_baselines(const struct outcome *outcome, struct series *series, struct error *err);
bool outcome_own_baselines(const struct outcome *outcome, struct series *series, struct error *err);

/* Whether any line of the record has a number under the key. */
bool outcome_has_measure(const struct outcome *outcome, const char *key, bool *has,
                         struct error *err);

/* One measure of the record over steps; ERROR_INPUT where no line has the key. */
bool outcome_measure(const struct outcome *outcome, const char *key, struct series *series,
                     struct error *err);

/* The same of a patched model alone, over its own steps; of others as above. ERROR_INPUT also where
 * it has none yet. */
bool outcome_own_measure(const struct outcome *outcome, const char *key, struct series *series,
                         struct error *err);

/* The law of the plateau's end over the known individuals of those runs that have one, each once;
 * an end is as sure as its interval says. */
bool outcome_fit_law(const struct outcome *outcome, size_t count, struct scaling_law *law,
                     struct error *err);

#endif
