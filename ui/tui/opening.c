/* Map of this file: opening a session; closing it; leaving one for another or for the shell. */
#include "ui/tui/opening.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/table_preset.h"
#include "lab/session_follow.h"
#include "lab/session_past.h"
#include "lab/session_resume.h"
#include "lab/speeds.h"
#include "model/precision.h"
#include "ui/format.h"
#include "ui/signals.h"
#include "ui/tui/announcing.h"
#include "ui/tui/ask.h"
#include "ui/tui/beside.h"
#include "ui/tui/comparing.h"
#include "ui/tui/configuring.h"
#include "ui/tui/following.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/pages/waiting.h"
#include "ui/tui/pages/yes_or_no.h"
#include "ui/tui/picking.h"
#include "ui/tui/state.h"
#include "ui/tui/talk.h"
#include "ui/tui/targets.h"

/* Opening a session */

struct open_task {
    struct task task;
    struct workbench *workbench;
    struct workbench_target target;
    bool first; /* the options of the command line are for this one */
    struct session *session;
    struct parent_curve parent;
    struct run_child *beside; /* what is to go on beside it; null: nothing, */
    struct error alone;       /* or it cannot, for this reason */
    bool opened;
    struct error err;
};

/* Where the trainer's thread is started signals are blocked. */
static bool start_trainer(struct session *session, bool runs, struct error *err)
{
    return (!runs || trainer_send(session->trainer, (struct command){.kind = COMMAND_RUN}, err)) &&
           trainer_start(session->trainer, true, err);
}

/* Shows how far it is. */
static bool watch_replay(void *context, const struct replay_span *span)
{
    struct workbench *workbench = context;
    atomic_store(&workbench->replay.from, span->from);
    atomic_store(&workbench->replay.to, span->to);
    atomic_store(&workbench->replay.step, span->step);
    atomic_store(&workbench->replay.seconds_left, span->seconds_left);
    return !atomic_load(&workbench->replay.cancel);
}

static bool open_target(struct open_task *own)
{
    const struct replay_watch watch = {own->workbench, watch_replay, .yields = true};
    const struct paths *paths = own->workbench->paths;
    struct session_request request = targets_request(own->workbench, &own->target, own->first);
    request.watch = &watch;
    if (own->target.follows)
        return session_follow(own->session, paths, own->target.name, &follower_pace, &own->err);
    if (own->target.branch)
        return branch_open(own->target.branch, paths, &watch, own->session, &own->err);
    return own->target.is_run
               ? session_resume(own->session, paths, own->target.name, request.steps, &own->err)
               : session_request_open(&request, paths, own->session, &own->err);
}

static void open_work(struct task *task)
{
    struct open_task *own = (struct open_task *)task;
    const struct workbench_target *target = &own->target;
    bool runs = (own->first && own->workbench->options->run) || target->branch || target->runs;
    own->opened = open_target(own);
    if (!own->opened)
        return;
    parent_curve_read(&own->parent, own->session, target->branch, own->workbench->paths);
    own->opened = own->session->follower || start_trainer(own->session, runs, &own->err);
    if (own->opened && target->beside)
        own->beside =
            run_child_new(own->workbench->paths, target->beside, beside_threads(), &own->alone);
    if (own->opened)
        return;
    parent_curve_free(&own->parent);
    session_close(own->session, NULL);
}

/* What another process makes is what its run was recorded with. */
static const char *precision_of(const struct session *session)
{
    enum precision asked = session->preset.model.precision;
    return precision_names[session->follower ? asked : precision_in_use(asked, NULL)];
}

