/* What attention is used for in the first and last layer, over steps. */
#include <stdio.h>

#include "figure/figure_ops.h"
#include "figure/figure_phases.h"
#include "model/model.h"

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
    size_t first = sketch->curves;
    *panel = (struct plot_panel){.label = label, .y = axis_exact(0, 1, AXIS_LINEAR), .share = 1};
    for (size_t g = 0; g < groups->count; g++)
        for (size_t c = 0; c < sizeof circuits / sizeof *circuits; c++) {
            char key[SKETCH_TEXT];
            struct circuit_curve curve = circuits[c];
            const struct run_result *run = groups->group[g].run[0];
            if (!model_attends(&run->preset.model))
                return error_set(err, ERROR_INPUT, "the model of run %s has no attention",
                                 run->name);
            if (!choose_circuit(groups, &curve, err))
                return false;
            struct line_style style =
                groups->count > 1 ? sketch_group_style(groups, g) : line_style_distinct(c);
            style.dash = (enum dash)(c % DASHES);
            write_circuit_key(key, front, curve.key, run, curve.in_last_layer);
            if (!sketch_add_curve(sketch, groups, g, key, curve.name, style, err))
                return false;
        }
    sketch_fill_panel(sketch, panel, first);
    return true;
}

static bool sketch_circuits(struct sketch *sketch, const struct groups *groups,
                            const struct figure_options *options, struct error *err)
{
    bool alone = groups->count == 1;
    if (!add_circuits(sketch, groups, "", "attention, " MEASURE_KNOWN, err) ||
        (alone && groups_ask_new(groups) &&
         !add_circuits(sketch, groups, "new_", "attention, " MEASURE_NEW, err)))
        return false;
    for (size_t p = 0; p < sketch->panels; p++)
        sketch->panel[p].share = 1 / (double)sketch->panels;
    sketch_finish_steps(sketch, groups, options);
    if (alone) {
        figure_add_spans(sketch, &groups->group[0]);
        figure_add_marker(sketch, &groups->group[0]);
        sketch->panel[0].has_marker_text = false; /* curves are where it would stand */
    }
    return sketch_mark_turns(sketch, groups, err);
}

const struct figure_ops figure_circuits = {
    .is_over_steps = true,
    .measure = "attr_name.0",
    .sketch = sketch_circuits,
};
