/* Map of this file: the sketch; curves; panels; plots over steps. */
#include "figure/figure_sketch.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { MANY_POINTS = 1000 }; /* of a curve, which is then drawn finer */

#define FINE    0.55 /* of a line's usual width */
#define DECADES 1e4  /* a loss this far below the largest leaves the figure */

/* The sketch */

void sketch_free(struct sketch *sketch)
{
    for (size_t i = 0; i < sketch->curves; i++) {
        series_mean_free(&sketch->source[i].mean);
        memory_free(sketch->source[i].name);
    }
    for (size_t i = 0; i < sketch->level_means; i++)
        series_mean_free(&sketch->level_mean[i]);
    memory_free(sketch->level_mean);
    memory_free(sketch->keys);
    memory_free(sketch->source);
    memory_free(sketch->curve);
    memory_free(sketch->point);
    memory_free(sketch->level);
    memory_free(sketch->turn);
    memory_free(sketch->turn_text);
}

void extent_widen(struct extent *extent, double value)
{
    extent->low = fmin(extent->low, value);
    extent->high = fmax(extent->high, value);
}

struct axis extent_axis(struct extent extent, double room)
{
    return axis_exact(extent.low / room, extent.high * room, AXIS_LOGARITHMIC);
}

/* Curves */

/* Runs of each group; 0 where groups differ in it. */
static size_t common_runs(const struct groups *groups)
{
    size_t runs = groups->group[0].runs;
    for (size_t g = 1; g < groups->count; g++)
        if (groups->group[g].runs != runs)
            return 0;
    return runs;
}

static void scale_mean(struct series_mean *mean, double factor)
{
    for (size_t i = 0; i < mean->mean.count; i++) {
        mean->mean.y[i] *= factor;
        mean->deviation[i] *= factor;
    }
}

bool sketch_average(const struct group *group, const char *key, struct series_mean *mean,
                    struct error *err)
{
    bool (*measure)(const struct run_result *result, const char *key, struct series *series,
                    struct error *err) =
        group->own_steps ? run_result_own_measure : run_result_measure;
    struct series *series = memory_new(group->runs, sizeof *series, err);
    size_t read = 0;
    while (series && read < group->runs && measure(group->run[read], key, &series[read], err))
        read++;
    bool ok = series && read == group->runs && series_average(mean, series, read, err);
    for (size_t i = 0; i < read; i++)
        series_free(&series[i]);
    memory_free(series);
    if (!ok)
        return false;
    scale_mean(mean, figure_measure_find(key).axis->factor);
    if (mean->mean.count > 0)
        return true;
    series_mean_free(mean);
    return error_set(err, ERROR_INPUT,
                     "%s and %s differ only in their seeds, but have no step in common",
                     group->run[0]->name, group->run[1]->name);
}

/* "N = 512, known individuals, 3 runs"; the number is told where groups differ in it. */
static char *name_curve(const struct groups *groups, const struct group *group, const char *name,
                        struct error *err)
{
    struct text out = {0};
    text_format(&out, "%s%s%s", group->name, group->name[0] && name[0] ? ", " : "", name);
    if (common_runs(groups) == 0)
        text_format(&out, ", %zu run%s", group->runs, group->runs > 1 ? "s" : "");
    return text_take(&out, err);
}

static bool make_room_for_source(struct sketch *sketch, struct error *err)
{
    void *array = sketch->source;
    bool ok =
        memory_make_room(&array, sketch->curves, &sketch->source_room, sizeof *sketch->source, err);
    sketch->source = array;
    for (size_t c = 0; c < sketch->curves; c++)
        sketch->curve[c].line = &sketch->source[c].mean.mean;
    return ok;
}

