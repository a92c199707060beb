/* What the facts and the machine decide of a preset. */
#ifndef MNEME_CONFIG_PRESET_COMPLETE_H
#define MNEME_CONFIG_PRESET_COMPLETE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/preset.h"
#include "facts/fact_set.h"
#include "facts/vocabulary.h"

/* Whether the facts are those that the preset's run began with, where it has begun: the same words,
 * and the same numbers in the column that it is sampled by. ERROR_DATA where they are not. */
bool preset_check_facts(const struct preset *preset, const struct fact_set *facts,
                        struct error *err);

/* Whether the runs of two presets began with the same words; they may be sampled otherwise. */
bool preset_has_facts_of(const struct preset *preset, const struct preset *other);

/* Lowers eval.known and eval.new to the individuals that there are. */
void preset_lower_asked(struct preset *preset);

/* Takes note of the facts a fresh run begins with, and puts numbers where the preset leaves them to
 * the rows of a table. ERROR_DATA as preset_check_facts, ERROR_INPUT where the numbers do not fit.
 */
bool preset_take_facts(struct preset *preset, const struct fact_set *facts, struct error *err);

/* Whether the precision was left to the machine (train.precision = auto): it is this one then. */
bool preset_settle_precision(struct preset *preset, enum precision precision);

/* Fills in what was left open: shards; the precision, as the machine has it; rows of the embedding,
 * longest sequence and the values of a memory, as the facts ask for. ERROR_INPUT for sizes the
 * facts do not fit in, and for facts the kind of model cannot take.
 */
bool preset_complete(struct preset *preset, const struct vocabulary *vocabulary, struct error *err);

#endif
