#include "engine/gradient_exchange.h"

#include <string.h>

#include "base/condition.h"
#include "base/memory.h"
#include "base/thread.h"
#include "engine/rank_messages.h"
#include "engine/ranks.h"

static size_t first_group_of(size_t rank)
{
    return GRADIENT_GROUPS * rank / ranks_count();
}

struct number_range gradient_exchange_range(size_t size, size_t rank)
{
    return gradient_groups(size, first_group_of(rank), first_group_of(rank + 1));
}

static size_t numbers(struct number_range range)
{
    return range.end - range.begin;
}

/* Nodes that ranks are left with, but for this one's. */
static size_t nodes_elsewhere(const struct gradient_tree *tree, size_t rank)
{
    size_t nodes = 0;
    for (size_t n = 0; n < tree->shards; n++)
        nodes += gradient_is_left(tree, n) && gradient_rank_of(tree, n) != rank;
    return nodes;
}

/* Messages are a group of a node each. */
static size_t most_messages(const struct gradient_tree *tree)
{
    return tree->shards * GRADIENT_GROUPS;
}

size_t gradient_exchange_bytes(const struct gradient_tree *tree, size_t size)
{
    size_t most = 0;
    for (size_t r = 0; r < tree->ranks; r++) {
        size_t range = numbers(gradient_exchange_range(size, r)) * sizeof(real);
        size_t received = memory_product(nodes_elsewhere(tree, r), range);
        most = received > most ? received : most;
    }
    return memory_sum(most, memory_product(most_messages(tree), sizeof(MPI_Request)));
}

static bool allocate(struct gradient_exchange *exchange, struct error *err)
{
    const struct gradient_tree *tree = &exchange->tree;
    size_t received = nodes_elsewhere(tree, ranks_own()) * numbers(exchange->range);
    exchange->own = memory_new(tree->shards, sizeof *exchange->own, err);
    exchange->node = exchange->own ? memory_new(tree->shards, sizeof *exchange->node, err) : NULL;
    exchange->complete = exchange->node
                             ? memory_new(exchange->shards->count, sizeof *exchange->complete, err)
                             : NULL;
    exchange->request =
        exchange->complete ? memory_new(most_messages(tree), sizeof *exchange->request, err) : NULL;
    exchange->received = exchange->request
                             ? memory_new_aligned(received + 1, sizeof *exchange->received, err)
                             : NULL;
    return exchange->received != NULL;
}

bool gradient_exchange_init(struct gradient_exchange *exchange, const struct engine *engine,
                            struct shards *shards, const struct gradient_tree *tree,
                            struct error *err)
{
    *exchange = (struct gradient_exchange){
        .engine = engine,
        .shards = shards,
        .tree = *tree,
        .first_group = first_group_of(ranks_own()),
        .end_group = first_group_of(ranks_own() + 1),
        .range = gradient_exchange_range(engine->model.size, ranks_own()),
    };
    pthread_mutex_init(&exchange->lock, NULL);
    condition_init(&exchange->has_merged);
    if (allocate(exchange, err))
        return true;
    gradient_exchange_free(exchange);
    return false;
}

void gradient_exchange_free(struct gradient_exchange *exchange)
{
    memory_free(exchange->own);
    memory_free(exchange->node);
    memory_free(exchange->complete);
    memory_free(exchange->request);
    memory_free(exchange->received);
    pthread_cond_destroy(&exchange->has_merged);
    pthread_mutex_destroy(&exchange->lock);
    *exchange = (struct gradient_exchange){.engine = NULL};
}

/* Messages */

static size_t size_of(const struct gradient_exchange *exchange)
{
    return exchange->engine->model.size;
}

static int tag_of(size_t node, size_t group)
{
    return (int)(node * GRADIENT_GROUPS + group);
}

/* Every group of the range, of the nodes that are elsewhere. */
static int begin_to_receive(struct gradient_exchange *exchange)
{
    const struct gradient_tree *tree = &exchange->tree;
    real *free_room = exchange->received;
    int failure = MPI_SUCCESS;
    for (size_t n = 0; n < tree->shards; n++) {
        size_t from = gradient_rank_of(tree, n);
        if (!gradient_is_left(tree, n) || from == ranks_own())
            continue;
        exchange->node[n] = free_room;
        free_room += numbers(exchange->range);
        for (size_t g = exchange->first_group; g < exchange->end_group && failure == MPI_SUCCESS;
             g++) {
            struct number_range part = gradient_groups(size_of(exchange), g, g + 1);
            if (numbers(part) > 0)
                failure = MPI_Irecv(exchange->node[n] + (part.begin - exchange->range.begin),
                                    (int)numbers(part), MPI_FLOAT, (int)from, tag_of(n, g),
                                    MPI_COMM_WORLD, &exchange->request[exchange->requests++]);
        }
    }
    return failure;
}

/* A group of another rank's, of the nodes that this one is left with. */
static int begin_to_send(struct gradient_exchange *exchange, size_t group)
{
    const struct gradient_tree *tree = &exchange->tree;
    struct number_range part = gradient_groups(size_of(exchange), group, group + 1);
    size_t to = 0;
    int failure = MPI_SUCCESS;
    while (first_group_of(to + 1) <= group)
        to++;
    for (size_t n = 0; n < tree->shards && failure == MPI_SUCCESS; n++)
        if (to != ranks_own() && numbers(part) > 0 && exchange->own[n] && gradient_is_left(tree, n))
            failure = MPI_Isend(exchange->own[n] + part.begin, (int)numbers(part), MPI_FLOAT,
                                (int)to, tag_of(n, group), MPI_COMM_WORLD,
                                &exchange->request[exchange->requests++]);
    return failure;
}

