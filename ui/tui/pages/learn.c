/* Map of this file: the prompt and its completions; what is kept; the page; its figure; hints;
 * keys. */
#include "ui/tui/pages/learn.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "figure/figure.h"
#include "plot/surface.h"
#include "ui/format.h"
#include "ui/requests.h"
#include "ui/tui/greeting.h"
#include "ui/tui/pages/prompt.h"
#include "ui/tui/past.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"
#include "ui/tui/widgets/answer_figure.h"
#include "ui/tui/widgets/chart_figure.h"
#include "ui/tui/widgets/circuits_chart.h"
#include "ui/tui/widgets/difference_chart.h"
#include "ui/tui/widgets/loss_chart.h"
#include "ui/tui/widgets/match_list.h"
#include "ui/tui/widgets/panel.h"
#include "ui/tui/widgets/picked_chart.h"
#include "ui/tui/widgets/question_chart.h"
#include "ui/tui/widgets/view_values.h"

/* The prompt and its completions */

/* Returns the cursor's column, -1 where it is not written in. */
static int draw_prompt(const struct workbench *workbench, struct cells *cells, struct rect rect)
{
    const bool typing = pages_have(&workbench->pages, &prompt_page);
    const char *text = prompt_line_text(workbench->line);
    struct rect line = {rect.row, rect.col + 2, 1, rect.cols - 2};
    int cursor = 0;
    cells_put(cells, rect.row, rect.col, L'›', typing ? STYLE_STRONG : STYLE_FAINT);
    cursor = line.col;
    if (*text)
        prompt_line_draw(workbench->line, cells, line, typing ? STYLE_PLAIN : STYLE_FAINT, &cursor);
    else
        cells_format(cells, line.row, line.col, line.cols, STYLE_FAINT, "for example: %s",
                     workbench->example ? workbench->example : "/help");
    return typing ? cursor : -1;
}

/* On the rows that the talk has at most, over the chart where it has fewer. */
static void draw_matches(const struct workbench *workbench, struct cells *cells)
{
    size_t count;
    char *const *match = prompt_line_matches(workbench->line, &count);
    struct layout_wish wish = workbench->wish;
    wish.knows_talk = false;
    if (pages_have(&workbench->pages, &prompt_page))
        match_list_draw(match, count, layout_make(cells->rows, cells->cols, wish).talk, cells);
}

/* What is kept of the curves that were drawn */

struct learn {
    struct envelope kept[VIEW_KEPT];
    struct view_notes notes;
    struct chart_drawn drawn[VIEW_AXES];
    unsigned long beginnings; /* of the curves that it is of */
    uint64_t picks;           /* changes of what was picked */
};

static void learn_forget(void *memory)
{
    struct learn *own = memory;
    for (size_t k = 0; k < VIEW_KEPT; k++)
        envelope_free(&own->kept[k]);
    own->notes = (struct view_notes){.evaluations = 0};
}

/* Gives the view what was kept, as long as it is of the curves that are there now. */
static void keep_curves(struct workbench *workbench)
{
    struct learn *own = pages_own(&workbench->pages, &learn_page);
    struct view *view = &workbench->view;
    if (own->beginnings != view->curves.beginnings || own->picks != workbench->picks.changes)
        learn_forget(own);
    if (own->picks != workbench->picks.changes)
        view_values_forget_panels(view);
    own->picks = workbench->picks.changes;
    own->beginnings = view->curves.beginnings;
    view->kept = own->kept;
    view->notes = &own->notes;
    view->drawn = own->drawn;
    memset(own->drawn, 0, sizeof own->drawn);
}

/* The page */

