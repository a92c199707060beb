/* What a claim reads off the records of its runs and draws, before these are made. */
#ifndef MNEME_PAPER_CLAIM_RECORDS_H
#define MNEME_PAPER_CLAIM_RECORDS_H

#include "config/paths.h"
#include "paper/claim_reading.h"

/* Whether the records will hold what the claim, which was read, asks of them: measures that the
 * runs have, steps that they make, different numbers of individuals for a law. ERROR_INPUT, with
 * the line, where they cannot. Facts that cannot be read have any attribute: that is for their run
 * to say. */
bool claim_reading_check_records(const struct claim_reading *reading, const struct paths *paths,
                                 struct error *err);

#endif
