/* Map of this file: prompts; inquiries. Both are worked on by the worker's thread. */
#include "ui/tui/ask.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "lab/session_ask.h"
#include "lab/session_past.h"
#include "ui/tui/pages/prompt.h"
#include "ui/tui/state.h"

enum { ITEMS_SHOWN = 48 }; /* of a list */

/* Prompts */

void ask_next_example(struct workbench *workbench)
{
    memory_free(workbench->example);
    workbench->example = session_example(workbench->session, workbench->examples++, NULL);
}

struct ask_task {
    struct task task;
    struct workbench *workbench;
    struct session *session;
    unsigned long entry; /* of the transcript */
    char *prompt;
    struct answer *answer;
    bool answered;
    struct asked_at at;
    struct error err;
};

static void ask_work(struct task *task)
{
    struct ask_task *own = (struct ask_task *)task;
    own->answered = session_ask(own->session, own->prompt, own->answer, &own->err);
    own->at.earlier = session_is_at(own->session, &own->at.step);
}

static void ask_done(struct task *task)
{
    struct ask_task *own = (struct ask_task *)task;
    struct transcript *transcript = &own->workbench->transcript;
    if (own->answered) {
        transcript_date(transcript, own->entry, own->at);
        transcript_answer(transcript, own->entry, own->answer);
    } else {
        transcript_note(transcript, own->entry, ENTRY_ERROR, own->err.message);
        memory_free(own->answer);
    }
    memory_free(own->prompt);
    memory_free(own);
}

void ask_prompt(struct workbench *workbench, const char *prompt)
{
    struct ask_task *own = workbench_new_task(workbench, sizeof *own);
    ask_next_example(workbench);
    if (!own)
        return;
    own->task = (struct task){.work = ask_work, .done = ask_done};
    own->workbench = workbench;
    own->session = workbench->session;
    own->answer = memory_new(1, sizeof *own->answer, &own->err);
    own->prompt = memory_string(prompt, &own->err);
    if (own->answer && own->prompt &&
        transcript_add(&workbench->transcript, prompt, clock_seconds(), &own->entry, &own->err)) {
        worker_add(workbench->worker, &own->task);
        return;
    }
    workbench_say(workbench, true, "%s", own->err.message);
    memory_free(own->answer);
    memory_free(own->prompt);
    memory_free(own);
}

/* Inquiries */

struct inquiry_task {
    struct task task;
    struct workbench *workbench;
    struct session *session;
    unsigned long entry;
    inquiry_find *inquire; /* null: all attributes of the individual */
    char *argument;
    uint64_t individual, seed;
    struct finding finding;
    bool found;
    struct asked_at at;
    struct error err;
};

static void inquiry_work(struct task *task)
{
    struct inquiry_task *own = (struct inquiry_task *)task;
    const struct inquiry inquiry = {
        .session = own->session,
        .argument = own->argument,
        .most = ITEMS_SHOWN,
        .seed = own->seed,
    };
    own->found = own->inquire
                     ? own->inquire(&inquiry, &own->finding, &own->err)
                     : inquiry_individual(own->session, own->individual, &own->finding, &own->err);
    own->at.earlier = session_is_at(own->session, &own->at.step);
}

static void inquiry_done(struct task *task)
{
    struct inquiry_task *own = (struct inquiry_task *)task;
    struct transcript *transcript = &own->workbench->transcript;
    if (own->found && own->finding.prompt && own->workbench->session == own->session)
        prompt_open(own->workbench, own->finding.prompt);
    if (own->found) {
        if (own->finding.answers > 0)
            transcript_date(transcript, own->entry, own->at);
        transcript_finding(transcript, own->entry, &own->finding);
    } else
        transcript_note(transcript, own->entry, ENTRY_ERROR, own->err.message);
    memory_free(own->argument);
    memory_free(own);
}

static struct inquiry_task *new_inquiry(struct workbench *workbench)
{
    struct inquiry_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own)
        return NULL;
    own->task = (struct task){.work = inquiry_work, .done = inquiry_done};
    own->workbench = workbench;
    own->session = workbench->session;
    own->seed = (uint64_t)(clock_seconds() * 1e6);
    return own;
}

/* Takes over the task. */
static void add_inquiry(struct inquiry_task *own, const char *argument, const char *line)
{
    struct workbench *workbench = own->workbench;
    own->argument = memory_string(argument, &own->err);
    if (own->argument &&
        transcript_add(&workbench->transcript, line, clock_seconds(), &own->entry, &own->err)) {
        worker_add(workbench->worker, &own->task);
        return;
    }
    workbench_say(workbench, true, "%s", own->err.message);
    memory_free(own->argument);
    memory_free(own);
}

void ask_individual(struct workbench *workbench, const char *question, uint64_t individual)
{
    struct inquiry_task *own = new_inquiry(workbench);
    if (!own)
        return;
    own->individual = individual;
    add_inquiry(own, "", question);
}

void ask_inquiry(struct workbench *workbench, inquiry_find *inquire, const char *argument,
                 const char *line)
{
    struct inquiry_task *own = new_inquiry(workbench);
    if (!own)
        return;
    own->inquire = inquire;
    add_inquiry(own, argument, line);
}
