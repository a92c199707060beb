/* The runs that a claim's file describes. */
#ifndef MNEME_PAPER_CLAIM_RUNS_H
#define MNEME_PAPER_CLAIM_RUNS_H

#include "paper/claim_reading.h"

/* Fills in reading->run from its file. ERROR_INPUT for a preset that is not there or does not take
 * its settings, and for runs that begin at one that is not there or at each other. */
bool claim_reading_runs(struct claim_reading *reading, const struct paths *paths,
                        struct error *err);

#endif
