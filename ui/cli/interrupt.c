#include "ui/cli/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

/* Seconds in which another signal is taken for the same request: timeout(1) and a terminal that
 * goes away send one to the process and one to its group. */
enum { SAME_REQUEST = 1 };

static volatile sig_atomic_t interrupted;
static struct timespec first; /* read and written by the handler alone */

static double seconds_since_first(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - first.tv_sec) + 1e-9 * (double)(now.tv_nsec - first.tv_nsec);
}

static void note(int number)
{
    if (!interrupted) {
        clock_gettime(CLOCK_MONOTONIC, &first);
        interrupted = 1;
    } else if (seconds_since_first() > SAME_REQUEST) {
        signal(number, SIG_DFL);
        raise(number); /* which ends the program when this has returned */
    }
}

void interrupt_catch(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    enum { SIGNALS = sizeof signals / sizeof *signals };
    struct sigaction ours = {.sa_handler = note}, before;
    sigemptyset(&ours.sa_mask);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaddset(&ours.sa_mask, signals[i]);
    for (size_t i = 0; i < SIGNALS; i++)
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &ours, NULL);
    signal(SIGPIPE, SIG_IGN);
}

bool interrupt_came(void)
{
    return interrupted != 0;
}
