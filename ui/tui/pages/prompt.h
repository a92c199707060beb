/* The prompt while it is written in, under the run it is about. */
#ifndef MNEME_TUI_PROMPT_H
#define MNEME_TUI_PROMPT_H

#include "ui/requests.h"
#include "ui/tui/page.h"

extern const struct page_ops prompt_page;

/* Opens it where it is not, with that text on it; null: with what is on it already. */
void prompt_open(struct workbench *workbench, const char *text);

/* Closes it where it is on top. */
void prompt_close(struct workbench *workbench);

/* Pasted text opens it from its first letter on. */
void prompt_paste(struct workbench *workbench, int key);

/* Requests */
void prompt_type(const struct request_call *call);
void prompt_type_command(const struct request_call *call);
void prompt_type_steps(const struct request_call *call);
void prompt_take_earlier(const struct request_call *call);

#endif
