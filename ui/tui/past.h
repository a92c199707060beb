/* Going to an earlier step: everything that asks the model then asks the one that the run had
 * there, until one goes back; training goes on meanwhile. */
#ifndef MNEME_TUI_PAST_H
#define MNEME_TUI_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/requests.h"

/* The steps that one can go to, ascending; freed with memory_free. None on a failure. */
size_t past_steps(const struct workbench *workbench, uint64_t **step);

/* Goes to the one of these that is nearest to a step. */
void past_go_to(struct workbench *workbench, uint64_t step);

/* Goes to the newest of a run that is followed. */
void past_go_to_newest(struct workbench *workbench);

/* Goes back to the live weights, where one is not there. */
void past_go_back(struct workbench *workbench);

/* What they do is in the table of requests. */
void past_at(const struct request_call *call);
void past_earlier(const struct request_call *call);
void past_later(const struct request_call *call);

#endif
