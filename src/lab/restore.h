/* A trainer that goes on is given back what a record holds: its history, what it has seen of the
 * facts, and where somebody stepped in. */
#ifndef MNEME_LAB_RESTORE_H
#define MNEME_LAB_RESTORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/preset.h"
#include "facts/fact_set.h"
#include "facts/population.h"
#include "train/trainer.h"

/* From the run's own record, up to the step that it goes on from. Sentences on what the record has
 * lost, and on the steps behind it that are made again, are added to remarks. */
bool restore_own(struct trainer *trainer, const struct fact_set *facts, const char *record,
                 uint64_t step, struct strings *remarks, struct error *err);

/* From the record of another run of that preset, whose checkpoint of `step` it begins at; the
 * evaluation of that step is left out. subset: individuals its sampling singled out then, 0 for
 * none. ERROR_DATA where that run was sampled by numbers that have changed. */
bool restore_other(struct trainer *trainer, const struct population *population, const char *record,
                   const struct preset *preset, uint64_t step, uint64_t subset,
                   struct strings *remarks, struct error *err);

#endif
