#include "ui/tui/pages/waiting.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "ui/format.h"
#include "ui/tui/state.h"

static void draw_centred(struct cells *cells, int row, enum style style, const char *text)
{
    int columns = text_columns(text), col = (cells->cols - columns) / 2;
    cells_text(cells, row, col > 0 ? col : 0, cells->cols, style, text);
}

/* In the middle row, over how long it takes so far and, where that is known, how long still:
 * "0:05, 0:12 left". */
static void draw_waiting(const struct workbench *workbench, struct cells *cells, const char *what,
                         double seconds_left)
{
    char seconds[FORMAT_SIZE], left[FORMAT_SIZE], times[2 * FORMAT_SIZE + 8];
    int middle = cells->rows / 2;
    format_duration(seconds, floor(clock_seconds() - workbench->since));
    if (isfinite(seconds_left))
        snprintf(times, sizeof times, "%s, %s left", seconds,
                 format_duration(left, ceil(seconds_left)));
    else
        snprintf(times, sizeof times, "%s", seconds);
    draw_centred(cells, middle, STYLE_PLAIN, what);
    draw_centred(cells, middle + 1, STYLE_FAINT, times);
}

/* Opening */

/* Whether steps are being made again, and have not led to the branch yet. */
static bool replays(const struct workbench *workbench)
{
    uint64_t step = atomic_load(&workbench->replay.step), to = atomic_load(&workbench->replay.to);
    return step < to && !atomic_load(&workbench->replay.cancel);
}

/* What the command line says to begin so is opened before anything else, and has no parent here. */
static bool leads_to_branch(const struct workbench *workbench)
{
    return replays(workbench) && workbench->opened_any;
}

/* "from the checkpoint of step 500: step 540 of 600 again…" */
static void draw_replay(const struct workbench *workbench, struct cells *cells)
{
    char from[FORMAT_SIZE], step[FORMAT_SIZE], to[FORMAT_SIZE], what[4 * FORMAT_SIZE + 64];
    format_count(from, atomic_load(&workbench->replay.from));
    format_count(step, atomic_load(&workbench->replay.step));
    format_count(to, atomic_load(&workbench->replay.to));
    snprintf(what, sizeof what, "step %s of %s again, from the checkpoint of step %s…", step, to,
             from);
    if (text_columns(what) > cells->cols)
        snprintf(what, sizeof what, "step %s of %s again…", step, to);
    draw_waiting(workbench, cells, what, atomic_load(&workbench->replay.seconds_left));
}

static bool opening_draw(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    (void)err;
    draw_centred(frame->cells, frame->cells->rows / 2 - 1, STYLE_STRONG, workbench->opening);
    if (replays(workbench))
        draw_replay(workbench, frame->cells);
    else
        draw_waiting(workbench, frame->cells,
                     workbench->leaving ? "leaving as soon as the model is made…"
                                        : "reading the facts, making the model…",
                     NAN);
    return true;
}

static void opening_hints(const struct workbench *workbench, struct hint_line *line)
{
    if (leads_to_branch(workbench))
        hint_line_add(line, "Esc", "back to the parent");
    if (!workbench->leaving)
        hint_line_add(line, workbench->typed.count > 0 ? "Ctrl-C" : "q", "quit");
}

/* What would take a while is given up. A letter behind others that wait for the run is one of
 * theirs. */
static bool opening_key(struct workbench *workbench, int key)
{
    bool quits = (key == 'q' && workbench->typed.count == 0) || key == KEY_CONTROL('c');
    bool gives_up = quits || (key == KEY_ESCAPE && leads_to_branch(workbench));
    if (gives_up)
        atomic_store(&workbench->replay.cancel, true);
    workbench->leaving = workbench->leaving || quits;
    return gives_up;
}

const struct page_ops opening_page = {
    .place = PAGE_WAITING,
    .draw = opening_draw,
    .hints = opening_hints,
    .key_pressed = opening_key,
};

/* Changing */

static bool leaves_by(struct workbench *workbench, int key)
{
    bool leaves = key == KEY_CONTROL('c');
    workbench->leaving = workbench->leaving || leaves;
    return leaves;
}

/* "setting train.steps=31000… 0:02" */
static void changing_last_line(const struct workbench *workbench, struct cells *cells,
                               struct rect rect)
{
    char seconds[FORMAT_SIZE];
    int col = rect.col + 1;
    double passed = floor(clock_seconds() - workbench->since);
    col += cells_format(cells, rect.row, col, rect.cols - 1, STYLE_PLAIN,
                        workbench->leaving ? "leaving as soon as %s is set… " : "setting %s… ",
                        workbench->opening);
    if (passed > 0)
        cells_text(cells, rect.row, col, rect.cols - col, STYLE_FAINT,
                   format_duration(seconds, passed));
}

static bool changing_draw(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    (void)err;
    draw_waiting(workbench, frame->cells, "making the model…", NAN);
    return true;
}

const struct page_ops changing_page = {
    .place = PAGE_WAITING,
    .stays = true,
    .draw = changing_draw,
    .last_line = changing_last_line,
    .key_pressed = leaves_by,
};

/* Closing */

static bool closing_draw(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    (void)err;
    draw_waiting(workbench, frame->cells,
                 workbench->closing_saves ? "saving a checkpoint…" : "closing the run…", NAN);
    return true;
}

const struct page_ops closing_page = {
    .place = PAGE_WAITING,
    .draw = closing_draw,
    .key_pressed = leaves_by,
};
