#include "ui/tui/looking.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/past.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"
#include "ui/tui/widgets/view_values.h"

static void scroll_page(struct workbench *workbench, int direction)
{
    const struct transcript *transcript = &workbench->transcript;
    if (direction > 0 ? transcript->shows_oldest : transcript->scrolled == 0)
        workbench_say(workbench, false, "there are no %s answers",
                      direction > 0 ? "earlier" : "later");
    int rows = layout_make(workbench->cells.rows, workbench->cells.cols, workbench->wish).talk.rows;
    transcript_scroll(&workbench->transcript, direction * (rows > 1 ? rows - 1 : 1));
}

void looking_scroll_up(const struct request_call *call)
{
    scroll_page(call->workbench, 1);
}

void looking_scroll_down(const struct request_call *call)
{
    scroll_page(call->workbench, -1);
}

void looking_give_room(const struct request_call *call)
{
    struct layout_wish *wish = &call->workbench->wish;
    wish->large_talk = !wish->large_talk;
}

void looking_switch_axis(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    if (learn_is_linear(view))
        workbench_say(call->workbench, false, "this chart has a linear axis alone");
    else
        view->linear = !view->linear;
}

static bool are_same(const struct view_values *values, const struct view_values *others)
{
    bool same = true;
    for (size_t a = 0; a < VIEW_AXES && same; a++)
        same = values[a].are_set == others[a].are_set &&
               (!values[a].are_set || (values[a].span.low == others[a].span.low &&
                                       values[a].span.high == others[a].span.high));
    return same;
}

/* Moves the steps or the values that are shown, or the cursor; says why where none of these moved.
 */
static void look(struct workbench *workbench, void (*change)(struct view *view, int by), int by,
                 const char *none)
{
    struct view *view = &workbench->view;
    const struct view before = *view;
    const struct step_span from = view_span(view);
    change(view, by);
    const struct step_span to = view_span(view);
    bool is_same = to.first == from.first && to.last == from.last &&
                   view->has_cursor == before.has_cursor && view->cursor == before.cursor &&
                   are_same(view->values, before.values);
    if (is_same)
        workbench_say(workbench, false, "%s", none);
}

static void zoom(struct view *view, int by)
{
    if (by > 0)
        view_zoom_in(view);
    else
        view_zoom_out(view);
}

void looking_zoom_in(const struct request_call *call)
{
    look(call->workbench, zoom, 1, "no fewer steps can be shown");
}

void looking_zoom_out(const struct request_call *call)
{
    look(call->workbench, zoom, -1, "all steps are shown");
}

void looking_earlier(const struct request_call *call)
{
    look(call->workbench, view_move_cursor, -1, "there is no earlier evaluation");
}

void looking_later(const struct request_call *call)
{
    look(call->workbench, view_move_cursor, 1, "there is no later evaluation");
}

void looking_back(const struct request_call *call)
{
    look(call->workbench, view_pan, -1, "these are the first steps");
}

void looking_ahead(const struct request_call *call)
{
    look(call->workbench, view_pan, 1, "these are the last steps");
}

void looking_switch_steps(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    view->log_steps = !view->log_steps;
    workbench_say(call->workbench, false, "the axis of steps is %s",
                  view->log_steps ? "logarithmic" : "linear");
}

/* "LOW,HIGH"; with blanks around the comma as well. */
static bool read_range(const char *text, double *low, double *high)
{
    char first[NUMBER_TEXT], last[NUMBER_TEXT];
    int end = 0;
    bool split = sscanf(text, "%31[^, ] , %31s%n", first, last, &end) == 2 && !text[end];
    return split && number_read(first, low) && number_read(last, high);
}

enum { RANGE_DIGITS = 3, NOTHING = 128 };

