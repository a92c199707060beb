#include "ui/cli/result_notes.h"

#include <math.h>
#include <stdio.h>

#include "ui/cli/output.h"

#define NOTE "mneme: note: "

bool note_same_run(const struct outcome *outcome, size_t count, const struct outcome *like,
                   const char *given)
{
    const struct outcome *same = outcome_find_same(outcome, count, like);
    if (same)
        output_print_to(stderr, NOTE "%s is the same run as %s before it and counts once\n", given,
                        same->name);
    return same != NULL;
}

void note_without_end(const struct outcome *outcome, size_t count)
{
    char text[PHASE_REMARK_TEXT];
    size_t waiting = 0;
    for (size_t i = 0; i < count; i++) {
        if (outcome_has_plateau_end(&outcome[i]))
            continue;
        output_print_to(stderr, NOTE "%s has no plateau end and is left out: %s\n", outcome[i].name,
                        outcome_say_no_end(&outcome[i], text));
        waiting += !outcome[i].patched && isfinite(outcome[i].phase.plateau_start);
    }
    if (waiting > 0)
        fprintf(stderr, NOTE "without the runs that wait for longest the ends are too early on "
                             "average; with more steps they would count\n");
}