void opening_show(struct workbench *workbench, struct session *session)
{
    workbench->session = session;
    workbench->state = WORKBENCH_OPEN;
    workbench->seen = 0;
    signals_on_crash_say(NULL);
    workbench->widened = 0;
    workbench->patched = false;
    workbench->view = (struct view){
        .preset = session->preset.name,
        .facts = &session->facts,
        .parameters = model_count_parameters(&session->preset.model),
        .precision = precision_of(session),
        .individuals = session->population.size.known,
        .all_known = session->preset.trainer.evaluate_new == 0,
        .evaluate_every = session->preset.trainer.evaluate_every,
        .baseline = session->baseline,
        .tuned_after = session->preset.trainer.finetune.after,
        .patching = &session->preset.trainer.patching,
        .parent = &workbench->comparing.parent,
    };
    session_status(session, &workbench->view.status);
    workbench->view.is_followed = session->follower != NULL;
    workbench->newest.is_asked = session->past != NULL;
    if (session->past)
        session_is_at(session, &workbench->newest.saved_step);
    if (session->follower)
        follower_tell(session->follower, &workbench->view.followed);
    workbench->told_finetune = view_is_tuned(&workbench->view);
    workbench->has_shared = false;
    beside_share(workbench);
    announcing_begin(workbench);
    picking_show(workbench);
    configuring_look(workbench);
    ask_next_example(workbench);
    workbench_go_to(workbench, &learn_page);
}

/* What was typed for a run that is not opened after all is for no other. */
static void say_why_not(struct workbench *workbench, bool is_error, const char *why)
{
    bool dropped = type_ahead_drop(&workbench->typed);
    workbench_say(workbench, is_error, "%s%s", why,
                  dropped ? "; what was typed meanwhile is dropped" : "");
}

void opening_fail(struct workbench *workbench, const struct error *err)
{
    bool leaves = workbench->leaving || workbench->terminated;
    bool given_up = leaves && err->kind == ERROR_CANCELLED;
    transcript_clear(&workbench->transcript);
    if (!workbench->opened_any && workbench->named && !given_up) {
        workbench->failed = workbench->done = true;
        workbench->failure = *err;
        return;
    }
    workbench->done = leaves;
    workbench->state = WORKBENCH_EMPTY;
    workbench_go_to_foot(workbench);
    say_why_not(workbench, true, err->message);
}

/* What the model is to learn, where that is a table. */
static void say_table(struct workbench *workbench, const struct session *session)
{
    const struct fact_set *facts = &session->facts;
    char *text = facts->table ? table_preset_describe(&session->preset, facts, NULL) : NULL;
    if (text)
        workbench_reply(workbench, NULL, ENTRY_NOTE, text);
    memory_free(text);
}

/* ", from the checkpoint of step 500, 100 steps again" where steps were made again. */
static void add_replay(struct text *text, const struct workbench *workbench)
{
    char from[FORMAT_SIZE], count[FORMAT_SIZE];
    uint64_t first = atomic_load(&workbench->replay.from),
             last = atomic_load(&workbench->replay.to);
    if (last > first)
        text_format(text, ", from the checkpoint of step %s, %s step%s again",
                    format_count(from, first), format_count(count, last - first),
                    last - first == 1 ? "" : "s");
}

/* What is another than in the run that the branch begins in, and what becomes of that. */
static void say_branch(struct workbench *workbench, const struct workbench_target *target)
{
    const struct branch *branch = target->branch;
    char step[FORMAT_SIZE];
    struct text text = {0};
    text_format(&text, "branch at step %s", format_count(step, workbench->view.status.step));
    add_replay(&text, workbench);
    text_format(&text, "%s%s", *branch->changes ? ": " : "", branch->changes);
    if (target->alone)
        text_format(&text, "; %s", target->alone);
    text_add(&text, target->beside ? "; the parent goes on beside it, and /parent leads there"
                                   : "; /parent goes back");
    if (!text.failed)
        workbench_reply(workbench, NULL, ENTRY_NOTE, text.bytes);
    text_free(&text);
}

/* What is another than in the preset's file. */
static void say_edited(struct workbench *workbench, const struct workbench_target *target)
{
    char *text = *target->changes ? memory_format(NULL, "with %s", target->changes) : NULL;
    if (text)
        workbench_reply(workbench, NULL, ENTRY_NOTE, text);
    memory_free(text);
}

/* Where a branch could not be opened its parent, which was saved for it, is opened again. */
static void open_parent(struct workbench *workbench, const struct open_task *own)
{
    struct error err;
    bool can_open = targets_set(workbench, own->target.branch->run, true, false, &err);
    workbench->target.goes_on_asking = can_open;
    if (!can_open || !opening_start(workbench))
        opening_fail(workbench, &own->err);
    else if (own->err.kind == ERROR_CANCELLED)
        say_why_not(workbench, false, "no branch was made");
    else
        say_why_not(workbench, true, own->err.message);
}

