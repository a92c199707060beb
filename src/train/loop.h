/* The loop of training: one step after the other as the plan has them, and what is due between
 * them. Evaluations feed the tracker; checkpoints and everything else that happens go to the
 * observer.
 *
 * All functions are for one thread at a time, the trainer's once it runs. Others see the status
 * board, the history, and the weights while they hold them. */
#ifndef MNEME_TRAIN_LOOP_H
#define MNEME_TRAIN_LOOP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/engine.h"
#include "facts/batch.h"
#include "train/evaluation.h"
#include "train/history.h"
#include "train/observer.h"
#include "train/plan.h"
#include "train/status_board.h"
#include "train/tracker.h"
#include "train/trainer_setup.h"

struct loop {
    /* Given. */
    const struct plan *plan;
    const struct population *population;
    const struct vocabulary *vocabulary;
    struct trainer_observer observer;
    struct status_board *board;
    const struct trainer_status *status; /* the status board's */

    /* Trained. */
    struct engine *engine; /* somebody else's */
    double lr_scale;       /* of the plan's rates, set by hand */

    /* Worked with. */
    struct batch batch;
    struct evaluation evaluation;
    struct tracker tracker;
    struct history history;
    bool goes_on;       /* from a checkpoint of its own */
    uint64_t kept;      /* 1 + step of the last snapshot; 0 before the first */
    atomic_bool cancel; /* set by others: give up the step or evaluation under way */
};

/* At the checkpoint, or at the first step, that the setup says; the status board gets what is known
 * of it by then. */
bool loop_init(struct loop *loop, const struct trainer_setup *setup, struct status_board *board,
               struct error *err);
void loop_free(struct loop *loop);

/* Records the start. A fresh run is evaluated, as is one that was stopped in its last evaluation.
 */
bool loop_begin(struct loop *loop, struct error *err);

/* One step, unless `until` are made, and what is due after it; where a failure left that undone,
 * first of all. A step that is cancelled leaves everything as it was. */
bool loop_advance(struct loop *loop, uint64_t until, struct error *err);

/* Does to the weights what the plan has for the step that was reached: keeps those that a patched
 * model is to set out from, or exchanges them where it does; once at each of these steps. */
bool loop_arrive(struct loop *loop, struct error *err);

/* Measures recall and circuits at this step unless that was done. One that is cancelled leaves no
 * trace. */
bool loop_evaluate(struct loop *loop, struct error *err);

/* Writes a checkpoint, unless all is saved or nobody takes one. */
bool loop_save(struct loop *loop, struct error *err);

/* Multiplies the plan's rates so that that of the next step is `lr`; nothing is recorded. */
void loop_restore_lr(struct loop *loop, double lr);

/* The same, set by hand. What it was is told: `before`, or, where that is 0, what the plan and the
 * last that was set make it. */
bool loop_set_lr(struct loop *loop, double lr, double before, struct error *err);

/* Has the observer ask what it wants to of the weights as they are. */
bool loop_ask(struct loop *loop, struct error *err);

/* Hands an event to the observer, with step and seconds filled in. */
bool loop_record(struct loop *loop, struct event event, struct error *err);

#endif
