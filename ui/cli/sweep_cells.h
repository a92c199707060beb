/* The runs of a sweep and its cells, each a combination of settings, in words and numbers. */
#ifndef MNEME_UI_CLI_SWEEP_CELLS_H
#define MNEME_UI_CLI_SWEEP_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "lab/sweep.h"
#include "lab/sweep_result.h"

/* What sets a run apart from the others: "lr=0.002 seed=1". Freed with memory_free. */
char *sweep_label_run(const struct sweep *sweep, size_t run, struct error *err);

/* Prints what came of a cell as a JSON object, as mneme(1) describes it. */
bool sweep_print_cell(const struct sweep *sweep, size_t cell, const struct sweep_result *result,
                      struct error *err);

/* Prints a table of result[sweep->cells], a row for each cell, below an empty line. */
bool sweep_print_table(const struct sweep *sweep, const struct sweep_result *result,
                       struct error *err);

#endif
