/* Runs that were deleted: they lie in `.trash` among the runs, each in a directory of its own with
 * a file that says where it was, and are listed nowhere, until the trash is emptied. */
#ifndef MNEME_RECORD_RUN_TRASH_H
#define MNEME_RECORD_RUN_TRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/error.h"
#include "config/paths.h"

#define RUN_TRASH ".trash"

struct trashed_run {
    char *directory; /* of the trash, that the run lies in */
    char *origin;    /* the path that it had */
    time_t when;     /* it was deleted */
};

struct run_trash {
    struct trashed_run *run; /* [count] the one that was deleted last first */
    size_t count;
};

/* Moves a run there, whole. ERROR_BUSY where it is in use; on any failure it is where it was. */
bool run_trash_put(const struct paths *paths, const char *directory, struct error *err);

/* What lies there; nothing where nothing was ever deleted. ERROR_SYSTEM where it cannot be read. */
bool run_trash_read(struct run_trash *trash, const struct paths *paths, struct error *err);
void run_trash_free(struct run_trash *trash);

/* By its path or by its name, of several the one that was deleted last; null where it is not there.
 */
const struct trashed_run *run_trash_find(const struct run_trash *trash, const char *name);

/* Moves one back to where it was. ERROR_INPUT where something else is there by now. */
bool run_trash_restore(const struct trashed_run *run, struct error *err);

/* Removes one for good. */
bool run_trash_remove(const struct trashed_run *run, struct error *err);

#endif
