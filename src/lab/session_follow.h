/* A session of a run that another process trains: nothing of it is written, its questions go to the
 * newest model that was kept, and it knows what the record says. */
#ifndef MNEME_LAB_SESSION_FOLLOW_H
#define MNEME_LAB_SESSION_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/paths.h"
#include "lab/follower.h"
#include "lab/session.h"

/* Opens a run to follow it, whoever may train it or nobody. Models that cannot be read are passed
 * over. */
bool session_follow(struct session *session, const struct paths *paths, const char *run,
                    const struct follower_pace *pace, struct error *err);

/* Questions from here on go to the newest model that can be read; as session_go_to
 * (lab/session_past.h). ERROR_DATA where there is none; then they go where they went before. */
bool session_go_to_newest(struct session *session, struct error *err);

/* What a trainer says, or a follower; one of them must be there. */
void session_status(const struct session *session, struct trainer_status *status);
struct history *session_history(const struct session *session);
bool session_wait(const struct session *session, double seconds, uint64_t *seen);

#endif
