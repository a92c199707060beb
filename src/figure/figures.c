/* Map of this file: what is known of phases; curves, measures and circuits over steps;
 * trajectories; laws;
 * writing. Heat maps are in lab/figure_heatmap.c, calibration in lab/figure_calibration.c. */
#include "figure/figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "figure/figure_calibration.h"
#include "figure/figure_heatmap.h"
#include "figure/figure_measure.h"
#include "figure/figure_sketch.h"
#include "lab/groups.h"
#include "plot/plot.h"
#include "plot/surface.h"

const char *const figure_kinds[] = {
    [FIGURE_CURVES] = "curves",
    [FIGURE_MEASURE] = "measure",
    [FIGURE_LAW] = "law",
    [FIGURE_HEATMAP] = "heatmap",
    [FIGURE_TRAJECTORY] = "trajectory",
    [FIGURE_CIRCUITS] = "circuits",
    [FIGURE_CALIBRATION] = "calibration",
    NULL,
};

const char *const figure_values[] = {
    [FIGURE_FINAL_LOSS] = "final_attr_loss",
    [FIGURE_FINAL_ACCURACY] = "attr_acc",
    [FIGURE_PLATEAU_END] = "plateau_end",
    NULL,
};

#define LOSS_SHARE      0.63 /* of the height, above accuracy */
#define SAME_BASELINE   0.01 /* relative: one line is enough */
#define LEVEL_WIDTH     0.9
#define LAW_ROOM        1.35 /* a factor of free space beside the points of a law, */
#define TRAJECTORY_ROOM 1.1  /* and beside a trajectory */

/* What is known of phases */

/* Mean and sample deviation of one number over those runs of a group that have it. */
struct spread {
    double mean, deviation; /* NAN where no run has it; 0 for one run */
    size_t runs;
};

static double plateau_start(const struct run_result *result)
{
    return result->phase.plateau_start;
}

static double plateau_end(const struct run_result *result)
{
    return result->phase.plateau_end;
}

static double uniform_baseline(const struct run_result *result)
{
    return result->uniform_baseline;
}

/* The step that fine-tuning begins after. */
static double tuned_after(const struct run_result *result)
{
    uint64_t after = result->preset.trainer.finetune.after;
    return after > 0 ? (double)after : NAN;
}

static struct spread spread_over(const struct group *group,
                                 double (*number)(const struct run_result *result))
{
    struct spread spread = {0, 0, 0};
    double squares = 0;
    for (size_t i = 0; i < group->runs; i++)
        if (isfinite(number(group->run[i]))) {
            spread.mean += number(group->run[i]);
            spread.runs++;
        }
    spread.mean = spread.runs > 0 ? spread.mean / (double)spread.runs : NAN;
    for (size_t i = 0; i < group->runs; i++)
        if (isfinite(number(group->run[i])))
            squares += pow(number(group->run[i]) - spread.mean, 2);
    if (spread.runs > 1)
        spread.deviation = sqrt(squares / (double)(spread.runs - 1));
    return spread;
}

static double reference_plateau_start(const struct run_result *result)
{
    return result->reference_phase.plateau_start;
}

static double reference_plateau_end(const struct run_result *result)
{
    return result->reference_phase.plateau_end;
}

/* The phases of a training between two steps. */
static void add_phases(struct sketch *sketch, double first, double start, double end, double last)
{
    static const struct color colors[] = {
        {0.925, 0.941, 0.965, 1}, {0.992, 0.941, 0.847, 1}, {0.894, 0.949, 0.918, 1}};
    const double from[] = {first, start, end};
    const double to[] = {start, end, INFINITY};
    sketch->plot.span = sketch->span;
    for (enum phase p = PHASE_STATISTICS; p <= PHASE_KNOWLEDGE && isfinite(start); p++) {
        if (!isfinite(from[p]))
            break;
        sketch->span[sketch->plot.spans++] =
            (struct plot_span){phase_name(p), colors[p], from[p], isfinite(to[p]) ? to[p] : last};
    }
}

/* Phases, of a patched model's reference first, and fine-tuning. */
static void add_spans(struct sketch *sketch, const struct group *group)
{
    static const struct color tuned_color = {0.953, 0.918, 0.961, 1};
    const struct patching_options *patching = &group->run[0]->preset.trainer.patching;
    double first = sketch->plot.x.low, high = sketch->plot.x.high;
    double after = spread_over(group, tuned_after).mean;
    if (group->run[0]->patched) {
        double begins = (double)patching->reference_step.count;
        add_phases(sketch, first, spread_over(group, reference_plateau_start).mean,
                   spread_over(group, reference_plateau_end).mean, begins);
        first = begins;
    }
    add_phases(sketch, first, spread_over(group, plateau_start).mean,
               spread_over(group, plateau_end).mean, isfinite(after) ? after : high);
    if (isfinite(after) && after < high)
        sketch->span[sketch->plot.spans++] =
            (struct plot_span){"fine-tuning", tuned_color, after, high};
}

