#include "figure/figure_phases.h"

#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "measure/summary.h"
#include "train/timeline.h"

static double plateau_start(const struct run_result *result)
{
    return result->phase.plateau_start;
}

static double plateau_end(const struct run_result *result)
{
    return result->phase.plateau_end;
}

/* The step that fine-tuning begins after. */
static double tuned_after(const struct run_result *result)
{
    uint64_t after = result->preset.trainer.finetune.after;
    return after > 0 ? (double)after : NAN;
}

static double reference_plateau_start(const struct run_result *result)
{
    return result->reference_phase.plateau_start;
}

static double reference_plateau_end(const struct run_result *result)
{
    return result->reference_phase.plateau_end;
}

/* The phases of a training whose fit found any. */
static void add_phases(struct timeline *timeline, double first, double start, double end,
                       double last)
{
    if (isfinite(start))
        timeline_add_phases(timeline, first, start, end, last);
}

/* Between the ends of the axis. */
static void make_timeline(struct timeline *timeline, const struct group *group, double first,
                          double high)
{
    const struct patching_options *patching = &group->run[0]->preset.trainer.patching;
    double after = group_summary(group, tuned_after).mean;
    if (group->run[0]->patched) {
        double begins = (double)patching->reference_step.count;
        add_phases(timeline, first, group_summary(group, reference_plateau_start).mean,
                   group_summary(group, reference_plateau_end).mean, begins);
        first = begins;
    }
    add_phases(timeline, first, group_summary(group, plateau_start).mean,
               group_summary(group, plateau_end).mean, isfinite(after) ? after : high);
    if (isfinite(after) && after < high)
        timeline_add_finetuning(timeline, after, high);
}

void figure_add_spans(struct sketch *sketch, const struct group *group)
{
    static const struct color colors[] = {
        [TIMELINE_STATISTICS] = {0.925, 0.941, 0.965, 1},
        [TIMELINE_PLATEAU] = {0.992, 0.941, 0.847, 1},
        [TIMELINE_KNOWLEDGE] = {0.894, 0.949, 0.918, 1},
        [TIMELINE_FINETUNING] = {0.953, 0.918, 0.961, 1},
    };
    struct timeline timeline = {.spans = 0};
    make_timeline(&timeline, group, sketch->plot.x.low, sketch->plot.x.high);
    sketch->plot.span = sketch->span;
    for (size_t i = 0; i < timeline.spans; i++) {
        const struct timeline_span *span = &timeline.span[i];
        sketch->span[sketch->plot.spans++] =
            (struct plot_span){timeline_name(span->kind), colors[span->kind], span->from, span->to};
    }
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

static void bound_by_deviation(struct sketch *sketch, const struct summary *end)
{
    if (end->count < 2)
        return;
    sketch->marker.low = end->mean - end->deviation;
    sketch->marker.high = end->mean + end->deviation;
    snprintf(sketch->marker_text[1], SKETCH_TEXT, "\u00b1 %.0f in %zu runs", end->deviation,
             end->count);
    sketch->marker.text[1] = sketch->marker_text[1];
}

/* Where a patched model sets out; its plateau's end, if it has one, is the end of a span. */
static void mark_patching(struct sketch *sketch, const struct patching_options *patching,
                          const struct summary *end)
{
    char step[NUMBER_TEXT];
    sketch->marker = (struct plot_marker){
        (double)patching->reference_step.count, NAN, NAN, {"attention patched"}};
    if (end->count > 0) {
        number_write_grouped(step, (uint64_t)llround(end->mean));
        snprintf(sketch->marker_text[1], SKETCH_TEXT, "plateau ends at %s", step);
        sketch->marker.text[1] = sketch->marker_text[1];
    }
}

static void mark_plateau_end(struct sketch *sketch, const struct group *group,
                             const struct summary *end)
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

void figure_add_marker(struct sketch *sketch, const struct group *group)
{
    struct summary end = group_summary(group, plateau_end);
    if (group->run[0]->patched)
        mark_patching(sketch, &group->run[0]->preset.trainer.patching, &end);
    else if (end.count > 0)
        mark_plateau_end(sketch, group, &end);
    else
        return;
    sketch->plot.marker = &sketch->marker;
    sketch->panel[0].has_marker_text = true;
}
