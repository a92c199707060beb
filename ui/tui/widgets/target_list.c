/* Map of this file: reading the lists; the selection; what presets need; drawing. */
#include "ui/tui/widgets/target_list.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "config/preset.h"
#include "config/preset_file.h"
#include "config/table_preset.h"
#include "ui/format.h"
#include "ui/tui/widgets/list_cursor.h"
#include "ui/tui/widgets/list_row.h"

/* Reading the lists */

/* Takes what the page shows of a preset; one that cannot be read is shown with what is wrong. */
static bool read_preset(struct listed_preset *row, const struct paths *paths, const char *name,
                        struct error *err)
{
    struct preset preset;
    struct error wrong;
    *row = (struct listed_preset){.name = memory_string(name, err), .needs = {.seconds = NAN}};
    if (!row->name)
        return false;
    if (!preset_load(&preset, paths, name, &wrong)) {
        row->found = NEEDS_FOUND;
        row->complaint = memory_string(wrong.message, err);
        return row->complaint != NULL;
    }
    row->content = preset_write(&preset, err);
    row->title = memory_string(preset.title ? preset.title : "", err);
    row->minutes = preset.minutes;
    row->description = memory_string(preset.description ? preset.description : "", err);
    preset_free(&preset);
    return row->content && row->title && row->description;
}

/* A table's rows are a part of it. */
static bool add_to_content(struct listed_preset *row, const struct stat *about, struct error *err)
{
    char *content = memory_format(err, "%s\n%jd bytes of %jd.%09ld",
                                  row->content ? row->content : "", (intmax_t)about->st_size,
                                  (intmax_t)about->st_mtim.tv_sec, about->st_mtim.tv_nsec);
    memory_free(row->content);
    row->content = content;
    return content != NULL;
}

/* What a large table holds is said once it is opened: to read it may take a while. */
static bool read_table(struct listed_preset *row, const struct paths *paths, const char *name,
                       struct error *err)
{
    const off_t most = (off_t)1 << 20;
    struct stat about;
    char bytes[FORMAT_SIZE];
    bool has_file = stat(name, &about) == 0, large = has_file && about.st_size > most;
    if (!large && !read_preset(row, paths, name, err))
        return false;
    if (large)
        *row = (struct listed_preset){
            .name = memory_string(name, err),
            .title =
                memory_format(err, "A table of %s", format_bytes(bytes, (double)about.st_size)),
            .description = memory_string("", err),
            .needs = {.seconds = NAN},
        };
    row->is_table = true;
    if (has_file && !add_to_content(row, &about, err))
        return false;
    return row->name != NULL && (row->complaint || (row->title && row->description));
}

/* What can be watched now comes before what takes days. */
static int compare_presets(const void *one, const void *other)
{
    enum { DAY = 24 * 60 };
    const struct listed_preset *a = one, *b = other;
    int later = (a->minutes >= DAY) - (b->minutes >= DAY), is_table = a->is_table - b->is_table;
    return later ? later : is_table ? is_table : strcmp(a->name, b->name);
}

/* Who comes for the first time finds the shortest way to the three phases chosen already. */
static void select_first(struct target_list *list)
{
    for (size_t p = 0; p < list->presets; p++)
        if (strcmp(list->preset[p].name, "quickstart") == 0)
            list->selected = p;
}

/* A place of runs that cannot be read keeps nobody from starting a preset; the page of runs says
 * so. */
static bool load_runs(struct target_list *list, const struct paths *paths, struct error *err)
{
    struct error why;
    return run_list(paths, &list->run, &list->runs, &why) || why.kind != ERROR_MEMORY ||
           error_set(err, why.kind, "%s", why.message);
}

