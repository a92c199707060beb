/* Map of this file: the view; models that were kept; watching; lists; requests. */
#include "ui/tui/watching.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/strings.h"
#include "lab/session_watch.h"
#include "lab/watches.h"
#include "ui/format.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/refusing.h"
#include "ui/tui/state.h"

/* The view */

void watching_follow(struct workbench *workbench)
{
    struct error err;
    struct view *view = &workbench->view;
    struct watches *watches = workbench->session->watches;
    uint64_t changes = watches_changes(watches);
    if (view->question.changes == changes && !view->question.stale)
        return;
    workbench->changed = true;
    view->question.changes = changes;
    if (!view_take_question(view, watches, &err))
        workbench_say(workbench, true, "%s", err.message);
}

/* Models that were kept: one a task, so that others come in between. */

struct kept_task {
    struct task task;
    struct workbench *workbench;
    struct session *session;
    char *prompt;
    uint64_t from;
    bool asked, done;
    struct error err;
};

static void kept_work(struct task *task)
{
    struct kept_task *own = (struct kept_task *)task;
    own->done = session_watch_kept(own->session, own->prompt, &own->from, &own->asked, &own->err);
}

static void kept_done(struct task *task)
{
    struct kept_task *own = (struct kept_task *)task;
    struct workbench *workbench = own->workbench;
    bool still = workbench->session == own->session;
    bool goes_on = own->done ? own->asked : own->err.kind == ERROR_DATA;
    if (still && !own->done)
        workbench_say(workbench, true, "%s", own->err.message);
    if (still && goes_on) {
        worker_add(workbench->worker, &own->task);
        return;
    }
    memory_free(own->prompt);
    memory_free(own);
}

/* Takes over the prompt. */
static void ask_kept(struct workbench *workbench, char *prompt)
{
    struct kept_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own) {
        memory_free(prompt);
        return;
    }
    own->task = (struct task){.work = kept_work, .done = kept_done};
    own->workbench = workbench;
    own->session = workbench->session;
    own->prompt = prompt;
    worker_add(workbench->worker, &own->task);
}

void watching_go_on(struct workbench *workbench)
{
    struct strings prompts = {0};
    bool listed = watches_list(workbench->session->watches, &prompts, NULL);
    for (size_t p = 0; listed && p < prompts.count; p++) {
        char *prompt = memory_string(prompts.text[p], NULL);
        if (prompt)
            ask_kept(workbench, prompt);
    }
    strings_free(&prompts);
}

/* Watching */

struct watch_task {
    struct task task;
    struct workbench *workbench;
    struct session *session;
    char *prompt, *as_read;
    bool is_new;
    unsigned long entry;
    struct error err;
};

static void watch_work(struct task *task)
{
    struct watch_task *own = (struct watch_task *)task;
    session_watch(own->session, own->prompt, &own->as_read, &own->is_new, &own->err);
}

/* Shows it, unless it was ended meanwhile. */
static void show_watched(struct workbench *workbench, const struct watch_task *own)
{
    char note[256] = "not asked any longer";
    size_t number = watches_number(own->session->watches, own->as_read);
    if (number > 0) {
        snprintf(note, sizeof note,
                 "watched%s as question %zu%s; v goes back to the loss, /unwatch %zu ends it",
                 own->is_new ? "" : " already,", number,
                 own->is_new ? ", at every evaluation and over what was kept" : "", number);
        learn_show_question(&workbench->view, number - 1);
    }
    transcript_note(&workbench->transcript, own->entry, ENTRY_NOTE, note);
}

static void watch_done(struct task *task)
{
    struct watch_task *own = (struct watch_task *)task;
    struct workbench *workbench = own->workbench;
    bool still = workbench->session == own->session;
    if (own->as_read && still)
        show_watched(workbench, own);
    else
        transcript_note(&workbench->transcript, own->entry, own->as_read ? ENTRY_NOTE : ENTRY_ERROR,
                        own->as_read ? "watched in the run that was open" : own->err.message);
    if (own->as_read && still && own->is_new) {
        ask_kept(workbench, own->as_read);
        own->as_read = NULL;
    }
    memory_free(own->as_read);
    memory_free(own->prompt);
    memory_free(own);
}

