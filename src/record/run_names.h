/* The names of runs. */
#ifndef MNEME_RECORD_RUN_NAMES_H
#define MNEME_RECORD_RUN_NAMES_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strings.h"

/* Names of all runs in a directory, in no order, none where it is not there. Overwrites *names; on
 * false it is empty. */
bool run_names_list(const char *directory, struct strings *names, struct error *err);

#endif
