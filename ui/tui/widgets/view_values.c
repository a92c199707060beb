#include "ui/tui/widgets/view_values.h"

static const double half = 0.5;

static bool is_drawn(const struct view *view, size_t axis)
{
    return view->drawn && view->drawn[axis].plot.rows > 0;
}

size_t view_axis_first(const struct view *view)
{
    size_t axis = 0;
    while (axis < VIEW_AXES && !is_drawn(view, axis))
        axis++;
    return axis;
}

size_t view_axis_at_row(const struct view *view, int row)
{
    for (size_t axis = 0; axis < VIEW_AXES; axis++) {
        if (!is_drawn(view, axis))
            continue;
        const struct rect *plot = &view->drawn[axis].plot;
        if (row >= plot->row && row < plot->row + plot->rows)
            return axis;
    }
    return VIEW_AXES;
}

struct value_span view_values_shown(const struct view *view, size_t axis)
{
    return view->drawn[axis].shown;
}

void view_values_set(struct view *view, size_t axis, double low, double high)
{
    view->values[axis] = (struct view_values){true, {low, high, false}};
}

static void show_all_from(struct view *view, size_t axis)
{
    for (; axis < VIEW_AXES; axis++)
        view->values[axis].are_set = false;
}

void view_values_show_all(struct view *view)
{
    show_all_from(view, 0);
}

void view_values_forget_panels(struct view *view)
{
    show_all_from(view, VIEW_PANEL);
}

bool view_values_are_set(const struct view *view)
{
    for (size_t axis = 0; axis < VIEW_AXES; axis++)
        if (is_drawn(view, axis) && view->values[axis].are_set)
            return true;
    return false;
}

/* From one picture to the next. */
static void take(struct view *view, size_t axis, struct value_span span)
{
    view_values_set(view, axis, span.low, span.high);
    view->drawn[axis].shown = span;
}

/* The same, moved, unless that leads away from all that is drawn. */
static void pan(struct view *view, size_t axis, double share)
{
    const struct chart_drawn *drawn = &view->drawn[axis];
    const struct value_span to = value_span_pan(drawn->shown, share);
    if (chart_reach_meets(&drawn->reach, to.low, to.high) ||
        !chart_reach_meets(&drawn->reach, drawn->shown.low, drawn->shown.high))
        take(view, axis, to);
}

static void zoom(struct view *view, size_t axis, double value, double factor)
{
    const double least = 1e-6; /* of all there is */
    const struct chart_drawn *drawn = &view->drawn[axis];
    const struct value_span *whole = &drawn->whole;
    struct value_span span = value_span_zoom(drawn->shown, value, factor);
    double part = value_span_share(whole, span.high) - value_span_share(whole, span.low);
    if (factor < 1 && (part < least || !chart_reach_meets(&drawn->reach, span.low, span.high)))
        return;
    take(view, axis, span);
    view->values[axis].are_set = part < 1 - least;
}

/* The value that stays where it is. */
static double held_value(const struct view *view, size_t axis)
{
    const struct chart_drawn *drawn = &view->drawn[axis];
    return value_span_holds(&drawn->shown, drawn->held) ? drawn->held
                                                        : value_span_value(&drawn->shown, half);
}

static void zoom_all(struct view *view, double factor)
{
    for (size_t axis = 0; axis < VIEW_AXES; axis++)
        if (is_drawn(view, axis))
            zoom(view, axis, held_value(view, axis), factor);
}

void view_values_zoom_in(struct view *view)
{
    zoom_all(view, half);
}

void view_values_zoom_out(struct view *view)
{
    zoom_all(view, 1 / half);
}

void view_values_pan(struct view *view, int quarters)
{
    for (size_t axis = 0; axis < VIEW_AXES; axis++)
        if (is_drawn(view, axis))
            pan(view, axis, quarters / 4.0);
}

static double value_in_row(const struct view *view, size_t axis, int row)
{
    const struct chart_drawn *drawn = &view->drawn[axis];
    double share = 1 - (row - drawn->plot.row + 0.5) / drawn->plot.rows;
    return value_span_value(&drawn->shown, share);
}

void view_values_zoom_in_at(struct view *view, size_t axis, int row)
{
    zoom(view, axis, value_in_row(view, axis, row), half);
}

void view_values_zoom_out_at(struct view *view, size_t axis, int row)
{
    zoom(view, axis, value_in_row(view, axis, row), 1 / half);
}

void view_values_pan_by_rows(struct view *view, size_t axis, int rows)
{
    if (is_drawn(view, axis))
        pan(view, axis, (double)rows / view->drawn[axis].plot.rows);
}

void view_values_frame(const struct view *view, size_t axis, struct chart *chart)
{
    chart->has_values = view->values[axis].are_set;
    chart->values = view->values[axis].span;
    chart->drawn = view->drawn ? &view->drawn[axis] : NULL;
}
