/* Doing what a key, a command or the palette asks for. */
#ifndef MNEME_TUI_PERFORMING_H
#define MNEME_TUI_PERFORMING_H

#include "ui/requests.h"

/* Does it where the page on top lets it. line is the command as it was typed; null: a key, which
 * puts a command on the prompt's line that needs something behind it. */
void performing_do(struct workbench *workbench, const struct request_info *info,
                   const char *argument, const char *line);

/* Puts a request's command on the prompt's line, to be completed there. */
void performing_type(struct workbench *workbench, const struct request_info *info);

#endif
