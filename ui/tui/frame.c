/* Map of this file: the last line; a frame. */
#include "ui/tui/frame.h"

#include <stdio.h>

#include "base/clock.h"
#include "ui/tui/following.h"
#include "ui/tui/state.h"
#include "ui/tui/tabs.h"

/* The last line: a question, a message, or which keys do what. */

/* Why the run that is looked at has failed, or what became of whoever trains it; false where there
 * is nothing of the kind to say. */
static bool find_news(const struct workbench *workbench, char text[FOLLOWING_SENTENCE])
{
    const struct trainer_status *status = &workbench->view.status;
    bool failed = status->state == TRAINER_FAILED;
    if (!page_is_of_run(pages_subject(&workbench->pages)))
        return false;
    if (failed)
        snprintf(text, FOLLOWING_SENTENCE, "%s", status->failure.message);
    return failed || following_sentence(workbench, text);
}

/* Whether there is something more urgent than hints. */
static bool has_message(const struct workbench *workbench)
{
    char news[FOLLOWING_SENTENCE];
    return pages_top(&workbench->pages)->last_line || workbench->message.text[0] ||
           find_news(workbench, news);
}

/* On as many rows as a sentence takes, the last of which is the rectangle's; over the rows above,
 * of which there are `most` with that one. */
static void draw_sentence(const char *text, enum style style, int most, struct rect rect,
                          struct cells *cells)
{
    int col = rect.col + 1, cols = rect.cols - 1, rows = 0;
    size_t next;
    for (const char *rest = text; *rest && rows < most; rest += next, rows++)
        text_wrap(rest, cols, &next);
    cells_fill(cells, (struct rect){rect.row - rows + 1, rect.col, rows, rect.cols}, L' ',
               STYLE_PLAIN);
    for (int row = rect.row - rows + 1; row < rect.row; row++, text += next) {
        size_t bytes = text_wrap(text, cols, &next);
        cells_format(cells, row, col, cols, style, "%.*s", (int)bytes, text);
    }
    cells_text(cells, rect.row, col, cols, style, text);
}

static void draw_last_line(const struct workbench *workbench, int most, struct cells *cells,
                           struct rect rect)
{
    const struct page_ops *top = pages_top(&workbench->pages);
    const char *message = workbench->message.text;
    char news[FOLLOWING_SENTENCE];
    bool is_error = workbench->view.status.state == TRAINER_FAILED;
    struct hint_line hints = hint_line_begin(cells, rect);
    if (has_message(workbench))
        cells_fill(cells, rect, L' ', STYLE_PLAIN);
    if (top->last_line)
        top->last_line(workbench, cells, rect);
    else if (*message)
        draw_sentence(message, workbench->message.is_error ? STYLE_ERROR : STYLE_PLAIN, most, rect,
                      cells);
    else if (find_news(workbench, news))
        draw_sentence(news, is_error ? STYLE_ERROR : STYLE_STRONG, most, rect, cells);
    else if (top->hints)
        top->hints(workbench, &hints);
}

/* A frame */

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

/* Brings the grid to the terminal's size; *stays tells whether the last frame is on it still. */
static bool fit_screen(struct workbench *workbench, bool *stays, struct error *err)
{
    int rows, cols;
    screen_size(&rows, &cols);
    workbench->cells.ascii = workbench->screen.ascii;
    bool fits = rows == workbench->cells.rows && cols == workbench->cells.cols;
    *stays = fits && pages_drawn(&workbench->pages)->stays;
    if (!fits)
        return cells_resize(&workbench->cells, rows, cols, err);
    if (!*stays)
        cells_clear(&workbench->cells);
    return true;
}

/* The chart has the rows that questions and answers do not need. */
static void know_talk(struct workbench *workbench)
{
    const struct cells *cells = &workbench->cells;
    struct layout_wish *wish = &workbench->wish;
    wish->knows_talk = false;
    const struct layout most = layout_make(cells->rows, cells->cols, *wish);
    if (most.too_small || !workbench->session)
        return;
    wish->talk_rows =
        transcript_rows(&workbench->transcript, workbench->view.facts, clock_seconds(),
                        most.candidates, most.talk.cols, most.talk.rows);
    wish->knows_talk = true;
}

bool frame_draw(struct workbench *workbench, struct error *err)
{
    bool stays;
    if (!fit_screen(workbench, &stays, err))
        return false;
    know_talk(workbench);
    struct cells *cells = &workbench->cells;
    struct page_frame frame = {cells, layout_make(cells->rows, cells->cols, workbench->wish), -1};
    const struct layout *layout = &frame.layout;
    const struct page_ops *page = pages_drawn(&workbench->pages);
    struct rect last = {cells->rows - 1, 0, 1, cells->cols};
    if (layout->too_small) {
        draw_too_small(cells);
        screen_show(&workbench->screen, cells, -1, 0);
        return true;
    }
    bool drawn = stays || page->draw(workbench, &frame, err);
    if (!stays)
        tabs_draw(workbench, cells);
    bool writes = frame.cursor >= 0; /* on the row above */
    int most = writes ? 1 : cells->rows / 2;
    if (page->fills || layout->hints.rows > 0)
        draw_last_line(workbench, most, cells, last);
    else if (has_message(workbench) && !writes)
        draw_last_line(workbench, most, cells, layout->prompt);
    screen_show(&workbench->screen, cells, frame.cursor < 0 ? -1 : layout->prompt.row,
                frame.cursor);
    return drawn;
}
