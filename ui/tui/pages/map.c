/* Map of this file: the page; its figure; hints; a search; keys. */
#include "ui/tui/pages/map.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "figure/figure.h"
#include "lab/session_follow.h"
#include "ui/format.h"
#include "ui/requests.h"
#include "ui/tui/ask.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"
#include "ui/tui/widgets/fact_map.h"
#include "ui/tui/widgets/map_figure.h"
#include "ui/tui/widgets/panel.h"
#include "ui/tui/widgets/typed.h"

/* The page */

static struct fact_map *own_map(const struct workbench *workbench)
{
    return pages_own(&workbench->pages, &map_page);
}

/* Between the status line and the last one. */
static struct rect map_rect(const struct cells *cells)
{
    return (struct rect){1, 0, cells->rows - 2, cells->cols};
}

/* What is known now or, where an earlier step's model is asked, what that one knew. */
static bool follow(struct workbench *workbench, struct error *err)
{
    struct fact_map *map = own_map(workbench);
    if (workbench->view.is_at && !workbench->known_at.fact)
        fact_map_forget(map);
    if (workbench->view.is_at)
        return fact_map_take(map, &workbench->known_at, err);
    return fact_map_update(map, session_history(workbench->session), err);
}

/* How often somebody is drawn at the step that is looked at. What a sampling that adapts draws from
 * belongs to the trainer's thread, which says how many those are. */
static double weight_of(const void *context, uint64_t individual)
{
    const struct workbench *workbench = context;
    const struct sampling *sampling = &workbench->session->sampling;
    const struct view *view = &workbench->view;
    if (sampling_adapts(sampling->options.kind))
        return individual < view->status.drawn;
    return sampling_weight(sampling, view->is_at ? view->at : view->status.step, individual);
}

static bool map_go_on(struct workbench *workbench)
{
    struct fact_map *map = own_map(workbench);
    bool goes_on = !map_list_is_whole(&map->list);
    fact_map_go_on(map);
    return goes_on;
}

static void map_opened(struct workbench *workbench)
{
    struct error err;
    struct fact_map *map = own_map(workbench);
    map->weight = weight_of;
    map->context = workbench;
    map->is_typing = false;
    if (!follow(workbench, &err))
        workbench_say(workbench, true, "%s", err.message);
}

static bool map_draw_page(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    struct cells *cells = frame->cells;
    (void)err;
    panel_draw_status(&workbench->view, frame->layout.status, cells);
    fact_map_draw(own_map(workbench), &workbench->session->population, map_rect(cells), cells);
    return true;
}

/* Its figure */

static bool draw_figure(const void *own, struct surface *surface, double width, double height,
                        struct error *err)
{
    (void)width, (void)height, (void)err;
    map_figure_draw(own, surface);
    return true;
}

static void forget_figure(void *own)
{
    map_figure_free(own);
    memory_free(own);
}

static bool map_figure(struct workbench *workbench, struct page_figure *figure, struct error *err)
{
    const struct fact_map *map = own_map(workbench);
    char step[FORMAT_SIZE];
    uint64_t selected;
    if (!fact_map_selected(map, &selected))
        return error_set(err, ERROR_INPUT, "nobody is on the map");
    struct map_figure *taken = memory_new(1, sizeof *taken, err);
    if (!taken || !map_figure_take(taken, map, workbench->session->population.facts,
                                   FIGURE_WIDTH * SURFACE_POINTS_PER_MILLIMETRE, err)) {
        memory_free(taken);
        return false;
    }
    snprintf(taken->title, sizeof taken->title, "%s: facts at step %s",
             workbench_run_name(workbench), format_count(step, map->knowledge.step));
    *figure =
        (struct page_figure){"map", taken->width, taken->height, taken, draw_figure, forget_figure};
    return true;
}

/* Hints */

static void map_hints(const struct workbench *workbench, struct hint_line *line)
{
    static const struct hint hints[] = {
        {"Left Right Up Down", "individual"},
        {"Enter", "ask"},
        {"/", "find a name"},
        {"Esc", "back"},
        {"o", "order"},
        {"Tab", "who is shown"},
        {"+ -", "facts a character"},
        {0},
    };
    static const struct hint typing[] = {
        {"letters", "a part of a name"},
        {"Enter", "done"},
        {"Esc", "all again"},
        {0},
    };
    hint_line_add_all(line, own_map(workbench)->is_typing ? typing : hints);
}

/* A search */

static void search(struct workbench *workbench, const char *typed)
{
    struct error err;
    const struct session *session = workbench->session;
    if (!fact_map_search(own_map(workbench), &session->population, &session->vocabulary, typed,
                         &err))
        workbench_say(workbench, true, "%s", err.message);
}

static bool take(struct workbench *workbench, int key)
{
    char typed[MAP_LIST_TYPED];
    snprintf(typed, sizeof typed, "%s", own_map(workbench)->list.typed);
    enum typed_effect effect = typed_take(typed, sizeof typed, key);
    if (effect == TYPED_CHANGED)
        search(workbench, typed);
    return effect != TYPED_NOT;
}