static bool make_room_for_curve(struct sketch *sketch, struct error *err)
{
    void *array = sketch->curve;
    size_t first[FIGURE_MEASURES_MOST];
    for (size_t p = 0; p < sketch->panels; p++)
        first[p] = sketch->panel[p].curve ? (size_t)(sketch->panel[p].curve - sketch->curve) : 0;
    bool ok =
        memory_make_room(&array, sketch->curves, &sketch->curve_room, sizeof *sketch->curve, err);
    sketch->curve = array;
    for (size_t p = 0; p < sketch->panels; p++)
        if (sketch->panel[p].curve)
            sketch->panel[p].curve = &sketch->curve[first[p]];
    return ok;
}

struct series *sketch_begin_curve(struct sketch *sketch, char *name, struct line_style style,
                                  struct error *err)
{
    if (!name || !make_room_for_source(sketch, err) || !make_room_for_curve(sketch, err)) {
        memory_free(name);
        return NULL;
    }
    struct curve_source *source = &sketch->source[sketch->curves];
    *source = (struct curve_source){.name = name};
    sketch->curve[sketch->curves++] = (struct plot_curve){
        .name = *name ? name : NULL, .style = style, .line = &source->mean.mean};
    return &source->mean.mean;
}

bool sketch_add_curve(struct sketch *sketch, const struct groups *groups, size_t index,
                      const char *key, const char *name, struct line_style style, struct error *err)
{
    const struct group *group = &groups->group[index];
    struct series_mean mean;
    size_t at = sketch->curves;
    if (!sketch_average(group, key, &mean, err))
        return false;
    if (mean.mean.count > MANY_POINTS)
        style.width *= FINE;
    if (!sketch_begin_curve(sketch, name_curve(groups, group, name, err), style, err)) {
        series_mean_free(&mean);
        return false;
    }
    sketch->source[at].mean = mean;
    sketch->source[at].group = group;
    sketch->curve[at].deviation = group->runs > 1 ? mean.deviation : NULL;
    return true;
}

/* Panels */

struct line_style sketch_group_style(const struct groups *groups, size_t index)
{
    return groups->ordered ? line_style_ordered(index, groups->count) : line_style_distinct(index);
}

static struct axis panel_axis(const struct plot_panel *panel, const struct measure_axis *shared)
{
    struct extent all = EXTENT_NONE;
    for (size_t c = 0; c < panel->curves; c++) {
        const struct plot_curve *curve = &panel->curve[c];
        for (size_t i = 0; i < curve->line->count; i++) {
            double y = curve->line->y[i], around = curve->deviation ? curve->deviation[i] : 0;
            extent_widen(&all, y + around);
            if (shared->scale == AXIS_LINEAR)
                extent_widen(&all, y - around);
            else if (y > 0) /* a band may reach below 0, which has no place there */
                extent_widen(&all, fmax(y - around, y / 2));
        }
    }
    if (shared->scale == AXIS_LOGARITHMIC)
        all.low = fmax(all.low, all.high / DECADES);
    if (shared->top > 0)
        return axis_exact(fmin(all.low, 0), fmax(all.high, shared->top), shared->scale);
    return axis_round(all.low, all.high, shared->scale);
}

/* How the curve of one of a panel's measures looks. With several groups a colour is a group; dashes
 * are measures, or groups too where no panel has several measures. */
static struct line_style choose_style(const struct groups *groups, size_t group, size_t measure,
                                      bool dashed_measures)
{
    if (groups->count == 1)
        return line_style_distinct(measure);
    struct line_style style = sketch_group_style(groups, group);
    if (dashed_measures)
        style.dash = (enum dash)(measure % DASHES);
    return style;
}

/* An entry of the legend that says which dashes are which measure. */
static bool add_key(struct sketch *sketch, const char *name, size_t measure, struct error *err)
{
    struct line_style style = line_style_distinct(measure);
    style.color = color_grey;
    style.dash = (enum dash)(measure % DASHES);
    return sketch_begin_curve(sketch, memory_string(name, err), style, err) != NULL;
}

/* Those of the keys whose measures have this axis. */
static size_t select_keys(const char *const *key, size_t keys, const struct measure_axis *shared,
                          const char *selected[FIGURE_MEASURES_MOST])
{
    size_t count = 0;
    for (size_t k = 0; k < keys; k++)
        if (figure_measure_find(key[k]).axis == shared)
            selected[count++] = key[k];
    return count;
}

