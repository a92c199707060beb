/* The course of training: one step after the other, and what is due between them. Evaluations feed
 * the phase detector, the sampling that widens and the history; checkpoints and everything else
 * that happens go to the observer.
 *
 * All functions are for one thread at a time, the trainer's once it runs. Others see the board, the
 * history, and under the read side of weights_lock the weights, which change under its write side
 * alone. */
#ifndef MNEME_TRAIN_LOOP_H
#define MNEME_TRAIN_LOOP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/batch.h"
#include "model/shards.h"
#include "train/evaluation.h"
#include "train/lesson.h"
#include "train/status_board.h"
#include "train/trainer_setup.h"
#include "train/widening.h"

/* A mean over the last seconds: sums that fade with a time constant. */
struct fading_rate {
    double amount, seconds;
};

struct loop {
    struct trainer_options options;
    struct sampling *sampling;
    struct widening widening;
    struct finetune finetune;
    struct patching patching;
    struct lesson_plan plan; /* of these and the setup's */
    struct model *model;
    struct trainer_observer observer;
    struct optimizer optimizer;
    struct shards shards;
    struct batch batch;
    struct evaluation evaluation;
    struct exposures exposures;
    struct phase_detector *detector;
    struct history history;
    bool goes_on;   /* from a checkpoint of its own */
    uint64_t first; /* step that the run began at */
    double lr_scale;
    double started;     /* clock when the work that is not yet in status->seconds began */
    uint64_t evaluated; /* 1 + step of the newest evaluation; 0 before the first */
    struct fading_rate tokens_rate, steps_rate;

    struct status_board *board;
    struct trainer_status *status; /* the board's */
    pthread_rwlock_t weights_lock;
    atomic_bool cancel; /* set by others: give up the step or evaluation under way */
};

/* At the checkpoint, or at the first step, that the setup says; the board gets what is known of it
 * by then. */
bool loop_init(struct loop *loop, const struct trainer_setup *setup, struct status_board *board,
               struct error *err);
void loop_free(struct loop *loop);

/* What an earlier life of the run recorded; see train/trainer.h. */
bool loop_restore_training(struct loop *loop, const struct training_point *point,
                           struct error *err);
bool loop_restore_evaluation(struct loop *loop, const struct evaluation_point *point,
                             struct error *err);
bool loop_restore_circuits(struct loop *loop, const struct circuits_point *point,
                           struct error *err);
bool loop_restore_turn(struct loop *loop, const struct turn *turn, struct error *err);
void loop_restore_exposures(struct loop *loop, const struct sampling *sampling,
                            const struct finetune *finetune, size_t batch, uint64_t steps);

/* Time is counted from here on: what went by since the last count was no work. */
void loop_start_clock(struct loop *loop);

/* Records the start. A fresh run is evaluated, as is one that was stopped in its last evaluation.
 */
bool loop_begin(struct loop *loop, struct error *err);

/* One step, unless `until` are made, and what is due after it; where a failure left that undone,
 * first of all. A step that is cancelled leaves everything as it was. */
bool loop_advance(struct loop *loop, uint64_t until, struct error *err);

/* Measures recall and circuits at this step unless that was done. One that is cancelled leaves no
 * trace. */
bool loop_evaluate(struct loop *loop, struct error *err);

/* Writes a checkpoint, unless all is saved or nobody takes one. */
bool loop_save(struct loop *loop, struct error *err);

/* Keeps the weights that a patched model is to set out from, or, where it does, exchanges them:
 * once at each of these steps. */
bool loop_patch(struct loop *loop, struct error *err);

/* Multiplies the schedule so that the rate of the next step is `lr`. */
bool loop_set_lr(struct loop *loop, double lr, struct error *err);

/* Hands an event to the observer, with step and seconds filled in. */
bool loop_record(struct loop *loop, struct event event, struct error *err);

#endif
