/* What the steps of a run were, for whoever looks back at it: the phases of learning facts, those
 * of a patched model's reference first, and fine-tuning. */
#ifndef MNEME_TRAIN_TIMELINE_H
#define MNEME_TRAIN_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "measure/phase.h"
#include "train/history.h"
#include "train/patching.h"

enum timeline_kind {
    TIMELINE_STATISTICS = PHASE_STATISTICS,
    TIMELINE_PLATEAU = PHASE_PLATEAU,
    TIMELINE_KNOWLEDGE = PHASE_KNOWLEDGE,
    TIMELINE_FINETUNING,
};

/* "statistics", "plateau", "knowledge", "fine-tuning". */
const char *timeline_name(enum timeline_kind kind);

/* The phases of two trainings, and fine-tuning. */
enum { TIMELINE_SPANS = 2 * (PHASE_KNOWLEDGE + 1) + 1 };

struct timeline {
    struct timeline_span {
        enum timeline_kind kind;
        double from, to;    /* steps */
    } span[TIMELINE_SPANS]; /* [spans] ascending */
    size_t spans;
};

/* Adds the phases of a training from its first step to its last; those that begin at NAN are left
 * out. A span takes the place of what the one before it held from there on. */
void timeline_add_phases(struct timeline *timeline, double first, double plateau, double knowledge,
                         double last);

void timeline_add_finetuning(struct timeline *timeline, double after, double last);

/* Phases fitted to those of evaluation[count] that are of the patched model, or else of what was
 * trained before it, in steps of the run. Those behind finetuned_after are left out, where that is
 * not 0; losses that are not finite are not, since they say something. `baseline` and errors are as
 * for phase_fit. */
bool timeline_fit(const struct evaluation_point *evaluation, size_t count,
                  const struct patching_options *patching, bool patched, uint64_t finetuned_after,
                  double baseline, struct phase_report *report, struct error *err);

#endif
