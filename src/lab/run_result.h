/* What came of a run, read from its directory: the preset, and what its record says of the phases.
 * No model is loaded. */
#ifndef MNEME_LAB_RUN_RESULT_H
#define MNEME_LAB_RUN_RESULT_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/series.h"
#include "config/paths.h"
#include "config/preset.h"
#include "measure/phase.h"
#include "measure/scaling_law.h"
#include "train/turns.h"

struct run_result {
    char *name;   /* of the run */
    char *record; /* path of its metrics.jsonl */
    dev_t device; /* of its directory, */
    ino_t file;   /* which no other has */
    struct preset preset;
    double uniform_baseline;         /* recall_baseline of the known individuals, */
    double baseline_pools;           /* and with every value of a pool alike */
    struct series baseline;          /* see run_result_baselines, */
    struct series held_out_baseline; /* and the same of new individuals */
    struct phase_report phase; /* of the curve before any fine-tuning, with the baseline that was
                                  sampled under last; of a patched model's alone */
    bool patched;              /* a patched model has set out, and before it */
    struct phase_report reference_phase; /* is its reference's */
    uint64_t step;                       /* of the last evaluation */
    struct turns turns;                  /* all in steps of the run */
};

/* Finds a run by name or path. On false *result is empty. */
bool run_result_read(struct run_result *result, const struct paths *paths, const char *run,
                     struct error *err);
void run_result_free(struct run_result *result);

/* Whether the run has a plateau whose end is known, as ordinary training makes it: no patched
 * model's. */
bool run_result_has_plateau_end(const struct run_result *result);

/* Why the run has none, as a phrase; it may lie in text. */
const char *run_result_say_no_end(const struct run_result *result, char text[PHASE_REMARK_TEXT]);

/* The first of result[count] that is the same run, whatever path it was given by; null where none
 * is. */
const struct run_result *run_result_find_same(const struct run_result *result, size_t count,
                                              const struct run_result *like);

/* Whether its evaluations ask new individuals too: else its record has no number of them. */
bool run_result_asks_new(const struct run_result *result);

/* Whether the run has made a step of fine-tuning. */
bool run_result_is_finetuned(const struct run_result *result);

/* Where the plateau begins and ends by the model's own count of steps; NAN where there is none. */
double run_result_own_plateau_start(const struct run_result *result);
double run_result_own_plateau_end(const struct run_result *result);

/* A step of the run as the model's own count, which curves of several runs go by; NAN where a
 * patched model had not set out. */
double run_result_own_step(const struct run_result *result, uint64_t step);

/* What a model that knows nobody would have lost on known individuals, under what was sampled, at
 * every evaluation: over steps of the run, or of a patched model alone over its own. */
bool run_result_baselines(const struct run_result *result, struct series *series,
                          struct error *err);
bool run_result_own_baselines(const struct run_result *result, struct series *series,
                              struct error *err);

/* The same of new individuals. */
bool run_result_held_out_baselines(const struct run_result *result, struct series *series,
                                   struct error *err);
bool run_result_own_held_out_baselines(const struct run_result *result, struct series *series,
                                       struct error *err);

/* Whether any line of the record has a number under the key. */
bool run_result_has_measure(const struct run_result *result, const char *key, bool *has,
                            struct error *err);

/* One measure of the record over steps; ERROR_INPUT where no line has the key. */
bool run_result_measure(const struct run_result *result, const char *key, struct series *series,
                        struct error *err);

/* The same of a patched model alone, over its own steps; of others as above. ERROR_INPUT also where
 * it has none yet. */
bool run_result_own_measure(const struct run_result *result, const char *key, struct series *series,
                            struct error *err);

/* The law of the plateau's end over the known individuals of those runs that have one, each once;
 * an end is as sure as its interval says. */
bool run_result_fit_law(const struct run_result *result, size_t count, struct scaling_law *law,
                        struct error *err);

#endif
