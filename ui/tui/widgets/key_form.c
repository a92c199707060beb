/* Map of this file: rows; values; changing them; drawing. */
#include "ui/tui/widgets/key_form.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "ui/tui/widgets/list_cursor.h"

/* Rows */

static bool add_row(struct key_form *form, const struct preset_key *key, const char *pool,
                    struct error *err)
{
    struct form_row *larger = memory_resize(form->row, form->rows + 1, sizeof *larger, err);
    if (!larger)
        return false;
    form->row = larger;
    larger[form->rows] = (struct form_row){.key = key};
    if (pool && !(larger[form->rows].pool = memory_string(pool, err)))
        return false;
    form->rows++;
    return true;
}

bool key_form_init(struct key_form *form, const struct preset *preset, form_accepts *accepts,
                   bool pools, struct error *err)
{
    const struct facts_options *facts = &preset->facts;
    *form = (struct key_form){.rows = 0};
    bool made = preset_copy(&form->was, preset, err) && preset_copy(&form->now, preset, err);
    for (size_t i = 0; made && i < preset_key_count; i++)
        if (accepts(&preset_keys[i]))
            made = add_row(form, &preset_keys[i], NULL, err);
    for (size_t i = 0; made && pools && i < facts->limits; i++)
        made = add_row(form, NULL, facts->limit[i].pool, err);
    if (!made)
        key_form_free(form);
    return made;
}

void key_form_free(struct key_form *form)
{
    for (size_t i = 0; i < form->rows; i++)
        memory_free(form->row[i].pool);
    memory_free(form->row);
    preset_free(&form->was);
    preset_free(&form->now);
    *form = (struct key_form){.rows = 0};
}

void key_form_move(struct key_form *form, int rows)
{
    form->selected = list_cursor_move(form->selected, form->rows, rows);
}

static const char *section_of(const struct form_row *row)
{
    return row->key ? row->key->section : PRESET_POOLS;
}

static const char *name_of(const struct form_row *row)
{
    return row->key ? row->key->name : row->pool;
}

char *key_form_name(const struct form_row *row, struct error *err)
{
    return memory_format(err, "%s.%s", section_of(row), name_of(row));
}

bool key_form_find(struct key_form *form, const char *text)
{
    for (size_t i = 1; i <= form->rows; i++) {
        size_t at = (form->selected + i) % form->rows;
        char *name = key_form_name(&form->row[at], NULL);
        bool found = name && strstr(name, text);
        memory_free(name);
        if (found) {
            form->selected = at;
            return true;
        }
    }
    return false;
}

/* Values */

char *key_form_value(const struct preset *preset, const struct form_row *row, struct error *err)
{
    size_t count = 0;
    if (row->key)
        return preset_value(preset, row->key, err);
    for (size_t i = 0; i < preset->facts.limits; i++)
        if (strcmp(preset->facts.limit[i].pool, row->pool) == 0)
            count = preset->facts.limit[i].count;
    return memory_format(err, "%zu", count);
}

bool key_form_is_changed(const struct key_form *form, size_t row)
{
    char *was = key_form_value(&form->was, &form->row[row], NULL);
    char *now = key_form_value(&form->now, &form->row[row], NULL);
    bool changed = was && now && strcmp(was, now) != 0;
    memory_free(was);
    memory_free(now);
    return changed;
}

size_t key_form_changes(const struct key_form *form)
{
    size_t count = 0;
    for (size_t i = 0; i < form->rows; i++)
        count += key_form_is_changed(form, i);
    return count;
}

/* Three keys say what a family says, which is none of its own. */
static bool add_assignment(const struct key_form *form, size_t row, struct strings *assignments,
                           struct error *err)
{
    const struct form_row *of = &form->row[row];
    if (!key_form_is_changed(form, row) || (of->key && of->key->type == KEY_FAMILY))
        return true;
    char *value = key_form_value(&form->now, of, err);
    bool added =
        value &&
        strings_take(assignments,
                     memory_format(err, "%s.%s=%s", section_of(of), name_of(of), value), err);
    memory_free(value);
    return added;
}

bool key_form_assign(const struct key_form *form, struct strings *assignments, struct error *err)
{
    for (size_t i = 0; i < form->rows; i++)
        if (!add_assignment(form, i, assignments, err))
            return false;
    return true;
}

/* Changing them */

/* Whether a sentence begins with a key's whole name. */
static bool names(const char *sentence, const struct form_row *row)
{
    char *name = key_form_name(row, NULL);
    size_t length = name ? strlen(name) : 0;
    bool does = name && strncmp(sentence, name, length) == 0 && !strchr("_-.", sentence[length]);
    memory_free(name);
    return does;
}

void key_form_blame(struct key_form *form, const struct error *problem)
{
    form->problem = problem ? *problem : (struct error){ERROR_NONE, ""};
    form->wrong = form->selected;
    for (size_t i = 0; problem && i < form->rows; i++)
        if (names(problem->message, &form->row[i]))
            form->wrong = i;
}

