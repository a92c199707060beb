#include "train/schedule.h"

#include <math.h>

double schedule_lr(const struct schedule *schedule, uint64_t step)
{
    const double pi = 3.14159265358979323846;
    if (schedule->kind == SCHEDULE_CONSTANT)
        return schedule->lr;
    if (step >= schedule->steps)
        return schedule->final_lr;
    double turn = cos(pi * (double)step / (double)schedule->steps);
    return schedule->final_lr + (schedule->lr - schedule->final_lr) * (1 + turn) / 2;
}