bool target_list_load(struct target_list *list, const struct paths *paths, struct error *err)
{
    struct strings names, tables;
    *list = (struct target_list){0};
    if (!preset_list(paths, &names, err))
        return false;
    bool loaded = table_preset_list(paths, &tables, err);
    for (size_t p = 0; loaded && p < names.count; p++)
        strings_remove(&tables, names.text[p]); /* a preset's name is no table's */
    list->preset =
        loaded ? memory_new(names.count + tables.count, sizeof *list->preset, err) : NULL;
    loaded = list->preset != NULL;
    for (size_t p = 0; loaded && p < names.count; p++)
        loaded = read_preset(&list->preset[list->presets++], paths, names.text[p], err);
    for (size_t t = 0; loaded && t < tables.count; t++)
        loaded = read_table(&list->preset[list->presets++], paths, tables.text[t], err);
    strings_free(&names);
    strings_free(&tables);
    if (loaded && load_runs(list, paths, err)) {
        qsort(list->preset, list->presets, sizeof *list->preset, compare_presets);
        select_first(list);
        return true;
    }
    target_list_free(list);
    return false;
}

void target_list_free(struct target_list *list)
{
    for (size_t p = 0; p < list->presets; p++) {
        memory_free(list->preset[p].name);
        memory_free(list->preset[p].title);
        memory_free(list->preset[p].description);
        memory_free(list->preset[p].complaint);
        memory_free(list->preset[p].content);
    }
    memory_free(list->preset);
    run_list_free(list->run, list->runs);
    *list = (struct target_list){0};
}

static bool is_selected(const struct target_list *list, const char *name, bool is_run)
{
    bool run;
    const char *selected = target_list_selected(list, &run);
    return selected && run == is_run && strcmp(selected, name) == 0;
}

void target_list_take(struct target_list *list, struct target_list *fresh)
{
    for (size_t p = 0; p < fresh->presets; p++)
        if (is_selected(list, fresh->preset[p].name, false))
            fresh->selected = p;
    for (size_t r = 0; r < fresh->runs; r++)
        if (is_selected(list, fresh->run[r].name, true))
            fresh->selected = fresh->presets + r;
    for (size_t p = 0; p < list->presets; p++)
        target_list_set_needs(fresh, list->preset[p].name, list->preset[p].content,
                              &list->preset[p].needs, list->preset[p].found);
    fresh->readings = list->readings + 1;
    target_list_free(list);
    *list = *fresh;
    *fresh = (struct target_list){0};
}

/* The selection */

void target_list_move(struct target_list *list, int rows)
{
    list->selected = list_cursor_move(list->selected, list->presets + list->runs, rows);
}

const struct run_summary *target_list_selected_run(const struct target_list *list)
{
    size_t behind = list->presets, last = behind + list->runs;
    bool on_run = list->selected >= behind && list->selected < last;
    return on_run ? &list->run[list->selected - behind] : NULL;
}

const char *target_list_selected(const struct target_list *list, bool *is_run)
{
    *is_run = list->selected >= list->presets;
    if (!*is_run)
        return list->preset[list->selected].name;
    const struct run_summary *run = target_list_selected_run(list);
    return run ? run->name : NULL;
}

/* What presets need */

static bool is_content(const struct listed_preset *preset, const char *content)
{
    return strcmp(preset->content ? preset->content : "", content ? content : "") == 0;
}

void target_list_set_needs(struct target_list *list, const char *name, const char *content,
                           const struct preset_needs *needs, enum needs_found found)
{
    for (size_t p = 0; p < list->presets; p++)
        if (strcmp(list->preset[p].name, name) == 0 && is_content(&list->preset[p], content)) {
            list->preset[p].needs = *needs;
            list->preset[p].found = found;
        }
}

void target_list_doubt_needs(struct target_list *list)
{
    for (size_t p = 0; p < list->presets; p++)
        if (!list->preset[p].complaint)
            list->preset[p].found = NEEDS_UNKNOWN;
}

const struct listed_preset *target_list_unfound(const struct target_list *list,
                                                bool ends_provisional)
{
    const enum needs_found wanted = ends_provisional ? NEEDS_FOUND : NEEDS_PROVISIONAL;
    size_t first = list->selected < list->presets ? list->selected : 0;
    for (size_t i = 0; i < list->presets; i++) {
        const struct listed_preset *preset = &list->preset[(first + i) % list->presets];
        if (preset->found < wanted)
            return preset;
    }
    return NULL;
}

