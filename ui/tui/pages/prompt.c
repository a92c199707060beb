/* Map of this file: opening and closing; hints; keys. */
#include "ui/tui/pages/prompt.h"

#include "ui/tui/listing.h"
#include "ui/tui/state.h"
#include "ui/tui/training.h"

/* Opening and closing */

void prompt_open(struct workbench *workbench, const char *text)
{
    workbench_open_page(workbench, &prompt_page);
    workbench->transcript.scrolled = 0;
    if (text)
        prompt_line_set(workbench->line, text);
}

void prompt_close(struct workbench *workbench)
{
    if (pages_top(&workbench->pages) == &prompt_page)
        workbench_close_page(workbench);
}

void prompt_type(const struct request_call *call)
{
    prompt_open(call->workbench, NULL);
}

void prompt_type_command(const struct request_call *call)
{
    prompt_open(call->workbench, "/");
}

void prompt_type_steps(const struct request_call *call)
{
    prompt_open(call->workbench, "/step ");
}

void prompt_take_earlier(const struct request_call *call)
{
    prompt_open(call->workbench, NULL);
    prompt_line_key(call->workbench->line, KEY_UP);
    if (call->line) /* the command that asks for it is the last of them */
        prompt_line_key(call->workbench->line, KEY_UP);
}

/* Hints */

static void prompt_hints(const struct workbench *workbench, struct hint_line *line)
{
    static const struct hint asking[] = {
        {"Enter", "ask"},    {"Tab", "complete"},
        {"Up", "earlier"},   {"Esc", "back to the keys"},
        {"Ctrl-C", "clear"}, {0},
    };
    static const struct hint commanding[] = {
        {"Enter", "do"},     {"Tab", "complete"},
        {"Up", "earlier"},   {"Esc", "back to the keys"},
        {"Ctrl-C", "clear"}, {0},
    };
    static const struct hint choosing[] = {
        {"Tab", "complete"},
        {"Esc", "close the list"},
        {0},
    };
    size_t matches;
    prompt_line_matches(workbench->line, &matches);
    bool command = *prompt_line_text(workbench->line) == '/';
    hint_line_add_all(line, matches > 0 ? choosing : command ? commanding : asking);
}

/* Keys */

/* These are left to requests while something is written. */
static bool is_for_screen(int key)
{
    return (key >= KEY_F(1) && key <= KEY_F(12)) || key == KEY_PPAGE || key == KEY_NPAGE;
}

static bool prompt_key(struct workbench *workbench, int key)
{
    struct prompt_line *line = workbench->line;
    size_t matches;
    bool empty = *prompt_line_text(line) == '\0' && !prompt_line_searches(line);
    prompt_line_matches(line, &matches);
    if (is_for_screen(key))
        return false;
    if (key == KEY_ESCAPE && matches > 0)
        prompt_line_close_matches(line);
    else if (key == KEY_ESCAPE && !prompt_line_wants_escape(line))
        workbench_close_page(workbench);
    else if (key == KEY_CONTROL('c')) {
        prompt_line_set(line, "");
        workbench_close_page(workbench);
    } else if (empty && key == KEY_TAB)
        prompt_line_set(line, workbench->example ? workbench->example : "/help");
    else if (empty && key_is_enter(key))
        workbench_close_page(workbench);
    else if (empty && key == ' ')
        training_toggle(workbench);
    else
        prompt_line_key(line, key);
    return true;
}

void prompt_paste(struct workbench *workbench, int key)
{
    bool open = pages_have(&workbench->pages, &prompt_page);
    bool empty = !open || *prompt_line_text(workbench->line) == '\0';
    if (empty && !key_writes(key))
        return;
    if (!open)
        prompt_open(workbench, "");
    prompt_line_paste(workbench->line, key);
}

/* For the help. */
static const struct hint prompt_keys[] = {
    {"Enter", "ask, or do the command"},
    {"Tab", "complete; of an empty line, take the example"},
    {"Up, Ctrl-R", "an earlier line; search them"},
    {"Esc", "back to the keys; Ctrl-C clears the line"},
    {"F12", "the palette; Ctrl-K deletes to the end of the line"},
    {0},
};

/* Without a picture of its own: the run's page draws the line. */
const struct page_ops prompt_page = {
    .place = PAGE_OF_RUN,
    .opened = listing_read, /* whose names are completed */
    .hints = prompt_hints,
    .keys = prompt_keys,
    .key_pressed = prompt_key,
    .key_pasted = prompt_paste,
};
