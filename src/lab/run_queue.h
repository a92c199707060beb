/* Runs trained side by side on this machine, a set number at once. Each is trained by a child
 * process, the program's own command train, so that one that crashes or finds no memory takes no
 * other with it.
 *
 * Jobs can be gone on with: a run that has made all its steps is not repeated, one that was
 * interrupted goes on from its newest checkpoint. Processes that have the same jobs share them: a
 * run that another is writing is waited for, and gone on with where that one leaves it; or it is
 * left to the other, as long as that has it (leaves_held). Children write to a pipe; should this
 * process be killed, they see that at their next step, save and end. */
#ifndef MNEME_LAB_RUN_QUEUE_H
#define MNEME_LAB_RUN_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"

/* A run to be made. */
struct queued_run {
    const char *directory;      /* of the run, with a "/" in it; its last part is the run's name */
    const char *preset;         /* name or path; null: the run is there, and goes on as it is */
    const char *const *setting; /* [settings] "train.lr=1e-3" */
    size_t settings;
    const char *from;    /* RUN or RUN@STEP, where the run begins with another's weights; null */
    const size_t *after; /* [afters] places in the list of the jobs that have to be done before;
                            they are above this one */
    size_t afters;
    double work; /* what its own steps cost, in any unit; 0 in all: by their number */
};

/* What a run with a preset is to be. Several machines may share its queue: what the preset leaves
 * to the machine (train.precision = auto) is fp32. Errors as preset_load_with. */
bool queued_run_preset(const struct queued_run *job, const struct paths *paths,
                       struct preset *preset, struct error *err);

enum queued_state {
    QUEUED_WAITING, /* for its turn, or for another job */
    QUEUED_HELD, /* another process is writing its run; tried again, and done where that did it */
    QUEUED_RUNNING,     /* its child has been started */
    QUEUED_DONE,        /* its run has made all its steps, now or earlier */
    QUEUED_INTERRUPTED, /* stopped by run_queue_stop, or its child by a signal of others, and saved;
                           or left as it was, also since it needs one that was stopped */
    QUEUED_FAILED,      /* see failure; its run, if any, is as it was saved last */
};

/* "waiting", "held", "running", "done", "interrupted", "failed". */
const char *queued_state_name(enum queued_state state);

struct queued_status {
    enum queued_state state;
    bool before; /* QUEUED_DONE: it was so already */
    bool begun;  /* a child of this queue was started for it, */
    bool has_it; /* and the last one has the run: another process may have taken it before */
    uint64_t step, steps;
    double train_loss;               /* of the newest step; NAN where unknown */
    double attr_loss, attr_accuracy; /* of the newest evaluation; NAN where unknown */
    double seconds;                  /* of training so far; NAN where unknown */
    double seconds_left;             /* at the speed of its child so far; NAN where unknown */
    struct error failure;            /* QUEUED_FAILED, and QUEUED_HELD: who holds it */
};

struct run_queue_options {
    const char *program; /* to start as `program train ...` */
    size_t at_once;      /* children at most, at least 1 */
    size_t threads;      /* that children share, at least 1 each */
    bool leaves_held;    /* what another process is writing is left to it, and so is what needs it:
                            the queue ends when nothing else is left to do here */
    bool yields;         /* children come after this process where processors are few */
    bool announces; /* children run the user's command where a phase begins (phase_command.h) */
};

/* The exit status of a child that another process kept from its run: EX_TEMPFAIL of sysexits.h. */
enum { RUN_QUEUE_BUSY = 75 };

/* That of a child that a signal has asked to end, and that has saved. */
enum { RUN_QUEUE_INTERRUPTED = 130 };

/* What a line that a child writes to stderr begins with where it tells of no failure. */
#define RUN_QUEUE_NOTE "note: "

struct run_queue;

/* Looks at what there is of every job; starts and changes nothing. job, paths and program must
 * outlive it. A preset that cannot be read or a directory with a run of other settings makes the
 * job QUEUED_FAILED, with ERROR_INPUT or ERROR_DATA. */
struct run_queue *run_queue_new(const struct queued_run *job, size_t count,
                                const struct paths *paths, const struct run_queue_options *options,
                                struct error *err);

/* Starts what may start, waits up to so many seconds for news, a signal included, and takes it. A
 * job whose predecessor has failed fails, one whose predecessor was interrupted is left, the others
 * go on. False once nothing is left to do: every job is done, interrupted or failed, or left to
 * another process. What others have is looked at after the last child here has given back its run:
 * of processes that end one after the other, the last finds nothing held. */
bool run_queue_turn(struct run_queue *queue, double seconds);

/* Has those that wait and that another process is writing be QUEUED_HELD; starts nothing. */
void run_queue_look(struct run_queue *queue);

/* How many jobs were left to others: those held, and those that wait for them. */
size_t run_queue_left(const struct run_queue *queue);

/* How many jobs that failed here another process is making now. */
size_t run_queue_retaken(const struct run_queue *queue);

/* Starts nothing more and asks the children, once, to save and end; run_queue_turn goes on until
 * they have. What waits is left, as it is by now. */
void run_queue_stop(struct run_queue *queue);

/* Asks the children that train to save, and to go on. */
void run_queue_save(const struct run_queue *queue);

/* Stops the children where they are, until they are told to go on. */
void run_queue_halt(const struct run_queue *queue);
void run_queue_go_on(const struct run_queue *queue);

const struct queued_status *run_queue_status(const struct run_queue *queue, size_t index);

/* What a child noted, the first where several did; null where none did. */
const char *run_queue_note(const struct run_queue *queue);

/* How many jobs are in a state. */
size_t run_queue_count(const struct run_queue *queue, enum queued_state state);

/* About how long until all are done, at the speed of those that have run; NAN where unknown. */
double run_queue_seconds_left(const struct run_queue *queue);

/* Stops and waits where that was not done, and frees. Null is allowed. */
void run_queue_free(struct run_queue *queue);

#endif
