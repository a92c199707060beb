/* Map of this file: the text; the page; its keys. */
#include "ui/tui/pages/help.h"

#include <stdio.h>

#include "base/text.h"
#include "ui/format.h"
#include "ui/requests.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"

enum { KEYS_COLS = 15, COMMAND_COLS = 22, INDENT = 1 };

static const char introduction[] =
    "These keys work while no prompt is being typed. A capital letter (but B and P), / or Enter "
    "starts a "
    "prompt; then all keys go to it, edited as your inputrc says, until Enter sends it or Esc "
    "leaves it. A "
    "prompt is the beginning of a sentence, as far as a value: an example stands in its place. Tab "
    "completes names, templates, commands.";

/* What is drawn: rows counted from the page's top, shown from `first` on. */
struct help_text {
    struct cells *cells;
    struct rect rect;
    int first, row;
    const struct request_keys *keys;
};

static void page_text(struct help_text *page, int col, int width, enum style style,
                      const char *text)
{
    int row = page->row - page->first;
    int room = page->rect.cols - col;
    if (row >= 0 && row < page->rect.rows)
        cells_text(page->cells, page->rect.row + row, page->rect.col + col,
                   width < room ? width : room, style, text);
}

static void page_wrapped(struct help_text *page, int col, enum style style, const char *text)
{
    int width = page->rect.cols - col - 1;
    while (*text && width > 0) {
        size_t next, bytes = text_wrap(text, width, &next);
        struct text line = {0};
        text_add_bytes(&line, text, bytes);
        if (line.bytes)
            page_text(page, col, width, style, line.bytes);
        text_free(&line);
        text += next;
        page->row++;
    }
}

static void draw_request(struct help_text *page, const struct request_info *info)
{
    struct text keys = {0}, command = {0};
    int help_col = INDENT + KEYS_COLS + COMMAND_COLS;
    bool narrow = page->rect.cols < help_col + 30;
    request_key_names(page->keys, info, &keys);
    if (info->command)
        text_format(&command, "/%s %s", info->command, request_argument_text(info->argument));
    if (keys.bytes)
        page_text(page, INDENT + 1, KEYS_COLS - 2, STYLE_KEY, keys.bytes);
    if (command.bytes)
        page_text(page, INDENT + KEYS_COLS, COMMAND_COLS - 1, STYLE_KEY, command.bytes);
    page->row += narrow;
    page_wrapped(page, narrow ? INDENT + 4 : help_col, STYLE_PLAIN, info->help);
    text_free(&keys);
    text_free(&command);
}

int help_draw(struct cells *cells, struct rect rect, int first, const struct request_keys *keys)
{
    struct help_text page = {cells, rect, first, 0, keys};
    const char *group = NULL;
    page_wrapped(&page, INDENT, STYLE_PLAIN, introduction);
    for (size_t r = 0; r < request_count; r++) {
        if (request_table[r].group != group) {
            page.row++;
            page_text(&page, INDENT, rect.cols, STYLE_STRONG, request_table[r].group);
            page.row++;
        }
        group = request_table[r].group;
        draw_request(&page, &request_table[r]);
    }
    return page.row;
}

/* The page */

struct help {
    int first; /* row shown at the top */
    int rows;  /* of the whole text, as it was drawn last */
};

static void help_opened(struct workbench *workbench)
{
    struct help *help = pages_own(&workbench->pages, &help_page);
    help->first = 0;
}

static bool help_draw_page(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    struct cells *cells = frame->cells;
    struct rect rect = page_rect(cells);
    struct help *help = pages_own(&workbench->pages, &help_page);
    int last = help->rows - rect.rows;
    char more[FORMAT_SIZE];
    (void)err;
    if (help->rows > 0 && help->first > last)
        help->first = last;
    if (help->first < 0)
        help->first = 0;
    help->rows = help_draw(cells, rect, help->first, &workbench->keys);
    int below = help->rows - help->first - rect.rows;
    snprintf(more, sizeof more, "↓ %d more", below);
    if (below > 0)
        cells_right(cells, rect.rows, rect.cols - 1, rect.cols - 1, STYLE_STRONG, more);
    return true;
}

static void help_hints(const struct workbench *workbench, struct hint_line *line)
{
    (void)workbench;
    hint_line_add(line, "Up Down PgUp PgDn Home End", "scroll");
    hint_line_add(line, "Esc", "back");
}

/* Its keys */

static bool help_key(struct workbench *workbench, int key)
{
    struct help *help = pages_own(&workbench->pages, &help_page);
    int page = page_rect(&workbench->cells).rows, all = help->rows;
    const struct {
        int key, by; /* rows */
    } moves[] = {
        {KEY_DOWN, 1}, {'j', 1},         {KEY_UP, -1},       {'k', -1},    {KEY_NPAGE, page},
        {' ', page},   {'f', page},      {KEY_PPAGE, -page}, {'b', -page}, {KEY_END, all},
        {'G', all},    {KEY_HOME, -all}, {'g', -all},
    };
    static const int closing[] = {KEY_ESCAPE, KEY_CONTROL('c'), 'q', '?', KEY_F(1)};
    bool closes = key_is_enter(key);
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].key == key)
            help->first += moves[i].by;
    for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
        closes |= closing[i] == key;
    if (closes)
        workbench_close_page(workbench);
    return true;
}

const struct page_ops help_page = {
    .place = PAGE_PASSING,
    .fills = true,
    .size = sizeof(struct help),
    .opened = help_opened,
    .draw = help_draw_page,
    .hints = help_hints,
    .key_pressed = help_key,
};
