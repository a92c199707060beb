/* What a session keeps on the disk of the run that it trains: its directory, its record, its
 * checkpoints and its snapshots. */
#ifndef MNEME_LAB_SESSION_RECORD_H
#define MNEME_LAB_SESSION_RECORD_H

#include <stdbool.h>

#include "base/error.h"
#include "lab/session.h"
#include "train/observer.h"

/* Makes the directory of a run, as run_create does; what was recorded before waits to be written
 * into it. */
bool session_make_run(struct session *session, const char *directory, struct error *err);

/* Remarks that locks of the run's file system are replaced by a file. */
bool session_remark_on_lock(struct session *session, struct error *err);

/* Records what the trainer tells. A checkpoint makes a fresh directory where there is none. */
struct trainer_observer session_observer(struct session *session);

#endif
