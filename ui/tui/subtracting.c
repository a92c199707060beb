#include "ui/tui/subtracting.h"

#include <string.h>

#include "base/memory.h"
#include "record/run.h"
#include "ui/tui/comparing.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/state.h"

static void show_pair(struct workbench *workbench, const char *of, const char *less)
{
    struct error err;
    workbench->view.difference = false;
    learn_show_difference(&workbench->view);
    if (!comparing_set_pair(workbench, of, less, &err))
        workbench_say(workbench, true, "%s", err.message);
}

/* The run that is open, less another one. */
static void show_named(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    const char *open = workbench_run_directory(workbench);
    struct run run;
    struct error err;
    if (!run_open(&run, workbench->paths, call->argument, &err)) {
        workbench_reply(workbench, call->line, ENTRY_ERROR, err.message);
        return;
    }
    if (open && strcmp(open, run.directory) == 0)
        workbench_reply(workbench, call->line, ENTRY_ERROR,
                        "that is the run that is open: it differs in nothing from itself");
    else
        show_pair(workbench, "", run.directory);
    run_close(&run);
}

/* "" for the run that is open. */
static const char *marked(const struct workbench *workbench, size_t which)
{
    const char *run = workbench->marks.run.text[which];
    const char *open = workbench_run_directory(workbench);
    return open && strcmp(open, run) == 0 ? "" : run;
}

/* The first that is marked less the second, or the run that is open less the only one. False where
 * neither are marked. */
static bool show_marked(struct workbench *workbench)
{
    size_t count = workbench->marks.run.count;
    if (count == 2)
        show_pair(workbench, marked(workbench, 0), marked(workbench, 1));
    else if (count == 1 && *marked(workbench, 0))
        show_pair(workbench, "", marked(workbench, 0));
    else
        return false;
    return true;
}

/* Why nothing that is marked can be subtracted. */
static void say_no_pair(struct workbench *workbench)
{
    size_t count = workbench->marks.run.count;
    if (count > 2)
        workbench_say(workbench, false,
                      "%zu runs are marked, and a difference is of two: take marks away (5, *), or "
                      "/difference RUN",
                      count);
    else if (count == 1)
        workbench_say(workbench, false,
                      "the run that is marked is the open one: mark another (5, *), or "
                      "/difference RUN");
    else
        workbench_say(workbench, false,
                      "nothing to compare with: mark one run or two (5, *), or /difference RUN");
}

/* From the parent, then of what is marked, then none. */
void subtracting_difference(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct view *view = &workbench->view;
    bool has_pair = workbench->comparing.pair.count > 0;
    bool is_branch = comparing_has_parent(workbench), was = view->difference;
    if (*call->argument) {
        show_named(call);
        return;
    }
    comparing_drop_pair(workbench);
    view->difference = is_branch && !was && !has_pair;
    if (view->difference)
        learn_show_difference(view);
    if (!view->difference && !has_pair && !show_marked(workbench) && !was)
        say_no_pair(workbench);
}
