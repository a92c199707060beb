/* Map of this file: listing presets and runs; opening a session; closing it; asking. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/shell.h"
#include "base/text.h"
#include "config/preset_check.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "lab/estimate.h"
#include "ui/signals.h"
#include "ui/tui/state.h"

/* A task that could not be made is said and forgotten. */
static void *new_task(struct workbench *workbench, size_t size)
{
    struct error err;
    void *task = memory_new(1, size, &err);
    if (!task)
        workbench_say(workbench, true, "%s", err.message);
    return task;
}

/* Listing presets and runs */

struct estimate_task {
    struct task task;
    struct workbench *workbench;
    char **preset;   /* [presets] names */
    double *seconds; /* [presets] NAN where not known */
    size_t presets;
};

static void estimate_work(struct task *task)
{
    struct estimate_task *own = (struct estimate_task *)task;
    const struct paths *paths = own->workbench->paths;
    double rate = estimate_machine_rate();
    for (size_t p = 0; p < own->presets; p++) {
        struct preset preset;
        own->seconds[p] = NAN;
        if (!preset_load(&preset, paths, own->preset[p], NULL))
            continue;
        estimate_seconds(paths, &preset, rate, &own->seconds[p], NULL);
        preset_free(&preset);
    }
}

static void estimate_free(struct estimate_task *own)
{
    for (size_t p = 0; p < own->presets; p++)
        memory_free(own->preset[p]);
    memory_free(own->preset);
    memory_free(own->seconds);
    memory_free(own);
}

static void estimate_done(struct task *task)
{
    struct estimate_task *own = (struct estimate_task *)task;
    for (size_t p = 0; p < own->presets; p++)
        target_list_set_seconds(&own->workbench->chooser, own->preset[p], own->seconds[p]);
    estimate_free(own);
}

static void add_estimate(struct workbench *workbench)
{
    const struct target_list *chooser = &workbench->chooser;
    struct estimate_task *own = new_task(workbench, sizeof *own);
    if (!own)
        return;
    own->task = (struct task){.work = estimate_work, .done = estimate_done};
    own->workbench = workbench;
    own->preset = memory_new(chooser->presets, sizeof *own->preset, NULL);
    own->seconds = memory_new(chooser->presets, sizeof *own->seconds, NULL);
    bool made = own->preset && own->seconds;
    for (size_t p = 0; made && p < chooser->presets; p++) {
        own->preset[p] = memory_string(chooser->preset[p].name, NULL);
        made = own->preset[p] != NULL;
        own->presets += made;
    }
    if (made)
        worker_add(workbench->worker, &own->task);
    else
        estimate_free(own);
}

struct list_task {
    struct task task;
    struct workbench *workbench;
    struct target_list chooser;
    bool loaded;
    struct error err;
};

static void list_work(struct task *task)
{
    struct list_task *own = (struct list_task *)task;
    own->loaded = target_list_load(&own->chooser, own->workbench->paths, &own->err);
}

static void list_done(struct task *task)
{
    struct list_task *own = (struct list_task *)task;
    struct workbench *workbench = own->workbench;
    if (own->loaded) {
        target_list_take(&workbench->chooser, &own->chooser);
    } else
        workbench_say(workbench, true, "%s", own->err.message);
    const struct trainer_status *status = &workbench->view.status;
    bool trains = workbench->session && (status->state == TRAINER_RUNNING || status->evaluating);
    if (workbench->mode == WORKBENCH_CHOOSER &&
        !trains) /* which would make the machine seem slow */
        add_estimate(workbench);
    memory_free(own);
}

void workbench_list(struct workbench *workbench)
{
    struct list_task *own = new_task(workbench, sizeof *own);
    if (!own)
        return;
    own->task = (struct task){.work = list_work, .done = list_done};
    own->workbench = workbench;
    worker_add(workbench->worker, &own->task);
}

/* Opening a session */

struct open_task {
    struct task task;
    struct workbench *workbench;
    struct workbench_target target;
    bool first; /* the options of the command line are for this one */
    struct session *session;
    bool opened;
    struct error err;
};

bool workbench_load_preset(const struct workbench *workbench, const char *name, bool with_options,
                           struct preset *preset, struct error *err)
{
    const struct workbench_options *options = workbench->options;
    if (!preset_load(preset, workbench->paths, name, err))
        return false;
    bool loaded = true;
    for (size_t a = 0; loaded && with_options && a < options->assignments; a++)
        loaded = preset_set(preset, options->assignment[a], err);
    if (loaded && with_options && options->steps > 0)
        loaded = preset_set_steps(preset, options->steps, err);
    if (loaded && preset_check(preset, err))
        return true;
    preset_free(preset);
    return false;
}

