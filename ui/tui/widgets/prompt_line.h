/* The line a prompt is written on: readline inside the screen.
 *
 * Keys come from curses and are handed to readline byte by byte through a queue; readline never
 * touches the terminal. Editing, history and key bindings are those of the user's inputrc. There
 * can be one line only, since readline keeps its state to itself. */
#ifndef MNEME_TUI_PROMPT_LINE_H
#define MNEME_TUI_PROMPT_LINE_H

#include <stddef.h>

#include "base/text.h"
#include "ui/tui/widgets/cells.h"

struct prompt_events {
    void *context;
    /* Enter was pressed. */
    void (*accept)(void *context, const char *line);
    /* Whole lines that may take the place of `line`, each once, at most `room`; each from
     * memory_string. *goes_on: whether all of them continue it; where several do not, they are
     * shown and the line stays. */
    size_t (*complete)(void *context, const char *line, char **candidate, size_t room,
                       bool *goes_on);
};

struct prompt_line;

/* history: the file that keeps lines between sessions; null for none. Directories are made. */
struct prompt_line *prompt_line_new(const char *history, const struct prompt_events *events,
                                    struct error *err);

/* Saves the history. null is allowed. */
void prompt_line_free(struct prompt_line *line);

/* A key as screen_key gives it; what means nothing to readline is passed over. */
void prompt_line_key(struct prompt_line *line, int key);

/* Forgets the completions that are shown. */
void prompt_line_close_matches(struct prompt_line *line);

/* A key that was pasted: it is written, whatever readline would do for it. Line ends and tabs are
 * blanks, other keys that write nothing are dropped. */
void prompt_line_paste(struct prompt_line *line, int key);

/* Whether keys go to a search in the history, in whatever was typed so far. */
bool prompt_line_searches(const struct prompt_line *line);

/* Whether a lone Esc means something to readline: in vi's insert mode, or in a search. */
bool prompt_line_wants_escape(const struct prompt_line *line);

const char *prompt_line_text(const struct prompt_line *line);
void prompt_line_set(struct prompt_line *line, const char *text);

/* What Tab could continue the line with, to be shown until the next key; count 0: nothing. */
char *const *prompt_line_matches(const struct prompt_line *line, size_t *count);

/* Draws the line; *cursor receives the cursor's column. */
void prompt_line_draw(const struct prompt_line *line, struct cells *cells, struct rect rect,
                      enum style style, int *cursor);

#endif
