/* An event: something that happened to a run at a step, for its record. */
#ifndef MNEME_TRAIN_EVENT_H
#define MNEME_TRAIN_EVENT_H

#include <stdint.h>

#include "measure/phase.h"
#include "measure/question_track.h"
#include "model/blas.h"
#include "train/finetune.h"

enum event_kind {
    EVENT_FORK,
    EVENT_START,
    EVENT_PAUSE,
    EVENT_RESUME,
    EVENT_SET,
    EVENT_PHASE,
    EVENT_WIDEN,
    EVENT_FINE_TUNING,
    EVENT_PATCH,
    EVENT_CHECKPOINT,
    EVENT_WATCH,
    EVENT_UNWATCH,
    EVENT_QUESTION,
    EVENT_STOP,
};

struct event {
    enum event_kind kind;
    uint64_t step;
    double seconds;
    const char *run;                  /* EVENT_FORK: whose checkpoint this run begins at, */
    const char *directory;            /* and where that run is; may be null */
    const char *key;                  /* EVENT_SET: what was set, "train.lr" */
    double before, value;             /* EVENT_SET: what it was, NAN if nobody knows, and is now; */
    const char *was, *is;             /* or where these are not null, its texts */
    const char *path;                 /* EVENT_CHECKPOINT */
    const struct phase_report *phase; /* EVENT_PHASE */
    uint64_t from, to;                /* EVENT_WIDEN: individuals drawn until now, from now on */
    const struct finetune *finetune;  /* EVENT_FINE_TUNING, which begins with the next step */
    uint64_t start_step;              /* EVENT_PATCH: whose weights the patched model begins with */
    const char *prompt;               /* EVENT_WATCH, EVENT_UNWATCH: what is asked from here on, */
    const struct question_track *asked; /* EVENT_QUESTION: and what was answered at the step, */
    size_t point;                       /* a point of it */
    const struct blas_identity *blas;   /* EVENT_START: what computes from here on; may be null */
};

#endif
