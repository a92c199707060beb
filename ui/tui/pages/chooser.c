/* Map of this file: what presets need; choosing; the page. */
#include "ui/tui/pages/chooser.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "config/preset_file.h"
#include "lab/estimate.h"
#include "lab/speeds.h"
#include "ui/tui/listing.h"
#include "ui/tui/opening.h"
#include "ui/tui/pages/path.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"
#include "ui/tui/targets.h"

struct chooser {
    double rate;   /* of the machine, measured while nothing was trained; 0 before */
    bool is_asked; /* a task finds what a preset needs */
};

static struct chooser *own_chooser(const struct workbench *workbench)
{
    return pages_own(&workbench->pages, &chooser_page);
}

/* What presets need */

struct estimate_task {
    struct task task;
    struct workbench *workbench;
    bool may_measure; /* the machine's rate: nothing is trained, which would make it seem slow */
    double rate;
    char *name, *content; /* of the preset; the latter may be null */
    struct preset_needs needs;
    enum needs_found found;
};

static void estimate_free(struct estimate_task *own)
{
    memory_free(own->name);
    memory_free(own->content);
    memory_free(own);
}

/* What is told goes by the measurements of earlier sessions as well, which other work may have
 * disturbed less. */
static void measure_rate(struct estimate_task *own)
{
    const struct paths *paths = own->workbench->paths;
    own->rate = estimate_machine_rate();
    if (own->rate > 0 && speeds_add_rate(paths, own->rate, NULL))
        own->rate = speeds_find_rate(paths);
}

/* One preset, so that what is to be opened meanwhile does not wait for all. */
static void estimate_work(struct task *task)
{
    struct estimate_task *own = (struct estimate_task *)task;
    const struct paths *paths = own->workbench->paths;
    struct preset preset;
    own->needs = (struct preset_needs){.seconds = NAN};
    own->found = NEEDS_FOUND;
    if (own->rate <= 0 && own->may_measure)
        measure_rate(own);
    if (!preset_load(&preset, paths, own->name, NULL))
        return;
    bool is_earlier = own->rate <= 0;
    estimate_preset(paths, &preset, is_earlier ? speeds_find_rate(paths) : own->rate, &own->needs,
                    NULL);
    own->needs.is_earlier = is_earlier && !own->needs.is_measured;
    if (own->needs.is_earlier && !own->may_measure)
        own->found = NEEDS_PROVISIONAL;
    preset_free(&preset);
}

static void find_next(struct workbench *workbench);

static void estimate_done(struct task *task)
{
    struct estimate_task *own = (struct estimate_task *)task;
    struct workbench *workbench = own->workbench;
    struct chooser *chooser = own_chooser(workbench);
    chooser->rate = own->rate;
    chooser->is_asked = false;
    target_list_set_needs(&workbench->listed, own->name, own->content, &own->needs, own->found);
    estimate_free(own);
    find_next(workbench);
}

static bool is_training(const struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    return workbench->beside ||
           (workbench->session && (status->state == TRAINER_RUNNING || status->evaluating));
}

/* While the page is shown, and on from where it stopped when it is again. */
static void find_next(struct workbench *workbench)
{
    struct error err;
    struct chooser *chooser = own_chooser(workbench);
    bool is_quiet = !is_training(workbench);
    bool is_shown = pages_subject(&workbench->pages) == &chooser_page && !workbench->done;
    const struct listed_preset *preset = target_list_unfound(&workbench->listed, is_quiet);
    struct estimate_task *own = is_shown && !chooser->is_asked && preset
                                    ? workbench_new_task(workbench, sizeof *own)
                                    : NULL;
    if (!own)
        return;
    own->task = (struct task){.work = estimate_work, .done = estimate_done};
    own->workbench = workbench;
    own->may_measure = is_quiet;
    own->rate = chooser->rate;
    own->name = memory_string(preset->name, &err);
    own->content = preset->content ? memory_string(preset->content, &err) : NULL;
    chooser->is_asked = own->name && (own->content || !preset->content);
    if (chooser->is_asked)
        worker_add(workbench->worker, &own->task);
    else
        estimate_free(own);
}

