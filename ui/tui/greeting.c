#include "ui/tui/greeting.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "ui/tui/following.h"
#include "ui/tui/state.h"

void greeting_begin(struct workbench *workbench, const char *history)
{
    char *settings = preferences_path(workbench->paths, NULL);
    workbench->greets = history && settings && !file_exists(history) && !file_exists(settings);
    memory_free(settings);
}

/* What the program itself says of a run, as of a table, stands at the foot. */
static bool is_free(const struct cells *cells, struct rect rect)
{
    for (int row = rect.row; row < rect.row + rect.rows; row++)
        for (int col = rect.col; col < rect.col + rect.cols; col++)
            if (cells_glyph(cells, row, col) != L' ')
                return false;
    return true;
}

/* What is said of a run, at length and as briefly as a small screen has room for. */
struct greeting {
    size_t lines;
    struct greeting_line {
        const char *command, *text;
    } line[3];
};

enum { LENGTHS = 2, INDENT = 2, KEY_COLS = 8 };

static bool fits(const struct greeting *greeting, struct rect rect)
{
    bool fits = greeting->lines <= (size_t)rect.rows;
    for (size_t i = 0; i < greeting->lines; i++)
        fits = fits && INDENT + KEY_COLS + text_columns(greeting->line[i].text) <= rect.cols;
    return fits;
}

static const struct greeting *find_greeting(const struct workbench *workbench, struct rect rect)
{
    static const struct greeting own[LENGTHS] = {
        {3,
         {{"toggle", "trains, and watch how it learns"},
          {"toggle", "again pauses; nothing is lost"},
          {"type", "asks the model what it knows"}}},
        {2, {{"toggle", "trains; again pauses"}, {"type", "asks what it knows"}}},
    };
    static const struct greeting followed[LENGTHS] = {
        {2, {{"type", "asks the newest model what it knows"}, {"quit", "leaves; the run goes on"}}},
        {2, {{"type", "asks what it knows"}, {"quit", "leaves; the run goes on"}}},
    };
    static const struct greeting left[LENGTHS] = {
        {2, {{"type", "asks the newest model what it knows"}, {"quit", "leaves"}}},
        {2, {{"type", "asks what it knows"}, {"quit", "leaves"}}},
    };
    const struct greeting *greeting = !workbench->view.is_followed       ? own
                                      : following_sees_writer(workbench) ? followed
                                                                         : left;
    return fits(greeting, rect) ? greeting : greeting + 1;
}

void greeting_draw(const struct workbench *workbench, struct rect rect, struct cells *cells)
{
    char word[REQUEST_WORD];
    const struct greeting *greeting = find_greeting(workbench, rect);
    const int rows = (int)greeting->lines;
    struct rect top = {rect.row, rect.col, rows < rect.rows ? rows : rect.rows, rect.cols};
    if (!workbench->greets || !is_free(cells, top))
        return;
    for (int i = 0; i < top.rows; i++) {
        const struct greeting_line *line = &greeting->line[i];
        int row = rect.row + i, col = rect.col + INDENT;
        cells_text(cells, row, col, KEY_COLS - 1, STYLE_KEY,
                   request_word(&workbench->keys, line->command, word));
        cells_text(cells, row, col + KEY_COLS, rect.cols - INDENT - KEY_COLS, STYLE_PLAIN,
                   line->text);
    }
}
