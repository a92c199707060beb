/* What a trainer is given, and whom it tells what it does. */
#ifndef MNEME_TRAIN_TRAINER_SETUP_H
#define MNEME_TRAIN_TRAINER_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "facts/vocabulary.h"
#include "model/blas.h"
#include "model/model.h"
#include "train/finetune.h"
#include "train/history.h"
#include "train/optimizer.h"
#include "train/patching.h"
#include "train/schedule.h"

struct trainer_options {
    size_t batch; /* biographies a step */
    struct schedule schedule;
    struct optimizer_options optimizer;
    size_t shards;                       /* a batch is cut into; fixes the order of sums */
    size_t threads;                      /* at most this many work; 0: as many as shards */
    uint64_t seed;                       /* of the initial weights */
    uint64_t evaluate_every;             /* steps; also at step 0 and at the end */
    size_t evaluate_known, evaluate_new; /* individuals */
    size_t evaluate_circuits;  /* of each of these at most, to measure circuits on; 0: none */
    uint64_t checkpoint_every; /* steps; 0: only at step 0 and at the end */
    struct finetune_options finetune;
    struct patching_options patching;
};

enum event_kind {
    EVENT_FORK,
    EVENT_START,
    EVENT_PAUSE,
    EVENT_RESUME,
    EVENT_SET,
    EVENT_PHASE,
    EVENT_WIDEN,
    EVENT_FINE_TUNING,
    EVENT_PATCH,
    EVENT_CHECKPOINT,
    EVENT_STOP,
};

/* Something that happened at a step, for the record. */
struct event {
    enum event_kind kind;
    uint64_t step;
    double seconds;
    const char *run;                  /* EVENT_FORK: whose checkpoint this run begins at */
    const char *key;                  /* EVENT_SET: what was set, "train.lr" */
    double before, value;             /* EVENT_SET: what it was, NAN if nobody knows, and is now */
    const char *path;                 /* EVENT_CHECKPOINT */
    const struct phase_report *phase; /* EVENT_PHASE */
    uint64_t from, to;                /* EVENT_WIDEN: individuals drawn until now, from now on */
    const struct finetune *finetune;  /* EVENT_FINE_TUNING, which begins with the next step */
    uint64_t start_step;              /* EVENT_PATCH: whose weights the patched model begins with */
    const struct blas_identity *blas; /* EVENT_START: what computes from here on; may be null */
};

/* Everything a checkpoint holds, seen by who writes it. */
struct trainer_checkpoint {
    uint64_t step, tokens;
    double seconds;
    double lr_scale;           /* what COMMAND_SET_LR made of the schedule; 1 at first */
    uint64_t subset;           /* individuals an adaptive sampling has reached; 0 for other kinds */
    uint64_t subset_since;     /* step of its last widening */
    enum second_role role;     /* of the twin's weights, see train/patching.h */
    struct blas_identity blas; /* what computed it, when it was read from a file */
    const struct model *model;
    const struct model *second_weights; /* null with SECOND_NONE */
    const struct optimizer *optimizer;
};

/* Who keeps the record: called on the trainer's thread; any may be null. False with the error set
 * puts the trainer into TRAINER_FAILED. */
struct trainer_observer {
    void *context;
    bool (*training)(void *context, const struct training_point *point, struct error *err);
    bool (*evaluation)(void *context, const struct evaluation_point *point, struct error *err);
    bool (*circuits)(void *context, const struct circuits_point *point, struct error *err);
    bool (*event)(void *context, const struct event *event, struct error *err);
    bool (*checkpoint)(void *context, const struct trainer_checkpoint *checkpoint,
                       const char **path, struct error *err);
};

/* Everything the trainer needs to know. population, vocabulary, sampling, model and twin must
 * outlive it; the model's weights are the trainer's from here on: those of the checkpoint when it
 * goes on from one, otherwise it draws random ones. So is the subset of an adaptive sampling. */
struct trainer_setup {
    struct trainer_options options;
    const struct population *population;
    const struct vocabulary *vocabulary;
    struct sampling *sampling;
    struct model *model;
    struct model *second_weights; /* of the same shape, the trainer's as well; null without
                           patching. Where from has a role for it, it holds those weights */
    struct trainer_observer observer;
    double baseline;
    /* To go on from a checkpoint: its counters, and an optimizer whose moments the trainer takes
     * over and frees; null for a fresh run. */
    const struct trainer_checkpoint *from;
    struct optimizer *from_optimizer;
    bool forks;     /* from is another run's: this one is fresh, begins there, and has no checkpoint
                       yet */
    uint64_t first; /* step the run began at: 0, or that of the checkpoint it forked from */
};

/* Steps in all: those of the schedule, and with patching those that are made twice. */
uint64_t trainer_steps(const struct trainer_options *options);

/* Threads that train, given a machine with enough of them. */
size_t trainer_threads(const struct trainer_options *options);

/* Bytes of a trainer's arrays that grow with the model, its weights included. */
size_t trainer_bytes(const struct trainer_options *options, const struct model_options *model);

#endif
