/* What the command line says of the workbench. */
#ifndef MNEME_TUI_OPTIONS_H
#define MNEME_TUI_OPTIONS_H

#include <stdbool.h>

#include "lab/session_request.h"

struct workbench_options {
    struct session_request first; /* the preset opened first, by whatever name; a run opened first
                                     goes on to the same number of steps */
    bool run;                     /* train at once */
    bool watch;                   /* the first is a run, which is followed whoever trains it */
    bool ascii;                   /* ASCII even where the locale is UTF-8 */
};

#endif