/* A rule between chart and talk, with a sign where the talk is scrolled back, or too high. */
static void draw_rule(const struct workbench *workbench, const struct layout *layout,
                      struct cells *cells)
{
    const struct transcript *transcript = &workbench->transcript;
    const char *sign = transcript->scrolled > 0                      ? " ↓ PgDn: more below "
                       : transcript->is_cut && layout->talk.rows > 0 ? " ↑ PgUp: its beginning "
                                                                     : "";
    cells_fill(cells, layout->rule, L'─', STYLE_FAINT);
    if (layout->rule.rows > 0)
        cells_right(cells, layout->rule.row, layout->rule.cols - 2, layout->rule.cols - 2,
                    STYLE_STRONG, sign);
    if (layout->side.rows > 0)
        cells_fill(cells,
                   (struct rect){layout->side.row, layout->side.col - 1, layout->side.rows, 1},
                   L'│', STYLE_FAINT);
}

enum { CHART_LOSS, CHART_PICKED, CHART_CIRCUITS, CHART_QUESTION };

static const struct run_chart_ops *const charts[] = {
    [CHART_LOSS] = &loss_chart,
    [CHART_PICKED] = &picked_chart,
    [CHART_CIRCUITS] = &circuits_chart,
    [CHART_QUESTION] = &question_chart,
};

static bool has_picks(const struct view *view)
{
    return view->picked && view->picked->count > 0;
}

/* The last that is shown among the questions is the last that was ended, too. */
static const struct run_chart_ops *chart_of(const struct view *view)
{
    bool none = (view->chart == CHART_QUESTION && view->question.count == 0) ||
                (view->chart == CHART_PICKED && !has_picks(view));
    return none ? charts[CHART_LOSS] : charts[view->chart];
}

bool learn_shows_circuits(const struct view *view)
{
    return view->chart == CHART_CIRCUITS;
}

bool learn_is_linear(const struct view *view)
{
    const struct run_chart_ops *chart = chart_of(view);
    return chart->is_linear && chart->is_linear(view);
}

void learn_show_question(struct view *view, size_t index)
{
    view->chart = CHART_QUESTION;
    view->question.index = index;
    view->question.stale = true;
}

void learn_show_loss(struct view *view)
{
    if (view->chart != CHART_LOSS || !has_picks(view))
        view->chart = has_picks(view) ? CHART_PICKED : CHART_LOSS;
}

void learn_show_other_loss(struct view *view)
{
    view->chart = has_picks(view) && view->chart == CHART_LOSS ? CHART_PICKED : CHART_LOSS;
}

void learn_show_difference(struct view *view)
{
    view->chart = CHART_LOSS;
}

void learn_show_picked(struct view *view)
{
    view->chart = CHART_PICKED;
}

void learn_show_circuits(struct view *view)
{
    view->chart = CHART_CIRCUITS;
}

void learn_next_chart(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    if (view->chart == CHART_LOSS && has_picks(view))
        view->chart = CHART_PICKED;
    else if (view->chart == CHART_LOSS || view->chart == CHART_PICKED)
        view->chart = CHART_CIRCUITS;
    else if (view->chart == CHART_CIRCUITS && view->question.count > 0)
        learn_show_question(view, 0);
    else if (view->chart == CHART_QUESTION && view->question.index + 1 < view->question.count)
        learn_show_question(view, view->question.index + 1);
    else
        view->chart = CHART_LOSS;
}

static void know_reach(struct view *view)
{
    const struct run_chart_ops *chart = chart_of(view);
    view->reach = chart->reach ? chart->reach(view) : 0;
}

/* With what stands beside it. */
static bool draw_chart(const struct view *view, const struct layout *layout, struct cells *cells,
                       struct error *err)
{
    const struct run_chart_ops *chart = chart_of(view);
    struct rect side = layout->side;
    side.col += 1;
    side.cols -= 2;
    return chart->draw(view, layout, cells, err) &&
           (side.rows <= 0 || chart->draw_side(view, side, cells, err));
}

