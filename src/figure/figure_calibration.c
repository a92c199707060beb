/* Map of this file: what records hold; curves; the plot. */
#include <math.h>

#include "base/memory.h"
#include "figure/figure_ops.h"
#include "measure/calibration.h"
#include "record/metrics.h"

#define CALIBRATION_MARGIN 0.02 /* beyond 0 and 1, so that rings there are whole */

/* What records hold */

struct both {
    struct calibration known, held_out;
};

static void add_calibration(struct calibration *sum, const struct calibration *more)
{
    for (size_t m = 0; m < CALIBRATION_BINS; m++)
        calibration_add_bin(sum, m, &more->bin[m]);
}

/* Adds what the last evaluation of a run says. */
static bool add_run(struct both *both, const struct run_result *result, struct error *err)
{
    struct metrics_end end;
    if (!metrics_read_end(&end, result->record, err))
        return false;
    if (isnan(calibration_error(&end.evaluation.known.calibration)))
        return error_set(err, ERROR_INPUT, "the record of %s has no calibration yet", result->name);
    add_calibration(&both->known, &end.evaluation.known.calibration);
    add_calibration(&both->held_out, &end.evaluation.held_out.calibration);
    return true;
}

/* Curves */

/* Adds a curve through the bins that have predictions; the sketch owns its name. */
static bool add_line(struct sketch *sketch, const struct calibration *calibration, char *name,
                     struct line_style style, struct error *err)
{
    size_t room = 0;
    struct series *line = sketch_begin_curve(sketch, name, style, err);
    for (size_t m = 0; line && m < CALIBRATION_BINS; m++) {
        const struct calibration_bin *bin = &calibration->bin[m];
        if (bin->predictions == 0)
            continue;
        struct plot_point point = {NULL,          MARK_RING, style.color, bin->confidence,
                                   bin->accuracy, NAN,       NAN};
        if (!series_add(line, &room, bin->confidence, bin->accuracy, err) ||
            !sketch_add_point(sketch, &point, err))
            return false;
    }
    return line != NULL;
}

static char *name_line(const struct group *group, const char *who,
                       const struct calibration *calibration, struct error *err)
{
    const char *comma = group->name[0] ? ", " : "";
    return memory_format(err, "%s%s%s, ECE %.3f", group->name, comma, who,
                         calibration_error(calibration));
}

static bool add_group(struct sketch *sketch, const struct groups *groups, size_t index,
                      struct error *err)
{
    const struct group *group = &groups->group[index];
    struct both both = {0};
    bool alone = groups->count == 1;
    for (size_t i = 0; i < group->runs; i++)
        if (!add_run(&both, group->run[i], err))
            return false;
    return add_line(sketch, &both.known, name_line(group, MEASURE_KNOWN, &both.known, err),
                    sketch_group_style(groups, index), err) &&
           (!alone || isnan(calibration_error(&both.held_out)) ||
            add_line(sketch, &both.held_out, name_line(group, MEASURE_NEW, &both.held_out, err),
                     line_style_distinct(1), err));
}

/* Where confidence and accuracy are the same. */
static bool add_diagonal(struct sketch *sketch, struct error *err)
{
    size_t room = 0;
    struct series *line = sketch_begin_curve(sketch, memory_string("perfect calibration", err),
                                             (struct line_style){color_grey, DASH_SHORT, 1}, err);
    return line && series_add(line, &room, 0, 0, err) && series_add(line, &room, 1, 1, err);
}

/* The plot */

static bool sketch_calibration(struct sketch *sketch, const struct groups *groups,
                               const struct figure_options *options, struct error *err)
{
    for (size_t g = 0; g < groups->count; g++)
        if (!add_group(sketch, groups, g, err))
            return false;
    if (!add_diagonal(sketch, err))
        return false;
    struct axis share = axis_exact(-CALIBRATION_MARGIN, 1 + CALIBRATION_MARGIN, AXIS_LINEAR);
    sketch_finish_one(sketch, options, "confidence: probability of the most likely token", share,
                      "accuracy of value tokens", share);
    sketch_add_remark(sketch, groups, "all predictions");
    return true;
}

const struct figure_ops figure_calibration = {.sketch = sketch_calibration};
