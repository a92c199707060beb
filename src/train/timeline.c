#include "train/timeline.h"

#include <math.h>

#include "base/memory.h"

const char *timeline_name(enum timeline_kind kind)
{
    return kind == TIMELINE_FINETUNING ? "fine-tuning" : phase_name((enum phase)kind);
}

static void add(struct timeline *timeline, enum timeline_kind kind, double from, double to)
{
    if (!isfinite(from) || timeline->spans == TIMELINE_SPANS)
        return;
    if (timeline->spans > 0)
        timeline->span[timeline->spans - 1].to = from;
    timeline->span[timeline->spans++] = (struct timeline_span){kind, from, fmax(to, from)};
}

void timeline_add_phases(struct timeline *timeline, double first, double plateau, double knowledge,
                         double last)
{
    add(timeline, TIMELINE_STATISTICS, first, last);
    add(timeline, TIMELINE_PLATEAU, plateau, last);
    add(timeline, TIMELINE_KNOWLEDGE, knowledge, last);
}

void timeline_add_finetuning(struct timeline *timeline, double after, double last)
{
    add(timeline, TIMELINE_FINETUNING, after, last);
}

bool timeline_fit(const struct evaluation_point *evaluation, size_t count,
                  const struct patching_options *patching, bool patched, uint64_t finetuned_after,
                  double baseline, struct phase_report *report, struct error *err)
{
    struct phase_point *point = memory_new(count, sizeof *point, err);
    size_t points = 0;
    for (size_t e = 0; point && e < count; e++) {
        uint64_t step = evaluation[e].step;
        bool finetuned = finetuned_after > 0 && step > finetuned_after;
        if (!finetuned && patching_holds(patching, step) == patched)
            point[points++] = (struct phase_point){
                .step = (double)patching_own_step(patching, step),
                .loss = evaluation[e].known.loss,
                .baseline = evaluation[e].baseline.known,
            };
    }
    bool fitted = point && phase_fit(point, points, baseline, report, err);
    if (fitted && patched)
        patching_shift_report(patching, report);
    memory_free(point);
    return fitted;
}
