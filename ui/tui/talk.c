/* Map of this file: finding; copying. */
#include "ui/tui/talk.h"

#include <stdlib.h>

#include "base/memory.h"
#include "ui/tui/state.h"

/* Finding */

static void find(struct workbench *workbench, bool later)
{
    struct transcript *transcript = &workbench->transcript;
    struct transcript_found found;
    struct error err;
    if (!transcript->sought) {
        workbench_say(workbench, false, "nothing was looked for yet: /find TEXT");
        return;
    }
    if (!transcript_find(transcript, workbench->view.facts, later, &found, &err))
        workbench_say(workbench, true, "%s", err.message);
    else if (found.count == 0)
        workbench_say(workbench, true, "nothing here has \"%s\"", transcript->sought);
    else if (!found.moved)
        workbench_say(workbench, false, "%s has \"%s\" (%zu of %zu)",
                      later ? "nothing later" : "nothing earlier", transcript->sought, found.index,
                      found.count);
    else
        workbench_say(workbench, false,
                      "\"%s\", %zu of %zu; the keys ; and , lead to earlier and later ones",
                      transcript->sought, found.index, found.count);
}

void talk_find(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct error err;
    if (*call->argument && !transcript_seek(&workbench->transcript, call->argument, &err))
        workbench_say(workbench, true, "%s", err.message);
    else
        find(workbench, false);
}

void talk_find_later(const struct request_call *call)
{
    find(call->workbench, true);
}

/* Copying */

void talk_copy(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct text text = {0};
    bool is_there = transcript_copy(&workbench->transcript, workbench->view.facts, &text);
    char *copied = is_there ? text_take(&text, NULL) : NULL;
    if (!is_there)
        workbench_say(workbench, false, "there is no answer to copy yet: ask something first");
    else if (!copied || !screen_copy(copied))
        workbench_say(workbench, true, "out of memory");
    else if (getenv("TMUX"))
        workbench_say(workbench, false,
                      "copied, if tmux (allow-passthrough or set-clipboard on) and the terminal "
                      "take it");
    else
        workbench_say(workbench, false,
                      "copied to the clipboard, if the terminal takes it (OSC 52)");
    memory_free(copied);
    text_free(&text);
}
