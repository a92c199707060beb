/* The runs that there are. */
#ifndef MNEME_RECORD_RUN_LIST_H
#define MNEME_RECORD_RUN_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/error.h"
#include "config/paths.h"
#include "measure/phase.h"

/* One row of `mneme runs`. */
struct run_summary {
    char *name, *directory;
    char *preset; /* "" where preset.ini cannot be read */
    uint64_t step, steps;
    struct timespec modified;
    bool busy; /* another process is writing it */
    bool has_recall;
    double loss, accuracy;
    enum phase phase;
    uint64_t tuned_after; /* step that fine-tuning begins after; 0: there is none */
};

/* The word for where it is: its phase, "fine-tuning" once that has begun, or "" where nothing was
 * evaluated yet. */
const char *run_summary_phase(const struct run_summary *summary);

/* All runs under paths->runs, newest first; those of sweeps and reproductions there by names as
 * record/run_names.h says. */
bool run_list(const struct paths *paths, struct run_summary **runs, size_t *count,
              struct error *err);
void run_list_free(struct run_summary *runs, size_t count);

#endif