/* Drawing */

enum { WIDE_COLS = 60 };

static void draw_head(struct cells *cells, struct rect rect, int row, const char *text,
                      size_t above, size_t below)
{
    char hidden[2 * FORMAT_SIZE] = "";
    int col = rect.col + 1, end = rect.col + rect.cols - LIST_INDENT;
    if (above > 0 && below > 0)
        snprintf(hidden, sizeof hidden, "↑ %zu  ↓ %zu", above, below);
    else if (above > 0 || below > 0)
        snprintf(hidden, sizeof hidden, "%s %zu%s", above > 0 ? "↑" : "↓", above + below,
                 rect.cols < WIDE_COLS ? "" : " more");
    int of_hidden = *hidden ? text_columns(hidden) + LIST_GAP : 0;
    cells_text(cells, row, col, end - of_hidden - col, STYLE_FAINT, text);
    cells_right(cells, row, end, end - col, STYLE_STRONG, hidden);
}

/* Columns for names of which the widest has so many: what stands behind them, in `behind` columns,
 * goes first, as far as they have the least that tells them apart. */
static int name_width(int widest, int behind, int room)
{
    enum { LEAST = 20 };
    int most = room - behind > LEAST ? room - behind : LEAST;
    most = most < room ? most : room;
    return widest < most ? widest : most;
}

static void draw_preset(const struct target_list *list, size_t p, struct rect rect, int at,
                        struct cells *cells)
{
    enum { NAME_COLS = 10, TIME_COLS = 9, TITLE_COLS = 24 };
    const int behind = LIST_GAP + TIME_COLS + LIST_GAP + TITLE_COLS;
    const struct listed_preset *preset = &list->preset[p];
    char about[FORMAT_SIZE] = "";
    int name_cols = NAME_COLS, room = rect.cols - 2 * LIST_INDENT;
    for (size_t other = 0; other < list->presets; other++)
        name_cols = list_wider(name_cols, list->preset[other].name);
    struct list_row row = list_row_begin(cells, rect, at);
    list_row_name(&row, name_width(name_cols, behind, room), STYLE_STRONG, preset->name);
    if (isfinite(preset->needs.seconds))
        format_about(about, preset->needs.seconds);
    list_row_number(&row, TIME_COLS, STYLE_PLAIN, about);
    if (preset->complaint)
        list_row_rest(&row, STYLE_ERROR, preset->complaint);
    else
        list_row_rest(&row, STYLE_PLAIN, preset->title);
    if (list->selected == p)
        list_row_select(cells, rect, at);
}

static void draw_run(const struct target_list *list, size_t r, time_t now, struct rect rect, int at,
                     struct cells *cells)
{
    enum { PERCENT_COLS = 7, AGE_COLS = 10 };
    const struct run_summary *run = &list->run[r];
    char steps[2 * FORMAT_SIZE], text[FORMAT_SIZE];
    int name_cols = 0, steps_cols = 0, phase_cols = list_wider(0, phase_name(PHASE_STATISTICS));
    int room = rect.cols - 2 * LIST_INDENT;
    for (size_t other = 0; other < list->runs; other++) {
        name_cols = list_wider(name_cols, list->run[other].name);
        steps_cols = list_wider(steps_cols, list_steps(steps, &list->run[other]));
        phase_cols = list_wider(phase_cols, run_summary_phase(&list->run[other]));
    }
    const int behind = LIST_GAP + steps_cols + 3 * LIST_GAP + phase_cols + PERCENT_COLS + AGE_COLS;
    struct list_row row = list_row_begin(cells, rect, at);
    list_row_name(&row, name_width(name_cols, behind, room), STYLE_STRONG, run->name);
    list_row_number(&row, steps_cols, STYLE_PLAIN, list_steps(steps, run));
    list_row_field(&row, phase_cols, STYLE_PLAIN, run_summary_phase(run));
    list_row_number(&row, PERCENT_COLS, STYLE_PLAIN,
                    run->has_recall ? format_percent(text, run->accuracy) : "");
    list_row_number(&row, AGE_COLS, STYLE_FAINT,
                    run->busy ? "in use" : list_age(text, now, run->modified.tv_sec));
    if (list->selected == list->presets + r)
        list_row_select(cells, rect, at);
}

