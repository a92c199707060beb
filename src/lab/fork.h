/* Where a fork begins: a fresh run that goes on from a step of another run, under a preset of its
 * own. Weights, moments and the step's number come from the checkpoint of that step or, where it
 * has none, from making the steps behind the last checkpoint again (lab/replay.h); model, facts and
 * individuals have to be the same. */
#ifndef MNEME_LAB_FORK_H
#define MNEME_LAB_FORK_H

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"
#include "config/preset_key.h"
#include "record/run.h"

/* The other run, opened for reading. */
struct fork {
    struct run run;
    struct preset preset; /* complete, as it was at that step */
    bool is_newest;       /* no step was named */
    uint64_t step;        /* it begins at */
    uint64_t saved;       /* of its last checkpoint up to there */
    char *checkpoint;     /* the path of that */
    char *record;         /* of the run's metrics */
};

/* Finds "RUN" at its newest checkpoint, or "RUN@STEP" at a step; a run whose whole name that is
 * comes first. ERROR_INPUT also for a step before its first checkpoint, or behind all that it has
 * kept. On false *fork is empty. */
bool fork_open(struct fork *fork, const struct paths *paths, const char *from, struct error *err);
void fork_close(struct fork *fork);

/* Whether its checkpoint, the newest, is there no longer, since another process has saved one that
 * is newer. */
bool fork_is_outdated(const struct fork *fork);

/* Path of its checkpoint or snapshot of a step; null with the error set where there is none. */
char *fork_checkpoint_path(const struct fork *fork, uint64_t step, struct error *err);

/* Whether a preset asks for the very facts of the other run, as its own preset.ini does. */
bool fork_has_facts(const struct fork *fork, const struct preset *preset);

/* Whether a key has to have the other run's value: it decides what a model knows and how it is
 * built.
 */
bool fork_keeps_key(const struct preset_key *key);

/* Whether a complete preset can go on from there: [facts], [pools], [population] and [model] are
 * the same, population.fine_tuning excepted, steps are left, a fine-tuning does not begin before,
 * and the checkpoint is at most at patching.reference_step, or both runs are patched alike.
 * ERROR_INPUT names what does not fit. */
bool fork_check(const struct fork *fork, const struct preset *preset, struct error *err);

/* Whether a learning rate that was set by hand in the other run holds on under the preset: its
 * schedule is the same but for its length, no assignment named a rate, and neither run goes over to
 * another there, that of fine-tuning or of a patched model. */
bool fork_keeps_rate(const struct fork *fork, const struct preset *preset);

#endif
