/* What the values of all sections of a claim's file have in common. */
#ifndef MNEME_PAPER_CLAIM_VALUE_H
#define MNEME_PAPER_CLAIM_VALUE_H

#include <stddef.h>

#include "base/error.h"
#include "config/paths.h"
#include "paper/claim_reading.h"

/* The text of a key, or another one where it was not given. */
const char *claim_section_text(const struct claim_section *section, const char *key,
                               const char *otherwise);

/* Reads a whole number from least to most; *number stays where the key was not given. */
bool claim_value_count(const struct claim_file *file, const char *key,
                       const struct claim_value *value, unsigned least, unsigned most,
                       unsigned *number, struct error *err);

/* Takes one word of a value. */
typedef bool claim_take_word(struct claim_reading *reading, const struct paths *paths,
                             const char *word, struct error *err);

/* Hands over every word of a value, none where it was not given; errors get its line. */
bool claim_value_words(struct claim_reading *reading, const struct paths *paths,
                       const struct claim_value *value, claim_take_word *take, struct error *err);

/* Take words that name what is there, and refuse others with the nearest. */
claim_take_word claim_word_is_preset, claim_word_is_run, claim_word_is_measure;

/* Sets the sentence for a run that the file does not describe; returns false. */
bool claim_run_unknown(const struct claim_file *file, const char *name, struct error *err);

#endif
