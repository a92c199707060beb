/* How long a test waits for what a program does, before it says that the program hangs.
 *
 * What is waited for takes a moment on an idle machine and any time on a busy one, so it is not the
 * clock that runs out but the program's own time: the time it ran or slept. Left out is whatever
 * the machine made it wait for: a thread of it that was ready and got no processor (Linux counts
 * that, in /proc/PID/task/TID/schedstat), a quota that was used up, and a disk. So a program that
 * blocks, one that sleeps and looks again for ever and one that goes in circles are all caught, the
 * last the later the busier the machine. A tenth of the time counts whatever it was waited for: a
 * program that writes to a disk without end would never be seen to hang. Where a system does not
 * tell, all time counts. */
#ifndef MNEME_TESTS_PATIENCE_H
#define MNEME_TESTS_PATIENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Seconds of the program's own time for any single wait: forty times what the longest takes.
 * $MNEME_TEST_PATIENCE multiplies it, for valgrind, sanitizers and slow machines. */
enum { PATIENCE = 120 };

enum { PATIENCE_THREADS = 256 }; /* that are looked after */

struct patience {
    pid_t program;
    double looked; /* when last, by clock_seconds */
    double spent;  /* seconds of the program's own time */
    double most;
    size_t threads;
    struct {
        pid_t thread;
        double kept_waiting;  /* seconds in all, for a processor */
    } seen[PATIENCE_THREADS]; /* [threads] at the last look */
};

/* Patience with a process, its children and all processes of the session that it leads; from now
 * on. A test's own is getpid(). */
struct patience patience_with(pid_t program);

/* Whether some is left. To be asked again and again while waiting: time that nobody asked in does
 * not count. */
bool patience_lasts(struct patience *patience);

#endif
