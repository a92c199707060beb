/* Other values for keys of a run that is open, between two of its steps. */
#ifndef MNEME_LAB_SESSION_CHANGE_H
#define MNEME_LAB_SESSION_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"
#include "lab/session.h"

struct session_change {
    struct preset preset; /* the run's with the new values, and its old train.lr */
    bool sets_rate; /* train.lr: the learning rate of the next step, from which on the schedule
                       goes on in proportion */
    double rate;
    size_t others; /* keys besides that have another value now */
};

/* Reads assignments ("train.clip=1") for a run that is open; nothing is done yet. ERROR_INPUT where
 * a key is not one that can change while a run is trained, where a value is wrong or does not fit
 * the others, where the run has made more steps than it is to have, or all of them without being
 * given more. */
bool session_change_read(const struct session *session, const char *const *assignment,
                         size_t assignments, struct session_change *change, struct error *err);
void session_change_free(struct session_change *change);

/* Does it: saves the step that was reached, writes the run's preset, records what is set (events
 * "set"), and makes a new trainer there, paused and not started. Whoever resumes the run, even
 * after it was killed, goes on with what was set. Where others is drawn from the step is evaluated
 * before, so that the record tells who was drawn until then. A rate that was set by hand earlier is
 * set anew where the schedule changes: the new one goes through it at the same step. On false the
 * session can only be closed. */
bool session_change(struct session *session, const struct session_change *change,
                    struct error *err);

/* session_resume, and then other values: session_change_read and session_change in one. A run that
 * does not take them is as it was, and so is one whose rate was set where the checkpoint that has
 * it, which the trainer writes first, is not there when the session is closed. */
bool session_resume_changed(struct session *session, const struct paths *paths, const char *run,
                            uint64_t steps, const char *const *assignment, size_t assignments,
                            struct error *err);

#endif
