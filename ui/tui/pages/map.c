/* Map of this file: the page; keys. */
#include "ui/tui/pages/map.h"

#include <curses.h>

#include "base/text.h"
#include "lab/session_follow.h"
#include "ui/requests.h"
#include "ui/tui/ask.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"
#include "ui/tui/widgets/fact_map.h"
#include "ui/tui/widgets/panel.h"

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
        knowledge_free(&map->knowledge);
    if (workbench->view.is_at)
        return fact_map_take(map, &workbench->known_at, err);
    return fact_map_update(map, session_history(workbench->session), err);
}

static void map_opened(struct workbench *workbench)
{
    struct error err;
    if (!follow(workbench, &err))
        workbench_say(workbench, true, "%s", err.message);
}

static bool map_draw_page(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    struct cells *cells = frame->cells;
    (void)err;
    panel_draw_status(&workbench->view, (struct rect){0, 0, 1, cells->cols}, cells);
    fact_map_draw(own_map(workbench), &workbench->session->population, map_rect(cells), cells);
    return true;
}

static void map_hints(const struct workbench *workbench, struct hint_line *line)
{
    static const struct hint hints[] = {
        {"Left Right", "individual"},
        {"Up Down", "band"},
        {"PgUp PgDn", "page"},
        {"Enter", "ask"},
        {"Esc", "back"},
        {0},
    };
    (void)workbench;
    hint_line_add_all(line, hints);
}

/* Leaves the map with what is believed about the individual that is selected. */
static void ask_selected(struct workbench *workbench)
{
    const struct population *population = &workbench->session->population;
    const struct fact_map *map = own_map(workbench);
    struct text line = {0};
    if (map->knowledge.asked == 0)
        return;
    uint64_t individual = knowledge_individual(&map->knowledge, map->selected);
    text_add(&line, "/who ");
    population_name_text(population, individual, &line);
    if (!line.failed)
        ask_individual(workbench, line.bytes, individual);
    text_free(&line);
    workbench_close_page(workbench);
}

static bool opens_map(int key)
{
    const struct request_info *info = request_of_key(key);
    return info && info->page == &map_page;
}

/* Keys */

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
    for (size_t m = 0; m < sizeof moves / sizeof *moves; m++)
        if (key == moves[m].key || key == moves[m].vi) {
            fact_map_move(own_map(workbench), moves[m].move, moves[m].count,
                          map_rect(&workbench->cells));
            return true;
        }
    if (key_is_enter(key))
        ask_selected(workbench);
    else if (key == KEY_ESCAPE || key == 'q' || key == KEY_CONTROL('c') || opens_map(key))
        workbench_close_page(workbench);
    else
        return false;
    return true;
}

static void map_forget(void *own)
{
    fact_map_free(own);
}

const struct page_ops map_page = {
    .place = PAGE_OVER_RUN,
    .fills = true,
    .size = sizeof(struct fact_map),
    .opened = map_opened,
    .update = follow,
    .draw = map_draw_page,
    .hints = map_hints,
    .key_pressed = map_key,
    .forget = map_forget,
};
