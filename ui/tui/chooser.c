/* Map of this file: reading the lists; the selection; drawing. */
#include "ui/tui/chooser.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ui/format.h"

enum { INDENT = 3 };

/* Reading the lists */

/* Takes what the page shows of a preset; one that cannot be read is shown with what is wrong. */
static bool read_preset(struct chooser_preset *row, const struct paths *paths, char *name,
                        struct error *err)
{
    struct preset preset;
    struct error wrong;
    *row = (struct chooser_preset){.name = name, .seconds = NAN};
    if (!preset_load(&preset, paths, name, &wrong)) {
        row->complaint = memory_string(wrong.message, err);
        return row->complaint != NULL;
    }
    row->title = memory_string(preset.title ? preset.title : "", err);
    row->description = memory_string(preset.description ? preset.description : "", err);
    preset_free(&preset);
    return row->title && row->description;
}

/* Who comes for the first time finds the shortest way to the three phases chosen already. */
static void select_first(struct chooser *chooser)
{
    for (size_t p = 0; p < chooser->presets; p++)
        if (strcmp(chooser->preset[p].name, "quickstart") == 0)
            chooser->selected = p;
}

bool chooser_load(struct chooser *chooser, const struct paths *paths, struct error *err)
{
    char **names = NULL;
    size_t count = 0;
    *chooser = (struct chooser){0};
    if (!preset_list(paths, &names, &count, err))
        return false;
    chooser->preset = memory_new(count, sizeof *chooser->preset, err);
    bool loaded = chooser->preset != NULL;
    for (size_t p = 0; p < count; p++) {
        if (loaded)
            loaded = read_preset(&chooser->preset[chooser->presets++], paths, names[p], err);
        else
            memory_free(names[p]);
    }
    memory_free(names);
    if (loaded && run_list(paths, &chooser->run, &chooser->runs, err)) {
        select_first(chooser);
        return true;
    }
    chooser_free(chooser);
    return false;
}

void chooser_free(struct chooser *chooser)
{
    for (size_t p = 0; p < chooser->presets; p++) {
        memory_free(chooser->preset[p].name);
        memory_free(chooser->preset[p].title);
        memory_free(chooser->preset[p].description);
        memory_free(chooser->preset[p].complaint);
    }
    memory_free(chooser->preset);
    run_list_free(chooser->run, chooser->runs);
    *chooser = (struct chooser){0};
}

/* The selection */

void chooser_move(struct chooser *chooser, int rows)
{
    long last = (long)(chooser->presets + chooser->runs) - 1, at = (long)chooser->selected + rows;
    if (at > last)
        at = last;
    chooser->selected = at > 0 ? (size_t)at : 0;
}

const char *chooser_selected(const struct chooser *chooser, bool *is_run)
{
    *is_run = chooser->selected >= chooser->presets;
    if (!*is_run)
        return chooser->preset[chooser->selected].name;
    size_t run = chooser->selected - chooser->presets;
    return run < chooser->runs ? chooser->run[run].name : NULL;
}

bool chooser_has_preset(const struct chooser *chooser, const char *name)
{
    for (size_t p = 0; p < chooser->presets; p++)
        if (strcmp(chooser->preset[p].name, name) == 0)
            return true;
    return false;
}

void chooser_set_seconds(struct chooser *chooser, const char *name, double seconds)
{
    for (size_t p = 0; p < chooser->presets; p++)
        if (strcmp(chooser->preset[p].name, name) == 0)
            chooser->preset[p].seconds = seconds;
}

bool chooser_has_run(const struct chooser *chooser, const char *name)
{
    for (size_t r = 0; r < chooser->runs; r++)
        if (strcmp(chooser->run[r].name, name) == 0)
            return true;
    return false;
}

/* Drawing */

static int widest_name(const struct chooser *chooser)
{
    int widest = 10;
    for (size_t p = 0; p < chooser->presets; p++) {
        int columns = text_columns(chooser->preset[p].name);
        widest = columns > widest ? columns : widest;
    }
    return widest;
}

static void select_row(struct cells *cells, struct rect rect, int row)
{
    cells_restyle(cells, (struct rect){row, rect.col + 1, 1, rect.cols - 2}, STYLE_SELECTED);
}

static void draw_preset(const struct chooser *chooser, size_t p, int name_cols, struct rect rect,
                        int row, struct cells *cells)
{
    const struct chooser_preset *preset = &chooser->preset[p];
    const int time_cols = 9;
    char about[FORMAT_SIZE];
    int col = rect.col + INDENT, end = rect.col + rect.cols - INDENT;
    cells_text(cells, row, col, name_cols, STYLE_STRONG, preset->name);
    col += name_cols + 2;
    cells_right(cells, row, col + time_cols, time_cols, STYLE_PLAIN,
                isfinite(preset->seconds) ? format_about(about, preset->seconds) : "");
    col += time_cols + 2;
    if (preset->complaint)
        cells_text(cells, row, col, end - col, STYLE_ERROR, preset->complaint);
    else
        cells_text(cells, row, col, end - col, STYLE_PLAIN, preset->title);
    if (chooser->selected == p)
        select_row(cells, rect, row);
}

