/* Map of this file: what is told of a run as it goes on; what the trainer has done; time. */
#include "ui/tui/follow.h"

#include "base/shell.h"
#include "base/text.h"
#include "lab/session_follow.h"
#include "ui/format.h"
#include "ui/signals.h"
#include "ui/tui/announcing.h"
#include "ui/tui/comparing.h"
#include "ui/tui/following.h"
#include "ui/tui/state.h"
#include "ui/tui/watching.h"

/* What moves without the trainer (the share of a long step) is looked at in every so many frames.
 */
enum { SLOW_FRAMES = 5 };

/* Tells once that more individuals are drawn than before. */
static void tell_widening(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    char step[FORMAT_SIZE], drawn[FORMAT_SIZE], all[FORMAT_SIZE];
    if (status->widened == workbench->widened)
        return;
    workbench->widened = status->widened;
    workbench_say(workbench, false, "step %s: training on %s of %s from here on",
                  format_count(step, status->widened), format_count(drawn, status->drawn),
                  format_count(all, workbench->view.individuals));
}

static void tell_finetune(struct workbench *workbench)
{
    char step[FORMAT_SIZE], drawn[FORMAT_SIZE];
    if (workbench->told_finetune || !view_is_tuned(&workbench->view))
        return;
    workbench->told_finetune = true;
    workbench_say(workbench, false, "step %s: fine-tuning from here on, on batches sampled from %s",
                  format_count(step, workbench->view.tuned_after),
                  format_count(drawn, workbench->view.status.drawn));
}

/* Tells once that a patched model sets out. */
static void tell_patching(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    const struct patching_options *patching = &workbench->session->preset.trainer.patching;
    char step[FORMAT_SIZE], start[FORMAT_SIZE];
    if (status->patched == workbench->patched)
        return;
    workbench->patched = status->patched;
    if (status->step < status->patched_at + workbench->view.evaluate_every)
        workbench_say(workbench, false,
                      "step %s: the model becomes the reference; its attention, and the weights of "
                      "step %s, from here on",
                      format_count(step, status->patched_at),
                      format_count(start, patching->start_step));
}

/* Tells of a plateau's end that was estimated once more. */
static void tell_plateau(struct workbench *workbench)
{
    char sentence[VIEW_SENTENCE];
    if (view_follow_plateau(&workbench->view, sentence))
        workbench_say(workbench, false, "%s", sentence);
}

/* Should the program crash, it says how the run can be opened again. */
static void prepare_for_crash(struct workbench *workbench)
{
    struct text sentence = {0};
    if (workbench->can_go_on || !workbench->view.status.has_saved ||
        !workbench->session->run.directory)
        return;
    workbench->can_go_on = true;
    text_format(&sentence, "resume with: %s ", workbench->paths->program);
    shell_add_word(&sentence, workbench->session->run.directory);
    signals_on_crash_say(sentence.failed ? NULL : sentence.bytes);
    text_free(&sentence);
}

static bool update_pages(struct workbench *workbench, struct error *err)
{
    const struct pages *pages = &workbench->pages;
    for (size_t p = 0; p < pages->count; p++)
        if (pages->page[p]->update && !pages->page[p]->update(workbench, err))
            return false;
    return true;
}

void follow_trainer(struct workbench *workbench)
{
    struct error err;
    watching_follow(workbench);
    struct history *history = session_history(workbench->session);
    if (!session_wait(workbench->session, 0, &workbench->seen))
        return;
    workbench->changed = true;
    session_status(workbench->session, &workbench->view.status);
    if (!curves_update(&workbench->view.curves, history, &err) || !update_pages(workbench, &err))
        workbench_say(workbench, true, "%s", err.message);
    const struct trainer_status *status = &workbench->view.status;
    if (workbench->view.is_followed)
        following_update(workbench);
    else
        prepare_for_crash(workbench);
    announcing_follow(workbench);
    tell_widening(workbench);
    tell_finetune(workbench);
    tell_patching(workbench);
    tell_plateau(workbench);
    if (workbench->awaits_save && status->saves > workbench->saves) {
        char step[FORMAT_SIZE];
        workbench->awaits_save = false;
        workbench_say(workbench, false, "saved a checkpoint of step %s in %s",
                      format_count(step, status->saved_step), workbench->session->run.name);
    }
    if (status->failures > workbench->failures) { /* in place of what was promised */
        workbench->failures = status->failures;
        workbench->awaits_save = false;
        workbench_say(workbench, true, "%s", status->failure.message);
    }
}

void follow_time(struct workbench *workbench, unsigned long frame)
{
    if (frame % SLOW_FRAMES != 0)
        return;
    if (workbench->session)
        comparing_follow(workbench);
    if (workbench->session && workbench->view.status.state == TRAINER_RUNNING) {
        session_status(workbench->session, &workbench->view.status);
        workbench->changed = true;
    }
    announcing_look(workbench);
    if (worker_tasks(workbench->worker) > 0)
        workbench->changed = true;
}
