/* Map of this file: order; what is shown; the tree; the selection; drawing; the foot. */
#include "ui/tui/widgets/run_table.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "ui/format.h"
#include "ui/tui/widgets/list_cursor.h"
#include "ui/tui/widgets/list_row.h"
#include "ui/tui/widgets/typed.h"

/* Order */

static int compare_texts(const char *a, const char *b)
{
    return strcmp(a, b);
}

/* The larger comes first, and what is not known last. */
static int compare_numbers(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a < b) - (a > b);
}

static double number_of(const struct run_entry *entry, enum run_column column)
{
    const struct run_summary *run = entry->run;
    switch (column) {
    case RUN_COLUMN_STEP:
        return (double)run->step;
    case RUN_COLUMN_PHASE:
        return run->has_recall ? run->phase : NAN;
    case RUN_COLUMN_ACCURACY:
        return run->has_recall ? run->accuracy : NAN;
    case RUN_COLUMN_DATE:
        return (double)run->modified.tv_sec + 1e-9 * (double)run->modified.tv_nsec;
    case RUN_COLUMN_PLATEAU:
        return entry->plateau_end;
    default:
        return NAN;
    }
}

static int compare(const struct run_table *table, size_t one, size_t other)
{
    const struct run_entry *a = &table->catalog.entry[one], *b = &table->catalog.entry[other];
    int order = table->sort == RUN_COLUMN_NAME ? compare_texts(a->run->name, b->run->name)
                : table->sort == RUN_COLUMN_PRESET
                    ? compare_texts(a->run->preset, b->run->preset)
                    : compare_numbers(number_of(a, table->sort), number_of(b, table->sort));
    return table->reversed ? -order : order;
}

/* Those that are alike stay as they are in the catalog. */
static void sort(struct run_table *table)
{
    for (size_t i = 0; i < table->catalog.count; i++) {
        size_t at = i;
        for (; at > 0 && compare(table, table->order[at - 1], i) > 0; at--)
            table->order[at] = table->order[at - 1];
        table->order[at] = i;
    }
}

/* What is shown */

/* Every word that was typed is part of something the row says. */
static bool is_wanted(const struct run_table *table, const struct run_entry *entry)
{
    const struct run_summary *run = entry->run;
    struct text row = {0};
    text_format(&row, "%s %s %s %s", run->name, run->preset, run_summary_phase(run),
                entry->differs);
    bool wanted = !row.bytes || typed_is_in(table->filter, row.bytes);
    text_free(&row);
    return wanted;
}

/* The tree */

static void add_row(struct run_table *table, size_t entry, int depth)
{
    table->shown[entry] = false;
    table->row[table->rows++] = (struct run_table_row){entry, depth};
    for (size_t i = 0; i < table->catalog.count; i++) {
        size_t child = table->order[i];
        if (table->shown[child] && table->catalog.entry[child].parent == entry)
            add_row(table, child, depth + 1);
    }
}

static bool begins_tree(const struct run_table *table, size_t entry)
{
    size_t parent = table->catalog.entry[entry].parent;
    return parent == SIZE_MAX || !table->shown[parent];
}

static void select_entry(struct run_table *table, size_t entry)
{
    table->selected = 0;
    for (size_t r = 0; r < table->rows; r++)
        if (table->row[r].entry == entry)
            table->selected = r;
}

/* Sorts and filters anew, and stays at the run that was selected. */
static void make_rows(struct run_table *table)
{
    size_t count = table->catalog.count;
    size_t selected = table->rows > 0 ? table->row[table->selected].entry : SIZE_MAX;
    sort(table);
    table->rows = 0;
    for (size_t e = 0; e < count; e++)
        table->shown[e] = is_wanted(table, &table->catalog.entry[e]);
    for (size_t i = 0; i < count; i++)
        if (table->shown[table->order[i]] && begins_tree(table, table->order[i]))
            add_row(table, table->order[i], 0);
    for (size_t i = 0; i < count; i++) /* records that name each other */
        if (table->shown[table->order[i]])
            add_row(table, table->order[i], 0);
    select_entry(table, selected);
}