static bool open_preset(const struct open_task *own, struct error *err)
{
    struct preset preset;
    if (!workbench_load_preset(own->workbench, own->target.name, own->first, &preset, err))
        return false;
    const char *from = own->first ? own->workbench->options->from : NULL;
    const char *directory = own->first ? own->workbench->options->directory : NULL;
    bool opened = from ? session_open_fork(own->session, own->workbench->paths, &preset, from, err)
                       : session_open_preset(own->session, own->workbench->paths, &preset, err);
    preset_free(&preset);
    if (!opened || !directory || session_keep(own->session, directory, err))
        return opened;
    session_close(own->session, NULL);
    return false;
}

static void open_work(struct task *task)
{
    struct open_task *own = (struct open_task *)task;
    uint64_t steps = own->first ? own->workbench->options->steps : 0;
    own->opened = own->target.is_run ? session_resume(own->session, own->workbench->paths,
                                                      own->target.name, steps, &own->err)
                                     : open_preset(own, &own->err);
    if (!own->opened)
        return;
    /* The trainer's thread is started here, where signals are blocked. */
    bool runs = own->first && own->workbench->options->run;
    struct trainer *trainer = own->session->trainer;
    own->opened =
        (!runs || trainer_send(trainer, (struct command){.kind = COMMAND_RUN}, &own->err)) &&
        trainer_start(trainer, true, &own->err);
    if (!own->opened)
        session_close(own->session, NULL);
}

static void next_example(struct workbench *workbench)
{
    memory_free(workbench->example);
    workbench->example = session_example(workbench->session, workbench->examples++, NULL);
}

static void show_session(struct workbench *workbench, struct session *session)
{
    workbench->session = session;
    workbench->mode = WORKBENCH_OPEN;
    workbench->seen = 0;
    signals_on_crash_say(NULL);
    workbench->widened = 0;
    workbench->patched = false;
    workbench->view = (struct view){
        .preset = session->preset.name,
        .facts = &session->facts,
        .parameters = model_count_parameters(&session->preset.model),
        .individuals = session->population.size.known,
        .evaluate_every = session->preset.trainer.evaluate_every,
        .baseline = session->baseline,
        .tuned_after = session->preset.trainer.finetune.after,
        .patching = &session->preset.trainer.patching,
    };
    trainer_status(session->trainer, &workbench->view.status);
    workbench->told_finetune = view_is_tuned(&workbench->view);
    next_example(workbench);
}

/* A target of the command line that cannot be opened ends the program; any other leads back to the
 * chooser. */
static void report_failure(struct workbench *workbench, const struct error *err)
{
    if (!workbench->opened_any && workbench->named) {
        workbench->failed = workbench->done = true;
        workbench->failure = *err;
        return;
    }
    workbench->done = workbench->leaving;
    workbench->mode = WORKBENCH_CHOOSER;
    workbench_list(workbench);
    workbench_say(workbench, true, "%s", err->message);
}

static void open_done(struct task *task)
{
    struct open_task *own = (struct open_task *)task;
    struct workbench *workbench = own->workbench;
    if (own->opened) {
        show_session(workbench, own->session);
        workbench->opened_any = true;
        if (own->session->remark)
            workbench_say(workbench, false, "%s", own->session->remark);
        if (workbench->leaving)
            workbench_close(workbench, AFTER_QUIT);
    } else {
        memory_free(own->session);
        report_failure(workbench, &own->err);
    }
    memory_free(own->target.name);
    memory_free(own);
}

bool workbench_open_target(struct workbench *workbench)
{
    struct open_task *own = new_task(workbench, sizeof *own);
    struct session *session = own ? new_task(workbench, sizeof *session) : NULL;
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
    workbench->mode = WORKBENCH_OPENING;
    workbench->since = clock_seconds();
    worker_add(workbench->worker, &own->task);
    return true;
}

/* Closing it */

struct close_task {
    struct task task;
    struct workbench *workbench;
    struct session *session;
    enum workbench_after after;
    bool closed;
    char *kept; /* the run's directory; null where nothing was done that is worth one */
    struct error err;
};

static void close_work(struct task *task)
{
    struct close_task *own = (struct close_task *)task;
    const struct run *run = &own->session->run;
    own->closed = session_stop(own->session, &own->err);
    own->kept = run->directory ? memory_string(run->directory, NULL) : NULL;
    session_close(own->session, NULL);
}

static void add_farewell(struct text *kept, const struct paths *paths, const char *directory)
{
    text_format(kept, "saved; open it again with: %s ", paths->program);
    shell_add_word(kept, directory);
    text_add(kept, "\n");
}

