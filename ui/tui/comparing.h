/* Other runs on the chart of the one that is open: those that are marked on the page of all runs,
 * and the one that it is a branch of. Their records are looked at again and again, on the worker's
 * thread. */
#ifndef MNEME_TUI_COMPARING_H
#define MNEME_TUI_COMPARING_H

#include <stdbool.h>

#include "base/error.h"

struct comparing;
struct workbench;

/* Called every few frames while a run is open. */
void comparing_follow(struct workbench *workbench);

/* The loss of one run less that of another is drawn, by their directories, "" that of the run that
 * is open, as soon as both are read; where they have no step in common that is said. */
bool comparing_set_pair(struct workbench *workbench, const char *of, const char *less,
                        struct error *err);
void comparing_drop_pair(struct workbench *workbench);

/* One of the two has another name, or is gone. */
void comparing_move(struct workbench *workbench, const char *from, const char *to);
void comparing_drop(struct workbench *workbench, const char *run);

/* Whether the open run's parent has a loss to compare it with. */
bool comparing_has_parent(const struct workbench *workbench);

void comparing_free(struct comparing *comparing);

#endif
