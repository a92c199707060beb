/* The learning rate of every step.
 *
 * A kind is a row of SCHEDULES and a row of schedule.c with what it does. */
#ifndef MNEME_TRAIN_SCHEDULE_H
#define MNEME_TRAIN_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Kinds: ROW(constant, ops, name in presets), in the order that help and manual have. */
#define SCHEDULES(ROW)                                                                             \
    ROW(COSINE, cosine, "cosine")                                                                  \
    ROW(CONSTANT, constant, "constant")

#define CONSTANT(constant, ops, name) SCHEDULE_##constant,
enum schedule_kind { SCHEDULES(CONSTANT) SCHEDULE_KINDS };
#undef CONSTANT

extern const char *const schedule_names[SCHEDULE_KINDS + 1]; /* ends with null */

struct schedule {
    enum schedule_kind kind;
    double lr;       /* at step 0 */
    double final_lr; /* cosine: of a step after the last */
    uint64_t steps;
};

/* ERROR_INPUT, in terms of a preset's keys, where a rate that falls would rise. */
bool schedule_check(const struct schedule *schedule, struct error *err);

/* Of step 0, 1, ... */
double schedule_lr(const struct schedule *schedule, uint64_t step);

#endif
