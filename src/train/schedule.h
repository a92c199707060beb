/* The learning rate of every step. */
#ifndef MNEME_TRAIN_SCHEDULE_H
#define MNEME_TRAIN_SCHEDULE_H

#include <stdint.h>

enum schedule_kind { SCHEDULE_COSINE, SCHEDULE_CONSTANT };

struct schedule {
    enum schedule_kind kind;
    double lr;       /* at step 0 */
    double final_lr; /* cosine: of a step after the last */
    uint64_t steps;
};

/* cosine: final + (lr - final) (1 + cos(pi step / steps)) / 2, without warm-up; final_lr from
 * `steps` on, which no step is: the last is step steps - 1. */
double schedule_lr(const struct schedule *schedule, uint64_t step);

#endif
