/* The steps in which sessions are opened, and the session that takes only the first two of them:
 * that of facts alone. */
#ifndef MNEME_LAB_SESSION_OPEN_H
#define MNEME_LAB_SESSION_OPEN_H

#include <stdbool.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"
#include "lab/session.h"

/* Facts, population, sampling and vocabulary of a preset; no model. Sizes are filled in. */
bool session_open_facts(struct session *session, const struct paths *paths,
                        const struct preset *preset, struct error *err);

/* The same of a run, whose facts are those it has a copy of. */
bool session_open_run_facts(struct session *session, const struct paths *paths,
                            const struct run *run, struct error *err);

/* Whether there is memory to train the model, or only to ask it; ERROR_MEMORY with both numbers. */
bool session_check_memory(const struct session *session, bool train, struct error *err);

/* The steps. On false the session is given up by whoever opens it. */

/* Takes a copy of the preset into a session, which is empty otherwise. */
bool session_take_preset(struct session *session, const struct preset *preset, struct error *err);

/* Facts, population, sampling, plan and vocabulary of the session's preset; the facts are those
 * that `run` has a copy of, or where it is null or has none, those that the preset names. */
bool session_load_facts(struct session *session, const struct paths *paths, const struct run *run,
                        struct error *err);

/* The sampling and the plan alone, anew after a change of the preset. */
bool session_make_plan(struct session *session, struct error *err);

/* Baselines alone. */
bool session_find_baselines(struct session *session, struct error *err);

/* Baselines, and where there is memory for it an engine without weights for the preset's model: to
 * train it, or to hold it. */
bool session_make_engine(struct session *session, bool train, struct error *err);

#endif
