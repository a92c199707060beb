/* What a claim's file says: the claim, and the runs that show it. */
#ifndef MNEME_PAPER_CLAIM_READER_H
#define MNEME_PAPER_CLAIM_READER_H

#include "base/error.h"
#include "config/paths.h"
#include "paper/claim_reading.h"

/* Reads the file at path. ERROR_INPUT "FILE:LINE: ...": what claim_file_read refuses, and a claim
 * that could not be judged: a preset, a setting, a run or a measure that is not there, runs that
 * begin at each other, no check, a check without a bound, a run that nothing reads. On false
 * *reading is empty. */
bool claim_read(struct claim_reading *reading, const struct paths *paths, const char *path,
                struct error *err);

#endif
