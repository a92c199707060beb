#include "base/stopwatch.h"

#include "base/clock.h"
#include "base/condition.h"
#include "base/thread.h"

#define BEAT 0.25 /* seconds from one look to the next */
#define STOP 2.0  /* seconds without a look that no busy machine makes of a beat */

double stopwatch_at(struct stopwatch *watch, double now)
{
    double gap = now - watch->looked;
    if (gap > STOP)
        watch->missed += gap - BEAT;
    watch->looked = now;
    return now - watch->missed;
}

double stopwatch_seconds(struct stopwatch *watch)
{
    pthread_mutex_lock(&watch->lock);
    double seconds = stopwatch_at(watch, clock_seconds());
    pthread_mutex_unlock(&watch->lock);
    return seconds;
}

static void *look_again_and_again(void *argument)
{
    struct stopwatch *watch = argument;
    pthread_mutex_lock(&watch->lock);
    while (!watch->ends) {
        const struct timespec until = condition_moment(BEAT);
        stopwatch_at(watch, clock_seconds());
        pthread_cond_timedwait(&watch->ending, &watch->lock, &until);
    }
    pthread_mutex_unlock(&watch->lock);
    return NULL;
}

bool stopwatch_init(struct stopwatch *watch, struct error *err)
{
    *watch = (struct stopwatch){.looked = clock_seconds()};
    pthread_mutex_init(&watch->lock, NULL);
    condition_init(&watch->ending);
    int failure = thread_start(&watch->thread, look_again_and_again, watch);
    if (failure == 0)
        return true;
    pthread_cond_destroy(&watch->ending);
    pthread_mutex_destroy(&watch->lock);
    return error_system(err, failure, "cannot start a thread");
}

void stopwatch_free(struct stopwatch *watch)
{
    pthread_mutex_lock(&watch->lock);
    watch->ends = true;
    pthread_cond_signal(&watch->ending);
    pthread_mutex_unlock(&watch->lock);
    pthread_join(watch->thread, NULL);
    pthread_cond_destroy(&watch->ending);
    pthread_mutex_destroy(&watch->lock);
}
