/* The prompt's earlier lines: readline's history, and the file that keeps it between sessions. */
#ifndef MNEME_TUI_PROMPT_HISTORY_H
#define MNEME_TUI_PROMPT_HISTORY_H

#include "base/error.h"

struct prompt_history;

/* Reads what is kept in the file at `path`; null for none. There can be one only, as readline has
 * one. */
struct prompt_history *prompt_history_new(const char *path, struct error *err);

/* A line that was accepted; an empty one, or the last one again, is left out. */
void prompt_history_add(struct prompt_history *history, const char *text);

/* Saves what was added and forgets all of it. null is allowed. */
void prompt_history_free(struct prompt_history *history);

#endif