/* Until the group is merged; meanwhile what is under way goes on. */
static bool wait_for_group(struct gradient_exchange *exchange, size_t group, struct error *err)
{
    const double look_in = 0.5e-3; /* s; what a fast network carries meanwhile fits its buffers */
    for (;;) {
        const struct timespec until = condition_moment(look_in);
        pthread_mutex_lock(&exchange->lock);
        if (!exchange->merged[group])
            pthread_cond_timedwait(&exchange->has_merged, &exchange->lock, &until);
        bool merged = exchange->merged[group];
        pthread_mutex_unlock(&exchange->lock);
        if (merged)
            return true;
        if (!messages_advance(exchange->request, exchange->requests, err))
            return false;
    }
}

/* All that this rank has to send, and to receive, is under way. */
static bool begin_messages(struct gradient_exchange *exchange, struct error *err)
{
    if (!messages_check(err))
        return false;
    int failure = begin_to_receive(exchange);
    for (size_t g = GRADIENT_GROUPS; g-- > 0 && failure == MPI_SUCCESS;) {
        if (!wait_for_group(exchange, g, err))
            return false;
        failure = begin_to_send(exchange, g);
    }
    return messages_begun(failure, err);
}

static void *send(void *argument)
{
    struct gradient_exchange *exchange = argument;
    exchange->sent = begin_messages(exchange, &exchange->why);
    return NULL;
}

/* Merging */

void gradient_exchange_begin(struct gradient_exchange *exchange)
{
    const struct shards *shards = exchange->shards;
    memset(exchange->own, 0, exchange->tree.shards * sizeof *exchange->own);
    memset(exchange->node, 0, exchange->tree.shards * sizeof *exchange->node);
    memset(exchange->merged, 0, sizeof exchange->merged);
    for (size_t c = 0; c < shards->count; c++) {
        size_t n = shards->first + c;
        exchange->complete[c] = GRADIENT_GROUPS;
        exchange->own[n] = shards->gradient[c];
        if (gradient_is_left(&exchange->tree, n))
            exchange->node[n] = shards->gradient[c] + exchange->range.begin;
    }
    exchange->claimed = GRADIENT_GROUPS;
    exchange->requests = 0;
    exchange->is_sending = false;
}

/* Groups first .. end - 1, on `threads` threads. */
static void merge(struct gradient_exchange *exchange, size_t first, size_t end, size_t threads)
{
    const struct shards *shards = exchange->shards;
    struct number_range range = gradient_groups(size_of(exchange), first, end);
    for (size_t c = 0; c < shards->count; c++)
        optimizer_clear_frozen(&exchange->engine->optimizer, &exchange->engine->model, range,
                               shards->gradient[c]);
    gradient_merge_within(&exchange->tree, ranks_own(), exchange->own, size_of(exchange), first,
                          end, threads);
    pthread_mutex_lock(&exchange->lock);
    for (size_t g = first; g < end; g++)
        exchange->merged[g] = true;
    pthread_cond_signal(&exchange->has_merged);
    pthread_mutex_unlock(&exchange->lock);
}

/* From which group on all shards are complete. */
static size_t complete_from(const struct gradient_exchange *exchange)
{
    size_t from = 0;
    for (size_t c = 0; c < exchange->shards->count; c++)
        if (exchange->complete[c] > from)
            from = exchange->complete[c];
    return from;
}

/* The first of those that lie behind `begin`. */
static size_t first_group_from(size_t size, size_t begin)
{
    size_t group = GRADIENT_GROUPS;
    while (group > 0 && gradient_groups(size, group - 1, group).begin >= begin)
        group--;
    return group;
}

/* Takes this thread's part of what can be merged, and merges it. */
static void merge_part(struct gradient_exchange *exchange)
{
    size_t threads = exchange->shards->threads;
    pthread_mutex_lock(&exchange->lock);
    size_t from = complete_from(exchange), end = exchange->claimed;
    size_t first = from < end ? end - (end - from + threads - 1) / threads : end;
    exchange->claimed = first;
    if (first < end && !exchange->is_sending)
        exchange->is_sending = thread_start(&exchange->sender, send, exchange) == 0;
    pthread_mutex_unlock(&exchange->lock);
    if (first < end)
        merge(exchange, first, end, 1);
}

/* What is left when a shard is through is merged by all threads together, in the end. */
void gradient_exchange_complete_from(void *context, size_t shard, size_t begin)
{
    struct gradient_exchange *exchange = context;
    pthread_mutex_lock(&exchange->lock);
    exchange->complete[shard] = first_group_from(size_of(exchange), begin);
    pthread_mutex_unlock(&exchange->lock);
    if (begin > 0)
        merge_part(exchange);
}

bool gradient_exchange_finish(struct gradient_exchange *exchange, double square[GRADIENT_GROUPS],
                              struct error *err)
{
    size_t threads = exchange->shards->threads;
    merge(exchange, 0, exchange->claimed, threads);
    if (exchange->is_sending)
        pthread_join(exchange->sender, NULL);
    else
        send(exchange);
    if (!exchange->sent)
        return error_set(err, exchange->why.kind, "%s", exchange->why.message);
    if (!messages_wait(MPI_SUCCESS, exchange->request, exchange->requests, err))
        return false;
    gradient_merge_between(&exchange->tree, exchange->node, size_of(exchange),
                           exchange->first_group, exchange->end_group, square, threads);
    return true;
}
