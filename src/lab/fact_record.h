/* What a run has learned, fact by fact, read from its directory. No model is loaded. */
#ifndef MNEME_LAB_FACT_RECORD_H
#define MNEME_LAB_FACT_RECORD_H

#include "base/error.h"
#include "config/paths.h"
#include "lab/session.h"
#include "measure/knowledge.h"

struct fact_record {
    char *name;           /* of the run */
    struct session facts; /* opened for facts and population alone */
    struct knowledge knowledge;
};

/* Finds a run by name or path. ERROR_INPUT where its record has no evaluation that tells facts
 * apart. On false *learned is empty. */
bool fact_record_read(struct fact_record *record, const struct paths *paths, const char *run,
                      struct error *err);
void fact_record_free(struct fact_record *record);

#endif
