/* How large a model and how long a training fit a table: the three phases are to show within about
 * two minutes on two cores. */
#ifndef MNEME_CONFIG_TABLE_SIZES_H
#define MNEME_CONFIG_TABLE_SIZES_H

#include <stdbool.h>
#include <stdint.h>

#include "config/preset.h"
#include "facts/fact_set.h"

/* How many facts a model can learn of a table: cells that are told, of columns with more than one
 * value. */
uint64_t table_sizes_facts(const struct fact_set *facts);

/* Chooses what follows from the number of facts that are trained on: keys of model, train, eval and
 * checkpoint, and minutes. facts is the table's, of which preset->population says how many rows are
 * held back. */
void table_sizes_choose(struct preset *preset, const struct fact_set *facts);

/* Whether the table is too small for a plateau, the second phase, to show. */
bool table_sizes_are_small(const struct preset *preset, const struct fact_set *facts);

#endif
