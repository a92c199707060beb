/* The names of runs. */
#ifndef MNEME_RECORD_RUN_NAMES_H
#define MNEME_RECORD_RUN_NAMES_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/paths.h"

/* Where a reproduction keeps its runs, in the working directory, if it is not told otherwise. */
#define RUN_REPRODUCTION "reproduction"

/* Names of all runs under paths->runs, in no order; those inside its directories, as a sweep and a
 * reproduction have them, as SWEEP/RUN and DIRECTORY/SCALE/RUN; and those of a reproduction in the
 * working directory. Overwrites *names; on false it is empty. */
bool run_names_list(const struct paths *paths, struct strings *names, struct error *err);

#endif
