/* Claims that are judged together, with their runs, each once: the paper's, or those of files that
 * people write. */
#ifndef MNEME_PAPER_CLAIM_SET_H
#define MNEME_PAPER_CLAIM_SET_H

#include <stddef.h>

#include "base/error.h"
#include "config/paths.h"
#include "paper/claim_reader.h"
#include "paper/claims.h"

struct claim_set {
    struct claim_table table;
    struct claim *claim;   /* [table.claims] by their order, then by name */
    struct claim_run *run; /* [table.runs] by their order, then as they were read, but each behind
                              the one it begins at */
    struct claim_reading *reading; /* [readings] the files */
    size_t readings;
};

/* Reads claims by name (data[]/claims/NAME.ini) or by path; all shipped ones where there are no
 * names. ERROR_INPUT: what claim_read refuses, a name that is not there, with the nearest that is,
 * a claim that is given twice, runs of one name that are not described equally. On false *set is
 * empty. */
bool claim_set_load(struct claim_set *set, const struct paths *paths, const char *const *name,
                    size_t names, struct error *err);
void claim_set_free(struct claim_set *set);

#endif
