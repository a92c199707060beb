/* Map of this file: which steps there are; going there and back; requests. */
#include "ui/tui/past.h"

#include "base/memory.h"
#include "base/number.h"
#include "lab/session_follow.h"
#include "lab/session_past.h"
#include "ui/format.h"
#include "ui/tui/state.h"

/* Which steps there are */

/* Until the first checkpoint the run has no directory, which another thread makes. Models of later
 * steps are of steps that are made anew. */
size_t past_steps(const struct workbench *workbench, uint64_t **step)
{
    const struct trainer_status *status = &workbench->view.status;
    struct error err;
    size_t count = 0;
    *step = NULL;
    if (!workbench->session || !status->has_saved ||
        !run_models(&workbench->session->run, step, &count, &err))
        return 0;
    while (count > 0 && (*step)[count - 1] > status->step)
        count--;
    return count;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

static bool find_nearest(const struct workbench *workbench, uint64_t wanted, uint64_t *nearest)
{
    uint64_t *step;
    size_t count = past_steps(workbench, &step);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || distance(step[i], wanted) < distance(*nearest, wanted))
            *nearest = step[i];
    memory_free(step);
    return count > 0;
}

/* Going there and back */

struct past_task {
    struct task task;
    struct workbench *workbench;
    struct session *session;
    uint64_t wanted, step;
    bool back;   /* to the live weights */
    bool newest; /* to the newest model of a run that is followed, which has no live ones */
    bool went, known;
    struct knowledge knowledge;
    struct error err;
};

static void go_work(struct task *task)
{
    struct past_task *own = (struct past_task *)task;
    bool is_live = own->back && !own->newest;
    if (is_live)
        session_go_back(own->session);
    if (own->newest)
        own->went = session_go_to_newest(own->session, &own->err);
    else
        own->went = is_live || session_go_to(own->session, own->step, &own->err);
}

/* What the map shows there. */
static void know_work(struct task *task)
{
    struct past_task *own = (struct past_task *)task;
    own->known = session_known_at(own->session, own->step, &own->knowledge, &own->err);
}

/* Pages look again at what they show. */
static void update_pages(struct workbench *workbench)
{
    struct error err;
    const struct pages *pages = &workbench->pages;
    for (size_t p = 0; p < pages->count; p++)
        if (pages->page[p]->update && !pages->page[p]->update(workbench, &err))
            workbench_say(workbench, true, "%s", err.message);
}

static void know_done(struct task *task)
{
    struct past_task *own = (struct past_task *)task;
    struct workbench *workbench = own->workbench;
    bool still = workbench->session == own->session && workbench->view.is_at &&
                 workbench->view.at == own->step;
    if (still && own->known) {
        knowledge_free(&workbench->known_at);
        workbench->known_at = own->knowledge;
        own->knowledge = (struct knowledge){0};
        update_pages(workbench);
    } else if (still)
        workbench_say(workbench, true, "%s", own->err.message);
    knowledge_free(&own->knowledge);
    memory_free(own);
}

static struct past_task *new_task(struct workbench *workbench, void (*work)(struct task *task),
                                  void (*done)(struct task *task))
{
    struct past_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own)
        return NULL;
    own->task = (struct task){.work = work, .done = done};
    own->workbench = workbench;
    own->session = workbench->session;
    return own;
}

static void say_where(struct workbench *workbench, uint64_t step, uint64_t wanted)
{
    const struct parent_curve *parent = &workbench->comparing.parent;
    char here[FORMAT_SIZE], there[FORMAT_SIZE];
    format_count(here, step);
    if (step == wanted)
        workbench_say(workbench, false, "at step %s: its model is asked; Esc goes back to now",
                      here);
    else if (wanted < parent->step && parent_curve_run(parent))
        workbench_say(workbench, false,
                      "at step %s, where this branch begins; /parent leads to step %s", here,
                      format_count(there, wanted));
    else
        workbench_say(workbench, false,
                      "at step %s, the nearest to %s that was kept; Esc goes "
                      "back to now",
                      here, format_count(there, wanted));
}

