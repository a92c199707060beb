/* A session that trains: a fresh run, and the trainer of every other. */
#ifndef MNEME_LAB_SESSION_TRAIN_H
#define MNEME_LAB_SESSION_TRAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"
#include "lab/session.h"
#include "train/checkpoint.h"
#include "train/trainer_setup.h"

/* A fresh run of a preset with its trainer, paused and not started. Nothing is on the disk before
 * its first checkpoint, which makes a fresh directory for it, on the trainer's thread; `paths` has
 * to last until then. ERROR_MEMORY with both numbers where it needs more memory than there is,
 * before anything large is asked for. */
bool session_open_preset(struct session *session, const struct paths *paths,
                         const struct preset *preset, struct error *err);

/* Makes a fresh run's directory, as run_create does, and asks for the checkpoint of its first step;
 * before the trainer is started. */
bool session_keep(struct session *session, const char *directory, struct error *err);

/* What that trainer is given, for who makes one of another kind. */
struct trainer_setup session_trainer_setup(struct session *session,
                                           const struct trainer_checkpoint *from, bool forks);

/* An adaptive sampling that was set by hand begins at the checkpoint, where that has none. */
void session_begin_sampling(const struct session *session, struct trainer_checkpoint *from);

/* The trainer of a session with models and optimizer, paused and not started. It goes on from the
 * checkpoint that these hold, one of another run where it forks; null for a fresh run. A remark
 * says where it goes on with other bits. first: the step that the run began at. */
bool session_make_trainer(struct session *session, const struct trainer_checkpoint *from,
                          bool forks, uint64_t first, struct error *err);

#endif
