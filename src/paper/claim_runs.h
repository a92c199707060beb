/* The runs that a claim's file describes. */
#ifndef MNEME_PAPER_CLAIM_RUNS_H
#define MNEME_PAPER_CLAIM_RUNS_H

#include "config/paths.h"
#include "config/preset.h"
#include "paper/claim_reading.h"

/* Fills in reading->run from its file. ERROR_INPUT for a preset that is not there or does not take
 * its settings, and for runs that begin at one that is not there or has fewer replicates, at each
 * other, or at a step without a checkpoint. */
bool claim_reading_runs(struct claim_reading *reading, const struct paths *paths,
                        struct error *err);

/* A run's preset with its settings, whatever the seed. */
bool claim_run_preset(struct preset *preset, const struct paths *paths, const struct claim_run *run,
                      enum scale scale, struct error *err);

#endif
