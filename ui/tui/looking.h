/* Requests for how a run is looked at, and for the screen: what each does is in the table of
 * requests. */
#ifndef MNEME_TUI_LOOKING_H
#define MNEME_TUI_LOOKING_H

#include "ui/requests.h"

/* The values that are shown as /range takes them, "0.5,4"; null where there is no chart. */
enum { LOOKING_RANGE = 64 };
const char *looking_write_range(const struct workbench *workbench, char out[LOOKING_RANGE]);

void looking_scroll_up(const struct request_call *call);
void looking_scroll_down(const struct request_call *call);
void looking_give_room(const struct request_call *call);
void looking_switch_axis(const struct request_call *call);
void looking_zoom_in(const struct request_call *call);
void looking_zoom_out(const struct request_call *call);
void looking_earlier(const struct request_call *call);
void looking_later(const struct request_call *call);
void looking_back(const struct request_call *call);
void looking_ahead(const struct request_call *call);
void looking_switch_steps(const struct request_call *call);
void looking_range(const struct request_call *call);
void looking_range_in(const struct request_call *call);
void looking_range_out(const struct request_call *call);
void looking_range_up(const struct request_call *call);
void looking_range_down(const struct request_call *call);
void looking_smooth(const struct request_call *call);
void looking_newest(const struct request_call *call);
void looking_draw_anew(const struct request_call *call);
void looking_suspend(const struct request_call *call);

#endif
