/* The plateau's end over the known individuals, and the law fitted to it. */
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "figure/figure_ops.h"

#define LAW_ROOM 1.35 /* a factor of free space beside the points of a law */

/* An interval that is open on a side has no bar. */
static bool add_law_point(struct sketch *sketch, const struct run_result *result, struct extent *x,
                          struct extent *y, struct error *err)
{
    const struct phase_report *phase = &result->phase;
    double n = (double)result->preset.population.known;
    struct plot_point point = {"run, with its 95 % interval",
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
    return sketch_add_point(sketch, &point, err);
}

/* A straight line on these axes, from side to side. */
static bool add_law_line(struct sketch *sketch, const struct scaling_law *law, const struct axis *x,
                         struct error *err)
{
    size_t room = 0;
    struct line_style style = line_style_distinct(1);
    style.dash = DASH_NONE;
    struct series *line = sketch_begin_curve(sketch, memory_string("fitted law", err), style, err);
    return line && series_add(line, &room, x->low, scaling_law_at(law, x->low), err) &&
           series_add(line, &room, x->high, scaling_law_at(law, x->high), err);
}

static bool sketch_law(struct sketch *sketch, const struct groups *groups,
                       const struct figure_options *options, struct error *err)
{
    struct scaling_law law;
    struct extent x = EXTENT_NONE, y = EXTENT_NONE;
    if (!run_result_fit_law(groups->result, groups->runs, &law, err))
        return false;
    for (size_t i = 0; i < groups->runs; i++)
        if (run_result_has_plateau_end(&groups->result[i]) &&
            !add_law_point(sketch, &groups->result[i], &x, &y, err))
            return false;
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

static bool leaves_out(const struct figure_options *options)
{
    (void)options;
    return true;
}

const struct figure_ops figure_law = {
    .fits_law = true,
    .leaves_out = leaves_out,
    .sketch = sketch_law,
};