static bool learn_draw(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    struct cells *cells = frame->cells;
    const struct layout *layout = &frame->layout;
    keep_curves(workbench);
    know_reach(&workbench->view);
    panel_draw_status(&workbench->view, layout->status, cells);
    bool drawn = draw_chart(&workbench->view, layout, cells, err) &&
                 (layout->talk.rows == 0 ||
                  transcript_draw(&workbench->transcript, workbench->view.facts, clock_seconds(),
                                  layout->candidates, layout->talk, cells, err));
    greeting_draw(workbench, layout->talk, cells);
    draw_rule(workbench, layout, cells);
    draw_matches(workbench, cells);
    frame->cursor = draw_prompt(workbench, cells, layout->prompt);
    return drawn;
}

/* Its figure */

static bool draw_figure(const void *own, struct surface *surface, double width, double height,
                        struct error *err)
{
    return chart_figure_draw(own, surface, width, height, err);
}

static void forget_figure(void *own)
{
    chart_figure_free(own);
    memory_free(own);
}

static bool draw_answers(const void *own, struct surface *surface, double width, double height,
                         struct error *err)
{
    (void)width, (void)height, (void)err;
    answer_figure_draw(own, surface);
    return true;
}

static void forget_answers(void *own)
{
    answer_figure_free(own);
    memory_free(own);
}

static const char *name_figure(const struct view *view)
{
    bool differs = difference_is_shown(view);
    const struct run_chart_ops *chart = chart_of(view);
    return chart == charts[CHART_CIRCUITS]   ? "circuits"
           : chart == charts[CHART_PICKED]   ? "measures"
           : chart == charts[CHART_QUESTION] ? "question"
           : differs                         ? "difference"
                                             : "loss";
}

/* Millimetres, for so many panels. */
static double figure_height(size_t panels)
{
    const double each = 50;
    return fmax(FIGURE_HEIGHT, each * (double)panels);
}

/* Draws the chart once more, for who takes it. */
static bool take_chart(struct workbench *workbench, struct chart_figure *taken, struct error *err)
{
    struct view view = workbench->view;
    struct cells cells = {0};
    int rows = workbench->cells.rows, cols = workbench->cells.cols;
    struct layout layout = layout_make(rows, cols, workbench->wish);
    view.taker = (struct chart_taker){chart_figure_take, taken};
    view.kept = NULL;
    view.drawn = NULL;
    bool drawn =
        cells_resize(&cells, rows, cols, err) && chart_of(&view)->draw(&view, &layout, &cells, err);
    cells_free(&cells);
    if (drawn && taken->failed)
        return error_set(err, ERROR_MEMORY, "out of memory");
    return drawn &&
           (taken->lines > 0 || error_set(err, ERROR_INPUT, "there is nothing to draw yet"));
}

static bool take_answers(struct workbench *workbench, struct page_figure *figure, struct error *err)
{
    const struct answers answers = transcript_last_answers(&workbench->transcript);
    char step[FORMAT_SIZE];
    struct answer_figure *taken = memory_new(1, sizeof *taken, err);
    if (!taken || !answer_figure_take(taken, &answers, workbench->view.facts,
                                      FIGURE_WIDTH * SURFACE_POINTS_PER_MILLIMETRE, err)) {
        memory_free(taken);
        return false;
    }
    snprintf(taken->title, sizeof taken->title, "%s%s%s",
             answers.run ? answers.run : workbench_run_name(workbench),
             answers.at.earlier ? " at step " : "",
             answers.at.earlier ? format_count(step, answers.at.step) : "");
    *figure = (struct page_figure){"answer", taken->width, taken->height,
                                   taken,    draw_answers, forget_answers};
    return true;
}

/* The chart; where questions and answers have most of the screen, the last answer, unless the chart
 * is that of a question. */
