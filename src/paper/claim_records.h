/* The attributes whose measures a claim reads and draws. */
#ifndef MNEME_PAPER_CLAIM_RECORDS_H
#define MNEME_PAPER_CLAIM_RECORDS_H

#include "config/paths.h"
#include "paper/claim_reading.h"

/* Whether all attributes in measures of the claim, which was read, are ones of the facts that the
 * runs learn. ERROR_INPUT, with the line, for another. Facts that cannot be read have any: that is
 * for their run to say. */
bool claim_reading_check_attributes(const struct claim_reading *reading, const struct paths *paths,
                                    struct error *err);

#endif
