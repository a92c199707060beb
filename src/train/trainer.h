/* The trainer: a thread that owns the weights, and a queue of commands to it.
 *
 * Weights change only inside the optimizer's update, under the write side of a lock; anybody who
 * holds the read side may run the model beside a training step (trainer_hold_weights). */
#ifndef MNEME_TRAIN_TRAINER_H
#define MNEME_TRAIN_TRAINER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "facts/vocabulary.h"
#include "model/transformer.h"
#include "train/command_queue.h"
#include "train/history.h"
#include "train/optimizer.h"
#include "train/patching.h"
#include "train/schedule.h"
#include "train/tuning.h"

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
    struct tuning_options tuning;
    struct patching_options patching;
};

enum trainer_state {
    TRAINER_PAUSED,
    TRAINER_RUNNING,
    TRAINER_FINISHED, /* all steps made */
    TRAINER_FAILED, /* the loss is not a number, or a record could not be written; COMMAND_RUN does
                       what was not done and goes on */
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
    double value;                     /* EVENT_SET: to what */
    const char *path;                 /* EVENT_CHECKPOINT */
    const struct phase_report *phase; /* EVENT_PHASE */
    uint64_t from, to;                /* EVENT_WIDEN: individuals drawn until now, from now on */
    const struct tuning *tuning;      /* EVENT_FINE_TUNING, which begins with the next step */
    uint64_t start_step;              /* EVENT_PATCH: whose weights the patched model begins with */
};

/* Everything a checkpoint holds, seen by who writes it. */
struct trainer_checkpoint {
    uint64_t step, tokens;
    double seconds;
    double lr_scale;       /* what COMMAND_SET_LR made of the schedule; 1 at first */
    uint64_t subset;       /* individuals an adaptive sampling has reached; 0 for other kinds */
    uint64_t subset_since; /* step of its last widening */
    enum twin_role role;   /* of the twin's weights, see train/patching.h */
    const struct model *model;
    const struct model *twin; /* null with TWIN_NONE */
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

/* What the trainer is doing now. */
struct trainer_status {
    enum trainer_state state;
    uint64_t step;  /* steps made */
    uint64_t steps; /* to be made in all */
    uint64_t tokens;
    double seconds;           /* spent training, evaluations and checkpoints included */
    double tokens_per_second; /* over the last seconds of training; 0 where unknown */
    double seconds_left;      /* at this speed; NAN where unknown */
    double lr;                /* of the next step */
    uint64_t saved_step;      /* of the newest checkpoint */
    bool has_saved;
    uint64_t saves; /* checkpoints written since the trainer began */
    bool unsaved;   /* steps were made, or the rate was set, since then; before the first checkpoint
                       of a run also that it was to make steps */
    bool pausing;   /* a pause was asked for and the step under way goes on */
    bool evaluating;   /* recall is being measured, in whatever state */
    double step_share; /* of the step under way, 0 .. 1 */
    uint64_t drawn;    /* individuals that can be drawn for the next step */
    uint64_t widened;  /* step from which on more are drawn than before; 0: none in this life */
    struct phase_report phase; /* steps are the run's; of the patched model once there is one, */
    struct phase_report reference_phase; /* and then this is of its reference */
    bool
        patched; /* the weights are those of a patched model, which began at this step of the run */
    uint64_t patched_at;
    uint64_t failures;    /* so far */
    struct error failure; /* the last of them */
};

struct trainer;

/* Everything the trainer needs to know. population, vocabulary, sampling, model and twin must
 * outlive it; the model's weights are the trainer's from here on: those of the checkpoint when it
 * goes on from one, otherwise it draws random ones. So is the subset of an adaptive sampling. */
struct trainer_setup {
    struct trainer_options options;
    const struct population *population;
    const struct vocabulary *vocabulary;
    struct sampling *sampling;
    struct model *model;
    struct model *twin; /* of the same shape, the trainer's as well; null without patching. Where
                           from has a role for it, it holds those weights */
    struct trainer_observer observer;
    double baseline;
    /* To go on from a checkpoint: its counters, and an optimizer whose moments the trainer takes
     * over and frees; null for a fresh run. */
    const struct trainer_checkpoint *from;
    struct optimizer *from_optimizer;
    bool forks; /* from is another run's: this one is fresh, begins there, and has no checkpoint
                   yet; the rate is the schedule's again */
    uint64_t first; /* step the run began at: 0, or that of the checkpoint it forked from */
};

/* Steps in all: those of the schedule, and with patching those that are made twice. */
uint64_t trainer_steps(const struct trainer_options *options);

/* Threads that train, given a machine with enough of them. */
size_t trainer_threads(const struct trainer_options *options);

/* Bytes of a trainer's arrays that grow with the model, its weights included. */
size_t trainer_bytes(const struct trainer_options *options, const struct model_options *model);

struct trainer *trainer_new(const struct trainer_setup *setup, struct error *err);

/* Feeds what an earlier life of the run recorded to the phase detector and the history; between
 * trainer_new and trainer_start. */
bool trainer_recall_training(struct trainer *trainer, const struct training_point *point,
                             struct error *err);
bool trainer_recall_evaluation(struct trainer *trainer, const struct evaluation_point *point,
                               struct error *err);
bool trainer_recall_circuits(struct trainer *trainer, const struct circuits_point *point,
                             struct error *err);

/* Counts who was trained on up to step `steps` under another sampling and tuning than the
 * trainer's, where the run began as another, and batches of `batch` individuals; in the order of
 * steps. */
void trainer_recall_exposures(struct trainer *trainer, const struct sampling *sampling,
                              const struct tuning *tuning, size_t batch, uint64_t steps);

/* Starts the thread, paused. With `yields`, it and the threads it starts come after the program's
 * other threads where there are fewer processors than threads: keys and answers do not wait for
 * it. A fresh run is evaluated first; the checkpoint it begins with is written before its first
 * step, when one is asked for, or when it stops with something unsaved. */
bool trainer_start(struct trainer *trainer, bool yields, struct error *err);

/* Queues a command; never waits for the trainer. */
bool trainer_send(struct trainer *trainer, struct command command, struct error *err);

void trainer_status(struct trainer *trainer, struct trainer_status *status);
struct history *trainer_history(struct trainer *trainer);

/* Waits up to `seconds` for the trainer to change (a step made, a state entered); true when it did
 * since the status that was read last had change count *seen, which is brought up to date. */
bool trainer_wait(struct trainer *trainer, double seconds, uint64_t *seen);

/* The model, readable until released: the optimizer's update waits. */
const struct model *trainer_hold_weights(struct trainer *trainer);
void trainer_release_weights(struct trainer *trainer);

/* Sends COMMAND_STOP, waits for the thread and frees everything, the model excepted. False, with
 * the reason, where the trainer had failed or could not write its last checkpoint. */
bool trainer_stop(struct trainer *trainer, struct error *err);

#endif
