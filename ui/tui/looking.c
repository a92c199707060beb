#include "ui/tui/looking.h"

#include "ui/tui/past.h"
#include "ui/tui/state.h"

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

/* From the parent of a branch, in place of both. */
void looking_difference(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    if (view->parent.count == 0)
        workbench_say(call->workbench, false,
                      "this run is not a branch: it has no parent to be compared with");
    else
        view->difference = !view->difference;
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

void looking_smooth(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    view->smooth = !view->smooth;
}

/* To the newest values, and once more to all steps. */
void looking_newest(const struct request_call *call)
{
    struct view *view = &call->workbench->view;
    if (!view->has_cursor && !view->is_at)
        view->window = WINDOW_FIT;
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