static bool learn_figure(struct workbench *workbench, struct page_figure *figure, struct error *err)
{
    const struct view *view = &workbench->view;
    const char *prompt = view->question.track.prompt;
    bool is_of_question = chart_of(view) == charts[CHART_QUESTION];
    bool asks = is_of_question && prompt;
    if (workbench->wish.large_talk && !is_of_question)
        return take_answers(workbench, figure, err);
    struct chart_figure *taken = memory_new(1, sizeof *taken, err);
    if (!taken)
        return false;
    if (!take_chart(workbench, taken, err)) {
        forget_figure(taken);
        return false;
    }
    snprintf(taken->title, sizeof taken->title, "%s%s%s", workbench_run_name(workbench),
             asks ? ": " : "", asks ? prompt : "");
    *figure = (struct page_figure){
        .name = name_figure(view),
        .width = FIGURE_WIDTH * SURFACE_POINTS_PER_MILLIMETRE,
        .height = figure_height(taken->panels) * SURFACE_POINTS_PER_MILLIMETRE,
        .own = taken,
        .draw = draw_figure,
        .forget = forget_figure,
    };
    return true;
}

/* Hints */

/* Whether Enter goes to the step that is looked at, since another one's model is asked. */
static bool can_go(const struct view *view)
{
    return view->has_cursor && !(view->is_at && view->at == view->cursor);
}

static void learn_hints(const struct workbench *workbench, struct hint_line *line)
{
    static const struct hint go[] = {{"Enter", "ask there"}, {"[ ]", "what was kept"}, {0}};
    static const struct hint back[] = {{"Esc", "back to now"}, {0}};
    static const struct hint whole[] = {{"{ } + -", "move"}, {"Esc", "all steps"}, {0}};
    static const struct hint high[] = {{"^ . * _", "move"}, {"Esc", "all values"}, {0}};
    const struct view *view = &workbench->view;
    char word[REQUEST_WORD];
    if (can_go(view))
        hint_line_add_all(line, go);
    if (view->has_cursor || view->is_at)
        hint_line_add_all(line, back);
    else if (view->window == WINDOW_SET)
        hint_line_add_all(line, whole);
    else if (view_values_are_set(view))
        hint_line_add_all(line, high);
    for (size_t r = 0; r < request_count; r++) {
        char name[KEY_NAME_SIZE];
        const struct request_info *info = &request_table[r];
        int key = request_first_key(&workbench->keys, info);
        bool is_taken = key_is_enter(key) && can_go(view);
        bool is_refused = info->changes && view->is_followed;
        if (info->hint && key && !is_taken && !is_refused)
            hint_line_add(line, request_key_name(key, name), info->hint);
    }
    hint_line_add(line, "1-6", "pages");
    hint_line_add(line, request_word(&workbench->keys, "palette", word), "palette");
}

/* Keys */

static bool learn_key(struct workbench *workbench, int key)
{
    char word[REQUEST_WORD];
    if (key_is_enter(key) && can_go(&workbench->view)) {
        past_go_to(workbench, workbench->view.cursor);
        return true;
    }
    if (request_of_key(&workbench->keys, key))
        return false;
    if (request_key_writes(&workbench->keys, key)) {
        prompt_open(workbench, "");
        prompt_line_key(workbench->line, key);
    } else if (key == KEY_CONTROL('c'))
        workbench_say(workbench, false, "%s quits", request_word(&workbench->keys, "quit", word));
    else if (key_writes(key))
        workbench_say(workbench, false,
                      "%c is not a key; %s shows the keys, a capital letter "
                      "starts a prompt",
                      key, request_word(&workbench->keys, "help", word));
    return true;
}

/* The mouse */

static bool is_within(struct rect rect, const struct mouse_event *event)
{
    return event->row >= rect.row && event->row < rect.row + rect.rows && event->col >= rect.col &&
           event->col < rect.col + rect.cols;
}

/* How far a column is from the first step that is shown to the last. */
static double share_of(const struct layout *layout, int col)
{
    int cols = layout->plot.cols - CHART_GUTTER;
    return cols > 0 ? (col - layout->plot.col - CHART_GUTTER + 0.5) / cols : 0;
}