/* Who is asked from here on, under what another run was. */
static void say_who_is_asked(struct workbench *workbench)
{
    char step[FORMAT_SIZE];
    char *text =
        memory_format(NULL, "from here on %s is asked, at step %s", workbench_run_name(workbench),
                      format_count(step, workbench->view.status.step));
    if (text)
        workbench_reply(workbench, NULL, ENTRY_NOTE, text);
    memory_free(text);
}

/* What there is to say of what was opened. */
static void greet(struct workbench *workbench, const struct open_task *own)
{
    const char *remark = own->session->remark;
    bool goes_on = own->target.goes_on_asking && talk_goes_on(workbench);
    if (goes_on && !own->target.branch)
        say_who_is_asked(workbench);
    if (own->target.branch)
        say_branch(workbench, &own->target);
    else if (own->session->follower)
        following_greet(workbench);
    else if (own->target.is_edited)
        say_edited(workbench, &own->target);
    else if (remark)
        workbench_say(workbench, false, "%s", remark);
    else if (!goes_on)
        say_table(workbench, own->session);
    if (remark && (own->target.branch || own->target.is_edited))
        workbench_reply(workbench, NULL, ENTRY_NOTE, remark);
    if (own->beside)
        beside_show(workbench, own->beside);
    else if (own->target.beside)
        workbench_say(workbench, true, "%s", own->alone.message);
}

static void open_done(struct task *task)
{
    struct open_task *own = (struct open_task *)task;
    struct workbench *workbench = own->workbench;
    if (own->opened) {
        workbench->comparing.parent = own->parent;
        opening_show(workbench, own->session);
        workbench->opened_any = true;
        greet(workbench, own);
        if (workbench->leaving)
            opening_close(workbench, AFTER_QUIT);
    } else {
        memory_free(own->session);
        if (own->target.branch && !workbench->leaving)
            open_parent(workbench, own);
        else
            opening_fail(workbench, &own->err);
    }
    targets_free(&own->target);
    memory_free(own);
}

bool opening_start(struct workbench *workbench)
{
    struct open_task *own = workbench_new_task(workbench, sizeof *own);
    struct session *session = own ? workbench_new_task(workbench, sizeof *session) : NULL;
    if (!session) {
        memory_free(own);
        return false;
    }
    own->task = (struct task){.work = open_work, .done = open_done};
    own->workbench = workbench;
    own->target = workbench->target;
    own->first = !workbench->opened_any;
    own->session = session;
    snprintf(workbench->opening, sizeof workbench->opening, "%s", workbench->target.name);
    workbench->target = (struct workbench_target){0};
    workbench->state = WORKBENCH_OPENING;
    workbench->since = clock_seconds();
    atomic_store(&workbench->replay.from, 0);
    atomic_store(&workbench->replay.step, 0);
    atomic_store(&workbench->replay.to, 0);
    atomic_store(&workbench->replay.seconds_left, NAN);
    atomic_store(&workbench->replay.cancel, workbench->leaving);
    workbench_go_to(workbench, &opening_page);
    worker_add(workbench->worker, &own->task);
    return true;
}

/* Closing it */

struct close_task {
    struct task task;
    struct workbench *workbench;
    struct session *session;
    struct view before; /* how it was looked at */
    enum opening_after after;
    struct run_child *beside; /* that ends as well; or null */
    bool goes_on;             /* beside what is opened after it */
    bool has_shared;          /* threads with another run, so that its speed is none of its own */
    bool stays;               /* it could not be saved for what was to come after it */
    bool closed, ended;
    char *kept; /* the run's directory; null where nothing was done that is worth one */
    char *name; /* the run's, or its preset's where it has none */
    struct error err, beside_err;
};

