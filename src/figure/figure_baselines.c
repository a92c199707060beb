#include "figure/figure_baselines.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "measure/summary.h"
#include "train/baselines.h"

#define LEVEL_WIDTH 0.9

static struct line_style level_style(struct color color)
{
    return (struct line_style){color, DASH_SHORT, LEVEL_WIDTH};
}

/* One of the readers of baselines of src/lab/run_result.h. */
typedef bool read_baselines(const struct run_result *result, struct series *series,
                            struct error *err);

/* The baselines of what is sampled, averaged over the runs of a group. */
static bool average_baselines(const struct group *group, read_baselines *read,
                              struct series_mean *mean, struct error *err)
{
    struct series *series = memory_new(group->runs, sizeof *series, err);
    size_t made = 0;
    while (series && made < group->runs && read(group->run[made], &series[made], err))
        made++;
    bool ok = series && made == group->runs && series_average(mean, series, made, err);
    for (size_t i = 0; i < made; i++)
        series_free(&series[i]);
    memory_free(series);
    return ok;
}

/* Whether a straight line is enough: before the first step nothing has been sampled. */
static bool is_straight(const struct series *line)
{
    for (size_t i = 0; i < line->count; i++)
        if (line->x[i] > 0 && baselines_differ(line->y[i], line->y[line->count - 1]))
            return false;
    return true;
}

/* A group's level; *bent where it is no straight line. */
static bool add_baseline(struct sketch *sketch, const struct groups *groups, size_t g, bool *bent,
                         struct error *err)
{
    const struct group *group = &groups->group[g];
    struct series_mean *mean = &sketch->level_mean[g];
    read_baselines *read = group->own_steps ? run_result_own_baselines : run_result_baselines;
    if (!average_baselines(group, read, mean, err))
        return false;
    sketch->level_means++;
    const struct series *line = &mean->mean;
    *bent |= !is_straight(line);
    sketch->level[sketch->levels++] = (struct plot_level){
        .name = g == 0 ? "baselines" : NULL,
        .style = level_style(sketch_group_style(groups, g).color),
        .y = line->count > 0 ? line->y[line->count - 1] : NAN,
        .line = is_straight(line) ? NULL : line,
    };
    return true;
}

/* In the place of the levels behind `from`. */
static void add_grey_level(struct sketch *sketch, size_t from, const char *name, double y,
                           const struct series *line)
{
    enum { LAST = sizeof sketch->level_name / sizeof *sketch->level_name - 1 };
    char *text = sketch->level_name[from < LAST ? from : LAST];
    if (line)
        snprintf(text, SKETCH_TEXT, "%s", name);
    else
        snprintf(text, SKETCH_TEXT, "%s %.2f", name, y);
    sketch->level[from] = (struct plot_level){text, level_style(color_grey), y, line};
    sketch->levels = from + 1;
}

/* What knowing nobody costs for new individuals, beside their curve, where it is something else
 * than for known ones. */
static bool add_held_out_baseline(struct sketch *sketch, const struct group *group,
                                  struct error *err)
{
    struct series_mean *mean = &sketch->level_mean[sketch->level_means];
    read_baselines *read =
        group->own_steps ? run_result_own_held_out_baselines : run_result_held_out_baselines;
    if (!average_baselines(group, read, mean, err))
        return false;
    sketch->level_means++;
    const struct series *line = &mean->mean;
    if (line->count == 0)
        return true;
    double y = line->y[line->count - 1];
    if (baselines_differ(y, sketch->level[0].y) || !is_straight(line))
        add_grey_level(sketch, sketch->levels, "baseline of new", y,
                       is_straight(line) ? NULL : line);
    return true;
}

static double uniform_baseline(const struct run_result *result)
{
    return result->uniform_baseline;
}

/* The baseline were all drawn alike, beside those that it is not. */
static void add_uniform(struct sketch *sketch, const struct groups *groups, bool bent)
{
    struct extent uniform = EXTENT_NONE;
    bool other = bent;
    for (size_t g = 0; g < groups->count; g++)
        extent_widen(&uniform, group_summary(&groups->group[g], uniform_baseline).mean);
    for (size_t i = 0; i < sketch->levels; i++)
        other = other || baselines_differ(sketch->level[i].y, uniform.low);
    if (other && !baselines_differ(uniform.high, uniform.low)) {
        add_grey_level(sketch, sketch->levels, "uniform", uniform.low, NULL);
        sketch->level[sketch->levels - 1].style.dash = DASH_DOTS;
    }
}

/* For all groups, and two levels in grey. */
static bool make_room_for_levels(struct sketch *sketch, size_t groups, struct error *err)
{
    size_t most = groups + 2;
    sketch->level = memory_new(most, sizeof *sketch->level, err);
    sketch->level_mean = sketch->level ? memory_new(most, sizeof *sketch->level_mean, err) : NULL;
    return sketch->level_mean != NULL;
}

bool figure_add_baselines(struct sketch *sketch, const struct groups *groups, struct error *err)
{
    struct extent all = EXTENT_NONE;
    double sum = 0;
    bool bent = false;
    if (!make_room_for_levels(sketch, groups->count, err))
        return false;
    for (size_t g = 0; g < groups->count; g++) {
        if (!add_baseline(sketch, groups, g, &bent, err))
            return false;
        sum += sketch->level[g].y;
        extent_widen(&all, sketch->level[g].y);
    }
    bool same = !baselines_differ(all.high, all.low);
    if (groups->count == 1 || (same && !bent))
        add_grey_level(sketch, 0, "baseline", sum / (double)groups->count, sketch->level[0].line);
    if (groups->count == 1 && !add_held_out_baseline(sketch, &groups->group[0], err))
        return false;
    add_uniform(sketch, groups, bent);
    struct plot_panel *panel = &sketch->panel[0];
    panel->level = sketch->level;
    panel->levels = sketch->levels;
    for (size_t i = 0; i < sketch->levels; i++)
        extent_widen(&all, sketch->level[i].y);
    panel->y =
        axis_round(fmin(panel->y.low, all.low), fmax(panel->y.high, all.high), panel->y.scale);
    return true;
}
