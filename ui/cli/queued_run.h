/* What commands that train many runs tell of one, and what they do as one of several workers. */
#ifndef MNEME_UI_CLI_QUEUED_RUN_H
#define MNEME_UI_CLI_QUEUED_RUN_H

#include <stdbool.h>

#include "base/error.h"
#include "lab/run_queue.h"

/* Prints a run of a queue as a JSON object. */
bool queued_run_print_json(const struct queued_run *job, const struct queued_status *status,
                           struct error *err);

/* Where nothing is left to do here: whether this worker is to tell what came of all runs. Where it
 * is not, *why says for whom that is, as a sentence without its point. Where workers cannot agree
 * (a directory that cannot be written), each tells: a note on standard error says so. */
bool queued_runs_conclude(const char *directory, const struct queued_run *job, size_t count,
                          const struct run_queue *queue, struct error *why);

/* Afterwards: where not all of it could be printed another worker is to tell it. */
void queued_runs_have_told(const char *directory, const struct queued_run *job, size_t count,
                           const struct run_queue *queue, bool printed);

#endif
