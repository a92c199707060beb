/* Standard output, and the reason why it could not be written. */
#ifndef MNEME_UI_CLI_OUTPUT_H
#define MNEME_UI_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

/* Gives every standard stream that is closed a place from which it can neither be read nor written:
 * the next file that was opened would get its number, and what is printed with it. */
void output_keep_streams(void);

/* printf for what has names in it, or words of the user's: whatever a terminal might obey is shown
 * as utf8_show does (base/text.h), and newlines alone stay. The first prints on standard output. */
void output_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void output_print_to(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether standard output is a terminal, where a person reads it. What stands behind a list for
 * people alone, hints and what its columns mean, is printed there and nowhere else. */
bool output_is_terminal(void);

/* Whether that takes more without a wait: a terminal that was stopped (Ctrl-S) and a full pipe do
 * not. What trains, or leads those who do, obeys signals first. */
bool output_takes(FILE *to);

/* Brings what was printed on its way; false where that, or anything printed before, was lost. Only
 * what prints for long has to look: the end of the program says so in any case. */
bool output_flush(void);

/* The same at the end of the program, with a sentence that says why. Nothing can be printed
 * afterwards. */
bool output_close(struct error *err);

#endif
