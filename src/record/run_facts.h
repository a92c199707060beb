/* A run's own copy of the files that its facts were read from: facts.jsonl, a line a file. */
#ifndef MNEME_RECORD_RUN_FACTS_H
#define MNEME_RECORD_RUN_FACTS_H

#include <stdbool.h>

#include "base/error.h"
#include "facts/fact_files.h"

/* Writes the copy into a run's directory, whole or not at all. */
bool run_facts_write(const char *directory, const struct fact_files *files, struct error *err);

/* Reads it; overwrites *files, which is empty where a run has none: those of earlier versions.
 * ERROR_DATA, with the line, for what is no such file, and for one that is larger than any. */
bool run_facts_read(const char *directory, struct fact_files *files, struct error *err);

#endif
