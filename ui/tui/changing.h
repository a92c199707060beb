/* Requests that give a run other values: the run that is open, or a branch of it. What each does is
 * in the table of request_table.c. */
#ifndef MNEME_TUI_CHANGING_H
#define MNEME_TUI_CHANGING_H

#include "ui/requests.h"

void changing_set(const struct request_call *call);
void changing_branch(const struct request_call *call);
void changing_parent(const struct request_call *call);

#endif
