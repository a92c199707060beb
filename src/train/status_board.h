/* The board: what a trainer is doing and how fast, written by its thread, read and waited for by
 * others. */
#ifndef MNEME_TRAIN_STATUS_BOARD_H
#define MNEME_TRAIN_STATUS_BOARD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
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

/* A mean over the last seconds: sums that fade with a time constant. */
struct fading_rate {
    double amount, seconds;
};

struct status_board {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* Once the trainer's thread runs it alone writes this, and may read it without holding the
       board; but for pausing and unsaved, which commands set as well. */
    struct trainer_status status;
    struct stopwatch watch;
    double step_started; /* by the watch; 0 between steps */
    double counted;      /* by the watch: time until then is in status.seconds, or was no work */
    struct fading_rate tokens_rate, steps_rate;
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

/* Of the trainer's thread. Each takes the status board, says one thing, and lets it go. */

/* Time is counted from here on: what went by since the last count was no work. */
void status_board_start_clock(struct status_board *board);

/* Adds the time since the last count to what was spent training. */
void status_board_count_time(struct status_board *board);

/* A step is under way; it was given up; or it was made, on so many tokens, with the rate of the
 * next step and how many individuals that draws. The last two count the time. */
void status_board_begin_step(struct status_board *board);
void status_board_drop_step(struct status_board *board);
void status_board_end_step(struct status_board *board, size_t tokens, double lr, uint64_t drawn);

void status_board_set_lr(struct status_board *board, double lr);
void status_board_set_drawn(struct status_board *board, uint64_t drawn);
void status_board_set_evaluating(struct status_board *board, bool evaluating);
void status_board_set_phase(struct status_board *board, const struct phase_report *phase);

/* From this step on the weights are those of a patched model; phases so far were its reference's.
 */
void status_board_set_patched(struct status_board *board, uint64_t step,
                              const struct phase_report *phase);

/* More individuals are drawn from the next step on. */
void status_board_set_widened(struct status_board *board, uint64_t drawn);

/* There is something to save; there is nothing; a checkpoint of the step that was reached was
 * written. */
void status_board_set_unsaved(struct status_board *board);
bool status_board_is_saved(struct status_board *board);
void status_board_set_saved(struct status_board *board);

/* Wakes who waits: what is not on the board has changed. */
void status_board_wake(struct status_board *board);

/* A copy of the status, with the share of the step under way. */
void status_board_read(struct status_board *board, struct trainer_status *status);

/* Waits up to `seconds` for a publication; true when there was one since *seen, the number of
 * publications, which is brought up to date. */
bool status_board_wait(struct status_board *board, double seconds, uint64_t *seen);

#endif
