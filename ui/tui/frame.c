/* Map of this file: the last line; the prompt and its completions; the pages; a frame. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/format.h"
#include "ui/tui/pages/help.h"
#include "ui/tui/state.h"
#include "ui/tui/widgets/circuits_view.h"
#include "ui/tui/widgets/panel.h"

/* The last line: a question, a message, or which keys do what. */

struct hint {
    const char *key, *what; /* null behind the last */
};

static const struct hint typing_hints[] = {
    {"Enter", "ask"},    {"Tab", "complete"},
    {"Up", "earlier"},   {"Esc", "back to the keys"},
    {"Ctrl-C", "clear"}, {0},
};
static const struct hint command_hints[] = {
    {"Enter", "do"},     {"Tab", "complete"},
    {"Up", "earlier"},   {"Esc", "back to the keys"},
    {"Ctrl-C", "clear"}, {0},
};
static const struct hint matches_hints[] = {
    {"Tab", "complete"},
    {"Esc", "close the list"},
    {0},
};
static const struct hint chooser_hints[] = {
    {"Up Down", "choose"}, {"Enter", "open"}, {"?", "help"}, {"q", "quit"}, {0},
};
static const struct hint chooser_over_run_hints[] = {
    {"Up Down", "choose"}, {"Enter", "open"}, {"Esc", "back to the run"},
    {"?", "help"},         {"q", "quit"},     {0},
};
static const struct hint map_hints[] = {
    {"Left Right", "individual"},
    {"Up Down", "band"},
    {"PgUp PgDn", "page"},
    {"Enter", "ask"},
    {"Esc", "back"},
    {0},
};
static const struct hint help_hints[] = {
    {"Up Down PgUp PgDn Home End", "scroll"},
    {"Esc", "back"},
    {0},
};
static const struct hint opening_hints[] = {{"q", "quit"}, {0}};

/* Draws a hint where it fits whole; returns the column behind it. */
static int draw_hint(struct cells *cells, struct rect rect, int col, const char *key,
                     const char *what)
{
    int columns = text_columns(key) + 1 + text_columns(what);
    if (col + columns > rect.col + rect.cols)
        return rect.col + rect.cols;
    cells_text(cells, rect.row, col, columns, STYLE_KEY, key);
    cells_text(cells, rect.row, col + text_columns(key) + 1, columns, STYLE_FAINT, what);
    return col + columns + 2;
}

static void draw_request_hints(struct cells *cells, struct rect rect)
{
    int col = rect.col + 1;
    for (size_t r = 0; r < request_count; r++) {
        char name[KEY_NAME_SIZE];
        const struct request_info *info = &request_table[r];
        if (info->hint)
            col = draw_hint(cells, rect, col, request_key_name(info->key[0], name), info->hint);
    }
}

static const struct hint *hints_of_prompt(const struct workbench *workbench)
{
    size_t matches;
    prompt_line_matches(workbench->line, &matches);
    if (matches > 0)
        return matches_hints;
    return *prompt_line_text(workbench->line) == '/' ? command_hints : typing_hints;
}

static void draw_hints(const struct workbench *workbench, struct cells *cells, struct rect rect)
{
    int col = rect.col + 1;
    const struct hint *hint = workbench->help.open ? help_hints
                              : workbench->mode == WORKBENCH_CHOOSER
                                  ? workbench->session ? chooser_over_run_hints : chooser_hints
                              : workbench->map.open ? map_hints
                              : workbench->typing   ? hints_of_prompt(workbench)
                              : workbench->mode == WORKBENCH_OPENING && !workbench->leaving
                                  ? opening_hints
                                  : NULL;
    for (; hint && hint->key; hint++)
        col = draw_hint(cells, rect, col, hint->key, hint->what);
    if (!hint && workbench->mode == WORKBENCH_OPEN)
        draw_request_hints(cells, rect);
}

/* Whether the last line has something more urgent than hints. */
static bool has_message(const struct workbench *workbench)
{
    return workbench->question.open || workbench->message.text[0] ||
           (workbench->mode == WORKBENCH_OPEN && workbench->view.status.state == TRAINER_FAILED);
}

static void draw_last_line(const struct workbench *workbench, struct cells *cells, struct rect rect)
{
    int col = rect.col + 1, cols = rect.cols - 1;
    if (has_message(workbench))
        cells_fill(cells, rect, L' ', STYLE_PLAIN);
    if (workbench->question.open) {
        col += cells_text(cells, rect.row, col, cols - 7, STYLE_STRONG, workbench->question.text);
        cells_text(cells, rect.row, col + 1, 6, STYLE_KEY, "y / n");
    } else if (workbench->message.text[0])
        cells_text(cells, rect.row, col, cols,
                   workbench->message.is_error ? STYLE_ERROR : STYLE_PLAIN,
                   workbench->message.text);
    else if (has_message(workbench))
        cells_text(cells, rect.row, col, cols, STYLE_ERROR, workbench->view.status.failure.message);
    else
        draw_hints(workbench, cells, rect);
}