static void close_work(struct task *task)
{
    struct close_task *own = (struct close_task *)task;
    const struct run *run = &own->session->run;
    own->stays = own->after == AFTER_OPEN && !session_save(own->session, &own->err);
    if (own->stays)
        return;
    if (own->beside)
        run_child_stop(own->beside);
    if (!own->has_shared)
        speeds_note(own->workbench->paths, own->session);
    own->closed = session_stop(own->session, &own->err);
    own->name = memory_string(run->name ? run->name : own->session->preset.name, NULL);
    own->kept =
        run->directory && !own->session->follower ? memory_string(run->directory, NULL) : NULL;
    session_close(own->session, NULL);
    own->ended = !own->beside || run_child_end(own->beside, &own->beside_err);
}

/* Nothing is lost, and what was to be opened is not. */
static void stay(struct workbench *workbench, const struct close_task *own)
{
    targets_free(&workbench->target);
    if (own->beside)
        workbench->beside = own->beside;
    opening_show(workbench, own->session);
    workbench->has_shared |= own->has_shared;
    view_look_like(&workbench->view, &own->before);
    say_why_not(workbench, true, own->err.message);
    if (workbench->leaving)
        opening_close(workbench, AFTER_QUIT);
}

/* What went on beside it has ended: to be opened in its place, which it then goes on beside, or
 * with the program. */
static void end_beside(struct workbench *workbench, struct close_task *own)
{
    struct workbench_target *target = &workbench->target;
    if (own->after == AFTER_OPEN && own->goes_on && own->closed && own->kept)
        target->beside = memory_string(own->kept, NULL);
    if (own->after == AFTER_OPEN && own->beside) {
        target->runs = own->ended;
        if (!own->ended)
            workbench_say(workbench, true, "%s", own->beside_err.message);
    } else if (own->beside && own->ended)
        workbench_add_farewell(workbench, run_child_run(own->beside));
    else if (own->beside) {
        workbench->failed = true;
        workbench->failure = own->beside_err;
    }
    run_child_free(own->beside);
}

static void close_done(struct task *task)
{
    struct close_task *own = (struct close_task *)task;
    struct workbench *workbench = own->workbench;
    if (own->stays) {
        stay(workbench, own);
        memory_free(own);
        return;
    }
    if (!own->has_shared)
        target_list_doubt_needs(&workbench->listed);
    parent_curve_free(&workbench->comparing.parent);
    comparing_drop_pair(workbench);
    bool goes_on = own->after == AFTER_OPEN && workbench->target.goes_on_asking;
    talk_leave_run(workbench, own->name, goes_on && own->name);
    memory_free(own->session);
    if (own->closed && own->kept)
        workbench_add_farewell(workbench, own->kept);
    end_beside(workbench, own);
    memory_free(own->kept);
    memory_free(own->name);
    if (!own->closed && own->after == AFTER_QUIT) {
        workbench->failed = true;
        workbench->failure = own->err;
    }
    if (own->after == AFTER_QUIT)
        workbench->done = true;
    else if (!opening_start(workbench)) {
        workbench->state = WORKBENCH_EMPTY;
        type_ahead_drop(&workbench->typed);
        workbench_go_to_foot(workbench);
    }
    if (!own->closed && own->after != AFTER_QUIT)
        workbench_say(workbench, true, "%s", own->err.message);
    memory_free(own);
}

void opening_put_aside(struct workbench *workbench)
{
    curves_free(&workbench->view.curves);
    question_track_free(&workbench->view.question.track);
    knowledge_free(&workbench->known_at);
    pages_forget_run(&workbench->pages);
    memory_free(workbench->example);
    workbench->example = NULL;
    workbench->view = (struct view){0};
    workbench->session = NULL;
    workbench->comparing.is_beside = false;
    workbench->newest.is_asked = false;
    workbench->awaits_save = false;
    workbench->can_go_on = false;
    workbench->failures = 0;
}

void opening_forget_session(struct workbench *workbench)
{
    transcript_clear(&workbench->transcript);
    opening_put_aside(workbench);
}

/* What goes on beside it ends where it is to be opened, or the program ends. */
static void take_beside(struct workbench *workbench, struct close_task *own)
{
    const struct trainer_status *status = &workbench->view.status;
    bool changes = own->after == AFTER_OPEN && workbench->target.is_beside;
    own->goes_on = changes && !workbench->view.is_followed && status->state == TRAINER_RUNNING &&
                   !status->pausing;
    if (!changes && own->after != AFTER_QUIT)
        return;
    own->beside = workbench->beside;
    workbench->beside = NULL;
}

