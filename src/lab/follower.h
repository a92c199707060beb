/* Follows a run that another process trains, by what that writes: its record as it grows, the lock
 * it holds and the models it keeps. A thread looks, twice a second, and writes nothing.
 *
 * Others read a history and a status as a trainer has them (train/trainer.h), at any time. */
#ifndef MNEME_LAB_FOLLOWER_H
#define MNEME_LAB_FOLLOWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/paths.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "lab/watches.h"
#include "record/holder.h"
#include "record/run.h"
#include "train/baselines.h"
#include "train/history.h"
#include "train/plan.h"
#include "train/status_board.h"

struct follower;

/* Which run it is, and what it is trained on; all of it must outlive the follower, which singles
 * out in the sampling whom the record says. */
struct follower_of {
    const struct run *run; /* open for reading */
    const struct paths *paths;
    const struct population *population;
    const struct plan *plan;
    struct sampling *sampling;
    struct baselines_subject asked; /* by its evaluations */
    double baseline;                /* of the population, in nats */
    struct watches *watches;        /* gets what is watched there */
};

enum follower_state {
    FOLLOWER_SEES_WRITER, /* somebody trains it */
    FOLLOWER_HEARS_NONE,  /* he has written nothing for long, and did not say that he pauses */
    FOLLOWER_LEFT,        /* nobody trains it */
    FOLLOWER_ORPHANED,    /* who trained it died, or his machine did */
};

struct follower_report {
    enum follower_state state;
    bool rests;               /* training is paused, or was ended */
    bool is_read_only;        /* this process cannot go on with it: run_is_writable */
    char holder[HOLDER_TEXT]; /* "process 12 on host"; "" where nobody was seen */
    double quiet;             /* seconds since the record has grown, or since it was opened */
    struct error trouble;     /* why it cannot be read now; ERROR_NONE where it can */
};

/* Seconds between two looks; after which a record is quiet that has grown without a longer gap; and
 * after which a holder on another machine is gone whose sign of life is always the same. */
struct follower_pace {
    double look, quiet, silent;
};

/* The usual ones. */
extern const struct follower_pace follower_pace;

/* Has read what there is by then. Null with the error set. */
struct follower *follower_new(const struct follower_of *of, const struct follower_pace *pace,
                              struct error *err);

/* Ends the thread. Null is allowed. */
void follower_free(struct follower *follower);

/* saved_step is that of the newest model that can be asked. */
void follower_status(struct follower *follower, struct trainer_status *status);
struct history *follower_history(struct follower *follower);
void follower_tell(struct follower *follower, struct follower_report *report);

/* As trainer_wait. */
bool follower_wait(struct follower *follower, double seconds, uint64_t *seen);

#endif