static void watch(struct workbench *workbench, const char *prompt)
{
    struct watch_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own)
        return;
    own->task = (struct task){.work = watch_work, .done = watch_done};
    own->workbench = workbench;
    own->session = workbench->session;
    own->prompt = memory_string(prompt, &own->err);
    char *line = own->prompt ? memory_format(&own->err, "/watch %s", prompt) : NULL;
    bool added = line && transcript_add(&workbench->transcript, line, clock_seconds(), &own->entry,
                                        &own->err);
    memory_free(line);
    if (added) {
        worker_add(workbench->worker, &own->task);
        return;
    }
    workbench_say(workbench, true, "%s", own->err.message);
    memory_free(own->prompt);
    memory_free(own);
}

/* Those of a table all together. */
static void watch_answers(struct workbench *workbench)
{
    const struct answers answers = transcript_last_answers(&workbench->transcript);
    struct strings prompts = {0};
    bool copied = true;
    for (size_t a = 0; copied && a < answers.count; a++)
        copied = strings_add(&prompts, answers.answer[a].prompt, NULL);
    if (answers.count == 0)
        workbench_say(workbench, false,
                      "there is no answer to watch yet: ask something first, or /watch PROMPT");
    for (size_t p = 0; copied && p < prompts.count; p++)
        watch(workbench, prompts.text[p]);
    strings_free(&prompts);
}

/* Lists */

/* "1  Ada Abel was born in  Kyoto .31" */
static char *describe(const struct question_track *track, size_t number, struct error *err)
{
    char probability[FORMAT_SIZE], step[FORMAT_SIZE];
    const struct question_point *point = question_track_at(track, UINT64_MAX);
    if (!point)
        return memory_format(err, "%zu  %s  not asked yet", number, track->prompt);
    const char *value = track->truth        ? track->truth
                        : point->values > 0 ? track->value.text[point->value[0]]
                                            : "";
    double chance = track->truth ? point->truth : point->values > 0 ? point->probability[0] : 0;
    return memory_format(err, "%zu  %s  %s%s %s at step %s", number, track->prompt, value,
                         track->truth ? " ✓" : "", format_probability(probability, chance),
                         format_count(step, point->step));
}

static bool list_question(struct watches *watches, size_t index, struct finding *finding,
                          struct error *err)
{
    struct question_track track;
    if (!watches_copy(watches, index, &track, err))
        return false;
    char *item = track.prompt ? describe(&track, index + 1, err) : NULL;
    bool listed = !track.prompt || (item && finding_list_item(finding, item, err));
    question_track_free(&track);
    return listed;
}

static void list(struct workbench *workbench, const char *line)
{
    struct watches *watches = workbench->session->watches;
    struct finding finding = {0};
    struct error err;
    unsigned long entry;
    size_t count = watches_count(watches);
    bool listed = true;
    if (count == 0) {
        workbench_reply(workbench, line, ENTRY_NOTE,
                        "no question is watched; /watch PROMPT does, or w the last answer's");
        return;
    }
    for (size_t i = 0; listed && i < count; i++)
        listed = list_question(watches, i, &finding, &err);
    if (listed && transcript_add(&workbench->transcript, line, clock_seconds(), &entry, &err)) {
        transcript_finding(&workbench->transcript, entry, &finding);
        return;
    }
    finding_free(&finding);
    workbench_say(workbench, true, "%s", err.message);
}

/* Requests */

static void show(struct workbench *workbench, const char *line, uint64_t number)
{
    size_t count = watches_count(workbench->session->watches);
    char note[128];
    if (number >= 1 && number <= count) {
        learn_show_question(&workbench->view, (size_t)number - 1);
        return;
    }
    snprintf(note, sizeof note, "there is no question %" PRIu64 "%s", number,
             count > 0 ? "; /watch lists those that are watched" : ": none is watched");
    workbench_reply(workbench, line, ENTRY_ERROR, note);
}

void watching_watch(const struct request_call *call)
{
    uint64_t number;
    bool reads = call->line && (!*call->argument || number_read_count(call->argument, &number));
    if (!reads && call->workbench->view.is_followed)
        refusing_change(call);
    else if (!call->line)
        watch_answers(call->workbench);
    else if (!*call->argument)
        list(call->workbench, call->line);
    else if (number_read_count(call->argument, &number))
        show(call->workbench, call->line, number);
    else
        watch(call->workbench, call->argument);
}

void watching_unwatch(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct error err;
    char *ended, *note;
    if (!session_unwatch(workbench->session, call->argument, &ended, &err)) {
        workbench_reply(workbench, call->line, ENTRY_ERROR, err.message);
        return;
    }
    note = memory_format(&err, "not asked any longer: %s", ended);
    workbench_reply(workbench, call->line, ENTRY_NOTE, note ? note : err.message);
    memory_free(note);
    memory_free(ended);
}
