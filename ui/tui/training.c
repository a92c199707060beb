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

static void refuse_setting(struct workbench *workbench, const char *line)
{
    struct text why = {0};
    text_format(&why,
                "only train.lr can be changed during a run; everything else is set when it starts: "
                "%s --set KEY=VALUE PRESET",
                workbench->paths->program);
    workbench_reply(workbench, line, ENTRY_ERROR, why.failed ? "out of memory" : why.bytes);
    text_free(&why);
}

/* "train.lr 1e-3" or "train.lr=1e-3" */
void training_set(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    const char *argument = call->argument, *line = call->line;
    static const char lr[] = "train.lr";
    char text[256];
    double value;
    const char *behind = argument + strcspn(argument, " =");
    const char *number = behind + strspn(behind, " =");
    const struct preset_key *key = preset_key_find("train", "lr");
    if (strlen(lr) != (size_t)(behind - argument) || strncmp(argument, lr, strlen(lr)) != 0)
        refuse_setting(workbench, line);
    else if (!number_read(number, &value) || !(value >= key->low && value <= key->high))
        workbench_reply(workbench, line, ENTRY_ERROR,
                        "a learning rate must be a number above 0, at most 1: /set train.lr 1e-3");
    else if (workbench->view.status.state == TRAINER_FINISHED)
        workbench_reply(workbench, line, ENTRY_ERROR,
                        "all steps are done: there is no next step to set it for");
    else {
        char rate[FORMAT_SIZE];
        send(workbench, (struct command){.kind = COMMAND_SET_LR, .value = value});
        snprintf(text, sizeof text,
                 "train.lr is %s at the next step; the schedule continues from there",
                 format_rate(rate, value));
        workbench_reply(workbench, line, ENTRY_NOTE, text);
    }
}
