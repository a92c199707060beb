/* Which values the charts of a view show: all there are, or some that were chosen and stay. */
#ifndef MNEME_TUI_VIEW_VALUES_H
#define MNEME_TUI_VIEW_VALUES_H

#include "ui/tui/widgets/view.h"

/* The uppermost axis on the screen; VIEW_AXES where none was drawn. */
size_t view_axis_first(const struct view *view);

/* The axis that a row of the screen belongs to; VIEW_AXES where none does. */
size_t view_axis_at_row(const struct view *view, int row);

/* What an axis that was drawn shows. */
struct value_span view_values_shown(const struct view *view, size_t axis);

/* Shows these. */
void view_values_set(struct view *view, size_t axis, double low, double high);

/* On every axis all there is again. */
void view_values_show_all(struct view *view);

/* The same on axes of panels, which other measures have. */
void view_values_forget_panels(struct view *view);

/* Whether any axis on the screen shows chosen ones. */
bool view_values_are_set(const struct view *view);

/* On every axis on the screen half of the values, or twice as many up to all there are, around that
 * of the foremost curve at the cursor or its newest; larger values, or smaller ones where quarters
 * is negative, by so many quarters of those that are shown. */
void view_values_zoom_in(struct view *view);
void view_values_zoom_out(struct view *view);
void view_values_pan(struct view *view, int quarters);

/* The same on one axis that was drawn, around what is in a row of the screen; by a number of rows,
 * on any axis: one that is no longer on the screen stays as it is. */
void view_values_zoom_in_at(struct view *view, size_t axis, int row);
void view_values_zoom_out_at(struct view *view, size_t axis, int row);
void view_values_pan_by_rows(struct view *view, size_t axis, int rows);

/* Gives a chart the values that its axis is to show, and lets it tell what it was drawn with. */
void view_values_frame(const struct view *view, size_t axis, struct chart *chart);

#endif
