/* Map of this file: setting keys of the run that is open; branching; back to the parent; what goes
 * on beside it. */
#include "ui/tui/changing.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/strings.h"
#include "base/text.h"
#include "config/assignments.h"
#include "lab/branch.h"
#include "lab/session_change.h"
#include "record/parent.h"
#include "ui/format.h"
#include "ui/tui/following.h"
#include "ui/tui/frame.h"
#include "ui/tui/opening.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/pages/waiting.h"
#include "ui/tui/state.h"
#include "ui/tui/targets.h"
#include "ui/tui/watching.h"

/* Setting keys of the run that is open */

struct change_task {
    struct task task;
    struct workbench *workbench;
    struct session *session;
    struct session_change change;
    struct view before; /* how it was looked at */
    char *line;
    struct strings assignments;
    bool runs;  /* it was training, and goes on */
    bool stays; /* as it was, since it could not be saved first */
    bool changed;
    struct error err;
};

static void change_work(struct task *task)
{
    struct change_task *own = (struct change_task *)task;
    struct session *session = own->session;
    own->stays = !session_save(session, &own->err);
    if (own->stays)
        return;
    own->changed = session_change(session, &own->change, &own->err) &&
                   (!own->runs || trainer_send(session->trainer,
                                               (struct command){.kind = COMMAND_RUN}, &own->err)) &&
                   trainer_start(session->trainer, true, &own->err);
    if (!own->changed)
        session_close(session, NULL);
}

static void change_free(struct change_task *own)
{
    session_change_free(&own->change);
    memory_free(own->line);
    strings_free(&own->assignments);
    memory_free(own);
}

/* "train.clip=1, eval.every=5 from step 301 on" */
static void say_changed(struct workbench *workbench, const struct change_task *own)
{
    char next[FORMAT_SIZE];
    struct text text = {0};
    for (size_t i = 0; i < own->assignments.count; i++)
        text_format(&text, "%s%s", i > 0 ? ", " : "", own->assignments.text[i]);
    text_format(&text, " from step %s on; the run is saved with it",
                format_count(next, own->session->checkpoint_step + 1));
    workbench_reply(workbench, own->line, ENTRY_NOTE, text.failed ? "set" : text.bytes);
    text_free(&text);
    if (own->session->remark)
        workbench_reply(workbench, NULL, ENTRY_NOTE, own->session->remark);
}

static void change_done(struct task *task)
{
    struct change_task *own = (struct change_task *)task;
    struct workbench *workbench = own->workbench;
    if (own->changed || own->stays) {
        opening_show(workbench, own->session);
        view_look_like(&workbench->view, &own->before);
        if (own->changed)
            say_changed(workbench, own);
        else
            workbench_reply(workbench, own->line, ENTRY_ERROR, own->err.message);
        watching_go_on(workbench);
        if (workbench->leaving)
            opening_close(workbench, AFTER_QUIT);
    } else {
        memory_free(own->session);
        parent_curve_free(&workbench->comparing.parent);
        opening_fail(workbench, &own->err);
    }
    change_free(own);
}

/* What stays on the screen meanwhile; what is wrong with that the next frame says. */
static void show_run(struct workbench *workbench)
{
    workbench_go_to(workbench, &learn_page);
    frame_draw(workbench, NULL);
}

/* Takes over the task and the assignments. */
static void start_change(struct workbench *workbench, struct change_task *own, const char *values)
{
    const struct trainer_status *status = &workbench->view.status;
    own->task = (struct task){.work = change_work, .done = change_done};
    own->workbench = workbench;
    own->session = workbench->session;
    own->before = workbench->view;
    own->runs = status->state == TRAINER_RUNNING && !status->pausing;
    snprintf(workbench->opening, sizeof workbench->opening, "%s", values);
    workbench->state = WORKBENCH_OPENING;
    workbench->since = clock_seconds();
    show_run(workbench);
    workbench_go_to(workbench, &changing_page);
    opening_put_aside(workbench);
    worker_add(workbench->worker, &own->task);
}

