#include "ui/tui/widgets/loss_series.h"

#include "lab/overlay.h"

static struct chart_point open_at(const void *view, size_t at)
{
    const struct evaluation_point *point = &((const struct view *)view)->curves.evaluation[at];
    return (struct chart_point){(double)point->step, point->known.loss};
}

struct chart_series loss_series_open(const struct view *view)
{
    return (struct chart_series){view, view->curves.evaluations, open_at,
                                 view_kept(view, KEPT_KNOWN)};
}

static struct chart_point point_at(const void *series, size_t at)
{
    const struct series *points = series;
    return (struct chart_point){points->x[at], points->y[at]};
}

struct chart_series loss_series_parent(const struct view *view)
{
    return (struct chart_series){&view->parent, view->parent.count, point_at,
                                 view_kept(view, KEPT_PARENT)};
}

struct chart_series loss_series_beside(const struct view *view, size_t run)
{
    struct overlay_curve *curve = overlay_curve(view->overlay, run, LOSS_KEY);
    return curve
               ? (struct chart_series){&curve->series, curve->series.count, point_at, &curve->kept}
               : (struct chart_series){.count = 0};
}
