/* The lock of a run's directory: one writer at a time, any number of readers. On one machine it
 * goes with its process, whose kernel sees to that.
 *
 * Where the file system knows no locks, or none that reach other machines, a file stands for one. A
 * holder gives signs of life (record/heartbeat.h): who holds on another machine, by a file or by a
 * lock that a file server keeps, and gives none for minutes, is taken to be gone with it, and the
 * run may be taken over. Should he come back he finds that before he writes. */
#ifndef MNEME_RECORD_RUN_LOCK_H
#define MNEME_RECORD_RUN_LOCK_H

#include <stdbool.h>
#include <time.h>

#include "base/error.h"
#include "record/heartbeat.h"
#include "record/holder.h"

/* All zeros where none is held. */
struct run_lock {
    bool held;
    int descriptor;              /* of the file `lock`, which is locked if nothing stands in */
    char *stands_in;             /* path of the file that stands for a lock; null for a real one */
    int stand_in;                /* descriptor of that */
    struct heartbeat *heartbeat; /* of the file that keeps others out */
};

/* Takes the lock of a directory, of the run `name`; ERROR_BUSY, and who has it, where one has.
 * Takes some seconds where somebody on another machine seems to be gone. */
bool run_lock_take(struct run_lock *lock, const char *directory, const char *name,
                   struct error *err);
void run_lock_release(struct run_lock *lock);

/* The directory is at another path now, with the lock held. */
void run_lock_moved(struct run_lock *lock, const char *directory);

/* Whether nobody has it; ERROR_BUSY as above. Looks without touching it, so that a writer who comes
 * at this moment gets it; who is silent on another machine does not count. */
bool run_lock_is_free(const char *directory, const char *name, struct error *err);

/* Who holds a run, for who only follows it: nothing is written, not even to read a clock. Somebody
 * on another machine is taken to hold it as long as `beat` goes on to change. */
struct run_lock_sight {
    bool held;
    bool left;            /* not held, but somebody went without giving it back */
    struct holder holder; /* of either; no text where he is about to come or to go */
    bool is_elsewhere;    /* the holder's sign of life is all there is to see of him */
    struct timespec beat; /* the last of them, by the clock of the file system */
};

void run_lock_look(const char *directory, struct run_lock_sight *sight);

#endif
