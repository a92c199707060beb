/* The lock of a run's directory: one writer at a time, any number of readers. It goes with its
 * process. Where the file system knows no locks a file stands for one, which only a process on the
 * same machine can be seen to have left behind. */
#ifndef MNEME_RECORD_RUN_LOCK_H
#define MNEME_RECORD_RUN_LOCK_H

#include <stdbool.h>

#include "base/error.h"

/* All zeros where none is held. */
struct run_lock {
    bool held;
    int descriptor;  /* of the file that is locked */
    char *stands_in; /* path of the file that stands for a lock; null where there is a real one */
};

/* Takes the lock of a directory, of the run `name`; ERROR_BUSY, and who has it, where one has. */
bool run_lock_take(struct run_lock *lock, const char *directory, const char *name,
                   struct error *err);
void run_lock_release(struct run_lock *lock);

/* Whether nobody has it; ERROR_BUSY as above. Looks without touching it, so that a writer who comes
 * at this moment gets it. */
bool run_lock_is_free(const char *directory, const char *name, struct error *err);

#endif
