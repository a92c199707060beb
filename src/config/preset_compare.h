/* A run beside a preset. */
#ifndef MNEME_CONFIG_PRESET_COMPARE_H
#define MNEME_CONFIG_PRESET_COMPARE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/preset.h"

/* What was asked for, with the numbers that a table decides as the run has them. Its texts are
 * those of `asked`. */
struct preset preset_fitted(const struct preset *asked, const struct preset *run);

/* Whether `run`, the preset of a run, is what a run of `asked` has. [preset], train.threads and
 * which checkpoints are kept may differ, and so may what `asked` leaves open and the start of a run
 * fills in, as the rows of a table do with population.known = 0; and by what names a run's facts
 * are found, where it has their fingerprint, which is to be compared then (preset_check_facts). On
 * false the error is ERROR_INPUT "train.lr = 0.001, not 0.002" with the first key that differs. */
bool preset_is_run_of(const struct preset *run, const struct preset *asked, struct error *err);

/* Whether both name the same facts file or table; an error as above on false. */
bool preset_names_facts_of(const struct preset *run, const struct preset *asked, struct error *err);

#endif
