#include "engine/ranks.h"

#include "config.h"

#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/processors.h"
#include "base/random.h"
#include "engine/gradient_sum.h"
#include "model/blas.h"
#include "model/precision.h"

enum { HOST = 64, IDENTITY = 3 * BLAS_NAME + BLAS_PRODUCTS + 96 };

/* What ranks know of each other. */
struct peer {
    char host[HOST];
    long process;
    char identity[IDENTITY]; /* build, and what computes */
};

/* The process's own; MPI is one a process too. */
static struct {
    int count, own;
    struct peer peer[GRADIENT_GROUPS]; /* [count] */
} ranks = {.count = 1};

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

/* Whether a peer on this machine is no longer there. */
static bool has_ended(const struct peer *peer)
{
    const struct peer *own = &ranks.peer[ranks.own];
    return peer != own && peer->process > 0 && strcmp(peer->host, own->host) == 0 &&
           process_has_ended(peer->process);
}

bool ranks_are_there(struct error *err)
{
    for (int r = 0; r < ranks.count; r++) {
        const struct peer *peer = &ranks.peer[r];
        if (has_ended(peer))
            return error_set(err, ERROR_SYSTEM, "rank %d (process %ld on %s) has ended", r,
                             peer->process, peer->host);
    }
    return true;
}

bool ranks_first_has_ended(void)
{
    return has_ended(&ranks.peer[0]);
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

/* Of the program's file; 0 where that cannot be read. */
static uint64_t build(void)
{
    size_t bytes;
    char *program = file_read("/proc/self/exe", &bytes, NULL);
    uint64_t hash = program ? hash_bytes(program, bytes) : 0;
    memory_free(program);
    return hash;
}

static void describe_own(struct peer *peer)
{
    struct blas_identity blas = precision_identity(PRECISION_BF16);
    *peer = (struct peer){.process = (long)getpid()};
    gethostname(peer->host, HOST - 1);
    snprintf(peer->identity, IDENTITY, "%s (build %016" PRIx64 "), %s %s, code for %s%s%s",
             PACKAGE_STRING, build(), blas.library, blas.kernel, blas.loops,
             *blas.products ? ", " : "", blas.products);
}

/* What makes it fail is the same at all ranks. */
static bool meet(int given, struct error *err)
{
    if (ranks.count > GRADIENT_GROUPS)
        return error_set(err, ERROR_INPUT, "%d ranks are too many: at most %d", ranks.count,
                         GRADIENT_GROUPS);
    MPI_Allreduce(MPI_IN_PLACE, &given, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (given < MPI_THREAD_SERIALIZED)
        return error_set(err, ERROR_SYSTEM, "this MPI cannot be called from more than one thread");
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
    return true;
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
        meet(given, err))
        return true;
    MPI_Finalize();
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
    if (ranks.count > 1)
        MPI_Finalize();
    ranks.count = 1;
}
