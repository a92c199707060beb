/* The learning rate of a session that is set by hand. */
#ifndef MNEME_LAB_SESSION_RATE_H
#define MNEME_LAB_SESSION_RATE_H

#include <stdbool.h>

#include "base/error.h"
#include "lab/session.h"

/* But for rounding. */
bool rates_are_same(double a, double b);

/* Has the trainer take it for the next step, and save a checkpoint, which has it at once. It was
 * `before`; 0: what the plan and the last that was set make it. */
bool session_set_rate(struct session *session, double rate, double before, struct error *err);

/* What the rate of the next step is to be where the plan has become another one since it was set
 * last; it would have been `before`. Such a rate scales the schedule, and the new one goes through
 * it at the step where it was set, too: one that was set near the end of a cosine would be
 * multiplied by a hundred where more steps are made. False where nothing changes: none was set, or
 * the plan makes it what it would have been. */
bool session_kept_rate(struct session *session, double before, double *rate);

/* Sets it, if it is another; a remark says so. */
bool session_keep_rate(struct session *session, double before, struct error *err);

#endif
