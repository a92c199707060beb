/* What a terminal can show, by its kind. */
#ifndef MNEME_UI_TERMINAL_H
#define MNEME_UI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Whether a stream is a terminal that obeys escape sequences: neither dumb nor of no kind. */
bool terminal_obeys(FILE *stream);

/* Whether a terminal may be drawn on and read: it is not a shell's that has this program in the
 * background. */
bool terminal_is_ours(int descriptor);

/* Whether the terminal's font has more than ASCII and box drawing: those that the kernel draws,
 * whose fonts have 512 characters at most, do not. */
bool terminal_has_font(void);

#endif