static void close_done(struct task *task)
{
    struct close_task *own = (struct close_task *)task;
    struct workbench *workbench = own->workbench;
    memory_free(own->session);
    if (own->closed && own->kept)
        add_farewell(&workbench->kept, workbench->paths, own->kept);
    memory_free(own->kept);
    if (!own->closed && own->after == AFTER_QUIT) {
        workbench->failed = true;
        workbench->failure = own->err;
    }
    if (own->after == AFTER_QUIT)
        workbench->done = true;
    else if (!workbench_open_target(workbench)) {
        workbench->mode = WORKBENCH_CHOOSER;
        workbench_list(workbench);
    }
    if (!own->closed && own->after != AFTER_QUIT)
        workbench_say(workbench, true, "%s", own->err.message);
    memory_free(own);
}

void workbench_forget_session(struct workbench *workbench)
{
    transcript_clear(&workbench->transcript);
    curves_free(&workbench->view.curves);
    map_free(&workbench->map);
    memory_free(workbench->example);
    workbench->example = NULL;
    workbench->view = (struct view){0};
    workbench->session = NULL;
    workbench->typing = false;
    workbench->awaits_save = false;
    workbench->can_go_on = false;
    workbench->failures = 0;
}

void workbench_close(struct workbench *workbench, enum workbench_after after)
{
    struct close_task *own = new_task(workbench, sizeof *own);
    if (!own)
        return;
    own->task = (struct task){.work = close_work, .done = close_done};
    own->workbench = workbench;
    own->session = workbench->session;
    own->after = after;
    workbench->mode = WORKBENCH_CLOSING;
    workbench->closing_saves = workbench->view.status.unsaved;
    workbench->since = clock_seconds();
    workbench_forget_session(workbench);
    worker_add(workbench->worker, &own->task);
}

/* Asking */

struct ask_task {
    struct task task;
    struct workbench *workbench;
    struct session *session;
    unsigned long entry; /* of the transcript */
    char *prompt;        /* null: all attributes of the individual */
    uint64_t individual;
    struct answer *answer; /* [answers] */
    size_t answers, room;
    bool answered;
    struct error err;
};

static void ask_work(struct task *task)
{
    struct ask_task *own = (struct ask_task *)task;
    own->answered = true;
    while (own->answered && own->answers < own->room) {
        struct answer *answer = &own->answer[own->answers];
        own->answered = own->prompt ? session_ask(own->session, own->prompt, answer, &own->err)
                                    : session_ask_attribute(own->session, own->individual,
                                                            own->answers, answer, &own->err);
        own->answers += own->answered;
    }
}

static void ask_done(struct task *task)
{
    struct ask_task *own = (struct ask_task *)task;
    struct transcript *transcript = &own->workbench->transcript;
    if (own->answered)
        transcript_answers(transcript, own->entry, own->prompt ? ENTRY_ANSWER : ENTRY_TABLE,
                           own->answer, own->answers);
    else {
        transcript_note(transcript, own->entry, ENTRY_ERROR, own->err.message);
        for (size_t a = 0; a < own->answers; a++)
            answer_free(&own->answer[a]);
        memory_free(own->answer);
    }
    memory_free(own->prompt);
    memory_free(own);
}

/* An empty prompt is for a table of all attributes. */
static void add_question(struct workbench *workbench, const char *question, const char *prompt,
                         uint64_t individual, size_t answers)
{
    struct ask_task *own = new_task(workbench, sizeof *own);
    if (!own)
        return;
    own->task = (struct task){.work = ask_work, .done = ask_done};
    own->workbench = workbench;
    own->session = workbench->session;
    own->individual = individual;
    own->room = answers;
    own->answer = memory_new(answers, sizeof *own->answer, &own->err);
    own->prompt = prompt ? memory_string(prompt, &own->err) : NULL;
    if (own->answer && (!prompt || own->prompt) &&
        transcript_add(&workbench->transcript, question, clock_seconds(), &own->entry, &own->err)) {
        worker_add(workbench->worker, &own->task);
        return;
    }
    workbench_say(workbench, true, "%s", own->err.message);
    memory_free(own->answer);
    memory_free(own->prompt);
    memory_free(own);
}

void workbench_ask(struct workbench *workbench, const char *prompt)
{
    next_example(workbench);
    add_question(workbench, prompt, prompt, 0, 1);
}

void workbench_who(struct workbench *workbench, const char *question, uint64_t individual)
{
    add_question(workbench, question, NULL, individual, workbench->session->facts.attributes);
}
