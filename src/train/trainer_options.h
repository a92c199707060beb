/* How a run is trained: the part of a preset that the trainer reads. */
#ifndef MNEME_TRAIN_TRAINER_OPTIONS_H
#define MNEME_TRAIN_TRAINER_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "train/finetune.h"
#include "train/patching.h"
#include "train/schedule.h"

/* When a run is evaluated. */
enum spacing_kind {
    SPACING_EVEN, /* every so many steps */
    SPACING_LOG,  /* and beside these at those of train/spacing.h */
};

/* What of the models that a run had on its way stays with it. */
enum keep_kind {
    KEEP_ALL,    /* every checkpoint */
    KEEP_LAST,   /* that of the first step and the newest */
    KEEP_SPACED, /* every checkpoint, and between them snapshots: weights alone */
};

struct trainer_options {
    size_t batch; /* biographies a step */
    struct schedule schedule;
    struct optimizer_options optimizer;
    size_t shards;                       /* a batch is cut into; fixes the order of sums */
    size_t threads;                      /* at most this many work; 0: as many as shards */
    uint64_t seed;                       /* of the initial weights */
    uint64_t evaluate_every;             /* steps; also at step 0 and at the end */
    size_t evaluate_known, evaluate_new; /* individuals */
    size_t evaluate_circuits; /* of each of these at most, to measure circuits on; 0: none */
    enum spacing_kind evaluate_spacing;
    uint64_t checkpoint_every; /* steps; 0: only at step 0 and at the end */
    enum keep_kind checkpoint_keep;
    uint64_t snapshot_budget; /* MiB, of all snapshots together */
    struct finetune_options finetune;
    struct patching_options patching;
};

/* Steps in all: those of the schedule, and with patching those that are made twice. */
uint64_t trainer_steps(const struct trainer_options *options);

/* Threads that train: as many as are asked for, or as the machine has; no more than shards. */
size_t trainer_threads(const struct trainer_options *options);

/* The engine that trains so. */
struct engine_options trainer_engine(const struct trainer_options *options);

/* Bytes of a trainer's arrays that grow with the model, its weights included; PTRDIFF_MAX at most.
 */
size_t trainer_bytes(const struct trainer_options *options, const struct model_options *model);

#endif
