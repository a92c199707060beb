#include "base/condition.h"

#include <math.h>

int condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t steady;
    int failure = pthread_condattr_init(&steady);
    if (failure)
        return failure;
    failure = pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    if (!failure)
        failure = pthread_cond_init(condition, &steady);
    pthread_condattr_destroy(&steady);
    return failure;
}

struct timespec condition_moment(double seconds)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    double end = (double)moment.tv_nsec * 1e-9 + seconds;
    moment.tv_sec += (time_t)floor(end);
    moment.tv_nsec = (long)((end - floor(end)) * 1e9);
    return moment;
}