/* The interval of the only run, from its curve. */
static void bound_by_confidence(struct sketch *sketch, const struct phase_report *phase)
{
    char interval[PHASE_INTERVAL_TEXT];
    double low = phase->plateau_end_low, high = phase->plateau_end_high;
    phase_say_interval(low, high, " to ", interval);
    if (!interval[0])
        return;
    sketch->marker.low = isfinite(low) ? low : sketch->plot.x.low;
    sketch->marker.high = isfinite(high) ? high : sketch->plot.x.high;
    snprintf(sketch->marker_text[1], SKETCH_TEXT, "(95 %%: %s)", interval);
    sketch->marker.text[1] = sketch->marker_text[1];
}

static void bound_by_deviation(struct sketch *sketch, const struct spread *end)
{
    if (end->runs < 2)
        return;
    sketch->marker.low = end->mean - end->deviation;
    sketch->marker.high = end->mean + end->deviation;
    snprintf(sketch->marker_text[1], SKETCH_TEXT, "\u00b1 %.0f in %zu runs", end->deviation,
             end->runs);
    sketch->marker.text[1] = sketch->marker_text[1];
}

/* Where a patched model sets out; its plateau's end, if it has one, is the end of a span. */
static void mark_patching(struct sketch *sketch, const struct patching_options *patching,
                          const struct spread *end)
{
    char step[NUMBER_TEXT];
    sketch->marker = (struct plot_marker){
        (double)patching->reference_step.count, NAN, NAN, {"attention patched"}};
    if (end->runs > 0) {
        number_write_grouped(step, (uint64_t)llround(end->mean));
        snprintf(sketch->marker_text[1], SKETCH_TEXT, "plateau ends at %s", step);
        sketch->marker.text[1] = sketch->marker_text[1];
    }
}

static void mark_plateau_end(struct sketch *sketch, const struct group *group,
                             const struct spread *end)
{
    char step[NUMBER_TEXT];
    number_write_grouped(step, (uint64_t)llround(end->mean));
    snprintf(sketch->marker_text[0], SKETCH_TEXT, "plateau ends at %s", step);
    sketch->marker = (struct plot_marker){end->mean, NAN, NAN, {sketch->marker_text[0]}};
    if (group->runs == 1)
        bound_by_confidence(sketch, &group->run[0]->phase);
    else
        bound_by_deviation(sketch, end);
}

static void add_marker(struct sketch *sketch, const struct group *group)
{
    struct spread end = spread_over(group, plateau_end);
    if (group->run[0]->patched)
        mark_patching(sketch, &group->run[0]->preset.trainer.patching, &end);
    else if (end.runs > 0)
        mark_plateau_end(sketch, group, &end);
    else
        return;
    sketch->plot.marker = &sketch->marker;
    sketch->panel[0].has_marker_text = true;
}

/* Where each group's curve leaves the plateau. */
static void add_ends(struct sketch *sketch, const struct groups *groups)
{
    for (size_t g = 0; g < groups->count; g++) {
        double end = spread_over(&groups->group[g], run_result_own_plateau_end).mean;
        const struct series *line = sketch->curve[g].line;
        if (isfinite(end) && end >= line->x[0] && end <= line->x[line->count - 1])
            sketch->point[sketch->points++] = (struct plot_point){
                "plateau end", MARK_RING, color_black, end, series_at(line, end), NAN, NAN};
    }
    sketch->panel[0].point = sketch->point;
    sketch->panel[0].points = sketch->points;
}

static struct style level_style(struct color color)
{
    return (struct style){color, DASH_SHORT, LEVEL_WIDTH};
}

static bool differ(double one, double other)
{
    return fabs(one / other - 1) > SAME_BASELINE;
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
        if (line->x[i] > 0 && differ(line->y[i], line->y[line->count - 1]))
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
    if (differ(y, sketch->level[0].y) || !is_straight(line))
        add_grey_level(sketch, sketch->levels, "baseline of new", y,
                       is_straight(line) ? NULL : line);
    return true;
}