bool key_form_set(struct key_form *form, const char *value)
{
    const struct form_row *row = &form->row[form->selected];
    struct error err;
    bool set = row->key ? preset_key_set(&form->now, row->key, value, ".", &err)
                        : preset_pool_set(&form->now, row->pool, value, &err);
    key_form_blame(form, NULL);
    if (!set) {
        form->problem = err;
        form->wrong = form->selected;
    }
    return set;
}

/* The values of a key that has few; null for others. */
static const char *const *choices_of(const struct preset_key *key)
{
    static const char *const switches[] = {"no", "yes", NULL};
    return !key ? NULL : key->type == KEY_SWITCH ? switches : key->choice;
}

bool key_form_turn(struct key_form *form, bool back)
{
    const struct form_row *row = &form->row[form->selected];
    const char *const *choice = choices_of(row->key);
    char *value = choice ? key_form_value(&form->now, row, NULL) : NULL;
    size_t count = 0, at = 0;
    if (!choice)
        return false;
    for (; choice[count]; count++)
        if (value && strcmp(choice[count], value) == 0)
            at = count;
    key_form_set(form, choice[(at + (back ? count - 1 : 1)) % count]);
    memory_free(value);
    return true;
}

void key_form_undo(struct key_form *form)
{
    char *was = key_form_value(&form->was, &form->row[form->selected], NULL);
    if (was)
        key_form_set(form, was);
    memory_free(was);
}

/* Drawing */

enum { INDENT = 2, GAP = 2, NAME_MOST = 24, VALUE_LEAST = 12, TOLD_LEAST = 18 };

/* Where the columns are. */
struct columns {
    int name, value, told; /* widths */
};

static struct columns find_columns(const struct key_form *form, int cols)
{
    struct columns columns = {0};
    for (size_t i = 0; i < form->rows; i++) {
        int width = text_columns(name_of(&form->row[i]));
        columns.name = width > columns.name ? width : columns.name;
    }
    int most = cols / 2 < NAME_MOST ? cols / 2 : NAME_MOST;
    columns.name = columns.name < most ? columns.name : most;
    int room = cols - INDENT - columns.name - GAP;
    columns.told = room - VALUE_LEAST - GAP >= TOLD_LEAST ? (room - GAP) * 3 / 5 : 0;
    columns.value = columns.told > 0 ? room - GAP - columns.told : room;
    return columns;
}

/* Lines above a row, counted from the top of the list: rows and the headings of sections. */
static int line_of(const struct key_form *form, size_t row)
{
    int line = (int)row;
    for (size_t i = 0; i <= row; i++)
        line += i == 0 || strcmp(section_of(&form->row[i]), section_of(&form->row[i - 1])) != 0;
    return line;
}

/* "was 0.002", or what is wrong. */
static void draw_told(const struct key_form *form, size_t row, int line, int col, int cols,
                      struct cells *cells)
{
    bool is_wrong = form->problem.kind != ERROR_NONE && form->wrong == row;
    char *was = is_wrong ? NULL : key_form_value(&form->was, &form->row[row], NULL);
    if (cols > 0 && is_wrong)
        cells_text(cells, line, col, cols, STYLE_ERROR, form->problem.message);
    else if (cols > 0 && was && key_form_is_changed(form, row))
        cells_format(cells, line, col, cols, STYLE_FAINT, "was %s", *was ? was : "unset");
    memory_free(was);
}

static void draw_row(const struct key_form *form, size_t row, int line, struct rect rect,
                     struct cells *cells)
{
    const struct columns columns = find_columns(form, rect.cols);
    bool is_wrong = form->problem.kind != ERROR_NONE && form->wrong == row;
    bool is_changed = key_form_is_changed(form, row);
    int col = rect.col + INDENT;
    char *value = key_form_value(&form->now, &form->row[row], NULL);
    const char *mark = is_wrong ? "!" : is_changed ? "*" : "";
    cells_text(cells, line, rect.col, 1, is_wrong ? STYLE_ERROR : STYLE_STRONG, mark);
    cells_text(cells, line, col, columns.name, STYLE_PLAIN, name_of(&form->row[row]));
    col += columns.name + GAP;
    bool is_told = (is_wrong || is_changed) && columns.told > 0;
    int room = is_told ? columns.value : rect.cols - (col - rect.col);
    if (value)
        cells_text(cells, line, col, room, is_changed ? STYLE_STRONG : STYLE_PLAIN,
                   *value ? value : "-");
    if (row == form->selected)
        cells_restyle(
            cells,
            (struct rect){line, rect.col + INDENT - 1, 1, columns.name + GAP + columns.value + 1},
            STYLE_SELECTED);
    draw_told(form, row, line, col + columns.value + GAP, columns.told, cells);
    memory_free(value);
}