/* The prompt and its completions */

static int draw_prompt(const struct workbench *workbench, struct cells *cells, struct rect rect)
{
    const char *text = prompt_line_text(workbench->line);
    struct rect line = {rect.row, rect.col + 2, 1, rect.cols - 2};
    int cursor = 0;
    cells_put(cells, rect.row, rect.col, L'›', workbench->typing ? STYLE_STRONG : STYLE_FAINT);
    cursor = line.col;
    if (*text)
        prompt_line_draw(workbench->line, cells, line,
                         workbench->typing ? STYLE_PLAIN : STYLE_FAINT, &cursor);
    else
        cells_format(cells, line.row, line.col, line.cols, STYLE_FAINT, "for example: %s",
                     workbench->example ? workbench->example : "/help");
    return workbench->typing ? cursor : -1;
}

/* Over the foot of the talk, in columns, so that what was typed stays where it is. */
static void draw_matches(const struct workbench *workbench, struct cells *cells, struct rect talk)
{
    const int gap = 2;
    size_t count;
    char *const *match = prompt_line_matches(workbench->line, &count);
    int widest = 1;
    for (size_t m = 0; m < count; m++) {
        int columns = text_columns(match[m]);
        widest = columns > widest ? columns : widest;
    }
    if (count == 0 || talk.rows == 0 || !workbench->typing)
        return;
    int across = (talk.cols - 2) / (widest + gap);
    across = across > 0 ? across : 1;
    int rows = ((int)count + across - 1) / across;
    bool more = rows > talk.rows;
    rows = more ? talk.rows : rows;
    int top = talk.row + talk.rows - rows;
    int blank = rows < talk.rows; /* sets them off from the answers above */
    cells_fill(cells, (struct rect){top - blank, talk.col, rows + blank, talk.cols}, L' ',
               STYLE_PLAIN);
    int shown = more ? (rows - 1) * across : (int)count;
    for (int m = 0; m < shown; m++)
        cells_text(cells, top + m / across, talk.col + 2 + m % across * (widest + gap),
                   talk.cols - 2 - m % across * (widest + gap), STYLE_STRONG, match[m]);
    if (more)
        cells_format(cells, top + rows - 1, talk.col + 2, talk.cols - 2, STYLE_FAINT,
                     "and %zu more: type another letter", count - (size_t)shown);
}

/* The pages */

/* A rule between chart and talk, with a sign when the talk is scrolled back. */
static void draw_rule(const struct workbench *workbench, const struct layout *layout,
                      struct cells *cells)
{
    cells_fill(cells, layout->rule, L'─', STYLE_FAINT);
    if (workbench->transcript.scrolled > 0 && layout->rule.rows > 0)
        cells_right(cells, layout->rule.row, layout->rule.cols - 2, layout->rule.cols - 2,
                    STYLE_STRONG, " ↓ newer answers below ");
    if (layout->side.rows > 0)
        cells_fill(cells,
                   (struct rect){layout->side.row, layout->side.col - 1, layout->side.rows, 1},
                   L'│', STYLE_FAINT);
}

/* The attribute loss or the circuits, with what stands beside them. */
static bool draw_chart(const struct view *view, const struct layout *layout, struct cells *cells,
                       struct error *err)
{
    struct rect side = layout->side;
    side.col += 1;
    side.cols -= 2;
    if (!view->circuits)
        return view_draw_chart(view, layout, cells, err) &&
               (side.rows <= 0 || panel_draw_side(view, side, cells, err));
    if (side.rows > 0)
        circuits_view_draw_side(view, side, cells);
    return circuits_view_draw_chart(view, layout, cells, err);
}

/* Draws the run on the screen; *cursor receives the cursor's column or -1. */
static bool draw_run(struct workbench *workbench, const struct layout *layout, int *cursor,
                     struct error *err)
{
    struct cells *cells = &workbench->cells;
    panel_draw_status(&workbench->view, layout->status, cells);
    bool drawn = draw_chart(&workbench->view, layout, cells, err) &&
                 (layout->talk.rows == 0 ||
                  transcript_draw(&workbench->transcript, workbench->view.facts, clock_seconds(),
                                  layout->candidates, layout->talk, cells, err));
    draw_rule(workbench, layout, cells);
    draw_matches(workbench, cells, layout->talk);
    *cursor = draw_prompt(workbench, cells, layout->prompt);
    return drawn;
}

