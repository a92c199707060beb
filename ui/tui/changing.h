/* Requests that give a run other values: the run that is open, or a branch of it, and lead
 * from one of them to another. What each does is
 * in the table of request_table.c. */
#ifndef MNEME_TUI_CHANGING_H
#define MNEME_TUI_CHANGING_H

#include "lab/branch.h"
#include "ui/requests.h"

/* Opens a branch in place of its parent, which is saved, and with `both` goes on beside it unless
 * it has no steps left, or another process trains it; takes it over unless there is no memory, or
 * another run goes on beside that already. */
bool changing_open_branch(struct workbench *workbench, const struct branch *branch, bool both,
                          struct error *err);

/* The step that a branch begins at where none is named: that whose model is asked. Without one
 * (*has) it is that which the run will have reached, or of a run that another process trains the
 * newest that it has saved by then. */
bool changing_find_step(const struct workbench *workbench, bool *has, uint64_t *step,
                        struct error *err);

void changing_set(const struct request_call *call);
void changing_branch(const struct request_call *call);
void changing_parent(const struct request_call *call);
void changing_beside(const struct request_call *call);
void changing_alone(const struct request_call *call);

#endif
