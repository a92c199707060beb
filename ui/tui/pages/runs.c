/* Map of this file: reading the runs; the page; keys. */
#include "ui/tui/pages/runs.h"

#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "ui/tui/opening.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"
#include "ui/tui/targets.h"
#include "ui/tui/widgets/run_table.h"

struct runs {
    struct run_table table;
    bool is_read; /* once at least */
};

static struct runs *own_runs(const struct workbench *workbench)
{
    return pages_own(&workbench->pages, &runs_page);
}

/* Reading the runs */

struct runs_task {
    struct task task;
    struct workbench *workbench;
    struct run_catalog catalog;
    bool read;
    struct error err;
};

static void runs_work(struct task *task)
{
    struct runs_task *own = (struct runs_task *)task;
    own->read = run_catalog_read(&own->catalog, own->workbench->paths, &own->err);
}

static void runs_done(struct task *task)
{
    struct runs_task *own = (struct runs_task *)task;
    struct runs *runs = own_runs(own->workbench);
    if (!own->read || !run_table_take(&runs->table, &own->catalog, &own->err))
        workbench_say(own->workbench, true, "%s", own->err.message);
    runs->is_read = true;
    run_catalog_free(&own->catalog);
    memory_free(own);
}

static void runs_opened(struct workbench *workbench)
{
    struct runs *runs = own_runs(workbench);
    struct runs_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own)
        return;
    if (!runs->is_read)
        runs->table.sort = RUN_COLUMN_DATE;
    own->task = (struct task){.work = runs_work, .done = runs_done};
    own->workbench = workbench;
    worker_add(workbench->worker, &own->task);
}

/* The page */

static bool runs_draw(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    const struct runs *runs = own_runs(workbench);
    struct rect rect = page_rect(frame->cells);
    (void)err;
    if (runs->is_read)
        run_table_draw(&runs->table, &workbench->marks.run, time(NULL), rect, frame->cells);
    else
        cells_text(frame->cells, rect.row, rect.col + 1, rect.cols - 1, STYLE_FAINT,
                   "reading the runs…");
    return true;
}

static void runs_hints(const struct workbench *workbench, struct hint_line *line)
{
    static const struct hint hints[] = {
        {"Enter", "open"},
        {"*", "mark"},
        {"Left Right", "sort by"},
        {"Tab", "reverse"},
        {"letters", "search"},
        {"Esc", "back"},
        {0},
    };
    (void)workbench;
    hint_line_add_all(line, hints);
}

/* Keys */

static bool is_open(const struct workbench *workbench, const struct run_entry *entry)
{
    const char *open = workbench->session ? workbench->session->run.directory : NULL;
    return open && strcmp(open, entry->run->directory) == 0;
}

static void choose(struct workbench *workbench)
{
    struct error err;
    const struct run_entry *entry = run_table_selected(&own_runs(workbench)->table);
    if (!entry)
        return;
    if (is_open(workbench, entry))
        workbench_close_page(workbench);
    else if (targets_set(workbench, entry->run->directory, true, !workbench->opened_any, &err))
        opening_leave_for_target(workbench);
    else
        workbench_say(workbench, true, "%s", err.message);
}

/* The next one is marked by the same key. */
static void mark(struct workbench *workbench)
{
    struct error err;
    struct run_table *table = &own_runs(workbench)->table;
    const struct run_entry *entry = run_table_selected(table);
    if (!entry)
        return;
    if (!marks_toggle(&workbench->marks, entry->run->directory, &err))
        workbench_say(workbench, true, "%s", err.message);
    run_table_move(table, 1);
}

/* A blank parts words where some are typed already. */
static bool is_mark(const struct run_table *table, int key)
{
    return key == '*' || key == KEY_IC || (key == ' ' && !table->searches);
}

/* The number of a page, where no name is looked for. */
static bool is_page_number(const struct workbench *workbench, int key)
{
    return key >= '1' && key <= '9' && !own_runs(workbench)->table.searches &&
           request_of_key(&workbench->keys, key);
}

static bool closes_runs(const struct workbench *workbench, int key)
{
    const struct request_info *info = request_of_key(&workbench->keys, key);
    return info && strcmp(info->command, "runs") == 0 && !key_writes(key);
}

/* A letter is looked for; so no letter is a key of its own here. A slash begins what is looked for
 * as well, which may be a number then. */
static bool runs_key(struct workbench *workbench, int key)
{
    enum { PAGE = 10, ALL = 1 << 20 };
    static const struct {
        int key, rows;
    } moves[] = {{KEY_DOWN, 1},      {KEY_UP, -1},     {KEY_NPAGE, PAGE},
                 {KEY_PPAGE, -PAGE}, {KEY_HOME, -ALL}, {KEY_END, ALL}};
    struct run_table *table = &own_runs(workbench)->table;
    for (size_t m = 0; m < sizeof moves / sizeof *moves; m++)
        if (key == moves[m].key) {
            run_table_move(table, moves[m].rows);
            return true;
        }
    if (key == KEY_LEFT || key == KEY_RIGHT)
        run_table_sort(table, key == KEY_LEFT ? -1 : 1);
    else if (key == KEY_TAB)
        run_table_reverse(table);
    else if (key_is_enter(key))
        choose(workbench);
    else if (key == KEY_BACKSPACE || key == KEY_DELETE || key == KEY_CONTROL('h'))
        run_table_erase(table);
    else if (closes_runs(workbench, key) ||
             ((key == KEY_ESCAPE || key == KEY_CONTROL('c')) && !run_table_clear(table)))
        workbench_close_page(workbench);
    else if (is_page_number(workbench, key))
        return false;
    else if (key == '/' && !table->searches)
        table->searches = true;
    else if (is_mark(table, key))
        mark(workbench);
    else if (key == ' ' || key_writes(key))
        run_table_type(table, (char)key);
    else
        return key == KEY_ESCAPE || key == KEY_CONTROL('c');
    return true;
}

static void runs_forget(void *own)
{
    struct runs *runs = own;
    run_table_free(&runs->table);
}

/* What is selected already is taken, as by Enter. */
static bool runs_mouse(struct workbench *workbench, const struct mouse_event *event)
{
    bool again;
    if (event->kind == MOUSE_PRESS &&
        run_table_select_at(&own_runs(workbench)->table, page_rect(&workbench->cells), event->row,
                            &again) &&
        again)
        choose(workbench);
    return event->kind == MOUSE_PRESS;
}

const struct page_ops runs_page = {
    .place = PAGE_OF_TARGETS,
    .fills = true,
    .size = sizeof(struct runs),
    .opened = runs_opened,
    .draw = runs_draw,
    .hints = runs_hints,
    .key_pressed = runs_key,
    .mouse_used = runs_mouse,
    .forget = runs_forget,
};
