/* What was asked and answered: what becomes of it when another run is opened, finding a text in it,
 * and copying an answer. */
#ifndef MNEME_TUI_TALK_H
#define MNEME_TUI_TALK_H

#include "ui/requests.h"

/* Of the run that is open, and is to be left. */
void talk_know_facts(struct workbench *workbench);

/* It was left, for one that goes on being asked or another. */
void talk_leave_run(struct workbench *workbench, const char *name, bool goes_on);

/* That one is open: with other facts, what was asked is forgotten. Whether any of it stays. */
bool talk_goes_on(struct workbench *workbench);

/* The newest entry with a text, or where none is given, the one before with the last text; and the
 * one behind. */
void talk_find(const struct request_call *call);
void talk_find_later(const struct request_call *call);

/* Copies the entry that was found, else the newest answer, by way of the terminal. */
void talk_copy(const struct request_call *call);

#endif
