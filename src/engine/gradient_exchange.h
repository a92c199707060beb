/* How the gradients of all ranks' shards meet (gradient_sum.h).
 *
 * Every rank has a range of the model's numbers: a run of groups. It sends the nodes that it is
 * left with to those whose range they lie in, group by group. The backward pass ends with the front
 * of the arrays, so a group can go before that is through: once the pass adds to it no more in any
 * shard of the rank, its nodes are merged by the threads that compute, each a part, and sent by a
 * thread of its own. Whatever has not gone by the end of the pass goes then.
 *
 * MPI is called by one thread at a time: between begin and finish by the exchange's alone. */
#ifndef MNEME_ENGINE_GRADIENT_EXCHANGE_H
#define MNEME_ENGINE_GRADIENT_EXCHANGE_H

#include <mpi.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/engine_ops.h"
#include "engine/gradient_sum.h"
#include "engine/shards.h"

struct gradient_exchange {
    const struct engine *engine;
    struct shards *shards; /* this rank's */
    struct gradient_tree tree;
    size_t first_group, end_group; /* of numbers that are this rank's */
    struct number_range range;     /* the same in numbers */
    real **own;                    /* [tree.shards] nodes; null for those of other ranks */
    real **node;                   /* [tree.shards] in the range; null for those that are merged */
    real *received;                /* nodes of other ranks, in the range */
    MPI_Request *request;
    int requests;

    pthread_mutex_t lock;      /* of what follows */
    pthread_cond_t has_merged; /* more groups */
    size_t *complete;          /* [shards->count] from which group on each is */
    size_t claimed;            /* from which group on threads have taken them to be merged */
    bool merged[GRADIENT_GROUPS];
    bool is_sending; /* the thread has been begun */
    pthread_t sender;
    bool sent; /* what it returned, */
    struct error why;
};

/* Bytes that the rank with the most of them asks for; size is the model's. */
size_t gradient_exchange_bytes(const struct gradient_tree *tree, size_t size);

/* The exchange keeps both pointers. On false there is none. */
bool gradient_exchange_init(struct gradient_exchange *exchange, const struct engine *engine,
                            struct shards *shards, const struct gradient_tree *tree,
                            struct error *err);
void gradient_exchange_free(struct gradient_exchange *exchange);

/* The numbers that are rank r's. */
struct number_range gradient_exchange_range(size_t size, size_t rank);

/* Before the shards' gradients are computed. */
void gradient_exchange_begin(struct gradient_exchange *exchange);

/* For shards_backward. */
void gradient_exchange_complete_from(void *exchange, size_t shard, size_t begin);

/* Behind it, also where it was given up: the other ranks wait for what this one sends. node[0] is
 * the sum of all shards in the range then, and square[g] that of its squares in its groups.
 * ERROR_SYSTEM where the ranks have lost each other. */
bool gradient_exchange_finish(struct gradient_exchange *exchange, double square[GRADIENT_GROUPS],
                              struct error *err);

#endif
