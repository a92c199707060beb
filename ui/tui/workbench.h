/* The workbench: a preset or a run on the screen, trained, watched and asked. */
#ifndef MNEME_TUI_WORKBENCH_H
#define MNEME_TUI_WORKBENCH_H

#include <stddef.h>
#include <stdint.h>

#include "config/paths.h"

struct workbench_options {
    const char *const *assignment; /* [assignments] "train.lr=1e-3", for the preset opened first */
    size_t assignments;
    const char *from;      /* "RUN[@STEP]" that the preset opened first begins at; null: fresh */
    const char *directory; /* of the first run; null: a fresh one under paths->runs */
    uint64_t steps;        /* a resumed run goes on to this step; 0: as its preset says */
    bool run;              /* train at once */
    bool ascii;            /* ASCII even where the locale is UTF-8 */
};

/* Shows the workbench until it is quit. target is a preset's name or file, or a run's name or
 * directory; null opens the chooser. ERROR_INPUT where there is no terminal, or the target cannot
 * be opened; a run whose last checkpoint could not be written is an error as well. *interrupted
 * tells that a signal ended it, or the terminal had gone. The terminal is as before on return. */
bool workbench_run(const struct paths *paths, const char *target,
                   const struct workbench_options *options, bool *interrupted, struct error *err);

#endif