static void arrive(struct workbench *workbench, const struct past_task *go)
{
    struct past_task *own = new_task(workbench, know_work, know_done);
    workbench->view.is_at = workbench->view.has_cursor = true;
    workbench->view.at = workbench->view.cursor = go->step;
    view_show_cursor(&workbench->view);
    say_where(workbench, go->step, go->wanted);
    if (!own)
        return;
    own->step = go->step;
    worker_add(workbench->worker, &own->task);
}

static void go_done(struct task *task)
{
    struct past_task *own = (struct past_task *)task;
    struct workbench *workbench = own->workbench;
    bool still = workbench->session == own->session;
    bool unasked = own->newest && !own->back; /* one that was removed meanwhile is not missed */
    workbench->goings--;
    if (still && own->newest)
        workbench->newest.is_asked = own->went;
    if (still && !own->went && !unasked)
        workbench_say(workbench, true, "%s", own->err.message);
    else if (still && own->went && own->back) {
        workbench->view.is_at = false;
        knowledge_free(&workbench->known_at);
        update_pages(workbench);
    } else if (still && own->went && !own->newest)
        arrive(workbench, own);
    memory_free(own);
}

static void add_going(struct workbench *workbench, struct past_task *own)
{
    workbench->goings++;
    worker_add(workbench->worker, &own->task);
}

void past_go_to(struct workbench *workbench, uint64_t step)
{
    uint64_t nearest = 0;
    if (!find_nearest(workbench, step, &nearest)) {
        workbench_say(workbench, true, "nothing is kept yet that could be asked");
        return;
    }
    struct past_task *own = new_task(workbench, go_work, go_done);
    if (!own)
        return;
    own->wanted = step;
    own->step = nearest;
    add_going(workbench, own);
}

static void begin_back(struct workbench *workbench, bool back)
{
    struct past_task *own = new_task(workbench, go_work, go_done);
    if (!own)
        return;
    own->back = back;
    own->newest = workbench->view.is_followed;
    workbench->newest.is_asked = own->newest;
    workbench->newest.saved_step = workbench->view.status.saved_step;
    add_going(workbench, own);
}

void past_go_back(struct workbench *workbench)
{
    begin_back(workbench, true);
}

void past_go_to_newest(struct workbench *workbench)
{
    begin_back(workbench, false);
}

/* Requests */

void past_at(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    uint64_t step;
    if (!*call->argument && !workbench->view.is_at)
        workbench_say(workbench, false, "the model is asked as it is now");
    else if (!*call->argument)
        past_go_back(workbench);
    else if (number_read_count(call->argument, &step))
        past_go_to(workbench, step);
    else
        workbench_reply(workbench, call->line, ENTRY_ERROR,
                        "a step is a whole number: /at 600; /at alone goes back to now");
}

/* The model that was kept next before the cursor, or behind it. */
static void move_cursor(struct workbench *workbench, bool later)
{
    struct view *view = &workbench->view;
    uint64_t *step, at = view->has_cursor ? view->cursor : view->status.step;
    size_t count = past_steps(workbench, &step), found = count;
    for (size_t i = 0; i < count; i++)
        if (later ? step[i] > at && found == count : step[i] < at)
            found = i;
    if (found < count) {
        view->has_cursor = true;
        view->cursor = step[found];
        view_show_cursor(view);
    } else if (count == 0)
        workbench_say(workbench, true, "nothing is kept yet that could be asked");
    else
        workbench_say(workbench, false, "nothing was kept of %s step",
                      later ? "a later" : "an earlier");
    memory_free(step);
}

void past_earlier(const struct request_call *call)
{
    move_cursor(call->workbench, false);
}

void past_later(const struct request_call *call)
{
    move_cursor(call->workbench, true);
}
