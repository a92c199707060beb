/* What the phases of a run are in words, the same wherever they are told. */
#ifndef MNEME_UI_CLI_PHASE_WORDS_H
#define MNEME_UI_CLI_PHASE_WORDS_H

#include "measure/phase.h"

enum { PHASE_WORDS = 128 };

/* "step 1,551 (95 %: 1,540 to 1,560)"; the interval only where there is one. */
const char *phase_words_end(const struct phase_report *report, char words[PHASE_WORDS]);

/* "5.7 % above the baseline". */
const char *phase_words_level(const struct phase_report *report, char words[PHASE_WORDS]);

/* A line for people on standard output, which begins with whose phases they are ("" or
 * "reference: "); nothing where there is nothing to say. */
void phase_words_print(const char *whose, const struct phase_report *report);

#endif