/* "0.51M parameters · 215 MiB · about 1:20 here, measured" in a row, where it is known. */
static int draw_needs(const struct target_list *list, struct rect rect, int row,
                      struct cells *cells)
{
    char parameters[FORMAT_SIZE], bytes[FORMAT_SIZE], about[FORMAT_SIZE];
    bool on_preset = list->selected < list->presets;
    const struct listed_preset *preset = on_preset ? &list->preset[list->selected] : NULL;
    const struct preset_needs *needs = preset ? &preset->needs : NULL;
    if (!needs || needs->parameters == 0 || row >= rect.row + rect.rows)
        return row;
    struct text text = {0};
    text_format(&text, "%s parameters · %s", format_short(parameters, (double)needs->parameters),
                format_bytes(bytes, (double)needs->bytes));
    if (isfinite(needs->seconds))
        text_format(&text, " · about %s here, %s", format_about(about, needs->seconds),
                    needs->is_measured  ? "measured"
                    : needs->is_earlier ? "estimated from an earlier speed"
                                        : "estimated");
    else if (preset->found == NEEDS_PROVISIONAL)
        text_add(&text, " · how long it takes is found once nothing trains");
    if (!text.failed)
        cells_text(cells, row, rect.col + LIST_INDENT, rect.cols - 2 * LIST_INDENT, STYLE_STRONG,
                   text.bytes);
    text_free(&text);
    return row + 1;
}

/* What there is to say about the selected row, wrapped. */
static void draw_description(const struct target_list *list, struct rect rect, int row,
                             struct cells *cells)
{
    const char *text = "";
    int width = rect.cols - 2 * LIST_INDENT;
    const struct run_summary *run = target_list_selected_run(list);
    row = draw_needs(list, rect, row, cells);
    if (run)
        text = run->directory;
    else if (list->selected >= list->presets)
        return;
    else if (list->preset[list->selected].complaint)
        text = list->preset[list->selected].complaint;
    else
        text = list->preset[list->selected].description;
    while (*text && row < rect.row + rect.rows && width > 0) {
        size_t next, bytes = text_wrap(text, width, &next);
        cells_format(cells, row++, rect.col + LIST_INDENT, width, STYLE_PLAIN, "%.*s", (int)bytes,
                     text);
        text += next;
    }
}

/* What of a page there is room for; a list without rows has no head either. */
struct page_rows {
    int title, blank, presets, runs, description;
};

static struct page_rows share_rows(const struct target_list *list, int rows)
{
    enum { TITLE_ROWS = 5, ROOMY_ROWS = 12, DESCRIBED_ROWS = 16, DESCRIPTION_ROWS = 6 };
    enum { LEAST_LISTED = 4 };
    struct page_rows page = {.title = rows >= TITLE_ROWS, .blank = rows >= ROOMY_ROWS};
    page.description = rows >= DESCRIBED_ROWS ? DESCRIPTION_ROWS : 0;
    /* Blank rows come before heads and the description. */
    int presets = (int)list->presets, runs = (int)list->runs, head = page.blank + 1;
    int lists = rows - page.title - head - page.description - (page.description > 0);
    if (runs > 0 && lists - head < LEAST_LISTED) { /* the list in which the selection is */
        bool on_run = list->selected >= list->presets;
        page.presets = on_run ? 0 : presets < lists ? presets : lists;
        page.runs = !on_run ? 0 : runs < lists ? runs : lists;
        return page;
    }
    lists -= runs > 0 ? head : 0;
    int fair = runs > lists / 2 ? lists - lists / 2 : lists - runs;
    page.presets = presets < fair ? presets : fair;
    page.runs = runs < lists - page.presets ? runs : lists - page.presets;
    return page;
}

