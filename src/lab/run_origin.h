/* What a run was made from. */
#ifndef MNEME_LAB_RUN_ORIGIN_H
#define MNEME_LAB_RUN_ORIGIN_H

#include "config/paths.h"
#include "config/preset.h"

/* By the preset that the run has, as preset_load takes it: the name of a library's preset, or else
 * run->facts.table where that is called after its table, also where a preset of other facts is
 * called so. Null where there is neither. */
const char *run_origin(const struct paths *paths, const struct preset *run);

#endif
