/* A terminal for tests: runs a program in a pseudo-terminal and keeps the screen it draws.
 *
 * Whatever waits has the patience of tests/patience.h; when that was not enough, it prints the
 * screen as it stands and returns false. */
#ifndef MNEME_TESTS_SCREEN_TERMINAL_H
#define MNEME_TESTS_SCREEN_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>
#include <vterm.h>

#include "tests/screen/sandbox.h"

struct terminal;

/* Starts arguments[0] (looked for in PATH) in a session of its own, on a terminal of this size.
 * Null, with a line on stderr, where that fails. */
struct terminal *terminal_start(const struct sandbox *sandbox, const char *const *arguments,
                                int rows, int cols);

/* Kills the program where it still runs, and frees everything. Null is allowed. */
void terminal_close(struct terminal *terminal);

/* Types bytes, or a key that sends what it sends on a real terminal. */
void terminal_type(struct terminal *terminal, const char *bytes);
void terminal_key(struct terminal *terminal, VTermKey key);

/* Types any bytes, as many as the program takes without being waited for; how many that were. */
size_t terminal_offer(struct terminal *terminal, const char *bytes, size_t count);

/* Gives the window another size and tells the program. */
void terminal_resize(struct terminal *terminal, int rows, int cols);

/* Sends a signal to the program that was started. */
void terminal_signal(struct terminal *terminal, int signal);

/* Waits until the screen shows a text, or does not show it any longer. A text is looked for in the
 * screen's rows, which end in "\n" and have no blanks at their ends. */
bool terminal_shows(struct terminal *terminal, const char *text);
bool terminal_hides(struct terminal *terminal, const char *text);

/* Waits until a condition over the screen's text holds; what is said where it never does. */
typedef bool (*terminal_condition)(const char *screen, void *context);
bool terminal_meets(struct terminal *terminal, terminal_condition condition, void *context,
                    const char *what);

/* Presses a key of the program's that clears the screen and draws all of it anew, and waits until
 * all that was typed before is done and drawn: the screen is one whole frame then. The program must
 * have drawn already, and clear the screen at that key alone. False where it ends instead. */
bool terminal_settles(struct terminal *terminal, VTermKey redraws);

/* Reads what the program writes for this many seconds. */
void terminal_rest(struct terminal *terminal, double seconds);

/* The screen as it stands; valid until the terminal is used again. */
const char *terminal_screen(struct terminal *terminal);

/* The number, 12,345, that stands before a text on the screen; UINT64_MAX where the text is not. */
uint64_t terminal_number_before(struct terminal *terminal, const char *text);

/* A number for how the cells of the screen look beside their characters: colours and attributes. */
uint64_t terminal_look(const struct terminal *terminal);

/* Whether any cell of the screen has a colour of its own. */
bool terminal_has_colour(struct terminal *terminal);

/* The cell in which a text of printable ASCII begins on the screen, with its colours; false where
 * the screen does not show it. */
bool terminal_find(struct terminal *terminal, const char *text, VTermScreenCell *cell);

/* A cell of the screen, and its colours: a number of the terminal's, 0xRRGGBB, or -1 for the
 * terminal's own. */
VTermScreenCell terminal_cell(const struct terminal *terminal, int row, int col);
int terminal_foreground(const VTermScreenCell *cell);
int terminal_background(const VTermScreenCell *cell);

/* What is wrong with the screen as characters in cells; null: nothing. */
const char *terminal_fault(struct terminal *terminal, bool ascii);

/* Whether the terminal reports what the mouse does; waits until it does, or does not any longer. */
bool terminal_has_mouse(const struct terminal *terminal);
bool terminal_reports_mouse(struct terminal *terminal, bool reports);

/* Everything the program has written, with its length. */
const char *terminal_output(const struct terminal *terminal, size_t *length);

/* Whether the terminal edits lines and makes signals of keys, as it does for a shell's programs. */
bool terminal_edits_lines(const struct terminal *terminal);

/* Whether the program was seen to have ended. */
bool terminal_has_ended(const struct terminal *terminal);

/* Waits for the program to end; *status is its exit status, or 128 plus the signal. */
bool terminal_ends(struct terminal *terminal, int *status);

/* Whether the terminal was left as it was found: first screen, cursor shown, no mouse reports,
 * lines edited and echoed by the terminal. Says what is wrong. */
bool terminal_is_restored(const struct terminal *terminal);

#endif