/* The first line of the list that is drawn. */
static int first_line(const struct key_form *form, struct rect rect)
{
    int lines = form->rows > 0 ? line_of(form, form->rows - 1) + 1 : 0;
    int first = line_of(form, form->selected) - rect.rows / 2;
    first = first > lines - rect.rows ? lines - rect.rows : first;
    return first < 0 ? 0 : first;
}

static void draw_list(const struct key_form *form, struct rect rect, struct cells *cells)
{
    int first = first_line(form, rect);
    for (size_t i = 0; i < form->rows; i++) {
        int line = line_of(form, i) - first;
        bool begins = i == 0 || strcmp(section_of(&form->row[i]), section_of(&form->row[i - 1]));
        if (begins && line > 0 && line <= rect.rows)
            cells_format(cells, rect.row + line - 1, rect.col, rect.cols, STYLE_FAINT, "[%s]",
                         section_of(&form->row[i]));
        if (line >= 0 && line < rect.rows)
            draw_row(form, i, rect.row + line, rect, cells);
    }
}

static void add_choices(struct text *text, const struct preset_key *key)
{
    const char *const *choice = choices_of(key);
    for (size_t i = 0; choice && choice[i]; i++)
        text_format(text, "%s%s", i == 0 ? " One of: " : ", ", choice[i]);
    if (choice)
        text_add(text, ".");
}

/* "train.lr: Learning rate ... Default: 0.001." or what is wrong. */
static void write_help(const struct key_form *form, struct text *text)
{
    const struct form_row *row = &form->row[form->selected];
    char *what = row->key ? preset_key_text(row->key, NULL) : NULL;
    text_format(text, "%s.%s: %s", section_of(row), name_of(row),
                what ? what : "Entries used of this pool, its first; 0: all.");
    add_choices(text, row->key);
    if (row->key && *row->key->standard && row->key->type != KEY_TEXT)
        text_format(text, " Default: %s%s%s.", row->key->standard, *row->key->unit ? " " : "",
                    row->key->unit);
    memory_free(what);
}

static void draw_help(const struct key_form *form, struct rect rect, struct cells *cells)
{
    bool is_wrong = form->problem.kind != ERROR_NONE && form->wrong == form->selected;
    struct text text = {0};
    if (is_wrong)
        text_add(&text, form->problem.message);
    else
        write_help(form, &text);
    const char *rest = text.failed ? "" : text.bytes;
    enum style style = is_wrong ? STYLE_ERROR : STYLE_FAINT;
    for (int row = 0; *rest && row < rect.rows; row++) {
        size_t next, bytes = text_wrap(rest, rect.cols - INDENT, &next);
        bool cut = row + 1 == rect.rows && rest[next];
        cells_format(cells, rect.row + row, rect.col + 1, rect.cols - INDENT, style, "%.*s%s",
                     (int)bytes, rest, cut ? "\u2026" : "");
        rest += next;
    }
    text_free(&text);
}

static void draw_title(const struct key_form *form, const char *title, struct rect rect,
                       struct cells *cells)
{
    char count[32];
    size_t changes = key_form_changes(form);
    snprintf(count, sizeof count, "%zu changed", changes);
    int taken = changes > 0 ? text_columns(count) + GAP : 0;
    cells_text(cells, rect.row, rect.col + 1, rect.cols - taken - 1, STYLE_STRONG, title);
    if (changes > 0)
        cells_right(cells, rect.row, rect.col + rect.cols - 1, taken, STYLE_PLAIN, count);
}

/* Rows of the help at the foot. */
static int help_rows(struct rect rect)
{
    return rect.rows >= 18 ? 4 : rect.rows >= 10 ? 3 : rect.rows >= 6 ? 2 : 0;
}

/* Where the list is, below the title and above the help. */
static struct rect list_rect(struct rect rect)
{
    int above = rect.rows >= 12 ? 2 : rect.rows >= 3;
    return (struct rect){rect.row + above, rect.col, rect.rows - above - help_rows(rect),
                         rect.cols};
}

bool key_form_select_at(struct key_form *form, struct rect rect, int row, bool *again)
{
    struct rect list = list_rect(rect);
    int line = row - list.row + first_line(form, list);
    for (size_t i = 0; i < form->rows && row >= list.row && row < list.row + list.rows; i++)
        if (line_of(form, i) == line) {
            *again = i == form->selected;
            form->selected = i;
            return true;
        }
    return false;
}

void key_form_draw(const struct key_form *form, const char *title, struct rect rect,
                   struct cells *cells)
{
    int help = help_rows(rect);
    struct rect list = list_rect(rect);
    if (form->rows == 0)
        return;
    if (list.row > rect.row)
        draw_title(form, title, rect, cells);
    draw_list(form, list, cells);
    draw_help(form,
              (struct rect){rect.row + rect.rows - help + (help > 2), rect.col, help - (help > 2),
                            rect.cols},
              cells);
}
