#include "train/schedule.h"

#include <math.h>
#include <stddef.h>

#include "base/number.h"

struct schedule_ops {
    double (*lr)(const struct schedule *schedule, uint64_t step);
    bool falls; /* from lr to final_lr */
};

/* final + (lr - final) (1 + cos(pi step / steps)) / 2, without warm-up; final_lr from `steps` on,
 * which no step is: the last is step steps - 1. */
static double half_cosine(const struct schedule *schedule, uint64_t step)
{
    const double pi = 3.14159265358979323846;
    if (step >= schedule->steps)
        return schedule->final_lr;
    double turn = cos(pi * (double)step / (double)schedule->steps);
    return schedule->final_lr + (schedule->lr - schedule->final_lr) * (1 + turn) / 2;
}

static const struct schedule_ops cosine = {.lr = half_cosine, .falls = true};

static double same(const struct schedule *schedule, uint64_t step)
{
    (void)step;
    return schedule->lr;
}

static const struct schedule_ops constant = {.lr = same};

#define OPS(constant, ops, name)  &ops,
#define NAME(constant, ops, name) name,
static const struct schedule_ops *const kinds[] = {SCHEDULES(OPS)};
const char *const schedule_names[] = {SCHEDULES(NAME) NULL};

bool schedule_check(const struct schedule *schedule, struct error *err)
{
    char lr[NUMBER_TEXT], final_lr[NUMBER_TEXT];
    if (!kinds[schedule->kind]->falls || schedule->final_lr <= schedule->lr)
        return true;
    number_write(lr, schedule->lr);
    number_write(final_lr, schedule->final_lr);
    return error_set(err, ERROR_INPUT, "train.final_lr = %s is above train.lr = %s", final_lr, lr);
}

double schedule_lr(const struct schedule *schedule, uint64_t step)
{
    return kinds[schedule->kind]->lr(schedule, step);
}
