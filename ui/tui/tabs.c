/* Map of this file: showing a page; which one is shown; their names. */
#include "ui/tui/tabs.h"

#include "ui/tui/pages/chooser.h"
#include "ui/tui/pages/heads.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/pages/map.h"
#include "ui/tui/pages/picker.h"
#include "ui/tui/pages/runs.h"
#include "ui/tui/state.h"

enum { TAB_LEARN, TAB_ASK, TAB_MAP, TAB_CIRCUITS, TAB_RUNS, TAB_PRESETS };

/* Showing a page */

static bool is_shown(const struct workbench *workbench, const struct page_ops *page)
{
    return pages_drawn(&workbench->pages) == page;
}

/* Leaves the run's own page alone, for another that is put on it. */
static bool go_to_run(struct workbench *workbench)
{
    if (!workbench->session)
        workbench_say(workbench, false, "no run is open yet; Enter opens what is selected");
    else
        workbench_go_to(workbench, &learn_page);
    return workbench->session != NULL;
}

/* The second time, the attribute loss in place of what was picked, or back. */
void tabs_learn(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    bool shown = is_shown(workbench, &learn_page) && tabs_present(workbench) == TAB_LEARN;
    if (!go_to_run(workbench))
        return;
    workbench->wish.large_talk = false;
    if (shown)
        learn_show_other_loss(&workbench->view);
    else
        learn_show_loss(&workbench->view);
}

void tabs_ask(const struct request_call *call)
{
    if (go_to_run(call->workbench))
        call->workbench->wish.large_talk = true;
}

void tabs_map(const struct request_call *call)
{
    if (go_to_run(call->workbench))
        workbench_open_page(call->workbench, &map_page);
}

/* The second time, head by head. */
void tabs_circuits(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    bool shown = is_shown(workbench, &learn_page) && tabs_present(workbench) == TAB_CIRCUITS;
    if (!go_to_run(workbench))
        return;
    workbench->wish.large_talk = false;
    learn_show_circuits(&workbench->view);
    if (shown)
        workbench_open_page(workbench, &heads_page);
}

/* Behind these, Esc leads back to the run. */
static void show_over_run(struct workbench *workbench, const struct page_ops *page)
{
    if (workbench->session)
        workbench_go_to(workbench, &learn_page);
    else
        pages_pop_all(&workbench->pages);
    workbench_open_page(workbench, page);
}

void tabs_runs(const struct request_call *call)
{
    show_over_run(call->workbench, &runs_page);
}

void tabs_presets(const struct request_call *call)
{
    show_over_run(call->workbench, &chooser_page);
}

/* Which one is shown */

/* What is drawn; the chart where the list of what is on it lies over that. */
static const struct page_ops *find_shown(const struct workbench *workbench)
{
    const struct page_ops *drawn = pages_drawn(&workbench->pages);
    return drawn == &picker_page ? &learn_page : drawn;
}

size_t tabs_present(const struct workbench *workbench)
{
    const struct page_ops *shown = find_shown(workbench);
    if (shown == &heads_page)
        return TAB_CIRCUITS;
    if (shown == &learn_page && workbench->wish.large_talk)
        return TAB_ASK;
    if (shown == &learn_page)
        return learn_shows_circuits(&workbench->view) ? TAB_CIRCUITS : TAB_LEARN;
    return shown == &map_page       ? TAB_MAP
           : shown == &runs_page    ? TAB_RUNS
           : shown == &chooser_page ? TAB_PRESETS
                                    : NO_TAB;
}

/* Their names */

static const struct tab_name names[TABS] = {
    [TAB_LEARN] = {"Learn", "Learn"}, [TAB_ASK] = {"Ask", "Ask"},
    [TAB_MAP] = {"Map", "Map"},       [TAB_CIRCUITS] = {"Circuits", "Circ"},
    [TAB_RUNS] = {"Runs", "Runs"},    [TAB_PRESETS] = {"Presets", "Pres"},
};

void tabs_draw(struct workbench *workbench, struct cells *cells)
{
    size_t present = tabs_present(workbench);
    workbench->tab_line = (struct tab_line){.row = 0};
    if (present != NO_TAB)
        tab_line_draw(&workbench->tab_line, names, present, (struct rect){0, 0, 1, cells->cols},
                      cells);
}

bool tabs_show_at(struct workbench *workbench, int row, int col)
{
    static void (*const show[TABS])(const struct request_call *call) = {
        [TAB_LEARN] = tabs_learn,       [TAB_ASK] = tabs_ask,   [TAB_MAP] = tabs_map,
        [TAB_CIRCUITS] = tabs_circuits, [TAB_RUNS] = tabs_runs, [TAB_PRESETS] = tabs_presets,
    };
    const struct request_call call = {.workbench = workbench, .argument = ""};
    size_t tab = tab_line_at(&workbench->tab_line, row, col);
    if (tab != NO_TAB)
        show[tab](&call);
    return tab != NO_TAB;
}
