/* What came of the cells of a sweep. */
#ifndef MNEME_LAB_SWEEP_RESULT_H
#define MNEME_LAB_SWEEP_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/paths.h"
#include "lab/sweep.h"
#include "measure/summary.h"

/* What came of a cell's runs that are done; a summary counts those that have the number. */
struct sweep_result {
    size_t done;                             /* runs */
    struct summary train_loss;               /* a run's mean over its last twentieth of steps */
    struct summary attr_loss, attr_accuracy; /* of the last evaluation */
    struct summary plateau_end;              /* step */
    bool chosen; /* all its runs are done, and of those it competes with its loss is the smallest */
};

/* Reads the records of those runs that are done (done: [seeds][cells]) into result [cells]. One
 * whose record is damaged, or has not all of these numbers, counts as one that is not done; *unread
 * says of the first why (ERROR_DATA), and is ERROR_NONE where all were read. */
bool sweep_measure(const struct sweep *sweep, const struct paths *paths, const bool *done,
                   struct sweep_result *result, struct error *unread, struct error *err);

/* Sets `chosen` of results whose numbers are there; sweep_measure has done it. */
void sweep_choose(const struct sweep *sweep, struct sweep_result *result);

#endif
