#include "ui/tui/pages/heads.h"

#include <curses.h>
#include <stdio.h>

#include "base/memory.h"
#include "figure/figure.h"

#include "ui/requests.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"
#include "ui/tui/widgets/heads_figure.h"
#include "ui/tui/widgets/heads_table.h"
#include "ui/tui/widgets/panel.h"

struct heads {
    struct heads_table table;
    bool is_sorted; /* it was opened before */
};

static struct heads_table *own_table(const struct workbench *workbench)
{
    struct heads *heads = pages_own(&workbench->pages, &heads_page);
    return &heads->table;
}

static void heads_opened(struct workbench *workbench)
{
    struct heads *heads = pages_own(&workbench->pages, &heads_page);
    if (!heads->is_sorted)
        heads->table.order = HEADS_BY_LAYER;
    heads->is_sorted = true;
}

/* Between the status line and the last one. */
static struct rect heads_rect(const struct cells *cells)
{
    return (struct rect){1, 0, cells->rows - 2, cells->cols};
}

static bool heads_draw(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    struct cells *cells = frame->cells;
    panel_draw_status(&workbench->view, frame->layout.status, cells);
    return heads_table_draw(own_table(workbench), &workbench->view, heads_rect(cells), cells, err);
}

static bool draw_figure(const void *own, struct surface *surface, double width, double height,
                        struct error *err)
{
    return heads_figure_draw(own, surface, width, height, err);
}

static void forget_figure(void *own)
{
    heads_figure_free(own);
    memory_free(own);
}

static bool heads_figure(struct workbench *workbench, struct page_figure *figure, struct error *err)
{
    const double height = 2 * FIGURE_HEIGHT; /* of many panels */
    const struct heads_table *table = own_table(workbench);
    struct heads_figure *taken = memory_new(1, sizeof *taken, err);
    if (!taken || !heads_figure_take(taken, table, &workbench->view, err)) {
        memory_free(taken);
        return false;
    }
    snprintf(taken->title, sizeof taken->title, "%s: heads, %s individuals",
             workbench_run_name(workbench),
             table->is_of_new ? view_word_for_new(&workbench->view) : "known");
    *figure = (struct page_figure){"heads",
                                   FIGURE_WIDTH * SURFACE_POINTS_PER_MILLIMETRE,
                                   height * SURFACE_POINTS_PER_MILLIMETRE,
                                   taken,
                                   draw_figure,
                                   forget_figure};
    return true;
}

static void heads_hints(const struct workbench *workbench, struct hint_line *line)
{
    static const struct hint hints[] = {
        {"Left Right", "step"}, {"o", "order"}, {"Up Down", "head"}, {"Esc", "back"}, {0}};
    hint_line_add_all(line, hints);
    if (!workbench->view.all_known)
        hint_line_add(line, "Tab", "known or new");
}

static bool opens_heads(const struct workbench *workbench, int key)
{
    const struct request_info *info = request_of_key(&workbench->keys, key);
    return info && info->page == &heads_page;
}

static bool heads_key(struct workbench *workbench, int key)
{
    struct view *view = &workbench->view;
    struct heads_table *table = own_table(workbench);
    if (key_rows(key) != 0)
        heads_table_move(table, view, key_rows(key));
    else if (key == KEY_LEFT || key == '<' || key == KEY_RIGHT || key == '>')
        view_move_cursor(view, key == KEY_LEFT || key == '<' ? -1 : 1);
    else if (key == 'o')
        heads_table_sort(table);
    else if (key == KEY_TAB)
        table->is_of_new = !table->is_of_new && !view->all_known;
    else if (key == KEY_ESCAPE || key == 'q' || key == KEY_CONTROL('c') ||
             opens_heads(workbench, key))
        workbench_close_page(workbench);
    else
        return false;
    return true;
}

static bool heads_select_at(struct workbench *workbench, int row, int col, bool *again)
{
    (void)col;
    return heads_table_select_at(own_table(workbench), &workbench->view,
                                 heads_rect(&workbench->cells), row, again);
}

/* For the help. */
static const struct hint heads_keys[] = {
    {"Up, Down", "another head"},
    {"Left, Right", "the values at another evaluation"},
    {"o", "another order"},
    {"Tab", "attention in biographies of known individuals, or of new ones"},
    {"Esc", "back"},
    {0},
};

const struct page_ops heads_page = {
    .place = PAGE_OVER_RUN,
    .fills = true,
    .size = sizeof(struct heads),
    .opened = heads_opened,
    .draw = heads_draw,
    .hints = heads_hints,
    .keys = heads_keys,
    .key_pressed = heads_key,
    .select_at = heads_select_at,
    .figure = heads_figure,
};
