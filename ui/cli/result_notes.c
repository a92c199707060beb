#include "ui/cli/result_notes.h"

#include <math.h>
#include <stdio.h>

#include "ui/cli/cli.h"
#include "ui/cli/output.h"

bool note_same_run(const struct run_result *result, size_t count, const struct run_result *like,
                   const char *given)
{
    const struct run_result *same = run_result_find_same(result, count, like);
    if (same)
        output_print_to(stderr, CLI_NOTE "%s is the same run as %s before it and counts once\n",
                        given, same->name);
    return same != NULL;
}

void note_without_end(const struct run_result *result, size_t count)
{
    char text[PHASE_REMARK_TEXT];
    size_t waiting = 0;
    for (size_t i = 0; i < count; i++) {
        if (run_result_has_plateau_end(&result[i]))
            continue;
        output_print_to(stderr, CLI_NOTE "%s has no plateau end and is excluded: %s\n",
                        result[i].name, run_result_say_no_end(&result[i], text));
        waiting += !result[i].patched && isfinite(result[i].phase.plateau_start);
    }
    if (waiting > 0)
        fprintf(stderr, CLI_NOTE "excluding the runs with the longest plateaus makes the ends too "
                                 "early on average; with more steps they would count\n");
}
