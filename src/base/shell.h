/* Command lines that a person copies: words as a POSIX shell reads them back. */
#ifndef MNEME_BASE_SHELL_H
#define MNEME_BASE_SHELL_H

#include <stdbool.h>

#include "base/text.h"

/* Whether a shell takes the word for itself, without quotes. */
bool shell_is_plain(const char *word);

/* Adds the word, in quotes where it needs them. Newlines and tabs stay; what a terminal might obey
 * otherwise is written as a command that prints it, which every shell understands. */
void shell_add_word(struct text *out, const char *word);

/* As shell_add_word, for a word behind the options: "-- " comes before one that begins as an option
 * does. */
void shell_add_operand(struct text *out, const char *word);

#endif
