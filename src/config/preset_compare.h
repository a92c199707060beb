/* Whether a run is one of a preset. */
#ifndef MNEME_CONFIG_PRESET_COMPARE_H
#define MNEME_CONFIG_PRESET_COMPARE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/preset.h"

/* Whether `run`, the preset of a run, is what a run of `asked` has. [preset] and train.threads may
 * differ, and so may what `asked` leaves open and the start of a run fills in, as the rows of a
 * table do with population.known = 0. On false the error is ERROR_INPUT "train.lr = 0.001, not
 * 0.002" with the first key that differs. */
bool preset_is_run_of(const struct preset *run, const struct preset *asked, struct error *err);

#endif
