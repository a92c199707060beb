#include "ui/tui/pages/help.h"

#include "base/text.h"
#include "ui/tui/requests.h"

enum { KEYS_COLS = 15, COMMAND_COLS = 21, INDENT = 1 };

static const char introduction[] =
    "Keys act while no prompt is being written. A capital letter, / or Enter begins a prompt; "
    "then all keys go to it, edited as your inputrc says, until Enter asks or Esc goes back. "
    "Text is a prompt: FIRST MIDDLE LAST was born in. Tab completes names, wordings, commands.";

/* What is drawn: rows counted from the page's top, shown from `first` on. */
struct page {
    struct cells *cells;
    struct rect rect;
    int first, row;
};

static void page_text(struct page *page, int col, int width, enum style style, const char *text)
{
    int row = page->row - page->first;
    int room = page->rect.cols - col;
    if (row >= 0 && row < page->rect.rows)
        cells_text(page->cells, page->rect.row + row, page->rect.col + col,
                   width < room ? width : room, style, text);
}

static void page_wrapped(struct page *page, int col, enum style style, const char *text)
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

static void draw_request(struct page *page, const struct request_info *info)
{
    struct text keys = {0}, command = {0};
    int help_col = INDENT + KEYS_COLS + COMMAND_COLS;
    bool narrow = page->rect.cols < help_col + 30;
    request_key_names(info, &keys);
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

int help_draw(struct cells *cells, struct rect rect, int first)
{
    struct page page = {cells, rect, first, 0};
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
