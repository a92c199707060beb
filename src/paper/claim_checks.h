/* The checks of a claim's file. */
#ifndef MNEME_PAPER_CLAIM_CHECKS_H
#define MNEME_PAPER_CLAIM_CHECKS_H

#include "paper/claim_reading.h"

/* Fills in reading->claim.check from its file, whose runs were read. ERROR_INPUT where there is
 * none, for a number that is none or of a run or measure that is not there, and for a check without
 * a bound or with words that name another. */
bool claim_reading_checks(struct claim_reading *reading, struct error *err);

#endif