static bool chooser_go_on(struct workbench *workbench)
{
    find_next(workbench);
    return false;
}

/* Choosing */

/* Whether the run that is selected is the one that is open. */
static bool is_open(const struct workbench *workbench)
{
    const struct run_summary *run = target_list_selected_run(&workbench->listed);
    const char *open = workbench_run_directory(workbench);
    return run && open && strcmp(open, run->directory) == 0;
}

static void choose(struct workbench *workbench)
{
    struct error err;
    bool is_run;
    const char *name = target_list_selected(&workbench->listed, &is_run);
    if (!name)
        return;
    if (is_open(workbench))
        workbench_close_page(workbench);
    else if (targets_set(workbench, name, is_run, !workbench->opened_any, &err))
        opening_leave_for_target(workbench);
    else
        workbench_say(workbench, true, "%s", err.message);
}

/* Esc leads back to the run that was left for the list, never out of the program. */
static void leave_chooser(struct workbench *workbench)
{
    char word[REQUEST_WORD];
    if (workbench->session)
        workbench_close_page(workbench);
    else
        workbench_say(workbench, false, "%s quits", request_word(&workbench->keys, "quit", word));
}

/* A path begins with its first letter; what can be opened by its name, with one of load's keys. */
static bool starts_line(struct workbench *workbench, int key)
{
    const struct request_info *info = request_of_key(&workbench->keys, key);
    bool is_path = key == '/' || key == '~' || key == '.';
    bool loads = key == ':' || (info && info->perform == opening_load);
    if (is_path || loads)
        path_open(workbench, is_path ? (const char[]){(char)key, '\0'} : "");
    return is_path || loads;
}

/* Where no prompt begins a small letter is free for what a capital asks for. */
static void edit(struct workbench *workbench)
{
    const struct request_call call = {.workbench = workbench, .argument = ""};
    const struct request_info *info = request_of_key(NULL, 'B');
    if (info)
        info->perform(&call);
}

static bool chooser_key(struct workbench *workbench, int key)
{
    int rows = key_rows(key);
    if (rows != 0) {
        target_list_move(&workbench->listed, rows);
        return true;
    }
    if (key_is_enter(key))
        choose(workbench);
    else if (key == KEY_ESCAPE || key == KEY_CONTROL('c'))
        leave_chooser(workbench);
    else if (key == 'e')
        edit(workbench);
    else
        return starts_line(workbench, key);
    return true;
}

/* The page */

static bool chooser_draw(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    (void)err;
    target_list_draw(&workbench->listed, time(NULL), page_rect(frame->cells), frame->cells);
    path_draw(workbench, frame);
    return true;
}

static void chooser_hints(const struct workbench *workbench, struct hint_line *line)
{
    char help[REQUEST_WORD], quit[REQUEST_WORD];
    hint_line_add(line, "Up Down", "choose");
    hint_line_add(line, "Enter", "open");
    hint_line_add(line, "e", "edit");
    hint_line_add(line, "/ ~ .", "type a path");
    if (workbench->session)
        hint_line_add(line, "Esc", "back to the run");
    hint_line_add(line, request_word(&workbench->keys, "help", help), "help");
    hint_line_add(line, request_word(&workbench->keys, "quit", quit), "quit");
}

static bool chooser_select_at(struct workbench *workbench, int row, int col, bool *again)
{
    (void)col;
    return target_list_select_at(&workbench->listed, page_rect(&workbench->cells), row, again);
}

/* For the help. */
static const struct hint chooser_keys[] = {
    {"Up, Down", "choose"},
    {"Enter", "open it"},
    {"e", "change its keys in a form first"},
    {"/, ~, .", "type the path of a table, a preset or a run"},
    {":, o", "type a name"},
    {"Esc", "back to the run"},
    {0},
};

const struct page_ops chooser_page = {
    .place = PAGE_OF_TARGETS,
    .fills = true,
    .size = sizeof(struct chooser),
    .opened = listing_read,
    .go_on = chooser_go_on,
    .draw = chooser_draw,
    .hints = chooser_hints,
    .keys = chooser_keys,
    .key_pressed = chooser_key,
    .select_at = chooser_select_at,
    .key_pasted = path_paste,
};
