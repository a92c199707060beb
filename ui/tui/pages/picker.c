/* Map of this file: the list; the page; keys. */
#include "ui/tui/pages/picker.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "record/measure.h"
#include "ui/format.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/picking.h"
#include "ui/tui/state.h"
#include "ui/tui/widgets/keys.h"
#include "ui/tui/widgets/list_cursor.h"
#include "ui/tui/widgets/list_row.h"
#include "ui/tui/widgets/measure_curve.h"
#include "ui/tui/widgets/typed.h"

enum { FILTER = 40, SAYS = 128 };

struct picker {
    struct strings all, shown; /* paths; those that have what was typed */
    size_t selected;
    char filter[FILTER];
};

static struct picker *own_picker(const struct workbench *workbench)
{
    return pages_own(&workbench->pages, &picker_page);
}

/* The list */

/* "accuracy, known individuals": shares are not in percent here. */
static void describe(const char *path, char says[SAYS])
{
    const struct measure *measure = measure_find(path);
    const char *axis = measure->axis->label, *name = measure->name;
    if (measure->axis == &measure_any_axis || !name || strcmp(name, axis) == 0)
        snprintf(says, SAYS, "%s", name ? name : measure->key);
    else
        snprintf(says, SAYS, "%.*s, %s%s", (int)strcspn(axis, "%") - (strchr(axis, '%') ? 2 : 0),
                 axis, name,
                 measure->is_of_new && measure->set == MEASURE_CIRCUIT ? ", " MEASURE_NEW : "");
}

static bool is_wanted(const struct picker *picker, const char *path)
{
    char says[SAYS], row[2 * SAYS];
    describe(path, says);
    snprintf(row, sizeof row, "%s %s", path, says);
    return typed_is_in(picker->filter, row);
}

/* Filters anew; what was selected stays selected where it is shown. */
static void find_shown(struct workbench *workbench, struct picker *picker)
{
    struct strings shown = {.count = 0};
    struct error err;
    bool added = true;
    const char *was =
        picker->selected < picker->shown.count ? picker->shown.text[picker->selected] : "";
    size_t selected = 0;
    for (size_t p = 0; added && p < picker->all.count; p++)
        if (is_wanted(picker, picker->all.text[p])) {
            selected = strcmp(picker->all.text[p], was) == 0 ? shown.count : selected;
            added = strings_add(&shown, picker->all.text[p], &err);
        }
    if (!added)
        workbench_say(workbench, true, "%s", err.message);
    strings_free(&picker->shown);
    picker->shown = shown;
    picker->selected = selected;
}

static void picker_opened(struct workbench *workbench)
{
    struct picker *picker = own_picker(workbench);
    const struct measured_shape shape = picking_shape(workbench);
    struct error err;
    strings_free(&picker->all);
    picker->filter[0] = '\0';
    if (!measure_paths(&shape, &picker->all, &err))
        workbench_say(workbench, true, "%s", err.message);
    find_shown(workbench, picker);
}

/* The page */

static void draw_measure(const struct workbench *workbench, const char *path, struct rect rect,
                         int at, struct cells *cells)
{
    enum { KEY_COLS = 26, VALUE_COLS = 9 };
    const bool is_picked = strings_has(&workbench->picks.path, path);
    struct measure_curve curve;
    char says[SAYS], number[FORMAT_SIZE] = "";
    struct list_row row = list_row_begin(cells, rect, at);
    describe(path, says);
    if (measure_curve_find(&curve, &workbench->view, path))
        format_measured(number, measure_curve_looked_at(&curve).y);
    cells_put(cells, at, rect.col + 1, is_picked ? L'✓' : L'·',
              is_picked ? STYLE_STRONG : STYLE_FAINT);
    list_row_field(&row, KEY_COLS, is_picked ? STYLE_STRONG : STYLE_PLAIN, path);
    list_row_number(&row, VALUE_COLS, STYLE_PLAIN, number);
    list_row_rest(&row, STYLE_FAINT, says);
}

/* Under a line of its own. */
static size_t rows_shown(struct rect rect)
{
    return rect.rows > 1 ? (size_t)rect.rows - 1 : 0;
}

