/* A queue of commands: what was put in first comes out first. Nobody locks it but who owns it. */
#ifndef MNEME_TRAIN_COMMAND_QUEUE_H
#define MNEME_TRAIN_COMMAND_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum command_kind {
    COMMAND_RUN,        /* go on until paused or finished */
    COMMAND_STEP,       /* make `steps` steps, then pause; told in no event */
    COMMAND_PAUSE,      /* after the step under way */
    COMMAND_SET_LR,     /* multiply the schedule, until fine-tuning or a patched model begins, so
                           that the rate of the next step is `value` */
    COMMAND_CHECKPOINT, /* between steps */
    COMMAND_EVALUATE,   /* between steps, if the current step was not evaluated */
    COMMAND_ASK,        /* between steps: what has come to be asked (observer.h) */
    COMMAND_THREADS,    /* at most `threads`, see engine_use_threads; told in no event */
    COMMAND_STOP, /* after what is queued: give up the step or evaluation under way, save what is
                     unsaved, end the thread; sending it never fails */
};

struct command {
    enum command_kind kind;
    uint64_t steps;
    double value;
    double before; /* COMMAND_SET_LR: the rate until now; 0: as the plan has it */
    size_t threads;
};

/* A ring that doubles where it is full; all zero is an empty one. */
struct command_queue {
    struct command *command; /* [room] */
    size_t first, count, room;
};

void command_queue_free(struct command_queue *queue);

/* Puts a command at the end. On false, which is ERROR_MEMORY, the queue is as it was. */
bool command_queue_put(struct command_queue *queue, struct command command, struct error *err);

/* Takes the one at the front; false where there is none. */
bool command_queue_take(struct command_queue *queue, struct command *command);

#endif
