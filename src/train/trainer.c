/* Map of this file: the states; the thread and its commands; the public functions.
 *
 * The states of a trainer (enum trainer_state), once its thread is started:
 *
 *           start ---------------------------------+
 *             |                                    |
 *             v                                    v
 *          PAUSED <-----------> RUNNING -----> FINISHED
 *             ^                    ^               ^
 *             |                    |               |
 *       +-----v--------------------v---------------v-----+
 *       |                     FAILED                     |
 *       +------------------------------------------------+
 *
 * and the function that makes each transition:
 *
 *     start    -> PAUSED     begin          the run was begun (loop_begin)
 *     start    -> FINISHED   begin          the same, where all its steps are made
 *     PAUSED   -> RUNNING    begin_running  COMMAND_RUN; COMMAND_STEP, up to pause_at
 *     RUNNING  -> RUNNING    begin_running  the same; where to pause is what the last one says
 *     RUNNING  -> PAUSED     settle         COMMAND_PAUSE; pause_at is reached
 *     RUNNING  -> FINISHED   settle         all steps are made
 *     (any)    -> FAILED     fail           loop_begin, loop_advance or a command has failed
 *     FAILED   -> RUNNING    begin_running  COMMAND_RUN or COMMAND_STEP, sent after the failure:
 *                                           what was not done is done first (loop_advance)
 *     FAILED   -> PAUSED     settle         COMMAND_CHECKPOINT or COMMAND_EVALUATE, sent after the
 *     FAILED   -> FINISHED                  failure and obeyed
 *     (any)    -> the end    trainer_main   COMMAND_STOP, whose own failure leads to FAILED first
 *
 * Commands that a state has no use for are obeyed without leaving it. begin_running and settle also
 * keep `told`, what the record says of running and pausing. */
#include "train/trainer.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>

#include "base/memory.h"
#include "base/thread.h"
#include "train/loop.h"

/* What the record says of running and pausing: steps one by one are told by their lines alone, and
 * by the pause behind them. */
enum told { TOLD_RUNNING, TOLD_PAUSED };

struct trainer {
    /* What the thread works with. */
    struct loop loop;
    bool yields;       /* processors to other threads */
    uint64_t pause_at; /* running stops at this step */
    enum told told;

    struct status_board board;
    struct command_queue queue; /* these two are for who holds the status board */
    bool stopping;              /* after what is in the queue */
    size_t overtaken; /* at the queue's front: what was sent before a failure that nobody knew of */

    pthread_t thread;
    bool has_thread;
};

/* The states */

static void set_state(struct trainer *t, enum trainer_state state)
{
    status_board_hold(&t->board);
    t->board.status.state = state;
    t->board.status.pausing = false;
    status_board_publish(&t->board);
}

/* again: what was commanded before a failure has failed too, which overtakes nothing more. */
static void fail(struct trainer *t, const struct error *failure, bool again)
{
    status_board_hold(&t->board);
    if (!again)
        t->overtaken = t->queue.count;
    t->board.status.failure = *failure;
    t->board.status.failures++;
    status_board_release(&t->board);
    set_state(t, TRAINER_FAILED);
}

static bool begin_running(struct trainer *t, uint64_t pause_at)
{
    if (t->board.status.step >= t->board.status.steps && t->board.status.state != TRAINER_FAILED)
        return false;
    t->pause_at = pause_at;
    status_board_hold(&t->board);
    t->board.status.unsaved |= !t->board.status.has_saved;
    status_board_release(&t->board);
    t->told = TOLD_RUNNING;
    set_state(t, TRAINER_RUNNING);
    return true;
}

static bool tell_pause(struct trainer *t, struct error *err)
{
    if (t->told == TOLD_PAUSED)
        return true;
    t->told = TOLD_PAUSED;
    return loop_record(&t->loop, (struct event){.kind = EVENT_PAUSE}, err);
}

static bool is_finished(const struct trainer *t)
{
    return t->board.status.step >= t->board.status.steps;
}

static void rest(struct trainer *t)
{
    set_state(t, is_finished(t) ? TRAINER_FINISHED : TRAINER_PAUSED);
}

/* Whoever sees that the steps have ended finds all of them in the record. */
static bool settle(struct trainer *t, struct error *err)
{
    if (!is_finished(t) && !tell_pause(t, err))
        return false;
    rest(t);
    return true;
}

static bool begin(struct trainer *t, struct error *err)
{
    if (!loop_begin(&t->loop, err))
        return false;
    rest(t);
    return true;
}

