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

static void send(struct workbench *workbench, struct command command)
{
    struct error err;
    const struct trainer_status *status = &workbench->view.status;
    bool trains = command.kind == COMMAND_RUN || command.kind == COMMAND_STEP;
    bool failed = status->state == TRAINER_FAILED;
    if (trains && status->state == TRAINER_FINISHED)
        say_finished(workbench);
    else if (!trainer_send(workbench->session->trainer, command, &err))
        workbench_say(workbench, true, "%s", err.message);
    else if (trains && failed)
        workbench_say(workbench, false, "retrying what failed");
}

void training_toggle(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    bool runs = status->state == TRAINER_RUNNING && !status->pausing;
    send(workbench, (struct command){.kind = runs ? COMMAND_PAUSE : COMMAND_RUN});
}

void training_run_or_pause(const struct request_call *call)
{
    training_toggle(call->workbench);
}

void training_run(const struct request_call *call)
{
    send(call->workbench, (struct command){.kind = COMMAND_RUN});
}

void training_pause(const struct request_call *call)
{
    send(call->workbench, (struct command){.kind = COMMAND_PAUSE});
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
    send(call->workbench, (struct command){.kind = COMMAND_EVALUATE});
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