/* The rate alone is set between two steps of the trainer that there is. */
static void set_rate(struct workbench *workbench, const struct session_change *change,
                     const char *line)
{
    struct error err;
    char text[256], rate[FORMAT_SIZE];
    if (!session_change(workbench->session, change, &err)) {
        workbench_say(workbench, true, "%s", err.message);
        return;
    }
    snprintf(text, sizeof text,
             "train.lr is %s at the next step; the schedule continues from there",
             format_rate(rate, change->rate));
    workbench_reply(workbench, line, ENTRY_NOTE, text);
}

static bool read_change(struct change_task *own, const struct request_call *call)
{
    own->line = memory_string(call->line, &own->err);
    return own->line && assignments_split(&own->assignments, call->argument, &own->err) &&
           session_change_read(call->workbench->session, (const char *const *)own->assignments.text,
                               own->assignments.count, &own->change, &own->err);
}

void changing_set(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct change_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own)
        return;
    bool read = read_change(own, call);
    if (read && own->change.others > 0) {
        start_change(workbench, own, call->argument);
        return;
    }
    if (!read)
        workbench_reply(workbench, call->line, ENTRY_ERROR, own->err.message);
    else if (own->change.sets_rate)
        set_rate(workbench, &own->change, call->line);
    else
        workbench_reply(workbench, call->line, ENTRY_NOTE, "that is what it is already");
    change_free(own);
}

/* Branching */

/* Takes a word out of a line, wherever it stands; whether it was there. */
static bool take_word(char *line, const char *word)
{
    size_t length = strlen(word);
    for (char *found = line; (found = strstr(found, word)); found += length) {
        bool begins = found == line || found[-1] == ' ';
        if (begins && (found[length] == ' ' || found[length] == '\0')) {
            memmove(found, found + length, strlen(found + length) + 1);
            return true;
        }
    }
    return false;
}

/* Takes "@600", or "600", off the front; *has tells whether it was there. */
static bool take_step(const char **argument, bool *has, uint64_t *step, struct error *err)
{
    char text[32] = "";
    size_t length = strcspn(*argument, " "), mark = **argument == '@';
    snprintf(text, sizeof text, "%.*s", (int)(length - mark), *argument + mark);
    bool is_step = number_read_count(text, step);
    *has = mark || is_step;
    if (*has)
        *argument += length;
    return !mark || is_step ||
           error_set(err, ERROR_INPUT, "@%s is not a step, as in /branch @600 KEY=VALUE", text);
}

bool changing_find_step(const struct workbench *workbench, bool *has, uint64_t *step,
                        struct error *err)
{
    const struct view *view = &workbench->view;
    *has = view->is_at;
    *step = view->at;
    return !view->is_followed || view->status.has_saved ||
           error_set(err, ERROR_INPUT, "nothing is saved yet that a branch could begin at");
}

static bool read_words(const struct request_call *call, const char *argument, struct branch *branch,
                       struct error *err)
{
    uint64_t step = 0;
    bool has_step;
    struct strings assignments = {0};
    argument += strspn(argument, " ");
    bool taken = take_step(&argument, &has_step, &step, err) &&
                 (has_step || changing_find_step(call->workbench, &has_step, &step, err));
    bool read = taken && assignments_split(&assignments, argument, err) &&
                branch_read(branch, call->workbench->session, has_step ? &step : NULL,
                            (const char *const *)assignments.text, assignments.count, err);
    strings_free(&assignments);
    return read;
}

static bool read_branch(const struct request_call *call, struct branch *branch, bool *both,
                        struct error *err)
{
    char *words = memory_string(call->argument, err);
    *both = words && take_word(words, "--both");
    bool read = words && read_words(call, words, branch, err);
    memory_free(words);
    return read;
}

