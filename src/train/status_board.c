/* Map of this file: the lock; time and speeds; what the trainer says; what others read. */
#include "train/status_board.h"

#include <math.h>

#include "base/condition.h"

/* Seconds that speeds are means over. */
static const double tokens_fade = 3, steps_fade = 20;

/* The lock */

bool status_board_init(struct status_board *board, struct error *err)
{
    *board = (struct status_board){.changes = 0};
    int failure = pthread_mutex_init(&board->lock, NULL);
    if (!failure && (failure = condition_init(&board->changed)) != 0)
        pthread_mutex_destroy(&board->lock);
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

/* Time and speeds */

static void rate_add(struct fading_rate *rate, double amount, double seconds, double constant)
{
    double fade = exp(-seconds / constant);
    rate->amount = rate->amount * fade + amount;
    rate->seconds = rate->seconds * fade + seconds;
}

void status_board_start_clock(struct status_board *board)
{
    board->counted = stopwatch_seconds(&board->watch);
}

void status_board_count_time(struct status_board *board)
{
    double now = stopwatch_seconds(&board->watch);
    status_board_hold(board);
    board->status.seconds += now - board->counted;
    status_board_release(board);
    rate_add(&board->steps_rate, 0, now - board->counted, steps_fade);
    board->counted = now;
}

void status_board_begin_step(struct status_board *board)
{
    status_board_hold(board);
    board->step_started = stopwatch_seconds(&board->watch);
    status_board_release(board);
}

void status_board_drop_step(struct status_board *board)
{
    status_board_count_time(board);
    status_board_hold(board);
    board->step_started = 0;
    status_board_publish(board);
}

void status_board_end_step(struct status_board *board, size_t tokens, double lr, uint64_t drawn)
{
    const struct fading_rate *steps = &board->steps_rate, *speed = &board->tokens_rate;
    struct trainer_status *s = &board->status;
    double seconds = stopwatch_seconds(&board->watch) - board->step_started;
    rate_add(&board->tokens_rate, (double)tokens, seconds, tokens_fade);
    board->steps_rate.amount++;
    status_board_count_time(board);
    status_board_hold(board);
    board->step_started = 0;
    s->step++;
    s->unsaved = true;
    s->tokens += tokens;
    s->tokens_per_second = speed->amount / speed->seconds;
    s->seconds_left = (double)(s->steps - s->step) * steps->seconds / steps->amount;
    s->lr = lr;
    s->drawn = drawn;
    status_board_publish(board);
}

/* What the trainer says */

void status_board_set_lr(struct status_board *board, double lr)
{
    status_board_hold(board);
    board->status.lr = lr;
    status_board_publish(board);
}

void status_board_set_drawn(struct status_board *board, uint64_t drawn)
{
    status_board_hold(board);
    board->status.drawn = drawn;
    status_board_publish(board);
}

void status_board_set_evaluating(struct status_board *board, bool evaluating)
{
    status_board_hold(board);
    board->status.evaluating = evaluating;
    status_board_publish(board);
}

void status_board_set_phase(struct status_board *board, const struct phase_report *phase)
{
    status_board_hold(board);
    board->status.phase = *phase;
    status_board_release(board);
}

void status_board_set_patched(struct status_board *board, uint64_t step,
                              const struct phase_report *phase)
{
    status_board_hold(board);
    board->status.patched = true;
    board->status.patched_at = step;
    board->status.reference_phase = board->status.phase;
    board->status.phase = *phase;
    status_board_release(board);
}

void status_board_set_widened(struct status_board *board, uint64_t drawn)
{
    status_board_hold(board);
    board->status.drawn = drawn;
    board->status.widened = board->status.step;
    board->status.unsaved = true;
    status_board_publish(board);
}

void status_board_set_unsaved(struct status_board *board)
{
    status_board_hold(board);
    board->status.unsaved = true;
    status_board_release(board);
}

bool status_board_is_saved(struct status_board *board)
{
    status_board_hold(board);
    bool saved = board->status.has_saved && !board->status.unsaved;
    status_board_release(board);
    return saved;
}

void status_board_set_saved(struct status_board *board)
{
    status_board_hold(board);
    board->status.saved_step = board->status.step;
    board->status.has_saved = true;
    board->status.saves++;
    board->status.unsaved = false;
    status_board_publish(board);
}

void status_board_wake(struct status_board *board)
{
    status_board_hold(board);
    status_board_publish(board);
}

/* What others read */

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
    const struct timespec until = condition_moment(seconds);
    status_board_hold(board);
    int timed_out = 0;
    while (board->changes == *seen && !timed_out)
        timed_out = pthread_cond_timedwait(&board->changed, &board->lock, &until);
    bool changed = board->changes != *seen;
    *seen = board->changes;
    status_board_release(board);
    return changed;
}
