#include "ui/tui/refusing.h"

#include <stdio.h>

#include "ui/tui/following.h"
#include "ui/tui/opening.h"
#include "ui/tui/pages/yes_or_no.h"
#include "ui/tui/state.h"
#include "ui/tui/targets.h"

/* Opens what was followed, to train it here. */
static void open_it(struct workbench *workbench)
{
    struct error err;
    if (targets_set(workbench, workbench->session->run.directory, true, false, &err))
        opening_leave_for_target(workbench);
    else
        workbench_say(workbench, true, "%s", err.message);
}

void refusing_change(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    char sentence[512];
    bool is_shut = following_is_shut(workbench);
    if (!is_shut && !following_sees_writer(workbench)) {
        yes_or_no_ask(workbench, open_it,
                      "Nobody trains this run. Open it here, to go on with it?");
        return;
    }
    if (is_shut)
        snprintf(sentence, sizeof sentence, FOLLOWING_SHUT);
    else
        snprintf(sentence, sizeof sentence, "it is only read here: %s %s",
                 following_writer(workbench), following_deed(workbench));
    if (call->line)
        workbench_reply(workbench, call->line, ENTRY_ERROR, sentence);
    else
        workbench_say(workbench, true, "%s", sentence);
}