static void draw_centred(struct cells *cells, int row, enum style style, const char *text)
{
    int columns = text_columns(text), col = (cells->cols - columns) / 2;
    cells_text(cells, row, col > 0 ? col : 0, cells->cols, style, text);
}

static void draw_waiting(const struct workbench *workbench, struct cells *cells)
{
    char seconds[FORMAT_SIZE];
    int middle = cells->rows / 2;
    format_duration(seconds, floor(clock_seconds() - workbench->since));
    if (workbench->mode == WORKBENCH_OPENING) {
        draw_centred(cells, middle - 1, STYLE_STRONG, workbench->opening);
        draw_centred(cells, middle, STYLE_PLAIN,
                     workbench->leaving ? "leaving as soon as the model is made…"
                                        : "reading the facts, making the model…");
    } else
        draw_centred(cells, middle, STYLE_PLAIN,
                     workbench->closing_saves ? "saving a checkpoint…" : "closing the run…");
    draw_centred(cells, middle + 1, STYLE_FAINT, seconds);
}

static void draw_too_small(struct cells *cells)
{
    char sentence[64];
    snprintf(sentence, sizeof sentence, "mneme needs %d columns and %d rows", LAYOUT_MIN_COLS,
             LAYOUT_MIN_ROWS);
    const char *text = sentence;
    for (int row = 0; *text && row < cells->rows && cells->cols > 0; row++) {
        size_t next, bytes = text_wrap(text, cells->cols, &next);
        cells_format(cells, row, 0, cells->cols, STYLE_PLAIN, "%.*s", (int)bytes, text);
        text += next;
    }
}

/* Everything above the last line, for pages that fill it. */
static struct rect page_of(const struct cells *cells)
{
    return (struct rect){0, 0, cells->rows - 2, cells->cols};
}

static void draw_help(struct workbench *workbench)
{
    struct rect page = page_of(&workbench->cells);
    int last = workbench->help.rows - page.rows;
    if (workbench->help.rows > 0 && workbench->help.first > last)
        workbench->help.first = last;
    if (workbench->help.first < 0)
        workbench->help.first = 0;
    workbench->help.rows = help_draw(&workbench->cells, page, workbench->help.first);
    int below = workbench->help.rows - workbench->help.first - page.rows;
    char more[FORMAT_SIZE];
    snprintf(more, sizeof more, "↓ %d more", below);
    if (below > 0)
        cells_right(&workbench->cells, page.rows, page.cols - 1, page.cols - 1, STYLE_STRONG, more);
}

struct rect workbench_map_rect(const struct cells *cells)
{
    return (struct rect){1, 0, cells->rows - 2, cells->cols};
}

static void draw_map(const struct workbench *workbench, struct cells *cells)
{
    panel_draw_status(&workbench->view, (struct rect){0, 0, 1, cells->cols}, cells);
    map_draw(&workbench->map, &workbench->session->population, workbench_map_rect(cells), cells);
}

/* A frame */

/* Brings the grid to the terminal's size. */
static bool fit_screen(struct workbench *workbench, struct error *err)
{
    int rows, cols;
    screen_size(&rows, &cols);
    workbench->cells.ascii = workbench->screen.ascii;
    if (rows != workbench->cells.rows || cols != workbench->cells.cols)
        return cells_resize(&workbench->cells, rows, cols, err);
    cells_clear(&workbench->cells);
    return true;
}

bool workbench_draw(struct workbench *workbench, struct error *err)
{
    if (!fit_screen(workbench, err))
        return false;
    struct cells *cells = &workbench->cells;
    struct layout layout = layout_make(cells->rows, cells->cols, workbench->wish);
    struct rect last = {cells->rows - 1, 0, 1, cells->cols};
    int cursor = -1;
    bool drawn = true;
    if (layout.too_small) {
        draw_too_small(cells);
        screen_show(cells, -1, 0);
        return true;
    }
    if (workbench->help.open)
        draw_help(workbench);
    else if (workbench->mode == WORKBENCH_CHOOSER)
        target_list_draw(&workbench->chooser, time(NULL), page_of(cells), cells);
    else if (workbench->mode == WORKBENCH_OPEN && workbench->map.open)
        draw_map(workbench, cells);
    else if (workbench->mode == WORKBENCH_OPEN)
        drawn = draw_run(workbench, &layout, &cursor, err);
    else
        draw_waiting(workbench, cells);
    bool page = workbench->help.open || workbench->mode == WORKBENCH_CHOOSER || workbench->map.open;
    if (page || layout.hints.rows > 0)
        draw_last_line(workbench, cells, last);
    else if (has_message(workbench) && !workbench->typing)
        draw_last_line(workbench, cells, layout.prompt);
    screen_show(cells, cursor < 0 ? -1 : layout.prompt.row, cursor);
    return drawn;
}
