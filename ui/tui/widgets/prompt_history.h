/* The prompt's earlier lines: readline's history, and the file that keeps it between sessions. */
#ifndef MNEME_TUI_PROMPT_HISTORY_H
#define MNEME_TUI_PROMPT_HISTORY_H

#include "base/error.h"

struct prompt_history;

/* Reads what is kept in the file at `path`; null for none. There can be one only, as readline has
 * one. */
struct prompt_history *prompt_history_new(const char *path, struct error *err);

/* Sets right what readline has made of its lines; to be called after every command, and after
 * every other call of readline that edits or turns to another line. What is changed in earlier
 * lines stays until the line under edit is accepted or given up. */
void prompt_history_settle(struct prompt_history *history);

/* To be called before an incremental search begins. When nothing is found, readline 8.2 looks at a
 * place in one line that it had in another: earlier lines get the room for it, and the newest one
 * goes on with characters that cannot be sought, which prompt_history_settle takes out wherever
 * they are shown. */
void prompt_history_expect_search(struct prompt_history *history);

/* Takes these characters out of a line that was accepted. */
void prompt_history_unfill(char *text);

/* Gives up the line under edit: the newest one is there instead, empty, and all earlier ones are as
 * they were entered. No search may be under way. */
void prompt_history_leave(struct prompt_history *history);

/* A line that was accepted; an empty one, or the last one again, is left out. All earlier ones are
 * as they were entered. */
void prompt_history_add(struct prompt_history *history, const char *text);

/* Saves what was added and forgets all of it. null is allowed. */
void prompt_history_free(struct prompt_history *history);

#endif
