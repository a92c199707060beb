/* Map of this file: threads; what becomes of it. */
#include "ui/tui/beside.h"

#include <stdint.h>
#include <string.h>

#include "base/file.h"
#include "base/processors.h"
#include "ui/format.h"
#include "ui/tui/state.h"

/* Threads */

size_t beside_threads(void)
{
    size_t half = processors_threads() / 2;
    return half > 1 ? half : 1;
}

/* Those that are left to the run that is open. */
static size_t threads_here(const struct workbench *workbench)
{
    size_t all = processors_threads();
    return workbench->beside ? all - all / 2 : SIZE_MAX;
}

void beside_share(struct workbench *workbench)
{
    struct session *session = workbench->session;
    const struct command command = {.kind = COMMAND_THREADS, .threads = threads_here(workbench)};
    struct error err;
    if (!session || !session->trainer)
        return;
    if (!trainer_send(session->trainer, command, &err))
        workbench_say(workbench, true, "%s", err.message);
    workbench->has_shared |= workbench->beside != NULL;
}

/* It has all of them where nothing else is trained here. */
static void follow_threads(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    bool is_empty = workbench->state == WORKBENCH_EMPTY;
    bool rests = is_empty || workbench->view.is_followed || status->state == TRAINER_FINISHED ||
                 status->state == TRAINER_FAILED;
    if (is_empty || workbench->state == WORKBENCH_OPEN)
        run_child_use_threads(workbench->beside, rests ? processors_threads() : beside_threads());
}

/* What becomes of it */

static bool is_parent(const struct workbench *workbench)
{
    const char *parent = parent_curve_run(&workbench->comparing.parent);
    return parent && strcmp(parent, run_child_run(workbench->beside)) == 0;
}

static void show(struct workbench *workbench)
{
    const struct queued_status *status =
        workbench->beside ? run_child_status(workbench->beside) : NULL;
    struct view_beside *shown = &workbench->view.beside;
    const struct view_beside before = *shown;
    *shown = (struct view_beside){.goes_on = false};
    if (status)
        *shown = (struct view_beside){true, is_parent(workbench), status->step, status->steps};
    workbench->changed |= shown->goes_on != before.goes_on || shown->step != before.step;
}

static void tell_end(struct workbench *workbench)
{
    const char *directory = run_child_run(workbench->beside), *name = file_name(directory);
    const struct queued_status *status = run_child_status(workbench->beside);
    char steps[FORMAT_SIZE];
    bool done = status->state == QUEUED_DONE;
    if (done)
        workbench_say(workbench, false, "%s, beside this run, has made all its %s steps", name,
                      format_count(steps, status->steps));
    else if (status->state == QUEUED_INTERRUPTED)
        workbench_say(workbench, false, "%s is saved, and goes on no longer", name);
    else
        workbench_say(workbench, true, "%s goes on no longer: %s", name, status->failure.message);
    if (done || status->state == QUEUED_INTERRUPTED)
        workbench_add_farewell(workbench, directory);
}

static void end(struct workbench *workbench)
{
    struct run_child *beside = workbench->beside;
    tell_end(workbench);
    workbench->beside = NULL;
    run_child_free(beside);
    beside_share(workbench);
}

void beside_follow(struct workbench *workbench)
{
    if (!workbench->beside)
        return;
    bool goes_on = run_child_turn(workbench->beside);
    const char *note = run_child_note(workbench->beside);
    if (note)
        workbench_say(workbench, false, "%s", note);
    if (goes_on)
        follow_threads(workbench);
    else
        end(workbench);
    show(workbench);
}

/* Any other than the parent is marked, to be drawn as that is. */
static void mark(struct workbench *workbench)
{
    const char *run = run_child_run(workbench->beside);
    struct error err;
    if (!marks_have(&workbench->marks, run) && !marks_toggle(&workbench->marks, run, &err))
        workbench_say(workbench, true, "%s", err.message);
    else
        workbench_say(workbench, false, "%s goes on beside this run; /beside leads there",
                      file_name(run));
}

void beside_show(struct workbench *workbench, struct run_child *beside)
{
    workbench->beside = beside;
    beside_share(workbench);
    if (!is_parent(workbench))
        mark(workbench);
    beside_follow(workbench);
}
