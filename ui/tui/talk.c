/* Map of this file: another run; finding; copying. */
#include "ui/tui/talk.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/tui/state.h"

/* Another run */

void talk_know_facts(struct workbench *workbench)
{
    const struct session *session = workbench->session;
    fact_set_fingerprint(&session->facts, workbench->told.words);
    workbench->told.size = session->population.size;
}

void talk_leave_run(struct workbench *workbench, const char *name, bool goes_on)
{
    struct transcript *transcript = &workbench->transcript;
    if (!goes_on || !transcript_leave_run(transcript, name, NULL))
        transcript_clear(transcript);
}

/* The same words of the same individuals. */
static bool has_facts_told(const struct workbench *workbench)
{
    char words[FACTS_FINGERPRINT_SIZE];
    const struct population_options *size = &workbench->session->population.size,
                                    *told = &workbench->told.size;
    fact_set_fingerprint(&workbench->session->facts, words);
    return strcmp(words, workbench->told.words) == 0 && size->seed == told->seed &&
           size->known == told->known && size->held_out == told->held_out;
}

bool talk_goes_on(struct workbench *workbench)
{
    struct transcript *transcript = &workbench->transcript;
    if (transcript->count > 0 && !has_facts_told(workbench))
        transcript_clear(transcript);
    return transcript->count > 0;
}

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
