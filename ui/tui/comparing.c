/* Map of this file: the run that is open; the others; the difference of two; looking at
 * their records; the parent. */
#include "ui/tui/comparing.h"

#include <string.h>

#include "base/memory.h"
#include "lab/groups.h"
#include "ui/tui/state.h"
#include "ui/tui/widgets/difference_chart.h"
#include "ui/tui/widgets/run_series.h"

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

/* The others: those that are marked, and behind them those that are followed for a difference */

static bool list_others(const struct workbench *workbench, struct strings *others,
                        struct error *err)
{
    const struct strings *marked = &workbench->marks.run, *pair = &workbench->comparing.pair;
    const char *open = workbench_run_directory(workbench);
    bool listed = true;
    for (size_t r = 0; listed && r < marked->count; r++)
        if (!open || strcmp(open, marked->text[r]) != 0)
            listed = strings_add(others, marked->text[r], err);
    for (size_t r = 0; listed && r < pair->count; r++)
        if (*pair->text[r] && !strings_has(others, pair->text[r]))
            listed = strings_add(others, pair->text[r], err);
    return listed;
}

/* What can be on the chart. */
static bool list_keys(const struct workbench *workbench, struct strings *keys, struct error *err)
{
    const struct strings *picked = &workbench->picks.path;
    bool listed = strings_add(keys, LOSS_KEY, err);
    for (size_t p = 0; listed && p < picked->count; p++)
        listed = strcmp(picked->text[p], LOSS_KEY) == 0 || strings_add(keys, picked->text[p], err);
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

static void hide(struct workbench *workbench)
{
    struct overlay *overlay = &workbench->comparing.overlay;
    for (size_t r = 0; r < overlay->runs; r++)
        overlay->run[r].is_hidden = !marks_have(&workbench->marks, overlay->run[r].directory);
}

static void choose_others(struct workbench *workbench)
{
    struct comparing *comparing = &workbench->comparing;
    struct strings others = {.count = 0}, keys = {.count = 0};
    struct error err;
    if (list_others(workbench, &others, &err) && list_keys(workbench, &keys, &err) &&
        overlay_set(&comparing->overlay, &others, &keys, &err) &&
        parent_curve_ask(&comparing->parent, &keys, &err)) {
        hide(workbench);
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

/* The difference of two */

bool comparing_set_pair(struct workbench *workbench, const char *of, const char *less,
                        struct error *err)
{
    struct strings *pair = &workbench->comparing.pair;
    comparing_drop_pair(workbench);
    if (strings_add(pair, of, err) && strings_add(pair, less, err))
        return true;
    comparing_drop_pair(workbench);
    return false;
}

void comparing_drop_pair(struct workbench *workbench)
{
    strings_free(&workbench->comparing.pair);
    workbench->comparing.is_beside = false;
    workbench->view.pair.is_shown = false;
}

void comparing_drop(struct workbench *workbench, const char *run)
{
    if (strings_has(&workbench->comparing.pair, run))
        comparing_drop_pair(workbench);
}

void comparing_move(struct workbench *workbench, const char *from, const char *to)
{
    struct error err;
    if (!strings_replace(&workbench->comparing.pair, from, to, &err))
        comparing_drop(workbench, from);
    workbench->comparing.is_beside = false;
}

/* False while nothing is known of it. */
static bool find_side(struct workbench *workbench, size_t which, struct view_side *side)
{
    const struct comparing *comparing = &workbench->comparing;
    const struct overlay *overlay = &comparing->overlay;
    const char *directory = comparing->pair.text[which];
    side->is_open = !*directory;
    side->run = overlay_find(overlay, directory);
    return side->is_open || (side->run < overlay->runs && overlay->run[side->run].is_read);
}

static const struct error *trouble_of(const struct workbench *workbench,
                                      const struct view_side *side)
{
    const struct error *trouble =
        side->is_open ? NULL : &workbench->comparing.overlay.run[side->run].trouble;
    return trouble && trouble->kind != ERROR_NONE ? trouble : NULL;
}

/* Shows it as soon as both records were read; one that is not to be had is dropped. */
static void show_pair(struct workbench *workbench)
{
    struct view_pair *pair = &workbench->view.pair;
    const bool was_shown = pair->is_shown;
    pair->is_shown = false;
    if (workbench->comparing.pair.count == 0 || !find_side(workbench, 0, &pair->of) ||
        !find_side(workbench, 1, &pair->less))
        return;
    const struct error *of = trouble_of(workbench, &pair->of),
                       *less = trouble_of(workbench, &pair->less);
    pair->is_shown = !of && !less && difference_has_common(&workbench->view);
    workbench->changed = workbench->changed || pair->is_shown != was_shown;
    if (pair->is_shown)
        return;
    if (of || less)
        workbench_say(workbench, true, "%s", (of ? of : less)->message);
    else
        workbench_say(workbench, true, "the two runs have no evaluation at the same step");
    comparing_drop_pair(workbench);
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

bool comparing_has_parent(const struct workbench *workbench)
{
    return run_series_parent(&workbench->view, LOSS_KEY).count > 0;
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
    show_pair(workbench);
}

void comparing_free(struct comparing *comparing)
{
    overlay_free(&comparing->overlay);
    parent_curve_free(&comparing->parent);
    memory_free(comparing->settings);
    series_free(&comparing->rates);
    strings_free(&comparing->pair);
    *comparing = (struct comparing){.marks = 0};
}
