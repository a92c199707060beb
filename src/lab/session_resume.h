/* A session of a run that is there: to go on with it, or to ask its model. */
#ifndef MNEME_LAB_SESSION_RESUME_H
#define MNEME_LAB_SESSION_RESUME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/paths.h"
#include "lab/session.h"

/* Goes on with a run from its newest checkpoint that can be read; where that is not the newest, the
 * remark says what is wrong with that one, and where steps behind it are recorded, as those of a
 * process that was killed, how many are made again. steps above 0 replaces the preset's number.
 * What was set by hand behind that checkpoint holds no more; the run's preset is written without
 * it. */
bool session_resume(struct session *session, const struct paths *paths, const char *run,
                    uint64_t steps, struct error *err);

/* What is to be done still of a run that was resumed. */
struct session_resumed {
    bool differs;         /* its preset is to be written */
    uint64_t steps_until; /* train.steps as it was; the record tells where it is another now */
    double lr_until;      /* the rate that the next step would have had */
};

/* session_resume without the last of its steps, for whoever may refuse it still: on true nothing of
 * the run was touched but its lock; run_begin_writing is to come, then session_write_resumed, and
 * session_keep_rate with lr_until. */
bool session_resume_unwritten(struct session *session, const struct paths *paths, const char *run,
                              uint64_t steps, struct session_resumed *resumed, struct error *err);
bool session_write_resumed(struct session *session, const struct session_resumed *resumed,
                           struct error *err);

/* The step of resuming that comes behind facts, plan and engine: reads the newest checkpoint into
 * the engine and makes the trainer, paused and not started, with the session's preset as it is. */
bool session_go_on(struct session *session, struct error *err);

/* Whether session_resume will find all it reads, as far as that can be told before: run, preset,
 * facts, and a checkpoint that can be read. Takes the time and the memory of reading it; where
 * there is no memory for that beside what is open, it is not told. */
bool session_can_resume(const struct paths *paths, const char *run, struct error *err);

/* A run's model for questions alone: newest checkpoint, or that of a step. */
bool session_open_model(struct session *session, const struct paths *paths, const char *run,
                        const uint64_t *step, struct error *err);

#endif
