/* The run that goes on beside the one that is open (lab/run_child.h): each of the two has half of
 * the machine's threads as long as both may train. */
#ifndef MNEME_TUI_BESIDE_H
#define MNEME_TUI_BESIDE_H

#include <stddef.h>

#include "lab/run_child.h"

struct workbench;

/* Threads that it has. */
size_t beside_threads(void);

/* Has it go on beside what the workbench has open, which takes it over. */
void beside_show(struct workbench *workbench, struct run_child *beside);

/* Gives the run that is open its threads. */
void beside_share(struct workbench *workbench);

/* Takes note of what it has done, and of its end. */
void beside_follow(struct workbench *workbench);

#endif
