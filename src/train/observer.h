/* Who is told what a trainer does. */
#ifndef MNEME_TRAIN_OBSERVER_H
#define MNEME_TRAIN_OBSERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "train/checkpoint.h"
#include "train/event.h"
#include "train/history.h"

/* Who keeps the record: called on the trainer's thread; any may be null. False with the error set
 * puts the trainer into TRAINER_FAILED. */
struct trainer_observer {
    void *context;
    bool (*training)(void *context, const struct training_point *point, struct error *err);
    bool (*evaluation)(void *context, const struct evaluation_point *point, struct error *err);
    bool (*circuits)(void *context, const struct circuits_point *point, struct error *err);
    bool (*event)(void *context, const struct event *event, struct error *err);
    bool (*checkpoint)(void *context, const struct trainer_checkpoint *checkpoint,
                       const char **path, struct error *err);
    bool (*snapshot)(void *context, const struct trainer_checkpoint *snapshot, struct error *err);
    bool (*asks)(void *context, uint64_t step, double seconds, struct error *err); /* COMMAND_ASK */
};

/* Tell it, where it listens. */
bool observer_training(const struct trainer_observer *observer, const struct training_point *point,
                       struct error *err);
bool observer_evaluation(const struct trainer_observer *observer,
                         const struct evaluation_point *point, struct error *err);
bool observer_circuits(const struct trainer_observer *observer, const struct circuits_point *point,
                       struct error *err);
bool observer_asks(const struct trainer_observer *observer, uint64_t step, double seconds,
                   struct error *err);
bool observer_event(const struct trainer_observer *observer, const struct event *event,
                    struct error *err);

#endif
