/* Time in which the process could run: what it was stopped for (by Ctrl-Z, a debugger or a frozen
 * machine) is left out. A thread looks at the clock a few times a second; where nobody has looked
 * for two seconds, nothing ran. */
#ifndef MNEME_BASE_STOPWATCH_H
#define MNEME_BASE_STOPWATCH_H

#include <pthread.h>
#include <stdbool.h>

#include "base/error.h"

struct stopwatch {
    pthread_mutex_t lock;
    pthread_cond_t ending;
    pthread_t thread;
    bool ends;
    double looked; /* clock when it was looked at last */
    double missed; /* seconds left out so far */
};

/* Starts the thread; the struct must stay where it is. */
bool stopwatch_init(struct stopwatch *watch, struct error *err);
void stopwatch_free(struct stopwatch *watch);

/* Seconds since some moment, less what was left out. */
double stopwatch_seconds(struct stopwatch *watch);

/* The same where the clock says `now`; not while the thread runs. */
double stopwatch_at(struct stopwatch *watch, double now);

#endif
