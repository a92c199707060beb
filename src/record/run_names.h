/* The names of runs. */
#ifndef MNEME_RECORD_RUN_NAMES_H
#define MNEME_RECORD_RUN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Names of all runs in a directory, in no order, none where it is not there; each and the list are
 * freed with memory_free, or by run_names_free. */
bool run_names_list(const char *directory, char ***names, size_t *count, struct error *err);
void run_names_free(char **names, size_t count);

#endif
