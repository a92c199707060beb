/* Map of this file: opening and closing; drawing; hints; keys. */
#include "ui/tui/pages/path.h"

#include "base/memory.h"
#include "ui/tui/opening.h"
#include "ui/tui/state.h"
#include "ui/tui/targets.h"
#include "ui/tui/widgets/match_list.h"

struct path {
    char *kept; /* what was on the prompt's line before; null: nothing */
};

/* Opening and closing */

void path_open(struct workbench *workbench, const char *text)
{
    workbench_open_page(workbench, &path_page);
    struct path *own = pages_own(&workbench->pages, &path_page);
    if (!own) /* no memory: that was said */
        return;
    memory_free(own->kept);
    own->kept = memory_string(prompt_line_text(workbench->line), NULL);
    prompt_line_set(workbench->line, text);
}

static void path_close(struct workbench *workbench)
{
    const struct path *own = pages_own(&workbench->pages, &path_page);
    prompt_line_set(workbench->line, own->kept ? own->kept : "");
    workbench_close_page(workbench);
}

static void path_forget(void *own)
{
    memory_free(((struct path *)own)->kept);
}

/* What cannot be opened stays on the line, to be corrected. */
static void path_line_taken(struct workbench *workbench, const char *line)
{
    struct error err;
    if (!*line)
        path_close(workbench);
    else if (targets_find(workbench, line, !workbench->opened_any, &err)) {
        path_close(workbench);
        opening_leave_for_target(workbench);
    } else {
        prompt_line_set(workbench->line, line);
        workbench_say(workbench, true, "%s", err.message);
    }
}

/* Drawing */

void path_draw(const struct workbench *workbench, struct page_frame *frame)
{
    static const char label[] = "open › ";
    struct cells *cells = frame->cells;
    struct rect line = frame->layout.prompt;
    size_t count;
    char *const *match = prompt_line_matches(workbench->line, &count);
    if (!pages_have(&workbench->pages, &path_page))
        return;
    match_list_draw(match, count, page_rect(cells), cells);
    int cols = cells_text(cells, line.row, line.col, line.cols, STYLE_STRONG, label);
    line.col += cols;
    line.cols -= cols;
    prompt_line_draw(workbench->line, cells, line, STYLE_PLAIN, &frame->cursor);
}

/* Hints */

static void path_hints(const struct workbench *workbench, struct hint_line *line)
{
    static const struct hint typing[] = {
        {"Enter", "open"},
        {"Tab", "complete"},
        {"Esc", "back to the list"},
        {0},
    };
    static const struct hint choosing[] = {
        {"Tab", "complete"},
        {"Esc", "close the list"},
        {0},
    };
    size_t matches;
    prompt_line_matches(workbench->line, &matches);
    hint_line_add_all(line, matches > 0 ? choosing : typing);
}

/* Keys */

static bool path_key(struct workbench *workbench, int key)
{
    struct prompt_line *line = workbench->line;
    size_t matches;
    prompt_line_matches(line, &matches);
    if (key == KEY_ESCAPE && matches > 0)
        prompt_line_close_matches(line);
    else if (key == KEY_CONTROL('c') || (key == KEY_ESCAPE && !prompt_line_wants_escape(line)))
        path_close(workbench);
    else
        prompt_line_key(line, key);
    return true;
}

void path_paste(struct workbench *workbench, int key)
{
    bool open = pages_have(&workbench->pages, &path_page);
    if (!open && !key_writes(key))
        return;
    if (!open)
        path_open(workbench, "");
    prompt_line_paste(workbench->line, key);
}

/* Without a picture of its own: the chooser draws the line. */
const struct page_ops path_page = {
    .place = PAGE_OF_TARGETS,
    .size = sizeof(struct path),
    .hints = path_hints,
    .key_pressed = path_key,
    .key_pasted = path_paste,
    .line_taken = path_line_taken,
    .forget = path_forget,
};
