#include "lab/session_rate.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>

#include "base/number.h"
#include "train/history.h"
#include "train/plan.h"
#include "train/trainer.h"
#include "train/turns.h"

#define RATE_ROUNDING 1e-9 /* what rates that are the same may differ by */

bool session_set_rate(struct session *session, double rate, double before, struct error *err)
{
    const struct command set = {.kind = COMMAND_SET_LR, .value = rate, .before = before};
    return trainer_send(session->trainer, set, err) &&
           trainer_send(session->trainer, (struct command){.kind = COMMAND_CHECKPOINT}, err);
}

bool rates_are_same(double a, double b)
{
    return fabs(a - b) <= RATE_ROUNDING * fabs(b);
}

/* The last rate that was set by hand; false where none was. */
static bool find_rate_set(struct session *session, struct turn *found)
{
    struct history *history = trainer_history(session->trainer);
    bool is_set = false;
    pthread_mutex_lock(&history->lock);
    for (size_t i = 0; i < history->turns.count; i++)
        if (history->turns.turn[i].kind == TURN_RATE) {
            *found = history->turns.turn[i];
            is_set = true;
        }
    pthread_mutex_unlock(&history->lock);
    return is_set;
}

bool session_kept_rate(struct session *session, double before, double *rate)
{
    struct trainer_status status;
    struct turn set = {.to = 0};
    trainer_status(session->trainer, &status);
    double planned = plan_at(&session->plan, status.step).lr;
    bool is_by_hand = planned > 0 && !rates_are_same(status.lr, planned);
    if (rates_are_same(status.lr, before) || !is_by_hand || !find_rate_set(session, &set))
        return false;
    *rate = set.to * planned / plan_at(&session->plan, set.step).lr;
    return isfinite(*rate) && !rates_are_same(*rate, status.lr);
}

bool session_keep_rate(struct session *session, double before, struct error *err)
{
    double rate;
    char sentence[128], text[NUMBER_TEXT];
    if (!session_kept_rate(session, before, &rate))
        return true;
    number_write_rounded(text, rate, 3);
    snprintf(sentence, sizeof sentence,
             "train.lr was set by hand; the schedule goes through it where it was set, and the "
             "next step has %s",
             text);
    return session_set_rate(session, rate, before, err) &&
           session_add_remark(session, sentence, err);
}
