#include "train/observer.h"

bool observer_training(const struct trainer_observer *observer, const struct training_point *point,
                       struct error *err)
{
    return !observer->training || observer->training(observer->context, point, err);
}

bool observer_evaluation(const struct trainer_observer *observer,
                         const struct evaluation_point *point, struct error *err)
{
    return !observer->evaluation || observer->evaluation(observer->context, point, err);
}

bool observer_circuits(const struct trainer_observer *observer, const struct circuits_point *point,
                       struct error *err)
{
    return !observer->circuits || observer->circuits(observer->context, point, err);
}

bool observer_asks(const struct trainer_observer *observer, uint64_t step, double seconds,
                   struct error *err)
{
    return !observer->asks || observer->asks(observer->context, step, seconds, err);
}

bool observer_event(const struct trainer_observer *observer, const struct event *event,
                    struct error *err)
{
    return !observer->event || observer->event(observer->context, event, err);
}
