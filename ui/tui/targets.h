/* What can be opened, and whether it can be: said before anything is closed for it. */
#ifndef MNEME_TUI_TARGETS_H
#define MNEME_TUI_TARGETS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strings.h"
#include "lab/session_request.h"

struct workbench;
struct workbench_target;

/* Makes a run or a preset what is opened next. with_options: with the settings of the command
 * line. ERROR_INPUT where it cannot be read. A run that is in use is followed, and so is one whose
 * directory cannot be written; ERROR_BUSY of the former where those settings say to train it. */
bool targets_set(struct workbench *workbench, const char *name, bool is_run, bool with_options,
                 struct error *err);

/* The same for a name or a path that may mean either, as it was typed (paths_expand). */
bool targets_find(struct workbench *workbench, const char *name, bool with_options,
                  struct error *err);

/* Makes a run, whoever trains it, what is opened next to be followed. */
bool targets_watch(struct workbench *workbench, const char *name, struct error *err);

/* Makes that what is opened next; takes it over. */
void targets_put(struct workbench *workbench, struct workbench_target target);
void targets_free(struct workbench_target *target);

/* The same for a preset with settings, of which changes tells; takes over the assignments. */
bool targets_set_edited(struct workbench *workbench, const char *name, struct strings *assignments,
                        const char *changes, struct error *err);

/* What is asked for with a target, on the command line or later. */
struct session_request targets_request(const struct workbench *workbench,
                                       const struct workbench_target *target, bool with_options);

#endif
