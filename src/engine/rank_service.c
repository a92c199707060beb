/* Map of this file: the ranks that serve; rank 0, which ends them. */
#include "engine/rank_service.h"

#include <mpi.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/engine.h"
#include "engine/rank_lesson.h"
#include "engine/rank_messages.h"
#include "engine/rank_parts.h"
#include "engine/ranks.h"

/* Those that serve give up the step under way. */
static atomic_bool gives_up;

/* The ranks that serve */

static bool serve_open(struct engine **engine, const struct order *order, struct error *err)
{
    struct error own;
    *engine = engine_has_room(&order->model, &order->options)
                  ? engine_new(&order->model, &order->options, &own)
                  : NULL;
    bool all = *engine != NULL;
    if (!messages_agree(&all, err))
        return false;
    if (!all) {
        engine_free(*engine);
        *engine = NULL;
    }
    return true;
}

static bool serve_lesson(struct engine *engine, const struct order *order, struct error *err)
{
    struct lesson lesson;
    double loss, norm;
    bool served = false;
    if (!rank_lesson_receive(&lesson, order, err))
        return false;
    if (order->task == TASK_COMPUTE) {
        engine->optimizer.frozen = order->frozen;
        served = rank_parts_compute(engine, &lesson.sequences, &gives_up, &loss, &norm, err);
    } else if (order->task == TASK_WATCH)
        served = rank_parts_watch(engine, &lesson.sequences, &gives_up, NULL, err);
    else {
        struct prediction *prediction = memory_new(order->positions + 1, sizeof *prediction, err);
        served = prediction && rank_parts_predict(engine, &lesson.sequences, lesson.position,
                                                  order->positions, &gives_up, prediction, err);
        memory_free(prediction);
    }
    rank_lesson_free(&lesson);
    return served || err->kind == ERROR_CANCELLED;
}

/* False where this rank can serve no longer. */
static bool serve(struct engine **engine, const struct order *order, struct error *err)
{
    switch (order->task) {
    case TASK_OPEN:
        return serve_open(engine, order, err);
    case TASK_CLOSE:
        engine_free(*engine);
        *engine = NULL;
        return true;
    case TASK_UPDATE:
        return rank_parts_update(*engine, order->norm, order->lr, err);
    case TASK_COLLECT:
        return rank_parts_collect(*engine, err);
    case TASK_SPREAD:
        return rank_parts_spread(*engine, order, err);
    case TASK_COMPUTE:
    case TASK_PREDICT:
    case TASK_WATCH:
        return serve_lesson(*engine, order, err);
    case TASK_END:
        break;
    }
    return true;
}

static void give_up(int signal)
{
    (void)signal;
    atomic_store(&gives_up, true);
}

/* What a terminal or a scheduler sends to all processes is for rank 0. */
static void leave_signals_to_first(void)
{
    static const int ignored[] = {SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGPIPE};
    struct sigaction action = {.sa_handler = give_up, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
}

/* Rank 0 is to say which one has ended, which must not be this one; mpirun ends all soon. */
static void wait_for_first(void)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    const double longest = 60; /* seconds */
    for (double began = clock_seconds();
         !ranks_first_has_ended() && clock_seconds() - began < longest;)
        nanosleep(&pause, NULL);
}

int rank_service_run(void)
{
    struct engine *engine = NULL;
    struct order order = {.task = TASK_OPEN};
    struct error err;
    bool serves = true;
    leave_signals_to_first();
    while (serves && order.task != TASK_END) {
        serves = messages_broadcast(&order, sizeof order, &err);
        atomic_store(&gives_up, false);
        serves = serves && serve(&engine, &order, &err);
    }
    if (!serves && messages_rank_has_ended()) {
        if (!ranks_first_has_ended())
            wait_for_first();
        else if (ranks_own() == 1) /* one of them says it in its place */
            fprintf(stderr,
                    "mneme: %s, which led; mneme train --resume RUN goes on with the run that it "
                    "trained from the newest checkpoint (mneme runs lists it, unless --run named "
                    "another directory)\n",
                    err.message);
        _exit(EXIT_FAILURE);
    }
    if (!serves) {
        fprintf(stderr, "rank %zu: %s\n", ranks_own(), err.message);
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
    }
    ranks_end();
    return EXIT_SUCCESS;
}

/* Rank 0 */

void rank_service_end(void)
{
    struct error ignored;
    struct order order = {.task = TASK_END};
    if (ranks_count() > 1 && !messages_send_order(&order, &ignored)) {
        fflush(NULL); /* what the command has printed */
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
    }
    ranks_end();
}
