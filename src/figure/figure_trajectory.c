/* The loss of new individuals over that of known ones. */
#include <math.h>

#include "figure/figure_ops.h"

#define TRAJECTORY_ROOM 1.1 /* a factor of free space beside a trajectory */

/* The curve's x, so far steps, becomes another measure at these steps. */
static bool replace_steps(struct series_mean *mean, const struct group *group, const char *key,
                          struct error *err)
{
    struct series_mean other;
    if (!sketch_average(group, key, &other, err))
        return false;
    const struct series *x = &other.mean;
    for (size_t i = 0; i < mean->mean.count; i++)
        mean->mean.x[i] = series_at(x, fmin(fmax(mean->mean.x[i], x->x[0]), x->x[x->count - 1]));
    series_mean_free(&other);
    return true;
}

static bool add_trajectory_ends(struct sketch *sketch, size_t curve, struct error *err)
{
    const struct series *line = sketch->curve[curve].line;
    size_t last = line->count - 1;
    struct plot_point begin = {"first evaluation", MARK_RING, color_black, line->x[0],
                               line->y[0],         NAN,       NAN};
    struct plot_point end = {"last evaluation", MARK_DISC, color_black, line->x[last],
                             line->y[last],     NAN,       NAN};
    return sketch_add_point(sketch, &begin, err) && sketch_add_point(sketch, &end, err);
}

static bool sketch_trajectory(struct sketch *sketch, const struct groups *groups,
                              const struct figure_options *options, struct error *err)
{
    struct extent x = EXTENT_NONE, y = EXTENT_NONE;
    bool tuned = groups_are_finetuned(groups); /* then from the beginning of that on */
    for (size_t g = 0; g < groups->count; g++) {
        if (!sketch_add_curve(sketch, groups, g, tuned ? "tuned_attr_loss" : "new_attr_loss", "",
                              sketch_group_style(groups, g), err) ||
            !replace_steps(&sketch->source[g].mean, &groups->group[g], "attr_loss", err) ||
            !add_trajectory_ends(sketch, g, err))
            return false;
        const struct series *line = sketch->curve[g].line;
        sketch->curve[g].deviation = NULL;
        for (size_t i = 0; i < line->count; i++)
            if (line->x[i] > 0 && line->y[i] > 0) {
                extent_widen(&x, line->x[i]);
                extent_widen(&y, line->y[i]);
            }
    }
    sketch_finish_one(sketch, options, "attribute loss, " MEASURE_KNOWN " (nats)",
                      extent_axis(x, TRAJECTORY_ROOM),
                      tuned ? "attribute loss, " MEASURE_FINE_TUNED " (nats)"
                            : "attribute loss, " MEASURE_NEW " (nats)",
                      extent_axis(y, TRAJECTORY_ROOM));
    sketch_add_remark(sketch, groups, "mean");
    return true;
}

const struct figure_ops figure_trajectory = {
    .measure = "new_attr_loss",
    .sketch = sketch_trajectory,
};
