/* The status line above the chart and the panel of numbers beside it. */
#ifndef MNEME_TUI_PANEL_H
#define MNEME_TUI_PANEL_H

#include "ui/tui/widgets/view.h"

/* Preset, running or paused, steps, phase, speed, learning rate, time left: each in a place of its
 * own width; what matters least is left out where the line is short. */
void panel_draw_status(const struct view *view, struct rect rect, struct cells *cells);

/* The head of a column of new individuals; null where there are none to have one. */
const char *panel_word_for_new(const struct view *view);

/* A label with a number of known and one of new individuals on its right; where held_out is null,
 * the former alone. */
void panel_draw_two_values(struct cells *cells, struct rect rect, const char *label,
                           const char *known, const char *held_out, enum style known_style,
                           enum style new_style);

/* Accuracy and training loss as small curves, confidence on known and new individuals, the run's
 * numbers; every attribute's accuracy where there is room. */
bool panel_draw_side(const struct view *view, struct rect rect, struct cells *cells,
                     struct error *err);

#endif