/* What stands beside a panel: what its measures have in common, or the key of the only one where
 * that says too little. */
static const char *label_panel(char text[SKETCH_TEXT], const struct measure_axis *shared,
                               const char *const *key, size_t keys)
{
    const char *unit = strstr(shared->label, " (");
    if (keys > 1 || figure_measure_find(key[0]).name != key[0])
        return shared->label;
    snprintf(text, SKETCH_TEXT, "%s%s", key[0], unit ? unit : "");
    return text;
}

void sketch_fill_panel(struct sketch *sketch, struct plot_panel *panel, size_t first)
{
    panel->curve = &sketch->curve[first];
    panel->curves = sketch->curves - first;
}

bool sketch_add_point(struct sketch *sketch, const struct plot_point *point, struct error *err)
{
    void *array = sketch->point;
    bool ok =
        memory_make_room(&array, sketch->points, &sketch->point_room, sizeof *sketch->point, err);
    sketch->point = array;
    if (ok)
        sketch->point[sketch->points++] = *point;
    sketch->panel[0].point = sketch->point;
    sketch->panel[0].points = sketch->points;
    return ok;
}

/* A panel of all measures that share an axis, in the order of the keys. Measures are named where
 * there are several to tell apart. */
static bool add_panel(struct sketch *sketch, const struct groups *groups, const char *const *key,
                      size_t keys, const struct measure_axis *shared, bool dashed_measures,
                      struct error *err)
{
    const char *selected[FIGURE_MEASURES_MOST];
    size_t count = select_keys(key, keys, shared, selected), first = sketch->curves;
    struct plot_panel *panel = &sketch->panel[sketch->panels];
    *panel = (struct plot_panel){
        .label = label_panel(sketch->label[sketch->panels++], shared, selected, count)};
    bool alone = groups->count == 1, ok = true;
    for (size_t k = 0; ok && k < count; k++) {
        const char *name = figure_measure_find(selected[k]).name;
        for (size_t g = 0; ok && g < groups->count; g++)
            ok = sketch_add_curve(sketch, groups, g, selected[k], alone && count > 1 ? name : "",
                                  choose_style(groups, g, k, dashed_measures), err);
        if (ok && !alone && count > 1)
            ok = add_key(sketch, name, k, err);
    }
    if (!ok)
        return false;
    sketch_fill_panel(sketch, panel, first);
    panel->y = panel_axis(panel, shared);
    return true;
}

/* Whether a panel has several measures. */
static bool share_panels(const char *const *key, size_t keys)
{
    const char *selected[FIGURE_MEASURES_MOST];
    bool shared = false;
    for (size_t k = 0; k < keys; k++)
        shared = shared || select_keys(key, keys, figure_measure_find(key[k]).axis, selected) > 1;
    return shared;
}

bool sketch_add_panels(struct sketch *sketch, const struct groups *groups, const char *const *key,
                       size_t keys, struct error *err)
{
    for (size_t k = 0; k < keys; k++) {
        const struct measure_axis *axis = figure_measure_find(key[k]).axis;
        bool done = false;
        for (size_t before = 0; before < k; before++)
            done = done || figure_measure_find(key[before]).axis == axis;
        if (!done && !add_panel(sketch, groups, key, keys, axis, share_panels(key, keys), err))
            return false;
    }
    for (size_t i = 0; i < sketch->panels; i++)
        sketch->panel[i].share = 1 / (double)sketch->panels;
    return true;
}

/* Plots over steps */

