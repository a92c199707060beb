/* What can be opened, and whether it can be: said before anything is closed for it. */
#ifndef MNEME_TUI_TARGETS_H
#define MNEME_TUI_TARGETS_H

#include <stdbool.h>

#include "config/preset.h"

struct workbench;

/* Makes a run or a preset what is opened next. with_options: with the settings of the command
 * line. ERROR_INPUT where it cannot be read, or the run is in use. */
bool targets_set(struct workbench *workbench, const char *name, bool is_run, bool with_options,
                 struct error *err);

/* The same for a name that may mean either. */
bool targets_find(struct workbench *workbench, const char *name, bool with_options,
                  struct error *err);

/* Reads a preset, with the settings of the command line or without; runs on any thread. */
bool targets_read_preset(const struct workbench *workbench, const char *name, bool with_options,
                         struct preset *preset, struct error *err);

#endif
