/* The sign of life of who holds a run: a thread that sets the time of the lock's file every few
 * seconds, so that on other machines it can be seen when its machine is gone, and that finds out
 * when another has taken the run meanwhile, as it may when the process was stopped for long.
 *
 * Ages are those of the file system: another file is written and the times of both are compared. No
 * machine's clock is asked, and since that of the file system may jump as well, a holder whose last
 * sign of life is old is watched before he is given up. */
#ifndef MNEME_RECORD_HEARTBEAT_H
#define MNEME_RECORD_HEARTBEAT_H

#include <stdbool.h>

#include "base/error.h"
#include "record/holder.h"

struct heartbeat;

/* Sets the time of the file, which is open and holds what `own` has written, until it is stopped.
 * The descriptor must stay open until then; the path is copied. */
struct heartbeat *heartbeat_start(int descriptor, const char *path, const struct holder *own,
                                  struct error *err);

/* Whether the file is still the holder's. ERROR_BUSY, of the run `name`, where another has it; once
 * that was so it stays so. Looks by itself where the thread has not done so for long. Null has
 * nothing to lose. */
bool heartbeat_check(struct heartbeat *heartbeat, const char *name, struct error *err);

/* Ends the thread and frees; whether the file is still the holder's. */
bool heartbeat_stop(struct heartbeat *heartbeat);

/* Whether the file at the path was last beaten so long ago, by the clock of its file system, that
 * its holder may be gone, or ahead of that clock, which was set back then and no later beat has
 * followed. Writes a file of its own beside it and removes that; where it cannot, no holder is. */
bool heartbeat_is_silent(const char *path);

/* Whether it is beaten no more: watches it for some seconds. A file that is removed or changed
 * hands meanwhile is none that has stopped. */
bool heartbeat_has_stopped(const char *path);

/* Seconds from one beat to the next, after which a holder is silent, and for which one is watched.
 */
struct heartbeat_pace {
    double beat, silent, watched;
};

/* For tests; null brings the usual pace back. No heart may beat meanwhile. */
void heartbeat_set_pace(const struct heartbeat_pace *pace);

#endif
