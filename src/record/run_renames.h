/* Names that runs had: a file `.renamed` in the directory that they lie in, a line for each time
 * one was given another, so that what names a run by its directory still finds it. */
#ifndef MNEME_RECORD_RUN_RENAMES_H
#define MNEME_RECORD_RUN_RENAMES_H

#include <stdbool.h>

#include "base/error.h"

#define RUN_RENAMES ".renamed"

/* Gives a run another name in the directory it lies in: *renamed is its new path, freed with
 * memory_free. ERROR_INPUT where that can be no name, or something has it; ERROR_BUSY where the run
 * is in use. On false it has the name that it had. */
bool run_rename(const char *directory, const char *name, char **renamed, struct error *err);

/* Where the run is now that was in this directory at a time, in seconds since 1970, or, at
 * RUN_RENAMES_LAST, the last one that was. Null where it was not renamed since, or where it cannot
 * be told. */
#define RUN_RENAMES_LAST (-1.0)
char *run_renames_follow(const char *directory, double when, struct error *err);

#endif