/* What is typed into a search; the keys that write nothing move as ever. */
static bool search_key(struct workbench *workbench, int key)
{
    struct fact_map *map = own_map(workbench);
    if (key_is_enter(key))
        map->is_typing = false;
    else if (key == KEY_ESCAPE || key == KEY_CONTROL('c')) {
        map->is_typing = false;
        search(workbench, "");
    } else
        return take(workbench, key);
    return true;
}

/* Keys */

/* Everybody; false where everybody was shown. */
static bool show_all(struct workbench *workbench)
{
    struct fact_map *map = own_map(workbench);
    bool shown = map->list.typed[0] == '\0' && map->list.filter == KNOWLEDGE_ALL;
    if (map->list.typed[0])
        search(workbench, "");
    fact_map_choose(map, KNOWLEDGE_ALL);
    return !shown;
}

static void next_order(struct workbench *workbench)
{
    struct error err;
    struct fact_map *map = own_map(workbench);
    if (!fact_map_sort(map, (map->list.order + 1) % KNOWLEDGE_ORDERS, &err))
        workbench_say(workbench, true, "%s", err.message);
}

/* Leaves the map with what is believed about the individual that is selected. */
static void ask_selected(struct workbench *workbench)
{
    const struct population *population = &workbench->session->population;
    struct text line = {0};
    uint64_t individual;
    if (!fact_map_selected(own_map(workbench), &individual))
        return;
    text_add(&line, "/who ");
    population_name_text(population, individual, &line);
    if (!line.failed)
        ask_individual(workbench, line.bytes, individual);
    text_free(&line);
    workbench_close_page(workbench);
}

/* Whether a key leads back where it led here; the page's number leads nowhere else. */
static bool closes_map(const struct workbench *workbench, int key)
{
    const struct request_info *info = request_of_key(&workbench->keys, key);
    return info && strcmp(info->command, "map") == 0 && !(key >= '1' && key <= '9');
}

/* Training goes on behind the map and can be started and paused from there. */
static bool map_key(struct workbench *workbench, int key)
{
    static const struct {
        int key, vi;
        enum fact_map_move move;
        int count;
    } moves[] = {
        {KEY_LEFT, 'h', FACT_MAP_INDIVIDUAL, -1}, {KEY_RIGHT, 'l', FACT_MAP_INDIVIDUAL, 1},
        {KEY_UP, 'k', FACT_MAP_BAND, -1},         {KEY_DOWN, 'j', FACT_MAP_BAND, 1},
        {KEY_PPAGE, 'b', FACT_MAP_PAGE, -1},      {KEY_NPAGE, 'f', FACT_MAP_PAGE, 1},
        {KEY_HOME, 'g', FACT_MAP_ALL, -1},        {KEY_END, 'G', FACT_MAP_ALL, 1},
    };
    struct fact_map *map = own_map(workbench);
    if (map->is_typing && search_key(workbench, key))
        return true;
    for (size_t m = 0; m < sizeof moves / sizeof *moves; m++)
        if (key == moves[m].key || key == moves[m].vi) {
            fact_map_move(map, moves[m].move, moves[m].count, map_rect(&workbench->cells));
            return true;
        }
    if (key_is_enter(key))
        ask_selected(workbench);
    else if (key == 'o')
        next_order(workbench);
    else if (key == KEY_TAB)
        fact_map_choose(map, (map->list.filter + 1) % KNOWLEDGE_FILTERS);
    else if (key == '/')
        map->is_typing = true;
    else if (key == '+' || key == '=' || key == '-')
        fact_map_share(map, key == '-' ? -1 : 1, map_rect(&workbench->cells));
    else if ((key == KEY_ESCAPE || key == KEY_CONTROL('c')) && show_all(workbench))
        return true;
    else if (key == KEY_ESCAPE || key == 'q' || key == KEY_CONTROL('c') ||
             closes_map(workbench, key))
        workbench_close_page(workbench);
    else
        return false;
    return true;
}

static bool map_select_at(struct workbench *workbench, int row, int col, bool *again)
{
    return fact_map_select_at(own_map(workbench), map_rect(&workbench->cells), row, col, again);
}

static void map_forget(void *own)
{
    fact_map_free(own);
}

/* For the help. */
static const struct hint map_keys[] = {
    {"Left, Right", "another individual; Up and Down another band, PgUp and PgDn another page"},
    {"Enter", "ask all about the individual"},
    {"o", "another order: by number, by how often drawn, by when learned"},
    {"Tab", "show only some: known, forgotten, most confused"},
    {"/", "search by a part of a name"},
    {"+, -", "more facts in a cell, or fewer"},
    {"Esc", "all individuals again, or back"},
    {0},
};

const struct page_ops map_page = {
    .place = PAGE_OVER_RUN,
    .fills = true,
    .size = sizeof(struct fact_map),
    .opened = map_opened,
    .update = follow,
    .go_on = map_go_on,
    .draw = map_draw_page,
    .hints = map_hints,
    .keys = map_keys,
    .key_pressed = map_key,
    .select_at = map_select_at,
    .figure = map_figure,
    .forget = map_forget,
};
