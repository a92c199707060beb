/* How large a model and how long a training fit a table.
 *
 * For rows that are trained on and the facts they tell, F in the whole table:
 *
 *   d_model      the least of 96, 128, 192, 256, 384 and 512 with F at most 2 d_model^2; at least
 *                128 below 512 rows, whose batches are smaller and noisier, and where of more than
 *                a tenth of the names every word stands in other names too. Heads are 32 wide, from
 *                384 on 64.
 *   batch        rows / 16, from 4 to 32; above 2,048 rows, rows / 64, at most 128. Smaller batches
 *                drown the plateau in noise, larger ones leave the first phase too few exposures.
 *   steps        400 + 40 rows / batch: the first phase takes so many steps of any batch, and each
 *                row has to be met so often; twice as often if every word of its name stands in
 *                other names too. That is looked up among the first 1,000 names.
 *   lr           0.256 / d_model: 2e-3 at 128.
 *   eval.every   a fortieth of the steps, checkpoint.every a fifth, rounded down to 1, 2 or 5 times
 *                a power of ten. Asked are 128 rows, or an eighth of them, up to 512.
 *   minutes      operations over those that two cores make in a minute.
 *
 * A training of more than 600 minutes is cut to that; then not all facts will be learned. What was
 * measured is in tests/bench/NOTES. */
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

/* Whether the steps are too few to know the rows, as where they were cut or set to fewer: rows are
 * met *met times, of *needed that it takes. Both are set in any case. */
bool table_sizes_are_short(const struct preset *preset, const struct fact_set *facts, double *met,
                           double *needed);

/* Why no plateau, the second phase, is to be expected, as a sentence; null where one is.
 *
 * There have to be enough rows, and columns whose values are shared: of those that hardly two rows
 * share a model learns the frequencies no sooner than the rows. */
const char *table_sizes_no_plateau(const struct preset *preset, const struct fact_set *facts);

#endif