/* "nothing is drawn there: this chart goes from 1 to 15"; null where something is. */
static const char *find_nothing(const struct chart_reach *reach, double low, double high,
                                char sentence[NOTHING])
{
    char least[NUMBER_TEXT], most[NUMBER_TEXT];
    double from, to;
    if (chart_reach_meets(reach, low, high) || !chart_reach_ends(reach, &from, &to))
        return NULL;
    bool is_between = from < low && to > high;
    if (is_between)
        chart_reach_around(reach, low, high, &from, &to);
    number_write_rounded(least, from, RANGE_DIGITS);
    number_write_rounded(most, to, RANGE_DIGITS);
    snprintf(sentence, NOTHING,
             is_between ? "nothing is drawn there, nor anywhere between %s and %s"
                        : "nothing is drawn there: this chart goes from %s to %s",
             least, most);
    return sentence;
}

static bool can_be_shown(const struct request_call *call, const struct chart_drawn *drawn,
                         double low, double high)
{
    char nothing[NOTHING];
    const char *why = !(low < high) ? "the first value has to be below the second"
                      : drawn->shown.logarithmic && low <= 0
                          ? "a logarithmic axis has no 0; l makes it linear"
                          : find_nothing(&drawn->reach, low, high, nothing);
    if (why)
        workbench_reply(call->workbench, call->line, ENTRY_ERROR, why);
    return !why;
}

const char *looking_write_range(const struct workbench *workbench, char out[LOOKING_RANGE])
{
    const struct view *view = &workbench->view;
    const size_t axis = view_axis_first(view);
    char low[NUMBER_TEXT], high[NUMBER_TEXT];
    if (axis == VIEW_AXES)
        return NULL;
    number_write_rounded(low, view_values_shown(view, axis).low, RANGE_DIGITS);
    number_write_rounded(high, view_values_shown(view, axis).high, RANGE_DIGITS);
    snprintf(out, LOOKING_RANGE, "%s,%s", low, high);
    return out;
}

void looking_range(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    size_t axis = view_axis_first(view);
    double low, high;
    if (!*call->argument && !view_values_are_set(view))
        workbench_say(call->workbench, false, "all values are shown");
    else if (!*call->argument)
        view_values_show_all(view);
    else if (!read_range(call->argument, &low, &high))
        workbench_reply(call->workbench, call->line, ENTRY_ERROR,
                        "values are two numbers: /range 0.5,4; /range alone shows all again");
    else if (axis < VIEW_AXES && can_be_shown(call, &view->drawn[axis], low, high))
        view_values_set(view, axis, low, high);
}

static void zoom_values(struct view *view, int by)
{
    if (by > 0)
        view_values_zoom_in(view);
    else
        view_values_zoom_out(view);
}

void looking_range_in(const struct request_call *call)
{
    look(call->workbench, zoom_values, 1, "no fewer values can be shown");
}

void looking_range_out(const struct request_call *call)
{
    look(call->workbench, zoom_values, -1, "all values are shown");
}

void looking_range_up(const struct request_call *call)
{
    look(call->workbench, view_values_pan, 1, "these are the largest values");
}

void looking_range_down(const struct request_call *call)
{
    look(call->workbench, view_values_pan, -1, "these are the smallest values");
}

void looking_smooth(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    view->smooth = !view->smooth;
    workbench_say(call->workbench, false, "%s",
                  view->smooth ? "curves are smoothed, over what they hide"
                               : "curves are drawn as they are");
}

/* To the newest values, and once more to all steps and values. */
void looking_newest(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct view *view = &workbench->view;
    char word[REQUEST_WORD];
    bool moved = view->has_cursor || view->is_at || view->window != WINDOW_FIT ||
                 view_values_are_set(view) || workbench->transcript.selected > 0;
    if (!moved)
        workbench_say(workbench, false, "%s quits", request_word(&workbench->keys, "quit", word));
    if (!view->has_cursor && !view->is_at) {
        view->window = WINDOW_FIT;
        view_values_show_all(view);
    }
    view->has_cursor = false;
    transcript_leave_found(&workbench->transcript);
    if (view->is_at)
        past_go_back(workbench);
}

void looking_draw_anew(const struct request_call *call)
{
    call->workbench->changed = true;
    screen_forget();
}

void looking_suspend(const struct request_call *call)
{
    call->workbench->suspends = true;
}