bool run_table_take(struct run_table *table, struct run_catalog *catalog, struct error *err)
{
    const struct run_entry *entry = run_table_selected(table);
    const size_t row = table->selected;
    char *selected = entry ? memory_string(entry->run->directory, err) : NULL;
    struct run_table fresh = {
        .sort = table->sort, .reversed = table->reversed, .searches = table->searches};
    memcpy(fresh.filter, table->filter, sizeof fresh.filter);
    fresh.row = memory_new(catalog->count, sizeof *fresh.row, err);
    fresh.order = fresh.row ? memory_new(catalog->count, sizeof *fresh.order, err) : NULL;
    fresh.shown = fresh.order ? memory_new(catalog->count, sizeof *fresh.shown, err) : NULL;
    if (!fresh.shown || (entry && !selected)) {
        memory_free(selected);
        run_table_free(&fresh);
        return false;
    }
    fresh.catalog = *catalog;
    *catalog = (struct run_catalog){0};
    run_table_free(table);
    *table = fresh;
    make_rows(table);
    table->selected = row < table->rows ? row : table->rows > 0 ? table->rows - 1 : 0;
    for (size_t r = 0; selected && r < table->rows; r++)
        if (strcmp(table->catalog.run[table->row[r].entry].directory, selected) == 0)
            table->selected = r;
    memory_free(selected);
    return true;
}

void run_table_free(struct run_table *table)
{
    run_catalog_free(&table->catalog);
    memory_free(table->row);
    memory_free(table->order);
    memory_free(table->shown);
    *table = (struct run_table){.rows = 0};
}

/* The selection */

void run_table_sort(struct run_table *table, int columns)
{
    int column = (int)table->sort + columns;
    table->sort = (enum run_column)((column % RUN_COLUMNS + RUN_COLUMNS) % RUN_COLUMNS);
    table->reversed = false;
    make_rows(table);
}

void run_table_reverse(struct run_table *table)
{
    table->reversed = !table->reversed;
    make_rows(table);
}

enum typed_effect run_table_key(struct run_table *table, int key)
{
    enum typed_effect effect = typed_take(table->filter, sizeof table->filter, key);
    if (effect == TYPED_CHANGED) {
        table->searches = *table->filter != '\0';
        make_rows(table);
    }
    return effect;
}

bool run_table_clear(struct run_table *table)
{
    bool had = table->searches;
    table->searches = false;
    table->filter[0] = '\0';
    make_rows(table);
    return had;
}

void run_table_move(struct run_table *table, int rows)
{
    table->selected = list_cursor_move(table->selected, table->rows, rows);
}

const struct run_entry *run_table_selected(const struct run_table *table)
{
    return table->rows > 0 ? &table->catalog.entry[table->row[table->selected].entry] : NULL;
}

/* Drawing */

enum { STEPS_TEXT = 2 * FORMAT_SIZE, NAME_TEXT = 256 };

/* How much of the screen a column takes. */
enum run_form { FORM_WHOLE, FORM_BRIEF, RUN_FORMS };

/* What a row says in each column. */
struct run_texts {
    char name[NAME_TEXT], steps[STEPS_TEXT], plateau[FORMAT_SIZE];
    char phase[8], accuracy[RUN_FORMS][FORMAT_SIZE], age[RUN_FORMS][FORMAT_SIZE];
    const char *column[RUN_COLUMNS][RUN_FORMS];
};

/* "  └ branch @500" */
static void write_name(const struct run_entry *entry, int depth, char name[NAME_TEXT])
{
    enum { DEEPEST = 16, STEP = 2 };
    char step[FORMAT_SIZE];
    int indent = STEP * ((depth < DEEPEST ? depth : DEEPEST) - 1);
    if (depth == 0)
        snprintf(name, NAME_TEXT, "%s", entry->run->name);
    else
        snprintf(name, NAME_TEXT, "%*s└ %s @%s", indent, "", entry->run->name,
                 format_count(step, entry->parent_step));
}

/* The same in both forms. */
static void set_text(struct run_texts *texts, enum run_column column, const char *text)
{
    texts->column[column][FORM_WHOLE] = texts->column[column][FORM_BRIEF] = text;
}

static void write_phase(const struct run_summary *run, struct run_texts *texts)
{
    enum { LETTERS = 4 }; /* "stat.", "plat.", "know." */
    const char *phase = run_summary_phase(run), *hyphen = strchr(phase, '-');
    if (hyphen)
        snprintf(texts->phase, sizeof texts->phase, "%s", hyphen + 1);
    else
        snprintf(texts->phase, sizeof texts->phase, "%.*s%s", LETTERS, phase, *phase ? "." : "");
    texts->column[RUN_COLUMN_PHASE][FORM_WHOLE] = phase;
    texts->column[RUN_COLUMN_PHASE][FORM_BRIEF] = texts->phase;
}

