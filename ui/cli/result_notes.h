/* Notes on standard error about runs that are looked at together. */
#ifndef MNEME_UI_CLI_RESULT_NOTES_H
#define MNEME_UI_CLI_RESULT_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/run_result.h"

/* Whether result[count] holds that run already, by whatever path it was given; that is noted. */
bool note_same_run(const struct run_result *result, size_t count, const struct run_result *like,
                   const char *given);

/* Names the runs that have no plateau's end and why, so that nobody counts on them. */
void note_without_end(const struct run_result *result, size_t count);

#endif
