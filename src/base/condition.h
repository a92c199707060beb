/* Conditions that are waited for on the clock that only ever goes forward: whoever sets the time of
 * day neither ends a wait nor prolongs it. */
#ifndef MNEME_BASE_CONDITION_H
#define MNEME_BASE_CONDITION_H

#include <pthread.h>
#include <time.h>

/* As pthread_cond_init: 0 or an errno value. */
int condition_init(pthread_cond_t *condition);

/* The moment so many seconds from now, for pthread_cond_timedwait on such a condition. */
struct timespec condition_moment(double seconds);

#endif