static void write_accuracy(const struct run_summary *run, struct run_texts *texts)
{
    for (int form = 0; form < RUN_FORMS; form++) {
        texts->accuracy[form][0] = '\0';
        texts->column[RUN_COLUMN_ACCURACY][form] = texts->accuracy[form];
    }
    if (run->has_recall) {
        format_percent(texts->accuracy[FORM_WHOLE], run->accuracy);
        snprintf(texts->accuracy[FORM_BRIEF], FORMAT_SIZE, "%.1f", 100 * run->accuracy);
    }
}

static void write_age(const struct run_summary *run, time_t now, struct run_texts *texts)
{
    const char **age = texts->column[RUN_COLUMN_DATE];
    age[FORM_WHOLE] = list_age(texts->age[FORM_WHOLE], now, run->modified.tv_sec);
    age[FORM_BRIEF] = list_brief_age(texts->age[FORM_BRIEF], now, run->modified.tv_sec);
    if (run->busy)
        set_text(texts, RUN_COLUMN_DATE, "in use");
}

static void write_texts(const struct run_table *table, const struct run_table_row *row, time_t now,
                        struct run_texts *texts)
{
    const struct run_entry *entry = &table->catalog.entry[row->entry];
    const struct run_summary *run = entry->run;
    write_name(entry, row->depth, texts->name);
    texts->plateau[0] = '\0';
    if (isfinite(entry->plateau_end))
        format_count(texts->plateau, (uint64_t)llround(entry->plateau_end));
    set_text(texts, RUN_COLUMN_NAME, texts->name);
    set_text(texts, RUN_COLUMN_STEP, list_steps(texts->steps, run));
    set_text(texts, RUN_COLUMN_PLATEAU, texts->plateau);
    set_text(texts, RUN_COLUMN_PRESET, run->preset);
    write_phase(run, texts);
    write_accuracy(run, texts);
    write_age(run, now, texts);
}

/* How a column is drawn, and the columns of the screen that it has to have: all that it needs where
 * `least` is 0. */
static const struct {
    const char *head[RUN_FORMS];
    void (*draw)(struct list_row *row, int width, enum style style, const char *text);
    int least;
} columns[RUN_COLUMNS] = {
    [RUN_COLUMN_NAME] = {{"run", "run"}, list_row_name, 20},
    [RUN_COLUMN_STEP] = {{"step", "step"}, list_row_number, 0},
    [RUN_COLUMN_PHASE] = {{"phase", "phase"}, list_row_field, 0},
    [RUN_COLUMN_ACCURACY] = {{"accuracy", "acc. %"}, list_row_number, 0},
    [RUN_COLUMN_DATE] = {{"changed", "age"}, list_row_number, 0},
    [RUN_COLUMN_PLATEAU] = {{"plateau ends", "plateau"}, list_row_number, 0},
    [RUN_COLUMN_PRESET] = {{"preset", "preset"}, list_row_name, 10},
};

/* Columns that what differs has at least. */
enum { DIFFERS_LEAST = 14 };

static bool any_differs(const struct run_table *table)
{
    for (size_t r = 0; r < table->rows; r++)
        if (*table->catalog.entry[table->row[r].entry].differs)
            return true;
    return false;
}

/* Columns for each in each form, in which all rows that are shown fit. */
struct run_widths {
    int of[RUN_COLUMNS][RUN_FORMS];
};

static void find_widths(const struct run_table *table, time_t now, struct run_widths *widths)
{
    struct run_texts texts;
    for (int c = 0; c < RUN_COLUMNS; c++)
        for (int form = 0; form < RUN_FORMS; form++) /* with a sign of the order */
            widths->of[c][form] = list_wider(0, columns[c].head[form]) + (c == (int)table->sort);
    for (size_t r = 0; r < table->rows; r++) {
        write_texts(table, &table->row[r], now, &texts);
        for (int c = 0; c < RUN_COLUMNS; c++)
            for (int form = 0; form < RUN_FORMS; form++)
                widths->of[c][form] = list_wider(widths->of[c][form], texts.column[c][form]);
    }
}

/* The columns that have room, in their order. */
struct run_columns {
    int width[RUN_COLUMNS];
    enum run_form form[RUN_COLUMNS];
    int column[RUN_COLUMNS]; /* [count] */
    int count;
    bool has_differs; /* what is left is that one's */
};

static int least_width(int column, int needed, int cols)
{
    int least = columns[column].least < cols / 2 ? columns[column].least : cols / 2;
    return least > 0 && least < needed ? least : needed;
}

/* The most important first, each as narrow as it can be: the name and that which sorts in any case,
 * and what differs behind the steps. Returns the columns that are left. */