void opening_close(struct workbench *workbench, enum opening_after after)
{
    struct close_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own)
        return;
    own->task = (struct task){.work = close_work, .done = close_done};
    own->workbench = workbench;
    own->session = workbench->session;
    own->after = after;
    own->before = workbench->view;
    own->has_shared = workbench->has_shared;
    take_beside(workbench, own);
    talk_know_facts(workbench);
    workbench->state = WORKBENCH_CLOSING;
    workbench->closing_saves = workbench->view.status.unsaved;
    workbench->since = clock_seconds();
    workbench_go_to(workbench, &closing_page);
    opening_put_aside(workbench);
    worker_add(workbench->worker, &own->task);
}

/* Leaving */

static void quit_now(struct workbench *workbench)
{
    if (workbench->session)
        opening_close(workbench, AFTER_QUIT);
    else
        workbench->done = true;
}

static void open_now(struct workbench *workbench)
{
    if (workbench->session)
        opening_close(workbench, AFTER_OPEN);
    else
        opening_start(workbench);
}

/* What a failed run loses: steps, or only what was set since its last checkpoint. */
static const char *name_lost(uint64_t steps, char *out, size_t size)
{
    char count[FORMAT_SIZE];
    if (steps == 0)
        return "its last changes are";
    snprintf(out, size, steps == 1 ? "%s step is" : "%s steps are", format_count(count, steps));
    return out;
}

/* What goes on beside a run is to be saved as well, when the program ends. */
static bool ask_for_both(struct workbench *workbench, bool running)
{
    const char *beside = run_child_run(workbench->beside);
    if (!beside)
        return false;
    yes_or_no_ask(workbench, quit_now,
                  running ? "Training is under way, and %s goes on beside. Save both and quit?"
                          : "%s goes on beside. Save it and quit?",
                  file_name(beside));
    return true;
}

static bool has_own_run(const struct workbench *workbench)
{
    return workbench->session && !workbench->session->follower;
}

/* Asks where a run has failed with something that is not saved; false where there is nothing to
 * ask. */
static bool ask_for_failed(struct workbench *workbench, const char *what,
                           void (*now)(struct workbench *workbench))
{
    const struct trainer_status *status = &workbench->view.status;
    char lost[2 * FORMAT_SIZE];
    bool failed = has_own_run(workbench) && status->state == TRAINER_FAILED && status->unsaved;
    if (failed)
        yes_or_no_ask(workbench, now, "The run has failed and %s not saved. Really %s?",
                      name_lost(status->step - status->saved_step, lost, sizeof lost), what);
    return failed;
}

/* Asks first where a run is training, or has failed with something that is not saved. */
static void leave(struct workbench *workbench, const char *what,
                  void (*now)(struct workbench *workbench))
{
    const struct trainer_status *status = &workbench->view.status;
    bool running = has_own_run(workbench) && status->state == TRAINER_RUNNING && !status->pausing;
    if (ask_for_failed(workbench, what, now) ||
        (now == quit_now && ask_for_both(workbench, running)))
        return;
    if (running)
        yes_or_no_ask(workbench, now, "Training is under way. Save a checkpoint and %s?", what);
    else
        now(workbench);
}

void opening_go_to_target(struct workbench *workbench)
{
    if (!ask_for_failed(workbench, "leave this run", open_now))
        open_now(workbench);
}

void opening_leave_for_target(struct workbench *workbench)
{
    if (workbench->target.is_beside && workbench->session)
        opening_go_to_target(workbench);
    else
        leave(workbench, "leave this run", open_now);
}

/* Without a name the list opens. The run stays open below it, and goes on, until another is
 * chosen. */
void opening_load(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct error err;
    if (!*call->argument)
        workbench_open_page(workbench, pages_foot(&workbench->pages));
    else if (targets_find(workbench, call->argument, false, &err))
        opening_leave_for_target(workbench);
    else
        workbench_reply(workbench, call->line, ENTRY_ERROR, err.message);
}

void opening_quit(const struct request_call *call)
{
    leave(call->workbench, "quit", quit_now);
}
