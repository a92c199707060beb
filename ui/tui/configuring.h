/* The person's settings at work on the screen, and the request to see, change and save them. */
#ifndef MNEME_TUI_CONFIGURING_H
#define MNEME_TUI_CONFIGURING_H

#include "ui/requests.h"
#include "ui/tui/screen.h"

/* Reads config.ini, before the screen is started. Where something is wrong in it, it is kept to be
 * said, and settings are at their standard values; false where there is no memory even for those.
 */
bool configuring_begin(struct workbench *workbench, struct error *err);

/* Says what was wrong, where something was. */
void configuring_tell(struct workbench *workbench);

/* How the screen is to be drawn by the settings, the command line and the terminal together;
 * utf8: what is written is encoded so. */
struct screen_wish configuring_screen(const struct workbench *workbench, bool utf8);

/* Looks at a run that was opened as the settings say. */
void configuring_look(struct workbench *workbench);

void configuring_mouse(const struct request_call *call);
void configuring_config(const struct request_call *call);

#endif
