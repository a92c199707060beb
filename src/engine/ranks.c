/* Map of this file: messages; who is there. */
#include "engine/ranks.h"

#include "config.h"

#include <mpi.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/processors.h"
#include "engine/gradient_sum.h"
#include "engine/rank_messages.h"
#include "model/blas.h"
#include "model/precision.h"

enum { HOST = 64, IDENTITY = 3 * BLAS_NAME + BLAS_PRODUCTS + 64 };

/* What ranks know of each other. */
struct peer {
    char host[HOST];
    long process;
    char identity[IDENTITY]; /* build, and what computes */
};

/* The process's own; MPI is one a process too. */
static struct {
    int count, own;
    struct peer *peer;        /* [count] */
    bool broken;              /* nothing more is sent: */
    const struct peer *ended; /* this one has ended, or null: they have lost each other */
} ranks = {.count = 1};

/* Messages */

/* Whether a peer on this machine is no longer there. */
static const struct peer *ended_peer(void)
{
    const struct peer *own = &ranks.peer[ranks.own];
    for (int r = 0; r < ranks.count; r++) {
        const struct peer *peer = &ranks.peer[r];
        if (r != ranks.own && peer->process > 0 && strcmp(peer->host, own->host) == 0 &&
            process_has_ended(peer->process))
            return peer;
    }
    return NULL;
}

static bool fail_broken(struct error *err)
{
    const struct peer *peer = ranks.ended;
    return peer ? error_set(err, ERROR_SYSTEM, "rank %td (process %ld on %s) has ended",
                            peer - ranks.peer, peer->process, peer->host)
                : error_set(err, ERROR_SYSTEM, "the ranks have lost each other");
}

static bool lose(struct error *err)
{
    ranks.broken = true;
    return fail_broken(err);
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
        ranks.ended = ended_peer();
        if (ranks.ended)
            return lose(err);
    }
}

bool messages_conclude(bool done, const struct error *why, struct error *err)
{
    if (done)
        return true;
    ranks.broken |= why->kind != ERROR_CANCELLED;
    return error_set(err, why->kind, "%s", why->message);
}

bool messages_check(struct error *err)
{
    return !ranks.broken || fail_broken(err);
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
    return ranks.ended;
}

bool messages_send_order(struct order *order, struct error *err)
{
    return messages_broadcast(order, sizeof *order, err);
}

/* Who is there */

size_t ranks_count(void)
{
    return (size_t)ranks.count;
}

size_t ranks_own(void)
{
    return (size_t)ranks.own;
}

size_t ranks_here(void)
{
    size_t here = 0;
    for (int r = 0; r < ranks.count; r++)
        here += ranks.count == 1 || strcmp(ranks.peer[r].host, ranks.peer[ranks.own].host) == 0;
    return here;
}

/* Where ranks are not bound to processors of their own, each sees all of the machine's, or all that
 * the quota of their group is worth. */
size_t ranks_threads(void)
{
    size_t seen = processors_threads(), here = ranks_here(), quota = processors_quota("");
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    size_t all = online > 0 ? (size_t)online : 1;
    if (quota < all)
        all = quota;
    if (seen * here > all)
        seen = all / here;
    return seen > 1 ? seen : 1;
}

static void describe_own(struct peer *peer)
{
    struct blas_identity blas = precision_identity(PRECISION_BF16);
    *peer = (struct peer){.process = (long)getpid()};
    gethostname(peer->host, HOST - 1);
    snprintf(peer->identity, IDENTITY, "%s, %s %s, code for %s%s%s, %zu", PACKAGE_STRING,
             blas.library, blas.kernel, blas.loops, *blas.products ? ", " : "", blas.products,
             sizeof(struct order));
}

static bool meet(struct error *err)
{
    ranks.peer = memory_new((size_t)ranks.count, sizeof *ranks.peer, err);
    if (!ranks.peer)
        return false;
    describe_own(&ranks.peer[ranks.own]);
    MPI_Allgather(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, ranks.peer, sizeof *ranks.peer, MPI_BYTE,
                  MPI_COMM_WORLD);
    for (int r = 0; r < ranks.count; r++) /* one of another container is not seen from here */
        if (process_has_ended(ranks.peer[r].process))
            ranks.peer[r].process = 0;
    for (int r = 1; r < ranks.count; r++) {
        const struct peer *first = &ranks.peer[0], *peer = &ranks.peer[r];
        if (strcmp(first->identity, peer->identity) != 0)
            return error_set(err, ERROR_INPUT,
                             "ranks must be of one build and compute alike: rank 0 on %s is %s; "
                             "rank %d on %s is %s",
                             first->host, first->identity, r, peer->host, peer->identity);
    }
    return ranks.count <= GRADIENT_GROUPS ||
           error_set(err, ERROR_INPUT, "%d ranks are too many: at most %d", ranks.count,
                     GRADIENT_GROUPS);
}

bool ranks_begin(struct error *err)
{
    int given;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &given);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks.count);
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks.own);
    if ((ranks.count > 1 ||
         error_set(err, ERROR_INPUT,
                   "the ranks do not find each other: start them with Open MPI's mpirun")) &&
        meet(err) &&
        (given >= MPI_THREAD_SERIALIZED ||
         error_set(err, ERROR_SYSTEM, "this MPI cannot be called from more than one thread")))
        return true;
    MPI_Finalize();
    memory_free(ranks.peer);
    ranks.peer = NULL;
    ranks.count = 1;
    return false;
}

const char *ranks_library(void)
{
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;
    MPI_Get_library_version(text, &length);
    text[strcspn(text, ",")] = '\0';
    return text;
}

void ranks_end(void)
{
    struct error ignored;
    struct order order = {.task = TASK_END};
    if (ranks.count > 1 && ranks.own == 0 && !messages_send_order(&order, &ignored)) {
        fflush(NULL); /* what the command has printed */
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
    }
    if (ranks.count > 1)
        MPI_Finalize();
    memory_free(ranks.peer);
    ranks.peer = NULL;
    ranks.count = 1;
}
