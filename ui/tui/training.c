#include "ui/tui/training.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/shell.h"
#include "base/text.h"
#include "config/preset_key.h"
#include "ui/format.h"
#include "ui/tui/state.h"

/* What a command takes for this run: its name where that finds it. */
static void add_run(struct text *command, const struct workbench *workbench)
{
    const struct run *run = &workbench->session->run;
    char *found = run->name ? file_join(workbench->paths->runs, run->name, NULL) : NULL;
    bool by_name = found && run->directory && strcmp(found, run->directory) == 0;
    shell_add_operand(command, by_name ? run->name : run->directory ? run->directory : "RUN");
    memory_free(found);
}

/* A line that can be copied: half as many steps again. */
static void say_finished(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    uint64_t schedule = workbench->session->preset.trainer.schedule.steps;
    char steps[FORMAT_SIZE];
    struct text command = {0};
    text_format(&command, "%s --steps %" PRIu64 " ", workbench->paths->program,
                schedule + (schedule + 1) / 2);
    add_run(&command, workbench);
    workbench_say(workbench, false, "all %s steps are done; more with: %s",
                  format_count(steps, status->steps), command.failed ? "--steps" : command.bytes);
    text_free(&command);
}

/* What cannot be sent, or need not, is said; false then. */
static bool send(struct workbench *workbench, struct command command)
{
    struct error err;
    const struct trainer_status *status = &workbench->view.status;
    bool makes_steps = command.kind == COMMAND_RUN || command.kind == COMMAND_STEP;
    bool failed = status->state == TRAINER_FAILED, sent = false;
    if (makes_steps && status->state == TRAINER_FINISHED)
        say_finished(workbench);
    else if (!trainer_send(workbench->session->trainer, command, &err))
        workbench_say(workbench, true, "%s", err.message);
    else
        sent = true;
    if (sent && makes_steps && failed)
        workbench_say(workbench, false, "retrying what failed");
    return sent;
}

/* Whether it goes on until somebody pauses it. */
static bool trains(const struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    return status->state == TRAINER_RUNNING && !status->pausing;
}

void training_toggle(struct workbench *workbench)
{
    send(workbench, (struct command){.kind = trains(workbench) ? COMMAND_PAUSE : COMMAND_RUN});
}

void training_run_or_pause(const struct request_call *call)
{
    training_toggle(call->workbench);
}

void training_run(const struct request_call *call)
{
    if (trains(call->workbench))
        workbench_say(call->workbench, false, "it is training");
    else
        send(call->workbench, (struct command){.kind = COMMAND_RUN});
}

void training_pause(const struct request_call *call)
{
    if (trains(call->workbench))
        send(call->workbench, (struct command){.kind = COMMAND_PAUSE});
    else
        workbench_say(call->workbench, false, "it is not training");
}

void training_step(const struct request_call *call)
{
    uint64_t steps = 1;
    if (*call->argument && (!number_read_count(call->argument, &steps) || steps == 0)) {
        workbench_reply(call->workbench, call->line, ENTRY_ERROR,
                        "the number of steps must be a whole number above 0: /step 20");
        return;
    }
    send(call->workbench, (struct command){.kind = COMMAND_STEP, .steps = steps});
}

void training_evaluate(const struct request_call *call)
{
    if (send(call->workbench, (struct command){.kind = COMMAND_EVALUATE}))
        workbench_say(call->workbench, false, "measuring at this step");
}

void training_save_now(struct workbench *workbench)
{
    struct trainer_status *status = &workbench->view.status;
    trainer_status(workbench->session->trainer, status);
    if (status->has_saved && !status->unsaved) {
        char step[FORMAT_SIZE];
        workbench_say(workbench, false, "step %s is saved already",
                      format_count(step, status->step));
        return;
    }
    workbench->saves = status->saves;
    workbench->awaits_save = true;
    send(workbench, (struct command){.kind = COMMAND_CHECKPOINT});
    workbench_say(workbench, false, "saving a checkpoint");
}

void training_save(const struct request_call *call)
{
    training_save_now(call->workbench);
}
