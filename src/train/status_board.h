/* The board: what a trainer is doing, written by its thread, read and waited for by others. */
#ifndef MNEME_TRAIN_STATUS_BOARD_H
#define MNEME_TRAIN_STATUS_BOARD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/stopwatch.h"
#include "measure/phase.h"

enum trainer_state {
    TRAINER_PAUSED,
    TRAINER_RUNNING,
    TRAINER_FINISHED, /* all steps made */
    TRAINER_FAILED, /* the loss is not a number, or a record could not be written; COMMAND_RUN does
                       what was not done and goes on */
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

struct status_board {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* Once the trainer's thread runs it alone writes this, and may read it without holding the
       board; but for pausing and unsaved, which commands set as well. */
    struct trainer_status status;
    struct stopwatch watch;
    double step_started; /* by the watch; 0 between steps */
    uint64_t changes;
};

bool status_board_init(struct status_board *board, struct error *err);
void status_board_free(struct status_board *board);

/* Nobody else holds it until it is released; published, it is released and whoever waits wakes. */
void status_board_hold(struct status_board *board);
void status_board_release(struct status_board *board);
void status_board_publish(struct status_board *board);

/* Of who holds it: lets it go until somebody publishes, then holds it again. */
void status_board_sleep(struct status_board *board);

/* A copy of the status, with the share of the step under way. */
void status_board_read(struct status_board *board, struct trainer_status *status);

/* Waits up to `seconds` for a publication; true when there was one since *seen, the number of
 * publications, which is brought up to date. */
bool status_board_wait(struct status_board *board, double seconds, uint64_t *seen);

#endif