static int choose_columns(struct run_columns *places, enum run_column sort, bool any_differs,
                          const struct run_widths *needed, int cols)
{
    enum { DIFFERS = RUN_COLUMNS, ALWAYS = 2 };
    const int important[] = {
        RUN_COLUMN_NAME,     (int)sort,        RUN_COLUMN_STEP,    DIFFERS,
        RUN_COLUMN_ACCURACY, RUN_COLUMN_PHASE, RUN_COLUMN_PLATEAU, RUN_COLUMN_PRESET,
        RUN_COLUMN_DATE};
    bool shown[RUN_COLUMNS + 1] = {[DIFFERS] = !any_differs};
    int left = cols - 2 * LIST_INDENT + LIST_GAP;
    for (int i = 0; i < (int)(sizeof important / sizeof *important); i++) {
        int c = important[i];
        int width = c == DIFFERS ? DIFFERS_LEAST : least_width(c, needed->of[c][FORM_BRIEF], cols);
        if (shown[c] || (i >= ALWAYS && width + LIST_GAP > left))
            continue;
        shown[c] = true;
        left -= width + LIST_GAP;
        if (c != DIFFERS)
            places->width[c] = width;
    }
    places->count = 0;
    for (int c = 0; c < RUN_COLUMNS; c++) {
        places->form[c] = FORM_BRIEF;
        if (shown[c])
            places->column[places->count++] = c;
    }
    places->has_differs = any_differs && shown[DIFFERS];
    return left;
}

static bool is_among(const struct run_columns *places, int column)
{
    for (int i = 0; i < places->count; i++)
        if (places->column[i] == column)
            return true;
    return false;
}

/* What is left makes those whole that are brief, and then those wider that were cut, from the first
 * on. */
static void share_rest(struct run_columns *places, const struct run_widths *needed, int left)
{
    static const int dearest[] = {RUN_COLUMN_PHASE, RUN_COLUMN_DATE, RUN_COLUMN_ACCURACY,
                                  RUN_COLUMN_PLATEAU};
    for (size_t d = 0; d < sizeof dearest / sizeof *dearest; d++) {
        int c = dearest[d], more = needed->of[c][FORM_WHOLE] - needed->of[c][FORM_BRIEF];
        if (!is_among(places, c) || more > left)
            continue;
        places->form[c] = FORM_WHOLE;
        places->width[c] += more;
        left -= more;
    }
    for (int i = 0; i < places->count; i++) {
        int c = places->column[i], more = needed->of[c][places->form[c]] - places->width[c];
        more = more < left ? more : left > 0 ? left : 0;
        places->width[c] += more;
        left -= more;
    }
}

static void draw_heads(const struct run_table *table, const struct run_columns *shown,
                       struct rect rect, int at, struct cells *cells)
{
    struct list_row row = list_row_begin(cells, rect, at);
    for (int i = 0; i < shown->count; i++) {
        int c = shown->column[i];
        char head[FORMAT_SIZE];
        bool sorts = table->sort == (enum run_column)c;
        snprintf(head, sizeof head, "%s%s", columns[c].head[shown->form[c]],
                 !sorts            ? ""
                 : table->reversed ? "↑"
                                   : "↓");
        columns[c].draw(&row, shown->width[c], sorts ? STYLE_STRONG : STYLE_FAINT, head);
    }
    if (shown->has_differs)
        list_row_rest(&row, STYLE_FAINT, "other values");
}

static void draw_title(const struct run_table *table, size_t marked, struct rect rect,
                       struct cells *cells)
{
    char count[2 * FORMAT_SIZE];
    int col = rect.col + 1;
    col += cells_text(cells, rect.row, col, rect.cols - 1, STYLE_STRONG, "runs") + LIST_GAP;
    snprintf(count, sizeof count, "%zu of %zu", table->rows, table->catalog.count);
    col += cells_text(cells, rect.row, col, rect.cols - col, STYLE_FAINT, count) + LIST_GAP;
    if (marked > 0)
        col +=
            cells_format(cells, rect.row, col, rect.cols - col, STYLE_KEY, "%zu marked", marked) +
            LIST_GAP;
    if (table->searches)
        cells_format(cells, rect.row, col, rect.cols - col, STYLE_PLAIN, "with: %s", table->filter);
}

