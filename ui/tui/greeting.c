#include "ui/tui/greeting.h"

#include "base/file.h"
#include "base/memory.h"
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

void greeting_draw(const struct workbench *workbench, struct rect rect, struct cells *cells)
{
    struct greeting {
        const char *command, *text;
    };
    static const struct greeting own[] = {
        {"toggle", "trains, and watch how it learns"},
        {"toggle", "again pauses; nothing is lost"},
        {"type", "asks the model what it knows"},
    };
    const struct greeting followed[] = {
        {"type", "asks the newest model what it knows"},
        {"quit", following_sees_writer(workbench) ? "leaves; the run goes on" : "leaves"},
    };
    enum { INDENT = 2, KEY_COLS = 8 };
    char word[REQUEST_WORD];
    const bool follows = workbench->view.is_followed;
    const struct greeting *lines = follows ? followed : own;
    const int rows = follows ? sizeof followed / sizeof *followed : sizeof own / sizeof *own;
    struct rect top = {rect.row, rect.col, rows < rect.rows ? rows : rect.rows, rect.cols};
    if (!workbench->greets || !is_free(cells, top))
        return;
    for (int i = 0; i < top.rows; i++) {
        int row = rect.row + i, col = rect.col + INDENT;
        cells_text(cells, row, col, KEY_COLS - 1, STYLE_KEY,
                   request_word(&workbench->keys, lines[i].command, word));
        cells_text(cells, row, col + KEY_COLS, rect.cols - INDENT - KEY_COLS, STYLE_PLAIN,
                   lines[i].text);
    }
}
