/* Curves over steps: attribute loss above accuracy, or any measures. */
#include <math.h>

#include "base/memory.h"
#include "figure/figure_baselines.h"
#include "figure/figure_measure.h"
#include "figure/figure_ops.h"
#include "figure/figure_phases.h"
#include "measure/summary.h"

#define LOSS_SHARE 0.63 /* of the height, above accuracy */

/* Where each group's curve leaves the plateau. */
static bool add_ends(struct sketch *sketch, const struct groups *groups, struct error *err)
{
    for (size_t g = 0; g < groups->count; g++) {
        double end = group_summary(&groups->group[g], run_result_own_plateau_end).mean;
        const struct series *line = sketch->curve[g].line;
        if (!isfinite(end) || end < line->x[0] || end > line->x[line->count - 1])
            continue;
        struct plot_point point = {"plateau end",        MARK_RING, color_black, end,
                                   series_at(line, end), NAN,       NAN};
        if (!sketch_add_point(sketch, &point, err))
            return false;
    }
    return true;
}

/* What is drawn: of known individuals alone where there are several groups. Returns how many. */
static size_t choose_keys(const struct groups *groups, const char *key[FIGURE_MEASURES_MOST])
{
    bool alone = groups->count == 1;
    const struct {
        const char *loss, *accuracy;
        bool shown;
    } pairs[] = {
        {"attr_loss", "attr_acc", true},
        {"new_attr_loss", "new_attr_acc", alone && groups_ask_new(groups)},
        {"tuned_attr_loss", "tuned_attr_acc", alone && groups_are_finetuned(groups)},
    };
    size_t keys = 0;
    for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
        if (!pairs[p].shown)
            continue;
        key[keys++] = pairs[p].loss;
        key[keys++] = pairs[p].accuracy;
    }
    return keys;
}

static bool sketch_curves(struct sketch *sketch, const struct groups *groups,
                          const struct figure_options *options, struct error *err)
{
    const char *key[FIGURE_MEASURES_MOST];
    bool alone = groups->count == 1;
    if (!sketch_add_panels(sketch, groups, key, choose_keys(groups, key), err))
        return false;
    sketch->panel[0].share = LOSS_SHARE;
    sketch->panel[1].share = 1 - LOSS_SHARE;
    sketch_finish_steps(sketch, groups, options);
    if (!sketch_mark_turns(sketch, groups, err))
        return false;
    if (alone) {
        figure_add_spans(sketch, &groups->group[0]);
        figure_add_marker(sketch, &groups->group[0]);
    } else if (!add_ends(sketch, groups, err)) {
        return false;
    }
    return figure_add_baselines(sketch, groups, err);
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

const struct figure_ops figure_curves = {
    .is_over_steps = true,
    .sketch = sketch_curves,
};

const struct figure_ops figure_measure = {
    .takes_measures = true,
    .is_over_steps = true,
    .sketch = sketch_measures,
};