/* "3 min ago", "5 h ago", "2024-05-01". */
static const char *format_age(char text[FORMAT_SIZE], time_t now, time_t then)
{
    double seconds = difftime(now, then);
    struct tm date;
    if (seconds < 60)
        snprintf(text, FORMAT_SIZE, "just now");
    else if (seconds < 3600)
        snprintf(text, FORMAT_SIZE, "%.0f min ago", floor(seconds / 60));
    else if (seconds < 86400)
        snprintf(text, FORMAT_SIZE, "%.0f h ago", floor(seconds / 3600));
    else if (localtime_r(&then, &date))
        strftime(text, FORMAT_SIZE, "%Y-%m-%d", &date);
    return text;
}

static void draw_run(const struct chooser *chooser, size_t r, time_t now, struct rect rect, int row,
                     struct cells *cells)
{
    const struct run_summary *run = &chooser->run[r];
    char step[FORMAT_SIZE], steps[FORMAT_SIZE], percent[FORMAT_SIZE], age[FORMAT_SIZE];
    int end = rect.col + rect.cols - INDENT, col = rect.col + INDENT;
    int name_cols = rect.cols / 3;
    cells_text(cells, row, col, name_cols, STYLE_PLAIN, run->name);
    col += name_cols + 2;
    format_age(age, now, run->modified);
    int age_col = end - text_columns(age);
    if (age_col > col + 40)
        cells_text(cells, row, age_col, end - age_col, STYLE_FAINT, age);
    else
        age_col = end;
    if (run->has_recall)
        cells_format(cells, row, col, age_col - col - 1, STYLE_PLAIN, "%s/%s, %s, accuracy %s%s",
                     format_count(step, run->step), format_count(steps, run->steps),
                     phase_name(run->phase), format_percent(percent, run->accuracy),
                     run->busy ? ", in use" : "");
    else
        cells_format(cells, row, col, age_col - col - 1, STYLE_PLAIN, "%s/%s%s",
                     format_count(step, run->step), format_count(steps, run->steps),
                     run->busy ? ", in use" : "");
    if (chooser->selected == chooser->presets + r)
        select_row(cells, rect, row);
}

/* What there is to say about the selected row, wrapped. */
static void draw_description(const struct chooser *chooser, struct rect rect, int row,
                             struct cells *cells)
{
    bool is_run;
    const char *text = "";
    int width = rect.cols - 2 * INDENT;
    if (!chooser_selected(chooser, &is_run))
        return;
    if (is_run)
        text = chooser->run[chooser->selected - chooser->presets].directory;
    else if (chooser->preset[chooser->selected].complaint)
        text = chooser->preset[chooser->selected].complaint;
    else
        text = chooser->preset[chooser->selected].description;
    while (*text && row < rect.row + rect.rows && width > 0) {
        size_t next, bytes = text_wrap(text, width, &next);
        cells_format(cells, row++, rect.col + INDENT, width, STYLE_PLAIN, "%.*s", (int)bytes, text);
        text += next;
    }
}

/* The first of `count` rows shown, so that `selected` is among the `shown`. */
static size_t first_shown(size_t selected, size_t count, size_t shown)
{
    if (count <= shown || selected < shown)
        return 0;
    return selected - shown + 1;
}

/* Rows of a page: which are blank, and how many the lists and the description get. */
struct page_rows {
    int blank, presets, runs, description;
};

static struct page_rows share_rows(const struct chooser *chooser, int rows)
{
    enum { ROOMY_ROWS = 12, DESCRIBED_ROWS = 16, DESCRIPTION_ROWS = 5, HEADS = 3 };
    struct page_rows page = {.blank = rows >= ROOMY_ROWS};
    page.description = rows >= DESCRIBED_ROWS ? DESCRIPTION_ROWS : 0;
    /* Heads are the title and those of two lists; blank rows come before all but the title. */
    int lists = rows - page.description - HEADS - 2 * page.blank - (page.description > 0);
    if (lists < 2)
        lists = 2;
    int presets = (int)chooser->presets, runs = (int)chooser->runs;
    int fair = runs > lists / 2 ? lists - lists / 2 : lists - runs;
    page.presets = presets < fair ? presets : fair;
    page.runs = runs < lists - page.presets ? runs : lists - page.presets;
    return page;
}

void chooser_draw(const struct chooser *chooser, time_t now, struct rect rect, struct cells *cells)
{
    struct page_rows page = share_rows(chooser, rect.rows);
    bool wide = rect.cols >= 60, on_run = chooser->selected >= chooser->presets;
    int row = rect.row, name_cols = widest_name(chooser);
    cells_text(cells, row, rect.col + 1, rect.cols - 1, STYLE_STRONG,
               wide ? "mneme  how does a language model learn facts?" : "mneme");
    row += 1 + page.blank;
    cells_text(cells, row++, rect.col + 1, rect.cols - 1, STYLE_FAINT,
               wide ? "start a preset, with the time it takes on this machine" : "start a preset");
    size_t first =
        first_shown(on_run ? 0 : chooser->selected, chooser->presets, (size_t)page.presets);
    for (int p = 0; p < page.presets; p++)
        draw_preset(chooser, first + (size_t)p, name_cols, rect, row++, cells);
    if (page.runs > 0) {
        row += page.blank;
        cells_text(cells, row++, rect.col + 1, rect.cols - 1, STYLE_FAINT, "go on with a run");
    }
    first = first_shown(on_run ? chooser->selected - chooser->presets : 0, chooser->runs,
                        (size_t)page.runs);
    for (int r = 0; r < page.runs; r++)
        draw_run(chooser, first + (size_t)r, now, rect, row++, cells);
    if (page.description > 0)
        draw_description(chooser, rect, row + 1, cells);
}