/* From the first step of any curve to the last; a logarithm wants one above 0. */
static struct axis step_axis(const struct sketch *sketch, bool logarithmic)
{
    struct extent all = EXTENT_NONE;
    for (size_t c = 0; c < sketch->curves; c++)
        for (size_t i = 0; i < sketch->curve[c].line->count; i++)
            if (!logarithmic || sketch->curve[c].line->x[i] > 0)
                extent_widen(&all, sketch->curve[c].line->x[i]);
    if (!(all.low <= all.high))
        extent_widen(&all, 1);
    return axis_exact(all.low, all.high, logarithmic ? AXIS_LOGARITHMIC : AXIS_LINEAR);
}

void sketch_add_remark(struct sketch *sketch, const struct groups *groups, const char *what)
{
    size_t runs = common_runs(groups);
    if (runs == 1)
        return;
    if (runs > 1)
        snprintf(sketch->remark, SKETCH_TEXT, "(%s of %zu runs)", what, runs);
    else
        snprintf(sketch->remark, SKETCH_TEXT, "(%s of runs)", what);
    sketch->plot.remark = sketch->remark;
}

void sketch_finish_steps(struct sketch *sketch, const struct groups *groups,
                         const struct figure_options *options)
{
    sketch->plot = (struct plot){
        .title = options->title,
        .label = "training step",
        .x = step_axis(sketch, options->log_x),
        .panel = sketch->panel,
        .panels = sketch->panels,
    };
    sketch_add_remark(sketch, groups, "mean \u00b1 standard deviation");
}

/* All runs of a group were turned alike. */
static bool mark_by_lines(struct sketch *sketch, const struct turns *turns, struct error *err)
{
    sketch->turn = memory_new(turns->count, sizeof *sketch->turn, err);
    sketch->turn_text =
        sketch->turn ? memory_new(turns->count, sizeof *sketch->turn_text, err) : NULL;
    for (size_t i = 0; sketch->turn_text && i < turns->count; i++) {
        turn_write(sketch->turn_text[i], &turns->turn[i]);
        sketch->turn[i] = (struct plot_turn){(double)turns->turn[i].step, sketch->turn_text[i]};
    }
    sketch->plot.turn = sketch->turn;
    sketch->plot.turns = sketch->turn_text ? turns->count : 0;
    return sketch->turn_text != NULL;
}

static bool mark_curve(struct sketch *sketch, size_t curve, struct error *err)
{
    static const struct {
        const char *name;
        enum mark mark;
    } kinds[] = {
        [TURN_BRANCH] = {"branch", MARK_SQUARE},
        [TURN_RATE] = {"lr set by hand", MARK_TRIANGLE},
    };
    const struct series *line = sketch->curve[curve].line;
    const struct run_result *run = sketch->source[curve].group->run[0];
    for (size_t i = 0; i < run->turns.count; i++) {
        const struct turn *turn = &run->turns.turn[i];
        double step = run_result_own_step(run, turn->step);
        if (step < line->x[0] || step > line->x[line->count - 1])
            continue;
        struct plot_point point = {kinds[turn->kind].name,
                                   kinds[turn->kind].mark,
                                   color_black,
                                   step,
                                   series_at(line, step),
                                   NAN,
                                   NAN};
        if (!sketch_add_point(sketch, &point, err))
            return false;
    }
    return true;
}

bool sketch_mark_turns(struct sketch *sketch, const struct groups *groups, struct error *err)
{
    if (groups->count == 1)
        return mark_by_lines(sketch, &groups->group[0].run[0]->turns, err);
    for (size_t c = 0; c < sketch->panel[0].curves; c++)
        if (sketch->source[c].group && !mark_curve(sketch, c, err))
            return false;
    return true;
}

void sketch_finish_one(struct sketch *sketch, const struct figure_options *options,
                       const char *x_label, struct axis x, const char *y_label, struct axis y)
{
    sketch->panel[0] = (struct plot_panel){
        .label = y_label,
        .y = y,
        .share = 1,
        .curve = sketch->curve,
        .curves = sketch->curves,
        .point = sketch->point,
        .points = sketch->points,
    };
    sketch->plot = (struct plot){
        .title = options->title,
        .label = x_label,
        .x = x,
        .panel = sketch->panel,
        .panels = 1,
    };
}
