/* Sweeps as INI files. See mneme-sweep(5). */
#ifndef MNEME_LAB_SWEEP_FILE_H
#define MNEME_LAB_SWEEP_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/paths.h"
#include "lab/sweep.h"

/* Reads a sweep by name (looked for in paths->data[]/sweeps/NAME.ini) or by a path, and makes its
 * list of jobs. ERROR_INPUT "FILE:LINE: ..." for what is wrong in it, values that no preset takes
 * included. On false *sweep is empty. */
bool sweep_load(struct sweep *sweep, const struct paths *paths, const char *name,
                struct error *err);

/* Names of all sweeps there are, as preset_list gives them. */
bool sweep_list(const struct paths *paths, struct strings *names, struct error *err);

#endif
