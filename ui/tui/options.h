/* What the command line says of the workbench. */
#ifndef MNEME_TUI_OPTIONS_H
#define MNEME_TUI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct workbench_options {
    const char *const *assignment; /* [assignments] "train.lr=1e-3", for the preset opened first */
    size_t assignments;
    const char *from;      /* "RUN[@STEP]" that the preset opened first begins at; null: fresh */
    const char *directory; /* of the first run; null: a fresh one under paths->runs */
    uint64_t steps;        /* a resumed run goes on to this step; 0: as its preset says */
    bool run;              /* train at once */
    bool ascii;            /* ASCII even where the locale is UTF-8 */
};

#endif
