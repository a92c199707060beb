#include "train/status_board.h"

#include <math.h>
#include <time.h>

bool status_board_init(struct status_board *board, struct error *err)
{
    pthread_condattr_t monotonic;
    *board = (struct status_board){.changes = 0};
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    int failure = pthread_mutex_init(&board->lock, NULL);
    if (!failure && (failure = pthread_cond_init(&board->changed, &monotonic)) != 0)
        pthread_mutex_destroy(&board->lock);
    pthread_condattr_destroy(&monotonic);
    if (failure)
        return error_system(err, failure, "cannot make a lock");
    if (stopwatch_init(&board->watch, err))
        return true;
    pthread_cond_destroy(&board->changed);
    pthread_mutex_destroy(&board->lock);
    return false;
}

void status_board_free(struct status_board *board)
{
    stopwatch_free(&board->watch);
    pthread_cond_destroy(&board->changed);
    pthread_mutex_destroy(&board->lock);
}

void status_board_hold(struct status_board *board)
{
    pthread_mutex_lock(&board->lock);
}

void status_board_release(struct status_board *board)
{
    pthread_mutex_unlock(&board->lock);
}

void status_board_publish(struct status_board *board)
{
    board->changes++;
    pthread_cond_broadcast(&board->changed);
    pthread_mutex_unlock(&board->lock);
}

void status_board_sleep(struct status_board *board)
{
    pthread_cond_wait(&board->changed, &board->lock);
}

void status_board_read(struct status_board *board, struct trainer_status *status)
{
    status_board_hold(board);
    *status = board->status;
    double elapsed =
        board->step_started > 0 ? stopwatch_seconds(&board->watch) - board->step_started : 0;
    status_board_release(board);
    double tokens_per_step = status->step > 0 ? (double)status->tokens / (double)status->step : 0;
    double share = tokens_per_step > 0 ? elapsed * status->tokens_per_second / tokens_per_step : 0;
    status->step_share = share < 1 ? share : 1;
}

bool status_board_wait(struct status_board *board, double seconds, uint64_t *seen)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    double end = (double)until.tv_nsec * 1e-9 + seconds;
    until.tv_sec += (time_t)floor(end);
    until.tv_nsec = (long)((end - floor(end)) * 1e9);
    status_board_hold(board);
    int timed_out = 0;
    while (board->changes == *seen && !timed_out)
        timed_out = pthread_cond_timedwait(&board->changed, &board->lock, &until);
    bool changed = board->changes != *seen;
    *seen = board->changes;
    status_board_release(board);
    return changed;
}
