/* The curves of the run that another one is a branch of: numbers of its record from the step on
 * that the branch begins at. They grow where somebody trains that run. */
#ifndef MNEME_LAB_PARENT_CURVE_H
#define MNEME_LAB_PARENT_CURVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/paths.h"
#include "lab/branch.h"
#include "lab/overlay.h"
#include "lab/session.h"

/* {0}: the run is nobody's branch, or its record does not say whose. */
struct parent_curve {
    struct overlay overlay; /* of the parent alone; what looks at it find comes in between */
    uint64_t step;          /* that the branch begins at */
};

/* Reads that of a session, which was opened as `branch` where that is not null: its attribute loss.
 * A parent that is no longer there is missed by nobody. */
void parent_curve_read(struct parent_curve *curve, const struct session *session,
                       const struct branch *branch, const struct paths *paths);
void parent_curve_free(struct parent_curve *curve);

/* Asks for other numbers of the record, where there is a parent, by the name that it has by now; as
 * overlay_set. */
bool parent_curve_ask(struct parent_curve *curve, const struct strings *keys, struct error *err);

/* The parent's directory; null where there is none. */
const char *parent_curve_run(const struct parent_curve *curve);

#endif