static void draw_row(const struct run_table *table, const struct run_table_row *shown, time_t now,
                     const struct run_columns *places, struct rect rect, int at,
                     struct cells *cells)
{
    struct run_texts texts;
    struct list_row row = list_row_begin(cells, rect, at);
    write_texts(table, shown, now, &texts);
    for (int i = 0; i < places->count; i++) {
        int c = places->column[i];
        columns[c].draw(&row, places->width[c], c == RUN_COLUMN_NAME ? STYLE_STRONG : STYLE_PLAIN,
                        texts.column[c][places->form[c]]);
    }
    if (places->has_differs)
        list_row_rest(&row, STYLE_PLAIN, table->catalog.entry[shown->entry].differs);
}

/* The foot: the selected run in full */

enum { HEADS = 2, FOOT_ROWS = 3, FOOT_ROOM = 9 }; /* rows; at most; of a table that has one */

/* "child, branch of first at step 20: train.lr=0.001", "first, other than tiny: train.clip=2"; ""
 * where there is nothing of both. */
static void write_foot(const struct run_table *table, size_t row, struct text *out)
{
    const struct run_entry *entry = &table->catalog.entry[table->row[row].entry];
    char step[FORMAT_SIZE];
    text_add(out, "");
    if (entry->parent != SIZE_MAX)
        text_format(out, "%s, branch of %s at step %s", entry->run->name,
                    table->catalog.run[entry->parent].name, format_count(step, entry->parent_step));
    if (*entry->differs && entry->from_parent)
        text_format(out, ": %s", entry->differs);
    else if (*entry->differs)
        text_format(out, "%s, other than %s: %s", entry->parent != SIZE_MAX ? "" : entry->run->name,
                    entry->run->preset, entry->differs);
}

/* Returns its rows; cells may be null. */
static int draw_foot_of(const struct run_table *table, size_t run, struct rect rect,
                        struct cells *cells)
{
    struct text text = {0};
    int row = 0;
    write_foot(table, run, &text);
    for (const char *line = text.failed ? "" : text.bytes; *line && row < rect.rows; row++) {
        size_t next, bytes = text_wrap(line, rect.cols, &next);
        bool is_last = row + 1 == rect.rows; /* what is left is cut there */
        if (cells)
            cells_format(cells, rect.row + row, rect.col, rect.cols, STYLE_FAINT, "%.*s",
                         is_last ? (int)strlen(line) : (int)bytes, line);
        line += next;
    }
    text_free(&text);
    return row;
}

/* As many rows as the longest needs, so that the list stays where it is. */
static struct rect place_foot(const struct run_table *table, struct rect rect)
{
    struct rect room = {0, rect.col + LIST_INDENT, FOOT_ROWS, rect.cols - 2 * LIST_INDENT};
    int rows = 0;
    if (rect.rows >= FOOT_ROOM && room.cols > 0)
        for (size_t r = 0; r < table->rows && rows < FOOT_ROWS; r++) {
            int needed = draw_foot_of(table, r, room, NULL);
            rows = needed > rows ? needed : rows;
        }
    return (struct rect){rect.row + rect.rows - rows, room.col, rows, room.cols};
}

/* How many rows of the table a rectangle has room for. */
static size_t rows_shown(const struct run_table *table, struct rect rect)
{
    int rows = rect.rows - HEADS - place_foot(table, rect).rows;
    return rows > 0 ? (size_t)rows : 0;
}

bool run_table_select_at(struct run_table *table, struct rect rect, int row, bool *again)
{
    return list_cursor_point(&table->selected, table->rows, rows_shown(table, rect),
                             row - rect.row - HEADS, again);
}

void run_table_draw(const struct run_table *table, const struct strings *marked, time_t now,
                    struct rect rect, struct cells *cells)
{
    struct run_columns places;
    struct run_widths needed;
    size_t shown = rows_shown(table, rect);
    size_t first = list_cursor_first(table->selected, table->rows, shown);
    draw_title(table, marked->count, rect, cells);
    find_widths(table, now, &needed);
    int left = choose_columns(&places, table->sort, any_differs(table), &needed, rect.cols);
    share_rest(&places, &needed, left);
    if (rect.rows >= HEADS)
        draw_heads(table, &places, rect, rect.row + 1, cells);
    for (size_t r = first; r < table->rows && r < first + shown; r++) {
        int at = rect.row + HEADS + (int)(r - first);
        const struct run_summary *run = &table->catalog.run[table->row[r].entry];
        draw_row(table, &table->row[r], now, &places, rect, at, cells);
        if (r == table->selected)
            list_row_select(cells, rect, at);
        if (strings_has(marked, run->directory))
            cells_put(cells, at, rect.col + 1, L'*', STYLE_KEY);
    }
    if (table->rows > 0)
        draw_foot_of(table, table->selected, place_foot(table, rect), cells);
}