/* Why a parent that was wanted to go on beside its branch does not; null where it does. */
static const char *why_alone(const struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    return workbench->view.is_followed && following_sees_writer(workbench)
               ? "another process trains the parent"
           : workbench->view.is_followed && following_is_shut(workbench)
               ? "the parent's directory cannot be written, and the branch trains alone"
           : status->state == TRAINER_FINISHED
               ? "the parent is finished, and the branch trains alone"
           : status->state == TRAINER_FAILED ? "the parent has failed, and the branch trains alone"
                                             : NULL;
}

static bool add_parent(struct workbench_target *target, const struct workbench *workbench,
                       struct error *err)
{
    const char *why = why_alone(workbench);
    if (why)
        return (target->alone = memory_string(why, err));
    return (target->beside = memory_string(target->branch->run, err));
}

static bool check_alone(const struct workbench *workbench, struct error *err)
{
    const char *beside = run_child_run(workbench->beside);
    return !beside || error_set(err, ERROR_INPUT,
                                "%s goes on beside this run already: /alone ends that, /beside "
                                "leads there",
                                file_name(beside));
}

bool changing_open_branch(struct workbench *workbench, const struct branch *read, bool both,
                          struct error *err)
{
    struct branch *branch = memory_new(1, sizeof *branch, err);
    struct workbench_target target = {.branch = branch, .goes_on_asking = true};
    if (branch)
        *branch = *read;
    if (!branch || (both && !check_alone(workbench, err)) ||
        !(target.name = memory_string("branch", err)) ||
        (both && !add_parent(&target, workbench, err))) {
        target.branch = NULL;
        targets_free(&target);
        memory_free(branch);
        return false;
    }
    targets_put(workbench, target);
    opening_go_to_target(workbench);
    return true;
}

void changing_branch(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct error err;
    struct branch branch;
    bool both;
    if (!read_branch(call, &branch, &both, &err)) {
        workbench_reply(workbench, call->line, ENTRY_ERROR, err.message);
        return;
    }
    if (changing_open_branch(workbench, &branch, both, &err))
        return;
    workbench_reply(workbench, call->line, ENTRY_ERROR, err.message);
    branch_free(&branch);
}

/* Back to the parent */

/* Opens a run that what was asked can be compared with. */
static bool go_to_run(struct workbench *workbench, const char *run, struct error *err)
{
    if (!targets_set(workbench, run, true, false, err))
        return false;
    workbench->target.goes_on_asking = true;
    opening_go_to_target(workbench);
    return true;
}

/* Of a branch that was opened just now the record may not say whose it is yet. */
void changing_parent(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    const char *directory = workbench_run_directory(workbench);
    const char *drawn = parent_curve_run(&workbench->comparing.parent);
    struct parent parent = {.run = NULL};
    struct error err;
    if (!drawn && directory && !parent_read(&parent, directory, &err))
        workbench_reply(workbench, call->line, ENTRY_ERROR, err.message);
    else if (!drawn && !parent.run)
        workbench_reply(workbench, call->line, ENTRY_ERROR,
                        "this run began at its own first step: it is nobody's branch");
    else if (!go_to_run(workbench, drawn ? drawn : parent.run, &err))
        workbench_reply(workbench, call->line, ENTRY_ERROR, err.message);
    parent_free(&parent);
}

/* The run that goes on beside the one that is open */

static bool has_beside(const struct request_call *call)
{
    if (!call->workbench->beside)
        workbench_reply(call->workbench, call->line, ENTRY_ERROR,
                        "no run goes on beside this one; /branch --both trains a branch beside "
                        "its parent");
    return call->workbench->beside != NULL;
}

void changing_beside(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct error err;
    if (!has_beside(call))
        return;
    if (!go_to_run(workbench, run_child_run(workbench->beside), &err))
        workbench_reply(workbench, call->line, ENTRY_ERROR, err.message);
}

void changing_alone(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    if (!has_beside(call))
        return;
    run_child_stop(workbench->beside);
    workbench_say(workbench, false, "%s is being saved",
                  file_name(run_child_run(workbench->beside)));
}
