#include "ui/tui/widgets/choices.h"

#include <stdlib.h>
#include <string.h>

#include "base/fuzzy.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "ui/tui/widgets/list_cursor.h"
#include "ui/tui/widgets/list_row.h"
#include "ui/tui/widgets/typed.h"

/* The list */

static bool make_room(struct choices *choices, struct error *err)
{
    if (choices->count < choices->room)
        return true;
    size_t room = choices->room > 0 ? 2 * choices->room : 64;
    struct choice *grown = memory_resize(choices->choice, room, sizeof *grown, err);
    if (!grown)
        return false;
    choices->choice = grown;
    choices->room = room;
    return true;
}

static void free_choice(struct choice *choice)
{
    memory_free(choice->name);
    memory_free(choice->key);
    memory_free(choice->note);
}

/* What is only in the note comes behind what has the letters in its name. */
static int find_fit(const struct choices *choices, const char *name, const char *note)
{
    size_t bytes;
    int fit = fuzzy_fit(name, choices->typed);
    if (fit == FUZZY_NONE && *choices->typed && utf8_find(note, choices->typed, &bytes))
        fit = 0;
    return fit;
}

bool choices_add(struct choices *choices, int kind, uint64_t number, const char *name,
                 const char *key, const char *note, int fit, struct error *err)
{
    struct choice choice = {.kind = kind, .number = number, .order = choices->count};
    choice.fit = fit >= 0 ? fit : find_fit(choices, name, note);
    if (choice.fit == FUZZY_NONE)
        return true;
    if (!make_room(choices, err))
        return false;
    choice.name = memory_string(name, err);
    choice.key = choice.name ? memory_string(key, err) : NULL;
    choice.note = choice.key ? memory_string(note, err) : NULL;
    if (!choice.note) {
        free_choice(&choice);
        return false;
    }
    choices->choice[choices->count++] = choice;
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct choice *one = a, *other = b;
    if (one->fit != other->fit)
        return one->fit > other->fit ? -1 : 1;
    return one->order < other->order ? -1 : 1;
}

void choices_sort(struct choices *choices)
{
    if (choices->count > 0)
        qsort(choices->choice, choices->count, sizeof *choices->choice, compare);
    choices->selected = 0;
}

void choices_clear(struct choices *choices)
{
    for (size_t c = 0; c < choices->count; c++)
        free_choice(&choices->choice[c]);
    choices->count = choices->selected = 0;
}

void choices_free(struct choices *choices)
{
    choices_clear(choices);
    memory_free(choices->choice);
    *choices = (struct choices){.count = 0};
}

/* Typing and moving */

enum typed_effect choices_take(struct choices *choices, int key)
{
    return typed_take(choices->typed, sizeof choices->typed, key);
}

void choices_move(struct choices *choices, int rows)
{
    choices->selected = list_cursor_move(choices->selected, choices->count, rows);
}

const struct choice *choices_selected(const struct choices *choices)
{
    return choices->count > 0 ? &choices->choice[choices->selected] : NULL;
}

/* Drawing */

enum { HEAD = 2, KIND_COLS = 7, KEY_COLS = 12, WIDE_COLS = 70 };

static size_t rows_shown(struct rect rect)
{
    return rect.rows > HEAD ? (size_t)(rect.rows - HEAD) : 0;
}

bool choices_select_at(struct choices *choices, struct rect rect, int row, bool *again)
{
    return list_cursor_point(&choices->selected, choices->count, rows_shown(rect),
                             row - rect.row - HEAD, again);
}

static void draw_choice(const struct choice *choice, const char *kind, int name_cols,
                        struct rect rect, int at, struct cells *cells)
{
    struct list_row row = list_row_begin(cells, rect, at);
    bool wide = rect.cols >= WIDE_COLS;
    if (wide)
        list_row_field(&row, KIND_COLS, STYLE_FAINT, kind);
    list_row_field(&row, name_cols, STYLE_STRONG, choice->name);
    if (wide)
        list_row_field(&row, KEY_COLS, STYLE_KEY, choice->key);
    list_row_rest(&row, STYLE_PLAIN, choice->note);
}

int choices_draw(const struct choices *choices, const char *const *kind, struct rect rect,
                 struct cells *cells)
{
    int name_cols = 1, most = rect.cols / 2 - LIST_INDENT;
    size_t shown = rows_shown(rect);
    size_t first = list_cursor_first(choices->selected, choices->count, shown);
    size_t end = first + shown < choices->count ? first + shown : choices->count;
    int col = rect.col + 1;
    col += cells_text(cells, rect.row, col, rect.cols - 1, STYLE_STRONG, "› ");
    col += cells_text(cells, rect.row, col, rect.cols - col, STYLE_PLAIN, choices->typed);
    for (size_t c = first; c < end; c++)
        name_cols = list_wider(name_cols, choices->choice[c].name);
    name_cols = name_cols < most ? name_cols : most;
    for (size_t c = first; c < end; c++) {
        int at = rect.row + HEAD + (int)(c - first);
        const struct choice *choice = &choices->choice[c];
        draw_choice(choice, kind[choice->kind], name_cols, rect, at, cells);
        if (c == choices->selected)
            list_row_select(cells, rect, at);
    }
    if (choices->count == 0 && shown > 0)
        cells_text(cells, rect.row + HEAD, rect.col + LIST_INDENT, rect.cols - LIST_INDENT,
                   STYLE_FAINT, "nothing fits");
    return col;
}
