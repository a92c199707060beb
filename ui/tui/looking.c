#include "ui/tui/looking.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "ui/tui/past.h"
#include "ui/tui/state.h"
#include "ui/tui/widgets/view_values.h"

static void scroll_page(struct workbench *workbench, int direction)
{
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
    view->linear = !view->linear;
}

void looking_zoom_in(const struct request_call *call)
{
    view_zoom_in(&call->workbench->view);
}

void looking_zoom_out(const struct request_call *call)
{
    view_zoom_out(&call->workbench->view);
}

void looking_earlier(const struct request_call *call)
{
    view_move_cursor(&call->workbench->view, -1);
}

void looking_later(const struct request_call *call)
{
    view_move_cursor(&call->workbench->view, 1);
}

void looking_back(const struct request_call *call)
{
    view_pan(&call->workbench->view, -1);
}

void looking_ahead(const struct request_call *call)
{
    view_pan(&call->workbench->view, 1);
}

void looking_switch_steps(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    view->log_steps = !view->log_steps;
}

/* "LOW,HIGH"; with blanks around the comma as well. */
static bool read_range(const char *text, double *low, double *high)
{
    char first[NUMBER_TEXT], last[NUMBER_TEXT];
    int end = 0;
    bool split = sscanf(text, "%31[^, ] , %31s%n", first, last, &end) == 2 && !text[end];
    return split && number_read(first, low) && number_read(last, high);
}

static bool can_be_shown(const struct request_call *call, bool logarithmic, double low, double high)
{
    const char *why = !(low < high)             ? "the first value has to be below the second"
                      : logarithmic && low <= 0 ? "a logarithmic axis has no 0; l makes it linear"
                                                : NULL;
    if (why)
        workbench_reply(call->workbench, call->line, ENTRY_ERROR, why);
    return !why;
}

const char *looking_write_range(const struct workbench *workbench, char out[LOOKING_RANGE])
{
    enum { DIGITS = 3 };
    const struct view *view = &workbench->view;
    const size_t axis = view_axis_first(view);
    char low[NUMBER_TEXT], high[NUMBER_TEXT];
    if (axis == VIEW_AXES)
        return NULL;
    number_write_rounded(low, view_values_shown(view, axis).low, DIGITS);
    number_write_rounded(high, view_values_shown(view, axis).high, DIGITS);
    snprintf(out, LOOKING_RANGE, "%s,%s", low, high);
    return out;
}

void looking_range(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    size_t axis = view_axis_first(view);
    double low, high;
    if (!*call->argument)
        view_values_show_all(view);
    else if (!read_range(call->argument, &low, &high))
        workbench_reply(call->workbench, call->line, ENTRY_ERROR,
                        "values are two numbers: /range 0.5,4; /range alone shows all again");
    else if (axis < VIEW_AXES &&
             can_be_shown(call, view_values_shown(view, axis).logarithmic, low, high))
        view_values_set(view, axis, low, high);
}

void looking_range_in(const struct request_call *call)
{
    view_values_zoom_in(&call->workbench->view);
}

void looking_range_out(const struct request_call *call)
{
    view_values_zoom_out(&call->workbench->view);
}

void looking_range_up(const struct request_call *call)
{
    view_values_pan(&call->workbench->view, 1);
}

void looking_range_down(const struct request_call *call)
{
    view_values_pan(&call->workbench->view, -1);
}

void looking_smooth(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    view->smooth = !view->smooth;
}

/* To the newest values, and once more to all steps and values. */
void looking_newest(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    if (!view->has_cursor && !view->is_at) {
        view->window = WINDOW_FIT;
        view_values_show_all(view);
    }
    view->has_cursor = false;
    transcript_leave_found(&call->workbench->transcript);
    if (view->is_at)
        past_go_back(call->workbench);
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
