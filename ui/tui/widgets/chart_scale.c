#include "ui/tui/widgets/chart_scale.h"

#include <math.h>

static double share_up(const struct chart_scale *scale, double y)
{
    if (scale->linear)
        return (y - scale->low) / (scale->high - scale->low);
    return log(fmax(y, scale->low * 1e-3) / scale->low) / log(scale->high / scale->low);
}

struct chart_place chart_place_of(const struct chart_scale *scale, struct envelope_point point)
{
    return (struct chart_place){step_span_share(&scale->span, point.x) * (scale->width - 1),
                                (1 - share_up(scale, point.y)) * (scale->height - 1)};
}

int chart_near_dot(double place, int dots)
{
    return (int)lround(fmin(fmax(place, -1.0 * dots), 2.0 * dots));
}

int chart_dot_down(const struct chart_scale *scale, double y)
{
    return chart_near_dot((1 - share_up(scale, y)) * (scale->height - 1), scale->height - 1);
}

int chart_dot_across(const struct chart_scale *scale, double x)
{
    return chart_near_dot(step_span_share(&scale->span, x) * (scale->width - 1), scale->width - 1);
}

int chart_row_of(const struct chart_scale *scale, const struct rect *plot, double y)
{
    return plot->row + (int)floor((double)chart_dot_down(scale, y) * plot->rows / scale->height);
}

int chart_col_of(const struct chart_scale *scale, const struct rect *plot, double x)
{
    double cols = plot->cols - CHART_GUTTER;
    return plot->col + CHART_GUTTER + (int)floor(chart_dot_across(scale, x) * cols / scale->width);
}
