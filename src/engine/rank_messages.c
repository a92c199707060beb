#include "engine/rank_messages.h"

#include <sched.h>
#include <time.h>

#include "base/clock.h"
#include "engine/ranks.h"

/* Of the other ranks; a process is one rank. */
static struct {
    bool all;         /* nothing more is sent: */
    bool has_ended;   /* because one has ended, */
    struct error why; /* which this says; otherwise they have lost each other */
} lost;

static bool fail_lost(struct error *err)
{
    return lost.has_ended ? error_set(err, lost.why.kind, "%s", lost.why.message)
                          : error_set(err, ERROR_SYSTEM, "the ranks have lost each other");
}

static bool lose(struct error *err)
{
    lost.all = true;
    return fail_lost(err);
}

/* At first attentively, then looking in from time to time, which leaves the processor to others. */
bool messages_wait(int failure, MPI_Request *request, int requests, struct error *err)
{
    enum { ATTENTIVE = 2000, SHORTEST = 20000, LONGEST = 1000000 };
    const double look_around = 0.1; /* seconds; mpirun ends all one second after a rank's death */
    struct timespec pause = {.tv_nsec = SHORTEST};
    double looked = clock_seconds();
    if (failure != MPI_SUCCESS)
        return lose(err);
    for (int tries = 0, done = 0;; tries++) {
        if (MPI_Testall(requests, request, &done, MPI_STATUSES_IGNORE) != MPI_SUCCESS)
            return lose(err);
        if (done)
            return true;
        if (tries < ATTENTIVE)
            sched_yield(); /* which can take long where the processors have much else to do */
        else {
            nanosleep(&pause, NULL);
            pause.tv_nsec = pause.tv_nsec * 2 < LONGEST ? pause.tv_nsec * 2 : LONGEST;
        }
        if (clock_seconds() - looked < look_around)
            continue;
        looked = clock_seconds();
        if (!ranks_are_there(&lost.why)) {
            lost.has_ended = true;
            return lose(err);
        }
    }
}

bool messages_advance(MPI_Request *request, int requests, struct error *err)
{
    int done;
    return MPI_Testall(requests, request, &done, MPI_STATUSES_IGNORE) == MPI_SUCCESS || lose(err);
}

bool messages_begun(int failure, struct error *err)
{
    return failure == MPI_SUCCESS || lose(err);
}

bool messages_conclude(bool done, const struct error *why, struct error *err)
{
    if (done)
        return true;
    lost.all |= why->kind != ERROR_CANCELLED;
    return error_set(err, why->kind, "%s", why->message);
}

bool messages_check(struct error *err)
{
    return !lost.all || fail_lost(err);
}

/* In pieces that an int can count. */
bool messages_broadcast(void *bytes, size_t count, struct error *err)
{
    const size_t most = (size_t)1 << 30;
    if (!messages_check(err))
        return false;
    for (size_t at = 0; at < count; at += most) {
        size_t n = count - at < most ? count - at : most;
        MPI_Request request;
        int failure = MPI_Ibcast((char *)bytes + at, (int)n, MPI_BYTE, 0, MPI_COMM_WORLD, &request);
        if (!messages_wait(failure, &request, 1, err))
            return false;
    }
    return true;
}

bool messages_add_up(double *number, int count, struct error *err)
{
    MPI_Request request;
    if (!messages_check(err))
        return false;
    int failure =
        MPI_Iallreduce(MPI_IN_PLACE, number, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD, &request);
    return messages_wait(failure, &request, 1, err);
}

bool messages_agree(bool *all, struct error *err)
{
    double others = *all ? 0 : 1;
    if (!messages_add_up(&others, 1, err))
        return false;
    *all = others == 0;
    return true;
}

bool messages_rank_has_ended(void)
{
    return lost.has_ended;
}

bool messages_send_order(struct order *order, struct error *err)
{
    return messages_broadcast(order, sizeof *order, err);
}