/* A run that was begun is told to pause once no command waits that might have it go on. */
static bool tell_waiting(struct trainer *t, struct error *err)
{
    status_board_hold(&t->board);
    bool waits = t->queue.count == 0 && !t->stopping;
    status_board_release(&t->board);
    return !waits || t->board.status.state != TRAINER_PAUSED || tell_pause(t, err);
}

/* The thread and its commands */

static bool take_command(struct trainer *t, bool wait, struct command *command, bool *overtaken)
{
    status_board_hold(&t->board);
    while (wait && t->queue.count == 0 && !t->stopping)
        status_board_sleep(&t->board);
    bool taken = command_queue_take(&t->queue, command);
    *overtaken = taken && t->overtaken > 0;
    t->overtaken -= *overtaken;
    if (!taken && t->stopping) {
        *command = (struct command){.kind = COMMAND_STOP};
        taken = true;
    }
    status_board_release(&t->board);
    return taken;
}

static bool run(struct trainer *t, struct error *err)
{
    bool told_pause = t->told == TOLD_PAUSED;
    if (!begin_running(t, t->board.status.steps))
        return true;
    return !told_pause || loop_record(&t->loop, (struct event){.kind = EVENT_RESUME}, err);
}

static void make_steps(struct trainer *t, uint64_t steps)
{
    uint64_t left = t->board.status.steps - t->board.status.step;
    begin_running(t, t->board.status.step + (steps < left ? steps : left));
}

static bool is_unsaved(struct trainer *t)
{
    status_board_hold(&t->board);
    bool unsaved = t->board.status.unsaved;
    status_board_release(&t->board);
    return unsaved;
}

/* Where training has failed and what it left cannot be saved either, both are told, but one that
 * says it all. */
static bool save_last(struct trainer *t, struct error *err)
{
    struct error why;
    if (!is_unsaved(t) || loop_save(&t->loop, &why))
        return true;
    const struct trainer_status *status = &t->board.status;
    const char *before = status->failure.message;
    bool both = why.kind == ERROR_DATA && status->state == TRAINER_FAILED &&
                strncmp(why.message, before, strlen(before)) != 0;
    return both ? error_set(err, why.kind, "%s; %s", before, why.message)
                : error_set(err, why.kind, "%s", why.message);
}

/* What is saved is patched where its step says so, whether or not that could be told. */
static bool stop(struct trainer *t, struct error *err)
{
    bool patched = loop_arrive(&t->loop, err);
    return save_last(t, err) && loop_record(&t->loop, (struct event){.kind = EVENT_STOP}, err) &&
           patched;
}

/* Whoever sent a command before a failure did not ask to go on in spite of it: overtaken. */
static bool obey(struct trainer *t, const struct command *command, bool overtaken,
                 struct error *err)
{
    if (t->board.status.state != TRAINER_RUNNING)
        status_board_start_clock(&t->board);
    bool mends = t->board.status.state == TRAINER_FAILED && !overtaken;
    switch (command->kind) {
    case COMMAND_RUN:
        return overtaken || run(t, err);
    case COMMAND_STEP:
        if (!overtaken)
            make_steps(t, command->steps);
        return true;
    case COMMAND_PAUSE:
        return t->board.status.state != TRAINER_RUNNING || settle(t, err);
    case COMMAND_SET_LR:
        return loop_set_lr(&t->loop, command->value, command->before, err);
    case COMMAND_CHECKPOINT:
        return loop_save(&t->loop, err) && (!mends || settle(t, err));
    case COMMAND_EVALUATE:
        return loop_evaluate(&t->loop, err) && (!mends || settle(t, err));
    case COMMAND_ASK:
        return loop_ask(&t->loop, err);
    case COMMAND_THREADS:
        engine_use_threads(t->loop.engine, command->threads);
        return true;
    case COMMAND_STOP:
        return stop(t, err);
    }
    return true;
}

/* On Linux a thread has a nice value of its own, which threads inherit; elsewhere it is the whole
 * program's, and left alone. */
static void yield_processors(void)
{
#ifdef __linux__
    enum { NICE = 10 };
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + NICE);
#endif
}

