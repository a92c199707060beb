/* What was asked and answered: finding a text in it, and copying an answer. */
#ifndef MNEME_TUI_TALK_H
#define MNEME_TUI_TALK_H

#include "ui/requests.h"

/* The newest entry with a text, or where none is given, the one before with the last text; and the
 * one behind. */
void talk_find(const struct request_call *call);
void talk_find_later(const struct request_call *call);

/* Copies the entry that was found, else the newest answer, by way of the terminal. */
void talk_copy(const struct request_call *call);

#endif
