/* What the facts and the machine decide of a preset. */
#ifndef MNEME_CONFIG_PRESET_COMPLETE_H
#define MNEME_CONFIG_PRESET_COMPLETE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/preset.h"
#include "facts/fact_set.h"
#include "facts/vocabulary.h"

/* Takes note of the pools and templates a fresh run begins with, and puts numbers where the preset
 * leaves them to the rows of a table. ERROR_DATA where a run that goes on began with others,
 * ERROR_INPUT where the numbers do not fit. */
bool preset_take_facts(struct preset *preset, const struct fact_set *facts, struct error *err);

/* Fills in the sizes that were left open: shards, as many as the machine has threads and the batch
 * biographies; rows of the embedding, longest sequence and the values of a memory, as the facts ask
 * for. ERROR_INPUT for sizes the facts do not fit in, and for facts the kind of model cannot take.
 */
bool preset_complete(struct preset *preset, const struct vocabulary *vocabulary, struct error *err);

#endif
