/* What somebody means by a name where presets and runs can both be called. */
#ifndef MNEME_LAB_TARGET_H
#define MNEME_LAB_TARGET_H

#include <stdbool.h>

#include "config/paths.h"

/* Whether it means a run. A preset's name comes first; what is neither is a preset that is not
 * there, which preset_load says best, unless it is a path that leads to no run, or a directory
 * among the runs that lost its preset. */
bool target_is_run(const struct paths *paths, const char *name);

#endif
