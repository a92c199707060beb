/* Map of this file: reading the runs; the page; opening and marking; renaming and
 * deleting; keys. */
#include "ui/tui/pages/runs.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/strings.h"
#include "base/text.h"
#include "ui/tui/keeping.h"
#include "ui/tui/listing.h"
#include "ui/tui/opening.h"
#include "ui/tui/pages/text_entry.h"
#include "ui/tui/pages/yes_or_no.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"
#include "ui/tui/targets.h"
#include "ui/tui/widgets/run_table.h"

struct runs {
    struct run_table table;
    bool is_read;         /* once at least */
    struct strings asked; /* directories of runs that a question is about, whatever is selected */
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
    text_entry_draw(workbench, frame);
    return true;
}

static void runs_hints(const struct workbench *workbench, struct hint_line *line)
{
    static const struct hint hints[] = {
        {"Enter", "open"},
        {"*", "mark"},
        {"F2", "rename"},
        {"Del", "delete"},
        {"letters", "search"},
        {"Esc", "back"},
        {0},
    };
    static const struct hint sorting[] = {{"Left Right", "sort by"}, {"Tab", "reverse"}, {0}};
    char name[KEY_NAME_SIZE];
    const char *help = request_unwritten_key(&workbench->keys, "help", name);
    hint_line_add_all(line, hints);
    if (help)
        hint_line_add(line, help, "help");
    hint_line_add_all(line, sorting);
}

/* Opening and marking */

