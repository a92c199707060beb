/* The page of a run: what it learns, and what it answers. */
#ifndef MNEME_TUI_LEARN_H
#define MNEME_TUI_LEARN_H

#include "ui/requests.h"
#include "ui/tui/page.h"

extern const struct page_ops learn_page;

/* Another chart, in turn: a request. */
void learn_next_chart(const struct request_call *call);

struct view;

/* Puts the loss (or what was picked in its place), that, or the circuits on the chart; whether the
 * latter are there. */
void learn_show_loss(struct view *view);

/* What was picked in place of the loss, or else the loss. */
void learn_show_other_loss(struct view *view);

/* The chart that has differences, where they are shown. */
void learn_show_difference(struct view *view);

void learn_show_picked(struct view *view);
void learn_show_circuits(struct view *view);
bool learn_shows_circuits(const struct view *view);

/* Whether what is on the chart cannot have a logarithmic axis. */
bool learn_is_linear(const struct view *view);

/* Puts a watched question on the chart, counted from 0. */
void learn_show_question(struct view *view, size_t index);

#endif
