/* Questions that are watched: asked at every evaluation, listed, ended, and put on the chart. */
#ifndef MNEME_TUI_WATCHING_H
#define MNEME_TUI_WATCHING_H

#include "ui/requests.h"

/* Watches a prompt, shows the one of a number, or lists them where nothing is said; from a key, the
 * prompts of the last answer. */
void watching_watch(const struct request_call *call);

void watching_unwatch(const struct request_call *call);

/* Goes on asking the models that were kept, which a change of keys has interrupted. */
void watching_go_on(struct workbench *workbench);

/* Brings the view up to what was answered. */
void watching_follow(struct workbench *workbench);

#endif
