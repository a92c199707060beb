/* Map of this file: the run that is open; the others; looking at their records; the parent. */
#include "ui/tui/comparing.h"

#include <string.h>

#include "base/memory.h"
#include "lab/groups.h"
#include "ui/tui/state.h"

/* The run that is open */

/* As groups of runs have them: all rates that were set, and by presets what is set otherwise. */
static void know_open(struct workbench *workbench)
{
    struct comparing *comparing = &workbench->comparing;
    const struct turns *turns = &workbench->view.curves.turns;
    memory_free(comparing->settings);
    comparing->settings = groups_settings(&workbench->session->preset, NULL);
    comparing->rates.count = 0;
    for (size_t t = 0; t < turns->count; t++)
        if (turns->turn[t].kind == TURN_RATE &&
            !series_add(&comparing->rates, &comparing->rates_room, (double)turns->turn[t].step,
                        turns->turn[t].to, NULL))
            return;
}

static void show(struct workbench *workbench)
{
    const struct comparing *comparing = &workbench->comparing;
    struct view *view = &workbench->view;
    view->overlay = comparing->overlay.runs > 0 ? &comparing->overlay : NULL;
    view->settings = comparing->settings;
    view->rates = comparing->rates;
}

/* The others */

static bool list_others(const struct workbench *workbench, struct strings *others,
                        struct error *err)
{
    const struct strings *marked = &workbench->marks.run;
    const char *open = workbench_run_directory(workbench);
    bool listed = true;
    for (size_t r = 0; listed && r < marked->count; r++)
        if (!open || strcmp(open, marked->text[r]) != 0)
            listed = strings_add(others, marked->text[r], err);
    return listed;
}

/* What can be on the chart. */
static bool list_keys(const struct workbench *workbench, struct strings *keys, struct error *err)
{
    static const char loss[] = "attr_loss";
    const struct strings *picked = &workbench->picks.path;
    bool listed = strings_add(keys, loss, err);
    for (size_t p = 0; listed && p < picked->count; p++)
        listed = strcmp(picked->text[p], loss) == 0 || strings_add(keys, picked->text[p], err);
    return listed;
}

static bool is_kept(const struct workbench *workbench)
{
    return workbench_run_directory(workbench) != NULL;
}

static bool is_current(const struct workbench *workbench)
{
    const struct comparing *comparing = &workbench->comparing;
    return comparing->is_beside && comparing->is_kept == is_kept(workbench) &&
           comparing->marks == workbench->marks.changes &&
           comparing->picks == workbench->picks.changes;
}

static void choose_others(struct workbench *workbench)
{
    struct comparing *comparing = &workbench->comparing;
    struct strings others = {.count = 0}, keys = {.count = 0};
    struct error err;
    if (list_others(workbench, &others, &err) && list_keys(workbench, &keys, &err) &&
        overlay_set(&comparing->overlay, &others, &keys, &err)) {
        comparing->is_beside = true;
        comparing->is_kept = is_kept(workbench);
        comparing->marks = workbench->marks.changes;
        comparing->picks = workbench->picks.changes;
        workbench->changed = true;
    } else
        workbench_say(workbench, true, "%s", err.message);
    strings_free(&others);
    strings_free(&keys);
}

/* Looking at their records */

struct comparing_task {
    struct task task;
    struct workbench *workbench;
    struct overlay_look *look;
};

static void look_work(struct task *task)
{
    const size_t most = 8 << 20; /* bytes, so that questions need not wait for all records */
    overlay_look_read(((struct comparing_task *)task)->look, most);
}

/* False where there is no memory for it, which is said. */
static bool add_look(struct workbench *workbench, const struct overlay *overlay,
                     void (*done)(struct task *task))
{
    struct error err;
    struct comparing_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own)
        return false;
    own->task = (struct task){.work = look_work, .done = done};
    own->workbench = workbench;
    own->look = overlay_look_new(overlay, workbench->paths, &err);
    if (!own->look) {
        workbench_say(workbench, true, "%s", err.message);
        memory_free(own);
        return false;
    }
    worker_add(workbench->worker, &own->task);
    return true;
}

static void look(struct workbench *workbench);

static void look_done(struct task *task)
{
    struct comparing_task *own = (struct comparing_task *)task;
    struct workbench *workbench = own->workbench;
    struct error err;
    bool changed;
    workbench->comparing.looks = false;
    bool taken = overlay_take(&workbench->comparing.overlay, own->look, &changed, &err);
    if (!taken)
        workbench_say(workbench, true, "%s", err.message);
    overlay_look_free(own->look);
    memory_free(own);
    if (taken && workbench->session && !workbench->done &&
        overlay_waits(&workbench->comparing.overlay))
        look(workbench);
}

static void look(struct workbench *workbench)
{
    struct comparing *comparing = &workbench->comparing;
    comparing->looks = add_look(workbench, &comparing->overlay, look_done);
}

/* The parent */

void comparing_show_parent(struct workbench *workbench)
{
    const struct comparing *comparing = &workbench->comparing;
    workbench->view.parent = parent_curve_series(&comparing->parent);
    workbench->view.parent_changes = comparing->parent_changes;
}

static void look_at_parent_done(struct task *task)
{
    struct comparing_task *own = (struct comparing_task *)task;
    struct workbench *workbench = own->workbench;
    struct comparing *comparing = &workbench->comparing;
    bool changed = false;
    comparing->looks_at_parent = false;
    if (!overlay_take(&comparing->parent.overlay, own->look, &changed, NULL))
        changed = true;
    comparing->parent_changes += changed;
    if (changed && workbench->session)
        comparing_show_parent(workbench);
    workbench->changed |= changed;
    overlay_look_free(own->look);
    memory_free(own);
}

void comparing_follow(struct workbench *workbench)
{
    struct comparing *comparing = &workbench->comparing;
    if (comparing->parent.overlay.runs > 0 && !comparing->looks_at_parent)
        comparing->looks_at_parent =
            add_look(workbench, &comparing->parent.overlay, look_at_parent_done);
    if (!is_current(workbench))
        choose_others(workbench);
    if (comparing->overlay.runs > 0) {
        know_open(workbench);
        if (!comparing->looks)
            look(workbench);
    }
    show(workbench);
}

void comparing_free(struct comparing *comparing)
{
    overlay_free(&comparing->overlay);
    parent_curve_free(&comparing->parent);
    memory_free(comparing->settings);
    series_free(&comparing->rates);
    *comparing = (struct comparing){.marks = 0};
}
