#include "ui/tui/announcing.h"

#include "ui/tui/state.h"

static bool has_ended(const struct trainer_status *status)
{
    return status->state == TRAINER_FINISHED || status->state == TRAINER_FAILED;
}

void announcing_begin(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    phase_watch_begin(&workbench->announced.phase, status);
    workbench->announced.end = has_ended(status);
}

static void ring(const struct workbench *workbench)
{
    if (workbench->preferences.bell)
        screen_ring();
}

/* The process that trains a run runs the command for it. */
static void tell_phase(struct workbench *workbench)
{
    struct error err;
    const struct trainer_status *status = &workbench->view.status;
    ring(workbench);
    if (!workbench->view.is_followed && status->has_saved &&
        !phase_command_run(&workbench->announced.commands, workbench->preferences.on_phase,
                           workbench->session, status, &err))
        workbench_say(workbench, true, "%s", err.message);
}

void announcing_follow(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    if (phase_watch_follow(&workbench->announced.phase, status))
        tell_phase(workbench);
    if (has_ended(status) && !workbench->announced.end)
        ring(workbench);
    workbench->announced.end = has_ended(status);
}

void announcing_look(struct workbench *workbench)
{
    struct error err;
    if (!phase_commands_follow(&workbench->announced.commands, &err))
        workbench_say(workbench, true, "%s", err.message);
}
