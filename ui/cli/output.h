/* Standard output, and the reason why it could not be written. */
#ifndef MNEME_UI_CLI_OUTPUT_H
#define MNEME_UI_CLI_OUTPUT_H

#include <stdbool.h>

#include "base/error.h"

/* Gives every standard stream that is closed a place from which it can neither be read nor written:
 * the next file that was opened would get its number, and what is printed with it. */
void output_keep_streams(void);

/* Brings what was printed on its way; false where that, or anything printed before, was lost. Only
 * what prints for long has to look: the end of the program says so in any case. */
bool output_flush(void);

/* The same at the end of the program, with a sentence that says why. Nothing can be printed
 * afterwards. */
bool output_close(struct error *err);

#endif