static void *trainer_main(void *argument)
{
    struct trainer *t = argument;
    struct error err = {0};
    if (t->yields)
        yield_processors();
    if (!begin(t, &err))
        fail(t, &err, false);
    for (;;) {
        struct command command;
        bool done = true, overtaken;
        if (!tell_waiting(t, &err))
            fail(t, &err, false);
        bool waits = t->board.status.state != TRAINER_RUNNING;
        bool commanded = take_command(t, waits, &command, &overtaken);
        if (commanded)
            done = obey(t, &command, overtaken, &err);
        else
            done = loop_advance(&t->loop, t->pause_at, &err) &&
                   (t->board.status.step < t->pause_at || settle(t, &err));
        if (!done)
            fail(t, &err, commanded && overtaken);
        if (commanded && command.kind == COMMAND_STOP)
            return NULL;
    }
}

/* The public functions */

struct trainer *trainer_new(const struct trainer_setup *setup, struct error *err)
{
    struct trainer *t = memory_new(1, sizeof *t, err);
    if (!t || !status_board_init(&t->board, err)) {
        memory_free(t);
        return NULL;
    }
    if (loop_init(&t->loop, setup, &t->board, err))
        return t;
    status_board_free(&t->board);
    memory_free(t);
    return NULL;
}

static void trainer_free(struct trainer *t)
{
    loop_free(&t->loop);
    status_board_free(&t->board);
    command_queue_free(&t->queue);
    memory_free(t);
}

bool trainer_restore_training(struct trainer *trainer, const struct training_point *point,
                              struct error *err)
{
    return history_add_training(&trainer->loop.history, point, err);
}

bool trainer_restore_evaluation(struct trainer *trainer, const struct evaluation_point *point,
                                struct error *err)
{
    return tracker_restore(&trainer->loop.tracker, &trainer->loop.evaluation.baselines, point, err);
}

bool trainer_restore_circuits(struct trainer *trainer, const struct circuits_point *point,
                              struct error *err)
{
    return history_add_circuits(&trainer->loop.history, point, err);
}

bool trainer_restore_turn(struct trainer *trainer, const struct turn *turn, struct error *err)
{
    return history_add_turn(&trainer->loop.history, turn, err);
}

void trainer_restore_lr(struct trainer *trainer, double lr)
{
    loop_restore_lr(&trainer->loop, lr);
}

void trainer_restore_exposures(struct trainer *trainer, const struct plan *earlier, uint64_t steps)
{
    tracker_restore_exposures(&trainer->loop.tracker, earlier, steps);
}

bool trainer_start(struct trainer *trainer, bool yields, struct error *err)
{
    trainer->yields = yields;
    int failure = thread_start(&trainer->thread, trainer_main, trainer);
    trainer->has_thread = failure == 0;
    return failure ? error_system(err, failure, "cannot start the trainer's thread") : true;
}

bool trainer_send(struct trainer *trainer, struct command command, struct error *err)
{
    status_board_hold(&trainer->board);
    bool stop = command.kind == COMMAND_STOP;
    bool sent = stop || command_queue_put(&trainer->queue, command, err);
    if (stop) {
        trainer->stopping = true;
        atomic_store(&trainer->loop.cancel, true);
    }
    if (command.kind == COMMAND_PAUSE)
        trainer->board.status.pausing = trainer->board.status.state == TRAINER_RUNNING;
    if (command.kind == COMMAND_RUN || command.kind == COMMAND_STEP)
        trainer->board.status.pausing = false;
    if (command.kind == COMMAND_SET_LR && sent) /* a checkpoint asked for next is not in vain */
        trainer->board.status.unsaved = true;
    status_board_publish(&trainer->board);
    return sent;
}

void trainer_status(struct trainer *trainer, struct trainer_status *status)
{
    status_board_read(&trainer->board, status);
}

struct history *trainer_history(struct trainer *trainer)
{
    return &trainer->loop.history;
}

bool trainer_wait(struct trainer *trainer, double seconds, uint64_t *seen)
{
    return status_board_wait(&trainer->board, seconds, seen);
}

const struct model *trainer_hold_weights(struct trainer *trainer)
{
    return engine_hold(trainer->loop.engine);
}

void trainer_release_weights(struct trainer *trainer)
{
    engine_release(trainer->loop.engine);
}

bool trainer_end(struct trainer *trainer, struct error *err)
{
    if (trainer->has_thread) {
        trainer_send(trainer, (struct command){.kind = COMMAND_STOP}, NULL);
        pthread_join(trainer->thread, NULL);
        trainer->has_thread = false;
    }
    bool failed = trainer->board.status.state == TRAINER_FAILED;
    if (failed && err)
        *err = trainer->board.status.failure;
    return !failed;
}

bool trainer_stop(struct trainer *trainer, struct error *err)
{
    bool ended = trainer_end(trainer, err);
    trainer_free(trainer);
    return ended;
}