/* The baseline were all drawn alike, beside those that it is not. */
static void add_uniform(struct sketch *sketch, const struct groups *groups, bool bent)
{
    struct extent uniform = EXTENT_NONE;
    bool other = bent;
    for (size_t g = 0; g < groups->count; g++)
        extent_widen(&uniform, spread_over(&groups->group[g], uniform_baseline).mean);
    for (size_t i = 0; i < sketch->levels; i++)
        other = other || differ(sketch->level[i].y, uniform.low);
    if (other && !differ(uniform.high, uniform.low)) {
        add_grey_level(sketch, sketch->levels, "uniform", uniform.low, NULL);
        sketch->level[sketch->levels - 1].style.dash = DASH_DOTS;
    }
}

/* One line where all baselines are nearly the same, otherwise one for each group. */
static bool add_baselines(struct sketch *sketch, const struct groups *groups, struct error *err)
{
    struct extent all = EXTENT_NONE;
    double sum = 0;
    bool bent = false;
    for (size_t g = 0; g < groups->count; g++) {
        if (!add_baseline(sketch, groups, g, &bent, err))
            return false;
        sum += sketch->level[g].y;
        extent_widen(&all, sketch->level[g].y);
    }
    bool same = all.high <= all.low * (1 + SAME_BASELINE);
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

/* Whether every run has got beyond the step that fine-tuning begins after. */
static bool are_tuned(const struct groups *groups)
{
    bool tuned = true;
    for (size_t g = 0; g < groups->count; g++)
        for (size_t i = 0; i < groups->group[g].runs; i++)
            tuned = tuned && run_result_is_finetuned(groups->group[g].run[i]);
    return tuned;
}

/* Curves and measures over steps */

static bool sketch_curves(struct sketch *sketch, const struct groups *groups,
                          const struct figure_options *options, struct error *err)
{
    static const char *const keys[] = {"attr_loss",    "attr_acc",        "new_attr_loss",
                                       "new_attr_acc", "tuned_attr_loss", "tuned_attr_acc"};
    bool alone = groups->count == 1;
    size_t shown = !alone ? 2 : are_tuned(groups) ? 6 : 4;
    if (!sketch_add_panels(sketch, groups, keys, shown, err))
        return false;
    sketch->panel[0].share = LOSS_SHARE;
    sketch->panel[1].share = 1 - LOSS_SHARE;
    sketch_finish_steps(sketch, groups, options);
    if (!sketch_mark_turns(sketch, groups, err))
        return false;
    if (alone) {
        add_spans(sketch, &groups->group[0]);
        add_marker(sketch, &groups->group[0]);
    } else
        add_ends(sketch, groups);
    return add_baselines(sketch, groups, err);
}

static bool sketch_measures(struct sketch *sketch, const struct groups *groups,
                            const struct figure_options *options, struct error *err)
{
    const char *key[FIGURE_MEASURES_MOST];
    size_t keys;
    sketch->keys = memory_string(options->measures, err);
    if (!sketch->keys || !figure_measure_split(sketch->keys, key, &keys, err) ||
        !sketch_add_panels(sketch, groups, key, keys, err))
        return false;
    sketch_finish_steps(sketch, groups, options);
    return sketch_mark_turns(sketch, groups, err);
}

/* A curve of circuits; where a run lacks the first key, as those of the first version do, all are
 * drawn with the second. */
static const struct circuit_curve {
    const char *key, *name;
    const char *former_key, *former_name;
    bool in_last_layer;
} circuits[] = {
    {"name_name_within", "within a name, first layer", "name_name",
     "name \u2192 all names, first layer", false},
    {"attr_name", "attribute \u2192 name, last layer", NULL, NULL, true},
    {"attr_text", "attribute \u2192 text, last layer", NULL, NULL, true},
};

static void write_circuit_key(char key[SKETCH_TEXT], const char *front, const char *name,
                              const struct run_result *run, bool in_last_layer)
{
    snprintf(key, SKETCH_TEXT, "%s%s.%zu", front, name,
             in_last_layer ? run->preset.model.layers - 1 : 0);
}

static bool choose_circuit(const struct groups *groups, struct circuit_curve *curve,
                           struct error *err)
{
    bool all = true;
    for (size_t g = 0; curve->former_key && g < groups->count; g++)
        for (size_t i = 0; all && i < groups->group[g].runs; i++) {
            char key[SKETCH_TEXT];
            const struct run_result *run = groups->group[g].run[i];
            write_circuit_key(key, "", curve->key, run, curve->in_last_layer);
            if (!run_result_has_measure(run, key, &all, err))
                return false;
        }
    if (!all) {
        curve->key = curve->former_key;
        curve->name = curve->former_name;
    }
    return true;
}

/* Known or new individuals: keys begin alike. A colour is a circuit, or a group where there are
 * several; dashes are circuits then. */
static bool add_circuits(struct sketch *sketch, const struct groups *groups, const char *front,
                         const char *label, struct error *err)
{
    struct plot_panel *panel = &sketch->panel[sketch->panels++];
    *panel = (struct plot_panel){.label = label,
                                 .y = axis_exact(0, 1, AXIS_LINEAR),
                                 .share = 1,
                                 .curve = &sketch->curve[sketch->curves]};
    for (size_t g = 0; g < groups->count; g++)
        for (size_t c = 0; c < sizeof circuits / sizeof *circuits; c++) {
            char key[SKETCH_TEXT];
            struct circuit_curve curve = circuits[c];
            const struct run_result *run = groups->group[g].run[0];
            if (run->preset.model.kind == MODEL_ASSOCIATIVE)
                return error_set(err, ERROR_INPUT, "the model of run %s has no attention",
                                 run->name);
            if (!choose_circuit(groups, &curve, err))
                return false;
            struct style style =
                groups->count > 1 ? sketch_group_style(groups, g) : line_style_distinct(c);
            style.dash = (enum dash)(c % DASHES);
            write_circuit_key(key, front, curve.key, run, curve.in_last_layer);
            if (!sketch_add_curve(sketch, groups, g, key, curve.name, style, err))
                return false;
        }
    panel->curves = (size_t)(&sketch->curve[sketch->curves] - panel->curve);
    return true;
}

static bool sketch_circuits(struct sketch *sketch, const struct groups *groups,
                            const struct figure_options *options, struct error *err)
{
    bool alone = groups->count == 1;
    if (!add_circuits(sketch, groups, "", "attention, " MEASURE_KNOWN, err) ||
        (alone && !add_circuits(sketch, groups, "new_", "attention, " MEASURE_NEW, err)))
        return false;
    for (size_t p = 0; p < sketch->panels; p++)
        sketch->panel[p].share = 1 / (double)sketch->panels;
    sketch_finish_steps(sketch, groups, options);
    if (alone) {
        add_spans(sketch, &groups->group[0]);
        add_marker(sketch, &groups->group[0]);
        sketch->panel[0].has_marker_text = false; /* curves are where it would stand */
    }
    return sketch_mark_turns(sketch, groups, err);
}

/* Trajectories */

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

static struct axis extent_axis(struct extent extent, double room)
{
    return axis_exact(extent.low / room, extent.high * room, AXIS_LOGARITHMIC);
}

static void add_trajectory_ends(struct sketch *sketch, size_t curve)
{
    const struct series *line = sketch->curve[curve].line;
    size_t last = line->count - 1;
    sketch->point[sketch->points++] = (struct plot_point){
        "first evaluation", MARK_RING, color_black, line->x[0], line->y[0], NAN, NAN};
    sketch->point[sketch->points++] = (struct plot_point){
        "last evaluation", MARK_DISC, color_black, line->x[last], line->y[last], NAN, NAN};
}

static bool sketch_trajectories(struct sketch *sketch, const struct groups *groups,
                                const struct figure_options *options, struct error *err)
{
    struct extent x = EXTENT_NONE, y = EXTENT_NONE;
    bool tuned = are_tuned(groups); /* then from the beginning of that on */
    for (size_t g = 0; g < groups->count; g++) {
        if (!sketch_add_curve(sketch, groups, g, tuned ? "tuned_attr_loss" : "new_attr_loss", "",
                              sketch_group_style(groups, g), err) ||
            !replace_steps(&sketch->mean[g], &groups->group[g], "attr_loss", err))
            return false;
        const struct series *line = sketch->curve[g].line;
        sketch->curve[g].deviation = NULL;
        add_trajectory_ends(sketch, g);
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

/* Laws */

/* An interval that is open on a side has no bar. */
static void add_law_point(struct sketch *sketch, const struct run_result *result, struct extent *x,
                          struct extent *y)
{
    const struct phase_report *phase = &result->phase;
    double n = (double)result->preset.population.known;
    sketch->point[sketch->points++] = (struct plot_point){"run, with its 95 % interval",
                                                          MARK_RING,
                                                          line_style_distinct(0).color,
                                                          n,
                                                          phase->plateau_end,
                                                          phase->plateau_end_low,
                                                          phase->plateau_end_high};
    extent_widen(x, n);
    extent_widen(y, phase->plateau_end);
    if (isfinite(phase->plateau_end_low) && isfinite(phase->plateau_end_high)) {
        extent_widen(y, phase->plateau_end_low);
        extent_widen(y, phase->plateau_end_high);
    }
}

/* A straight line on these axes, from side to side. */
static bool add_law_line(struct sketch *sketch, const struct scaling_law *law, const struct axis *x,
                         struct error *err)
{
    struct series *line = &sketch->mean[0].mean;
    size_t room = 0;
    struct style style = line_style_distinct(1);
    style.dash = DASH_NONE;
    sketch->curves = 1;
    sketch->curve[0] = (struct plot_curve){.name = "fitted law", .style = style, .line = line};
    return series_add(line, &room, x->low, scaling_law_at(law, x->low), err) &&
           series_add(line, &room, x->high, scaling_law_at(law, x->high), err);
}

static bool sketch_law(struct sketch *sketch, const struct run_result *result, size_t count,
                       const struct figure_options *options, struct error *err)
{
    struct scaling_law law;
    struct extent x = EXTENT_NONE, y = EXTENT_NONE;
    if (!run_result_fit_law(result, count, &law, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (run_result_has_plateau_end(&result[i]))
            add_law_point(sketch, &result[i], &x, &y);
    int written =
        snprintf(sketch->note[0], SKETCH_TEXT, "plateau end = %.3g N^{%.2f}", law.a, law.b);
    if (isfinite(law.r_squared))
        snprintf(sketch->note[0] + written, SKETCH_TEXT - (size_t)written, ",  R\u00b2 = %.3f",
                 law.r_squared);
    snprintf(sketch->note[1], SKETCH_TEXT, "(standard errors %.2g and %.2g)", law.a_error,
             law.b_error);
    struct axis individuals = extent_axis(x, LAW_ROOM);
    if (!add_law_line(sketch, &law, &individuals, err))
        return false;
    sketch_finish_one(sketch, options, "known individuals N", individuals, "plateau end (step)",
                      extent_axis(y, LAW_ROOM));
    sketch->panel[0].note[0] = sketch->note[0];
    sketch->panel[0].note[1] = sketch->note[1];
    return true;
}

/* Writing */

static bool make_sketch(struct sketch *sketch, const struct groups *groups,
                        const struct run_result *result, size_t count,
                        const struct figure_options *options, struct error *err)
{
    switch (options->kind) {
    case FIGURE_CURVES:
        return sketch_curves(sketch, groups, options, err);
    case FIGURE_MEASURE:
        return sketch_measures(sketch, groups, options, err);
    case FIGURE_LAW:
        return sketch_law(sketch, result, count, options, err);
    case FIGURE_TRAJECTORY:
        return sketch_trajectories(sketch, groups, options, err);
    case FIGURE_CIRCUITS:
        return sketch_circuits(sketch, groups, options, err);
    case FIGURE_CALIBRATION:
        return figure_calibration_sketch(sketch, groups, options, err);
    case FIGURE_HEATMAP:
        break;
    }
    return false;
}

static bool draw_page(const struct run_result *result, size_t count,
                      const struct figure_options *options, struct surface *surface, double width,
                      double height, struct error *err)
{
    struct groups groups;
    struct sketch sketch;
    if (!groups_init(&groups, result, count, err))
        return false;
    bool ok =
        sketch_init(&sketch, FIGURE_MEASURES_MOST * (groups.count + 1),
                    2 * count + FIGURE_CALIBRATION_POINTS(groups.count), groups.count + 2, err);
    if (ok) {
        ok = make_sketch(&sketch, &groups, result, count, options, err) &&
             plot_draw(&sketch.plot, surface, width, height, err);
        sketch_free(&sketch);
    }
    groups_free(&groups);
    return ok;
}

bool figures_draw(const struct run_result *result, size_t count,
                  const struct figure_options *options, const char *path, struct error *err)
{
    double width = options->width * SURFACE_POINTS_PER_MILLIMETRE;
    double height = options->height * SURFACE_POINTS_PER_MILLIMETRE;
    if (!surface_check_path(path, err))
        return false;
    struct surface *surface = surface_new(path, width, height, err);
    if (!surface)
        return false;
    bool drawn = options->kind == FIGURE_HEATMAP
                     ? figure_heatmap_draw(result, count, options, surface, width, height, err)
                     : draw_page(result, count, options, surface, width, height, err);
    bool ok = drawn && surface_write(surface, err);
    surface_free(surface);
    return ok;
}