static bool knows_a_time(const struct target_list *list)
{
    for (size_t p = 0; p < list->presets; p++)
        if (isfinite(list->preset[p].needs.seconds))
            return true;
    return false;
}

static int draw_presets(const struct target_list *list, const struct page_rows *page,
                        struct rect rect, int row, struct cells *cells)
{
    size_t shown = (size_t)page->presets, on_preset = list->selected < list->presets;
    size_t first = list_cursor_first(on_preset ? list->selected : 0, list->presets, shown);
    size_t below = list->presets - first - shown + (page->runs > 0 ? 0 : list->runs);
    bool narrow = rect.cols < WIDE_COLS, finds = target_list_unfound(list, false) != NULL;
    const char *head =
        finds ? (narrow ? "presets, finding times…" : "start a preset, finding the time it takes…")
        : narrow             ? "presets"
        : knows_a_time(list) ? "start a preset, with the time it takes on this machine"
                             : "start a preset";
    draw_head(cells, rect, row++, head, first, below);
    for (size_t p = 0; p < shown; p++)
        draw_preset(list, first + p, rect, row++, cells);
    return row;
}

static int draw_runs(const struct target_list *list, const struct page_rows *page, time_t now,
                     struct rect rect, int row, struct cells *cells)
{
    size_t shown = (size_t)page->runs, on_run = list->selected >= list->presets;
    size_t first =
        list_cursor_first(on_run ? list->selected - list->presets : 0, list->runs, shown);
    size_t above = first + (page->presets > 0 ? 0 : list->presets);
    draw_head(cells, rect, row++, rect.cols < WIDE_COLS ? "runs" : "resume a run", above,
              list->runs - first - shown);
    for (size_t r = 0; r < shown; r++)
        draw_run(list, first + r, now, rect, row++, cells);
    return row;
}

/* Where the rows of a part of the list are drawn. */
struct drawn_part {
    size_t first; /* of the list, and what is drawn of it: */
    int row, rows;
};

static void find_parts(const struct target_list *list, struct rect rect, struct drawn_part part[2])
{
    struct page_rows page = share_rows(list, rect.rows);
    bool on_run = list->selected >= list->presets;
    size_t presets = (size_t)page.presets, runs = (size_t)page.runs;
    int row = rect.row + page.title;
    row += page.presets > 0 ? page.blank + 1 : 0;
    part[0] = (struct drawn_part){
        list_cursor_first(on_run ? 0 : list->selected, list->presets, presets), row, page.presets};
    row += page.presets + page.blank + 1;
    part[1] = (struct drawn_part){
        list->presets +
            list_cursor_first(on_run ? list->selected - list->presets : 0, list->runs, runs),
        row, page.runs};
}

bool target_list_select_at(struct target_list *list, struct rect rect, int row, bool *again)
{
    struct drawn_part part[2];
    find_parts(list, rect, part);
    for (size_t p = 0; p < 2; p++)
        if (row >= part[p].row && row < part[p].row + part[p].rows) {
            size_t at = part[p].first + (size_t)(row - part[p].row);
            *again = at == list->selected;
            list->selected = at;
            return true;
        }
    return false;
}

void target_list_draw(const struct target_list *list, time_t now, struct rect rect,
                      struct cells *cells)
{
    struct page_rows page = share_rows(list, rect.rows);
    int row = rect.row;
    if (page.title)
        cells_text(cells, row++, rect.col + 1, rect.cols - 1, STYLE_STRONG,
                   rect.cols < WIDE_COLS ? "mneme"
                                         : "mneme  how does a language model learn facts?");
    if (page.presets > 0)
        row = draw_presets(list, &page, rect, row + page.blank, cells);
    if (page.runs > 0)
        row = draw_runs(list, &page, now, rect, row + page.blank, cells);
    if (page.description > 0)
        draw_description(list, rect, row + 1, cells);
}
