/* Map of this file: the text; the page; its keys. */
#include "ui/tui/pages/help.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/precision.h"
#include "ui/format.h"
#include "ui/requests.h"
#include "ui/tui/pages/chooser.h"
#include "ui/tui/pages/form.h"
#include "ui/tui/pages/heads.h"
#include "ui/tui/pages/map.h"
#include "ui/tui/pages/prompt.h"
#include "ui/tui/pages/runs.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"
#include "ui/tui/widgets/typed.h"

enum { KEYS_COLS = 15, COMMAND_COLS = 22, INDENT = 1 };

static const char introduction[] =
    "These keys work while no prompt is being typed. A name as it is typed, / or Enter starts "
    "a prompt; then all keys go to it, edited as your inputrc says, until Enter sends it or Esc "
    "leaves it. A "
    "prompt is the beginning of a sentence, as far as a value: an example stands in its place. Tab "
    "completes names, templates, commands.";

/* What is drawn: rows counted from the page's top, shown from `first` on. */
struct help_text {
    struct cells *cells;
    struct rect rect;
    int first, row;
    const struct help_subject *subject;
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

/* Whether a line has every word that was typed. */
static bool is_wanted(const struct help_text *page, const char *keys, const char *command,
                      const char *help)
{
    struct text line = {0};
    text_format(&line, "%s %s %s", keys, command, help);
    bool wanted = !line.bytes || typed_is_in(page->subject->typed, line.bytes);
    text_free(&line);
    return wanted;
}

/* A line, below the heading where that is not there yet. */
static void draw_line(struct help_text *page, const char **heading, const char *keys,
                      const char *command, const char *help)
{
    int help_col = INDENT + KEYS_COLS + (*command ? COMMAND_COLS : 0);
    bool narrow = page->rect.cols < help_col + 30;
    if (!is_wanted(page, keys, command, help))
        return;
    if (*heading) {
        page->row++;
        page_text(page, INDENT, page->rect.cols, STYLE_STRONG, *heading);
        page->row++;
        *heading = NULL;
    }
    page_text(page, INDENT + 1, KEYS_COLS - 2, STYLE_KEY, keys);
    page_text(page, INDENT + KEYS_COLS, COMMAND_COLS - 1, STYLE_KEY, command);
    page->row += narrow;
    page_wrapped(page, narrow ? INDENT + 4 : help_col, STYLE_PLAIN, help);
}

static void draw_request(struct help_text *page, const char **heading,
                         const struct request_info *info)
{
    struct text keys = {0}, command = {0};
    request_key_names(page->subject->keys, info, &keys);
    text_format(&command, "/%s %s", info->command, request_argument_text(info->argument));
    draw_line(page, heading, keys.bytes ? keys.bytes : "", command.bytes ? command.bytes : "",
              info->help);
    text_free(&keys);
    text_free(&command);
}

static void draw_own(struct help_text *page)
{
    const char *heading = "This page";
    for (const struct hint *key = page->subject->own; key && key->key; key++)
        draw_line(page, &heading, key->key, "", key->what);
}

/* Those that work on the page, in groups. */
static void draw_here(struct help_text *page)
{
    const char *heading = NULL, *group = NULL;
    for (size_t r = 0; r < request_count; r++) {
        const struct request_info *info = &request_table[r];
        if (info->group != group)
            heading = group = info->group;
        if (info->on & page->subject->place)
            draw_request(page, &heading, info);
    }
}

static void draw_elsewhere(struct help_text *page)
{
    const char *heading = "On the page of a run";
    for (size_t r = 0; r < request_count; r++)
        if (!(request_table[r].on & page->subject->place))
            draw_request(page, &heading, &request_table[r]);
}

/* Keys that other pages have of their own. */
static void draw_other_pages(struct help_text *page)
{
    static const struct {
        const char *heading;
        const struct page_ops *page;
    } others[] = {
        {"While a prompt is typed", &prompt_page}, {"On page Map", &map_page},
        {"On the page of heads", &heads_page},     {"On page Runs", &runs_page},
        {"On page Presets", &chooser_page},        {"In the form of keys", &form_page},
    };
    for (size_t o = 0; o < sizeof others / sizeof *others; o++) {
        const char *heading = others[o].heading;
        const struct hint *key = others[o].page->keys;
        for (; key != page->subject->own && key->key; key++)
            draw_line(page, &heading, key->key, "", key->what);
    }
}

/* What a run can be trained in, which the page of a run names. */
static void draw_precisions(struct help_text *page)
{
    static const struct {
        enum precision precision;
        const char *help;
    } lines[] = {
        {PRECISION_FP32, "products with weights in single precision, on every machine"},
        {PRECISION_BF16,
         "of numbers rounded to 8 binary digits, with sums in single precision: a run takes half "
         "to seven tenths of the time, has other bits, and learns the same, as far as seeds "
         "tell; weights, optimizer, norms, attention between tokens and loss stay in single "
         "precision. Where oneDNN or the processor makes no such products, as fp32"},
        {PRECISION_AUTO,
         "bf16 where that can be had, and fp32 elsewhere; a run is recorded with what it was and "
         "goes on with that. train.precision=fp32 says otherwise, before a run is started"},
    };
    struct text text = {0};
    if (page->subject->precision)
        text_format(&text, "train.precision: this run is in %s", page->subject->precision);
    const char *heading = text.bytes && !text.failed ? text.bytes : "train.precision";
    for (size_t l = 0; l < sizeof lines / sizeof *lines; l++)
        draw_line(page, &heading, precision_names[lines[l].precision], "", lines[l].help);
    text_free(&text);
}

int help_draw(struct cells *cells, struct rect rect, int first, const struct help_subject *subject)
{
    struct help_text page = {cells, rect, first, 0, subject};
    if (!*subject->typed)
        page_wrapped(&page, INDENT, STYLE_PLAIN, introduction);
    draw_own(&page);
    draw_here(&page);
    draw_elsewhere(&page);
    if (*subject->typed || (subject->place & PAGE_OF_RUN))
        draw_precisions(&page);
    if (*subject->typed)
        draw_other_pages(&page);
    if (page.row == 0)
        page_wrapped(&page, INDENT, STYLE_FAINT, "no line has these words");
    return page.row;
}

/* The page */

struct help {
    int first; /* row shown at the top */
    int rows;  /* of the whole text, as it was drawn last */
    const struct page_ops *below;
    bool is_typing;
    char typed[64];
};

static void help_opened(struct workbench *workbench)
{
    struct help *help = pages_own(&workbench->pages, &help_page);
    const struct pages *pages = &workbench->pages;
    help->first = 0;
    help->below = pages->page[pages->count > 1 ? pages->count - 2 : 0];
    help->is_typing = false;
    help->typed[0] = '\0';
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
    const struct help_subject subject = {
        .keys = &workbench->keys,
        .own = help->below->keys,
        .place = help->below->place,
        .precision = workbench->session ? workbench->view.precision : NULL,
        .typed = help->typed,
    };
    help->rows = help_draw(cells, rect, help->first, &subject);
    int below = help->rows - help->first - rect.rows;
    snprintf(more, sizeof more, "↓ %d more", below);
    if (below > 0)
        cells_right(cells, rect.rows, rect.cols - 1, rect.cols - 1, STYLE_STRONG, more);
    if (help->is_typing || *help->typed) {
        int col =
            1 + cells_format(cells, rect.rows, 1, rect.cols - 12, STYLE_STRONG, "/%s", help->typed);
        if (help->is_typing)
            cells_put(cells, rect.rows, col, L' ', STYLE_SELECTED);
    }
    return true;
}

static void help_hints(const struct workbench *workbench, struct hint_line *line)
{
    const struct help *help = pages_own(&workbench->pages, &help_page);
    if (help->is_typing)
        hint_line_add(line, "Enter", "keep these lines");
    else
        hint_line_add(line, "/", "find");
    hint_line_add(line, "Esc", *help->typed ? "all lines" : "back");
    hint_line_add(line, "Up Down PgUp PgDn Home End", "scroll");
}

/* Its keys */

static void scroll_by_key(struct workbench *workbench, struct help *help, int key)
{
    int page = page_rect(&workbench->cells).rows, all = help->rows;
    const struct {
        int key, by; /* rows */
    } moves[] = {
        {KEY_DOWN, 1}, {'j', 1},         {KEY_UP, -1},       {'k', -1},    {KEY_NPAGE, page},
        {' ', page},   {'f', page},      {KEY_PPAGE, -page}, {'b', -page}, {KEY_END, all},
        {'G', all},    {KEY_HOME, -all}, {'g', -all},
    };
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].key == key)
            help->first += moves[i].by;
}

/* Letters are what is looked for. False: the key is none of those. */
static bool type(struct help *help, int key)
{
    enum typed_effect effect = typed_take(help->typed, sizeof help->typed, key);
    if (effect == TYPED_CHANGED)
        help->first = 0;
    return effect != TYPED_NOT;
}

static bool is_closing(int key)
{
    static const int closing[] = {KEY_ESCAPE, KEY_CONTROL('c'), 'q', '?', KEY_F(1)};
    bool closes = key_is_enter(key);
    for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
        closes |= closing[i] == key;
    return closes;
}

static bool help_key(struct workbench *workbench, int key)
{
    struct help *help = pages_own(&workbench->pages, &help_page);
    bool leaves = key == KEY_ESCAPE || key == KEY_CONTROL('c');
    if (help->is_typing && type(help, key))
        return true;
    if (leaves && (help->is_typing || *help->typed)) {
        help->is_typing = false;
        help->typed[0] = '\0';
    } else if (help->is_typing && key_is_enter(key))
        help->is_typing = false;
    else if (key == '/')
        help->is_typing = true;
    else if (is_closing(key))
        workbench_close_page(workbench);
    else
        scroll_by_key(workbench, help, key);
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