static void draw_list(const struct workbench *workbench, struct rect rect, struct cells *cells)
{
    const struct picker *picker = own_picker(workbench);
    const size_t room = rows_shown(rect);
    const size_t first = list_cursor_first(picker->selected, picker->shown.count, room);
    int col = rect.col + 1;
    cells_fill(cells, rect, L' ', STYLE_PLAIN);
    col += cells_format(cells, rect.row, col, rect.cols - 1, STYLE_STRONG, "%s%s",
                        picker->filter[0] ? "measures with: " : "what is on the chart",
                        picker->filter) +
           2;
    cells_format(cells, rect.row, col, rect.col + rect.cols - col, STYLE_FAINT,
                 "%zu of %zu measures", picker->shown.count, picker->all.count);
    for (size_t p = first; p < picker->shown.count && p < first + room; p++) {
        int at = rect.row + 1 + (int)(p - first);
        draw_measure(workbench, picker->shown.text[p], rect, at, cells);
        if (p == picker->selected)
            list_row_select(cells, rect, at);
    }
}

enum { LEAST_ROWS = 20 }; /* for a chart as well */

static struct layout lay_out(const struct cells *cells)
{
    const struct layout_wish wish = {.large_talk = true};
    return layout_make(cells->rows, cells->cols, wish);
}

static struct rect list_rect(const struct cells *cells)
{
    if (cells->rows < LEAST_ROWS)
        return page_rect(cells);
    int from = lay_out(cells).talk.row;
    return (struct rect){from, 0, cells->rows - 1 - from, cells->cols};
}

/* Under the chart, which shows what is picked, where there is room for both. */
static bool picker_draw(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    struct cells *cells = frame->cells;
    bool drawn = true;
    if (cells->rows >= LEAST_ROWS) {
        frame->layout = lay_out(cells);
        drawn = learn_page.draw(workbench, frame, err);
    }
    frame->cursor = -1;
    draw_list(workbench, list_rect(cells), cells);
    return drawn;
}

static bool picker_select_at(struct workbench *workbench, int row, int col, bool *again)
{
    struct picker *picker = own_picker(workbench);
    const struct rect rect = list_rect(&workbench->cells);
    (void)col;
    return list_cursor_point(&picker->selected, picker->shown.count, rows_shown(rect),
                             row - rect.row - 1, again);
}

static void picker_hints(const struct workbench *workbench, struct hint_line *line)
{
    static const struct hint hints[] = {
        {"Enter", "draw or not"},
        {"letters", "search"},
        {"Esc", "back to the chart"},
        {0},
    };
    (void)workbench;
    hint_line_add_all(line, hints);
}

/* Keys */

static enum typed_effect take(struct workbench *workbench, int key)
{
    struct picker *picker = own_picker(workbench);
    enum typed_effect effect = typed_take(picker->filter, sizeof picker->filter, key);
    if (effect == TYPED_CHANGED)
        find_shown(workbench, picker);
    return effect;
}

static bool picker_key(struct workbench *workbench, int key)
{
    struct picker *picker = own_picker(workbench);
    if (key_rows(key) != 0)
        picker->selected = list_cursor_move(picker->selected, picker->shown.count, key_rows(key));
    else if (key_is_enter(key) || key == ' ') {
        if (picker->shown.count > 0)
            picking_toggle(workbench, picker->shown.text[picker->selected]);
    } else if (key == KEY_ESCAPE || key == KEY_CONTROL('c')) {
        if (take(workbench, KEY_CONTROL('u')) != TYPED_CHANGED)
            workbench_close_page(workbench);
    } else
        take(workbench, key);
    return true;
}

void picker_plot(const struct request_call *call)
{
    if (*call->argument)
        picking_choose(call);
    else
        workbench_open_page(call->workbench, &picker_page);
}

static void picker_forget(void *own)
{
    struct picker *picker = own;
    strings_free(&picker->all);
    strings_free(&picker->shown);
}

const struct page_ops picker_page = {
    .place = PAGE_PASSING,
    .fills = true,
    .size = sizeof(struct picker),
    .opened = picker_opened,
    .draw = picker_draw,
    .hints = picker_hints,
    .key_pressed = picker_key,
    .select_at = picker_select_at,
    .forget = picker_forget,
};
