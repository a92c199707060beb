/* The terminal: started, drawn on, read from, and put back whatever happens.
 *
 * What signals ask for is in ui/signals.h. A terminal belongs to the process, so there can be one
 * screen only. */
#ifndef MNEME_TUI_SCREEN_H
#define MNEME_TUI_SCREEN_H

#include <curses.h>

#include "ui/tui/theme.h"
#include "ui/tui/widgets/cells.h"
#include "ui/tui/widgets/keys.h"
#include "ui/tui/widgets/mouse.h"

struct screen {
    SCREEN *terminal;
    WINDOW *keys; /* a pad of its own: reading keys from stdscr would draw it */
    bool utf8;    /* what is written is encoded so */
    bool ascii;
    enum colour_depth depth;
    bool points; /* the mouse is ours */
    struct mouse_report report;
    struct look look[STYLE_LOOKS];
};

/* How it is to be drawn. */
struct screen_wish {
    bool utf8, ascii, points;
    enum theme_kind theme;
};

/* Sets LC_CTYPE to the user's and says whether its encoding is UTF-8. Where it is not, the program
 * still handles characters as UTF-8, as the facts are, and must show ASCII alone. */
bool screen_choose_encoding(void);

/* ERROR_INPUT where standard input and output are not a terminal that can be drawn on; it names
 * commands of the program that do without. */
bool screen_start(struct screen *screen, const struct screen_wish *wish, const char *program,
                  struct error *err);
void screen_stop(struct screen *screen);

/* Gives every style the look that it has in a theme. */
void screen_dress(struct screen *screen, enum theme_kind theme);

void screen_size(int *rows, int *cols);

/* Takes on the terminal's present size and draws everything anew, also where the size is as it was:
 * a terminal that shrank and grew again has lost what it showed. */
void screen_fit(void);

/* Shows a grid of the screen's size; the cursor is shown at (row, col) unless row is negative. */
void screen_show(const struct screen *screen, const struct cells *cells, int row, int col);

/* Draws everything anew at the next screen_show. */
void screen_forget(void);

/* Asks the terminal to put a text into the clipboard (OSC 52; in tmux to hand that on as well). It
 * never says whether it did. False where memory runs out. */
bool screen_copy(const char *text);

/* Rings the terminal's bell. */
void screen_ring(void);

/* Lets the terminal report what the mouse does, or leaves the mouse to it. */
void screen_point(struct screen *screen, bool points);

/* The next key, a byte of a character or a KEY_ code, or SCREEN_NO_KEY at once where there
 * is none; with SCREEN_MOUSE, what was done is in *event. */
int screen_key(struct screen *screen, struct mouse_event *event);

/* Gives the terminal back to the shell and stops until the process is continued, maybe in the
 * background; does nothing where whoever started the program had it ignore SIGTSTP. */
void screen_suspend(const struct screen *screen);

/* Takes the terminal again after any stop, or from the background: all modes anew. */
void screen_resume(const struct screen *screen);

/* Whether the terminal may be drawn on and read: not from the background of a shell. */
bool screen_has_terminal(void);

#endif