static bool is_open(const struct workbench *workbench, const struct run_entry *entry)
{
    const char *open = workbench_run_directory(workbench);
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

/* Renaming and deleting */

/* The runs that there are now, on this page and where a name is completed. */
static void read_again(struct workbench *workbench)
{
    runs_opened(workbench);
    listing_read(workbench);
}

/* Why nothing can be done with it; false where something can. */
static bool refuse(struct workbench *workbench, const struct run_entry *entry, const char *what)
{
    if (!is_open(workbench, entry))
        return false;
    workbench_say(workbench, true, "%s is open here; open another one, and %s it then",
                  entry->run->name, what);
    return true;
}

static bool take_name(struct workbench *workbench, const char *name)
{
    const char *directory = own_runs(workbench)->asked.text[0];
    if (strcmp(name, file_name(directory)) != 0)
        keeping_rename(workbench, directory, name, read_again);
    return true;
}

static void ask_name(struct workbench *workbench)
{
    struct error err;
    struct runs *runs = own_runs(workbench);
    const struct run_entry *entry = run_table_selected(&runs->table);
    if (!entry || refuse(workbench, entry, "rename"))
        return;
    strings_free(&runs->asked);
    if (strchr(entry->run->name, '/'))
        workbench_say(workbench, true, "a sweep finds its runs by their names: they stay");
    else if (strings_add(&runs->asked, entry->run->directory, &err))
        text_entry_ask(workbench, "new name", entry->run->name, take_name);
    else
        workbench_say(workbench, true, "%s", err.message);
}

/* Those that are marked, or else the one that is selected. */
static bool list_chosen(const struct workbench *workbench, struct strings *chosen,
                        struct error *err)
{
    const struct strings *marked = &workbench->marks.run;
    const struct run_entry *entry = run_table_selected(&own_runs(workbench)->table);
    bool listed = true;
    for (size_t r = 0; listed && r < marked->count; r++)
        listed = strings_add(chosen, marked->text[r], err);
    return marked->count > 0 || !entry ? listed : strings_add(chosen, entry->run->directory, err);
}

static void delete_asked(struct workbench *workbench)
{
    keeping_delete(workbench, &own_runs(workbench)->asked, read_again);
}

static size_t count_branches(const struct run_table *table, const struct run_entry *entry)
{
    size_t branches = 0;
    for (size_t e = 0; e < table->catalog.count; e++)
        branches += table->catalog.entry[e].parent == (size_t)(entry - table->catalog.entry);
    return branches;
}

/* What to know of the run before it is deleted. */
static const char *write_remark(const struct run_table *table, const struct run_entry *entry,
                                char out[64])
{
    size_t branches = count_branches(table, entry);
    out[0] = '\0';
    if (strchr(entry->run->name, '/'))
        snprintf(out, 64, " Its sweep would train it again.");
    else if (branches > 0)
        snprintf(out, 64, branches == 1 ? " Its branch stays." : " Its %zu branches stay.",
                 branches);
    return out;
}

/* Null where it is not in the list. */
static const struct run_entry *find_entry(const struct run_table *table, const char *directory)
{
    for (size_t e = 0; e < table->catalog.count; e++)
        if (strcmp(table->catalog.run[e].directory, directory) == 0)
            return &table->catalog.entry[e];
    return NULL;
}

/* The same of one among those that are marked, which may be out of sight. */
static bool refuse_marked(struct workbench *workbench, const struct run_entry *entry, size_t marked)
{
    static const char way_out[] = "take its mark away, or open another one";
    if (!is_open(workbench, entry))
        return false;
    if (marked == 1)
        workbench_say(workbench, true, "the marked run is meant, %s, and it is open here: %s",
                      entry->run->name, way_out);
    else
        workbench_say(workbench, true,
                      "the %zu marked runs are meant, and one of them, %s, is open here: %s",
                      marked, entry->run->name, way_out);
    return true;
}

static bool may_delete(struct workbench *workbench, const struct strings *chosen)
{
    size_t marked = workbench->marks.run.count;
    bool may = chosen->count > 0;
    for (size_t r = 0; may && r < chosen->count; r++) {
        const struct run_entry *entry = find_entry(&own_runs(workbench)->table, chosen->text[r]);
        may = !entry || !(marked > 0 ? refuse_marked(workbench, entry, marked)
                                     : refuse(workbench, entry, "delete"));
    }
    return may;
}

/* By their names: marks are for more than this, and may be of runs that the search leaves out. */
static void ask_to_delete_all(struct workbench *workbench, const struct strings *asked)
{
    struct text names = {0};
    for (size_t r = 0; r < asked->count; r++) {
        const struct run_entry *entry = find_entry(&own_runs(workbench)->table, asked->text[r]);
        text_format(&names, "%s%s", r > 0 ? ", " : "",
                    entry ? entry->run->name : file_name(asked->text[r]));
    }
    if (names.failed)
        workbench_say(workbench, true, "out of memory");
    else
        yes_or_no_ask(workbench, delete_asked, "Move the %zu marked runs to the trash: %s?",
                      asked->count, names.bytes);
    text_free(&names);
}

static void ask_to_delete(struct workbench *workbench)
{
    char remark[64] = "";
    struct error err;
    struct runs *runs = own_runs(workbench);
    struct strings *asked = &runs->asked;
    strings_free(asked);
    if (!list_chosen(workbench, asked, &err)) {
        workbench_say(workbench, true, "%s", err.message);
        return;
    }
    if (!may_delete(workbench, asked))
        return;
    const struct run_entry *entry = find_entry(&runs->table, asked->text[0]);
    if (asked->count > 1)
        ask_to_delete_all(workbench, asked);
    else
        yes_or_no_ask(workbench, delete_asked, "Move %s to the trash?%s",
                      entry ? entry->run->name : file_name(asked->text[0]),
                      entry ? write_remark(&runs->table, entry, remark) : "");
}

/* Keys */

/* A blank parts words where some are typed already. */
static bool is_mark(const struct run_table *table, int key)
{
    return key == '*' || key == KEY_IC || (key == ' ' && !table->searches);
}

/* The number of a page, a sign that asks for help or a capital that asks for a figure, where no
 * name is looked for. Searches do not tell capitals from small letters. */
static bool leads_away(const struct workbench *workbench, int key)
{
    const struct request_info *info = request_of_key(&workbench->keys, key);
    bool is_number = key >= '1' && key <= '9', is_capital = key >= 'A' && key <= 'Z',
         is_sign = key_writes(key) && key < KEY_DELETE && !isalnum(key);
    return info && !own_runs(workbench)->table.searches &&
           (is_number || (is_sign && strcmp(info->command, "help") == 0) ||
            (is_capital && strcmp(info->command, "figure") == 0));
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
    else if (closes_runs(workbench, key) ||
             ((key == KEY_ESCAPE || key == KEY_CONTROL('c')) && !run_table_clear(table)))
        workbench_close_page(workbench);
    else if (leads_away(workbench, key))
        return false;
    else if (key == KEY_F(2) || key == KEY_CONTROL('r'))
        ask_name(workbench);
    else if (key == KEY_DC || key == KEY_CONTROL('d'))
        ask_to_delete(workbench);
    else if (key == KEY_CONTROL('u'))
        keeping_undo(workbench, read_again);
    else if (key == '/' && !table->searches)
        table->searches = true;
    else if (is_mark(table, key))
        mark(workbench);
    else if (run_table_key(table, key) == TYPED_NOT)
        return key == KEY_ESCAPE || key == KEY_CONTROL('c');
    return true;
}

static void runs_forget(void *own)
{
    struct runs *runs = own;
    run_table_free(&runs->table);
    strings_free(&runs->asked);
}

static bool runs_select_at(struct workbench *workbench, int row, int col, bool *again)
{
    (void)col;
    return run_table_select_at(&own_runs(workbench)->table, page_rect(&workbench->cells), row,
                               again);
}

/* For the help. */
static const struct hint runs_keys[] = {
    {"letters, /", "search by name, preset, phase and changed keys"},
    {"Enter",
     "open the run: resumed, or only read where it is trained elsewhere or cannot be written"},
    {"*, space, Ins", "mark the run, to be drawn beside the one that is open"},
    {"F2, Ctrl-R", "give it another name"},
    {"Del, Ctrl-D", "move it, or all marked ones, to the trash"},
    {"Ctrl-U", "bring back the one that was deleted last"},
    {"Left, Right", "sort by another column"},
    {"Tab", "sort the other way round"},
    {"Esc", "all runs again, or back"},
    {0},
};

const struct page_ops runs_page = {
    .place = PAGE_OF_TARGETS,
    .fills = true,
    .size = sizeof(struct runs),
    .opened = runs_opened,
    .draw = runs_draw,
    .hints = runs_hints,
    .keys = runs_keys,
    .key_pressed = runs_key,
    .select_at = runs_select_at,
    .forget = runs_forget,
};
