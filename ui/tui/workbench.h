/* The workbench: a preset or a run on the screen, trained, watched and asked. */
#ifndef MNEME_TUI_WORKBENCH_H
#define MNEME_TUI_WORKBENCH_H

#include <stdbool.h>

#include "base/error.h"
#include "config/paths.h"
#include "ui/tui/options.h"

/* Shows the workbench until it is quit. target is a preset's name or file, or a run's name or
 * directory; null opens the chooser. ERROR_INPUT where there is no terminal, or the target cannot
 * be opened; a run whose last checkpoint could not be written is an error as well. *interrupted
 * tells that a signal ended it, or the terminal had gone. The terminal is as before on return. */
bool workbench_run(const struct paths *paths, const char *target,
                   const struct workbench_options *options, bool *interrupted, struct error *err);

#endif