/* The axis of values that the wheel is for: with a key held, and beside the chart. */
static size_t axis_turned(const struct view *view, const struct layout *layout,
                          const struct mouse_event *event)
{
    bool beside = event->col < layout->plot.col + CHART_GUTTER;
    return event->is_modified || beside ? view_axis_at_row(view, event->row) : VIEW_AXES;
}

static void turn_wheel(struct view *view, const struct layout *layout,
                       const struct mouse_event *event)
{
    double share = share_of(layout, event->col);
    size_t axis = axis_turned(view, layout, event);
    bool is_up = event->kind == MOUSE_WHEEL_UP;
    if (axis < VIEW_AXES)
        (is_up ? view_values_zoom_in_at : view_values_zoom_out_at)(view, axis, event->row);
    else
        (is_up ? view_zoom_in_at : view_zoom_out_at)(view, share);
}

/* Pressed and let go where it was, a button puts the cursor; what is dragged moves with it. */
static void use_chart(struct workbench *workbench, const struct layout *layout,
                      const struct mouse_event *event)
{
    if (event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN)
        turn_wheel(&workbench->view, layout, event);
    else if (event->kind == MOUSE_PRESS)
        workbench->held = (struct held){.is_chart = true,
                                        .row = event->row,
                                        .col = event->col,
                                        .axis = view_axis_at_row(&workbench->view, event->row)};
}

/* Along the axis that it was moved along first. */
static void drag_chart(struct workbench *workbench, const struct layout *layout,
                       const struct mouse_event *event)
{
    struct held *held = &workbench->held;
    double from = share_of(layout, held->col), to = share_of(layout, event->col);
    int across = event->col - held->col, down = event->row - held->row;
    if (event->kind == MOUSE_DRAG && !held->moved && (across != 0 || down != 0)) {
        held->moved = true;
        held->is_upright = across == 0 && held->axis < VIEW_AXES;
    }
    if (event->kind == MOUSE_DRAG && held->is_upright && down != 0)
        view_values_pan_by_rows(&workbench->view, held->axis, down);
    else if (event->kind == MOUSE_DRAG && !held->is_upright && across != 0)
        view_pan_by(&workbench->view, from - to);
    held->row = event->row;
    held->col = event->col;
    if (event->kind != MOUSE_RELEASE)
        return;
    if (!held->moved)
        view_point_at(&workbench->view, to);
    held->is_chart = false;
}

static void use_talk(struct workbench *workbench, const struct mouse_event *event)
{
    enum { WHEEL_ROWS = 3 };
    if (event->kind == MOUSE_WHEEL_UP)
        transcript_scroll(&workbench->transcript, WHEEL_ROWS);
    else if (event->kind == MOUSE_WHEEL_DOWN)
        transcript_scroll(&workbench->transcript, -WHEEL_ROWS);
}

static bool learn_mouse(struct workbench *workbench, const struct mouse_event *event)
{
    const struct layout layout =
        layout_make(workbench->cells.rows, workbench->cells.cols, workbench->wish);
    if (layout.too_small)
        return true;
    if (workbench->held.is_chart && (event->kind == MOUSE_DRAG || event->kind == MOUSE_RELEASE))
        drag_chart(workbench, &layout, event);
    else if (is_within(layout.plot, event) || is_within(layout.ribbon, event) ||
             is_within(layout.axis, event))
        use_chart(workbench, &layout, event);
    else if (is_within(layout.talk, event))
        use_talk(workbench, event);
    else if (is_within(layout.prompt, event) && event->kind == MOUSE_PRESS)
        prompt_open(workbench, NULL);
    return true;
}

const struct page_ops learn_page = {
    .place = PAGE_OF_RUN,
    .size = sizeof(struct learn),
    .draw = learn_draw,
    .hints = learn_hints,
    .key_pressed = learn_key,
    .mouse_used = learn_mouse,
    .key_pasted = prompt_paste,
    .figure = learn_figure,
    .forget = learn_forget,
};
