#include "train/status_board.h"

#include <math.h>
#include <time.h>

bool board_init(struct board *board, struct error *err)
{
    pthread_condattr_t monotonic;
    *board = (struct board){.changes = 0};
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

void board_free(struct board *board)
{
    stopwatch_free(&board->watch);
    pthread_cond_destroy(&board->changed);
    pthread_mutex_destroy(&board->lock);
}

void board_hold(struct board *board)
{
    pthread_mutex_lock(&board->lock);
}

void board_release(struct board *board)
{
    pthread_mutex_unlock(&board->lock);
}

void board_publish(struct board *board)
{
    board->changes++;
    pthread_cond_broadcast(&board->changed);
    pthread_mutex_unlock(&board->lock);
}

void board_sleep(struct board *board)
{
    pthread_cond_wait(&board->changed, &board->lock);
}

void board_read(struct board *board, struct trainer_status *status)
{
    board_hold(board);
    *status = board->status;
    double elapsed =
        board->step_started > 0 ? stopwatch_seconds(&board->watch) - board->step_started : 0;
    board_release(board);
    double tokens_per_step = status->step > 0 ? (double)status->tokens / (double)status->step : 0;
    double share = tokens_per_step > 0 ? elapsed * status->tokens_per_second / tokens_per_step : 0;
    status->step_share = share < 1 ? share : 1;
}

bool board_wait(struct board *board, double seconds, uint64_t *seen)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    double end = (double)until.tv_nsec * 1e-9 + seconds;
    until.tv_sec += (time_t)floor(end);
    until.tv_nsec = (long)((end - floor(end)) * 1e9);
    board_hold(board);
    int timed_out = 0;
    while (board->changes == *seen && !timed_out)
        timed_out = pthread_cond_timedwait(&board->changed, &board->lock, &until);
    bool changed = board->changes != *seen;
    *seen = board->changes;
    board_release(board);
    return changed;
}
