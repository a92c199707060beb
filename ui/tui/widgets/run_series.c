#include "ui/tui/widgets/run_series.h"

#include <math.h>

#include "lab/parent_curve.h"

static struct chart_point open_at(const void *view, size_t at)
{
    const struct evaluation_point *point = &((const struct view *)view)->curves.evaluation[at];
    return (struct chart_point){(double)point->step, point->known.loss};
}

struct chart_series run_series_loss(const struct view *view)
{
    return (struct chart_series){view, view->curves.evaluations, open_at,
                                 view_kept(view, KEPT_KNOWN)};
}

static struct chart_point point_at(const void *series, size_t at)
{
    const struct series *points = series;
    return (struct chart_point){points->x[at], points->y[at]};
}

static struct chart_series series_of(const struct overlay *overlay, size_t run, const char *key)
{
    struct overlay_curve *curve = overlay_curve(overlay, run, key);
    return curve
               ? (struct chart_series){&curve->series, curve->series.count, point_at, &curve->kept}
               : (struct chart_series){.count = 0};
}

struct chart_series run_series_parent(const struct view *view, const char *key)
{
    return view->parent && parent_curve_run(view->parent)
               ? series_of(&view->parent->overlay, 0, key)
               : (struct chart_series){.count = 0};
}

struct chart_series run_series_beside(const struct view *view, size_t run, const char *key)
{
    return series_of(view->overlay, run, key);
}

double run_series_value(const struct chart_series *series, double step)
{
    size_t low = 0, high = series->count; /* points up to the step */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (series->point(series->from, middle).x <= step)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NAN;
    const struct chart_point point = series->point(series->from, low - 1);
    return low < series->count || point.x == step ? point.y : NAN;
}

static double last_of(const struct chart_series *series)
{
    return series->count > 0 ? series->point(series->from, series->count - 1).x : 0;
}

double run_series_reach(const struct view *view)
{
    struct chart_series series = run_series_parent(view, LOSS_KEY);
    double reach = last_of(&series);
    for (size_t r = 0; view->overlay && r < view->overlay->runs; r++) {
        series = run_series_beside(view, r, LOSS_KEY);
        if (!view->overlay->run[r].is_hidden)
            reach = fmax(reach, last_of(&series));
    }
    return reach;
}
