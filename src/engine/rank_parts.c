/* Map of this file: what a rank works with; training; questions; weights and moments.
 *
 * Each rank has a run of the batch's shards (gradient_sum.h) and a range of the model's numbers. A
 * step is one exchange before the update, of gradients (gradient_exchange.h), and one behind it, in
 * which each sends the weights of its own range to all: what a sum over all of them would send, and
 * an optimizer that is divided between them. Moments are up to date at the rank whose range they
 * lie in alone, until they are collected. */
#include "engine/rank_parts.h"

#include <assert.h>
#include <mpi.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/gradient_exchange.h"
#include "engine/gradient_sum.h"
#include "engine/rank_messages.h"
#include "engine/ranks.h"
#include "engine/shards.h"

static_assert(sizeof(real) == sizeof(float), "numbers are sent as MPI_FLOAT");

/* The same as MPI counts. */
static int all_ranks(void)
{
    return (int)ranks_count();
}

static int own_rank(void)
{
    return (int)ranks_own();
}

/* What a rank works with */

struct rank_work {
    struct shards shards;
    struct gradient_tree tree;
    struct gradient_exchange exchange; /* empty where it does not train */
    double *sum; /* of all ranks: squares of the gradient's groups, shards' losses, who gave up */
    double optimizer_seconds;
};

static struct gradient_tree tree_of(const struct engine_options *options)
{
    return (struct gradient_tree){options->shards, ranks_count()};
}

/* Every rank has the most that any has. */
size_t rank_parts_bytes(const struct model_options *model, const struct engine_options *options)
{
    struct gradient_tree tree = tree_of(options);
    size_t shards = (tree.shards + tree.ranks - 1) / tree.ranks;
    bool trains = options->use == ENGINE_TRAINS;
    size_t size = model_count_parameters(model);
    return memory_sum(shards_bytes(model, shards, options->threads, trains),
                      trains ? gradient_exchange_bytes(&tree, size) : 0);
}

static size_t sums(const struct gradient_tree *tree)
{
    return GRADIENT_GROUPS + tree->shards + 1;
}

static void free_work(struct rank_work *work)
{
    if (work->exchange.engine)
        gradient_exchange_free(&work->exchange);
    shards_free(&work->shards);
    memory_free(work->sum);
    memory_free(work);
}

bool rank_parts_open(struct engine *engine, struct error *err)
{
    const struct engine_options *options = &engine->options;
    struct rank_work *work = memory_new(1, sizeof *work, err);
    if (!work)
        return false;
    bool trains = options->use == ENGINE_TRAINS;
    work->tree = tree_of(options);
    size_t first = gradient_first_shard(&work->tree, ranks_own());
    size_t end = gradient_first_shard(&work->tree, ranks_own() + 1);
    const struct shard_range range = {options->shards, first, end - first};
    size_t threads = options->threads < ranks_threads() ? options->threads : ranks_threads();
    work->sum = memory_new(sums(&work->tree), sizeof *work->sum, err);
    if (work->sum &&
        shards_init_part(&work->shards, &engine->model.options, &range, threads, trains, err) &&
        (!trains ||
         gradient_exchange_init(&work->exchange, engine, &work->shards, &work->tree, err))) {
        engine->work = work;
        return true;
    }
    free_work(work);
    return false;
}

static struct rank_work *work_of(const struct engine *engine)
{
    return engine->work;
}

void rank_parts_close(struct engine *engine)
{
    free_work(work_of(engine));
    engine->work = NULL;
}

size_t rank_parts_threads(const struct engine *engine)
{
    return work_of(engine)->shards.threads;
}

void rank_parts_seconds(const struct engine *engine, double seconds[STEP_PARTS])
{
    const struct rank_work *work = work_of(engine);
    shards_seconds(&work->shards, seconds);
    seconds[STEP_OPTIMIZER] += work->optimizer_seconds;
}

/* Training */

/* The sum of all ranks' gradients, their loss, and whether none has given up. */
static bool reduce(struct engine *engine, bool complete, double *loss, double *norm,
                   struct error *err)
{
    struct rank_work *work = work_of(engine);
    const struct shards *shards = &work->shards;
    size_t losses = GRADIENT_GROUPS, gave_up = losses + work->tree.shards;
    double *sum = work->sum;
    memset(sum, 0, sums(&work->tree) * sizeof *sum);
    for (size_t c = 0; c < shards->count; c++)
        sum[losses + shards->first + c] = shards->loss[c];
    sum[gave_up] = complete ? 0 : 1;
    /* Each number but the last is one rank's, and 0 at the others: a sum in any order is exact. */
    bool added = gradient_exchange_finish(&work->exchange, sum, err) &&
                 messages_add_up(sum, (int)sums(&work->tree), err) &&
                 (sum[gave_up] == 0 || error_set(err, ERROR_CANCELLED, "cancelled"));
    *loss = 0;
    for (size_t c = 0; c < work->tree.shards; c++)
        *loss += sum[losses + c];
    *norm = gradient_norm(sum);
    return added;
}

static bool cancelled(struct error *err)
{
    return error_set(err, ERROR_CANCELLED, "cancelled");
}

bool rank_parts_compute(struct engine *engine, const struct sequences *sequences,
                        const atomic_bool *cancel, double *loss, double *norm, struct error *err)
{
    struct rank_work *work = work_of(engine);
    const struct shard_watcher watcher = {&work->exchange, gradient_exchange_complete_from};
    double own;
    gradient_exchange_begin(&work->exchange);
    bool complete =
        shards_backward(&work->shards, &engine->model, sequences, cancel, &watcher, &own);
    double began = clock_seconds();
    bool reduced = reduce(engine, complete, loss, norm, err);
    work->optimizer_seconds += clock_seconds() - began;
    return reduced;
}

/* Every rank's range of an array, to all of them. */
static bool gather_everywhere(struct engine *engine, real *array, struct error *err)
{
    int count[GRADIENT_GROUPS], from[GRADIENT_GROUPS];
    MPI_Request request;
    if (!messages_check(err))
        return false;
    for (int r = 0; r < all_ranks(); r++) {
        struct number_range range = gradient_exchange_range(engine->model.size, (size_t)r);
        count[r] = (int)(range.end - range.begin);
        from[r] = (int)range.begin;
    }
    int failure = MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, array, count, from, MPI_FLOAT,
                                  MPI_COMM_WORLD, &request);
    return messages_wait(failure, &request, 1, err);
}

bool rank_parts_update(struct engine *engine, double norm, double lr, struct error *err)
{
    struct rank_work *work = work_of(engine);
    double began = clock_seconds();
    optimizer_update(&engine->optimizer, &engine->model, work->exchange.node[0],
                     work->exchange.range, norm, lr, work->shards.threads);
    bool gathered = gather_everywhere(engine, engine->model.weight, err);
    model_refresh(&engine->model, work->shards.threads);
    work->optimizer_seconds += clock_seconds() - began;
    return gathered;
}

/* Questions */

/* The sequences that a rank is asked about, and those of the positions that lie in them. */
struct share {
    struct sequences sequences;
    size_t first, end;          /* sequences */
    size_t position, positions; /* the first, and how many */
};

static struct share share_of(const struct sequences *sequences, int rank, const size_t *position,
                             size_t positions)
{
    size_t count = ranks_count();
    struct share share = {
        .sequences = *sequences,
        .first = shards_first_sequence(sequences, count, (size_t)rank),
        .end = shards_first_sequence(sequences, count, (size_t)rank + 1),
    };
    const size_t *start = sequences->start;
    share.sequences.start += share.first;
    share.sequences.count = share.end - share.first;
    while (share.position < positions && position[share.position] < start[share.first])
        share.position++;
    while (share.position + share.positions < positions &&
           position[share.position + share.positions] < start[share.end])
        share.positions++;
    return share;
}

/* prediction[count]: at rank 0 all are filled in, at another those of its own share. */
bool rank_parts_predict(struct engine *engine, const struct sequences *sequences,
                        const size_t *position, size_t count, const atomic_bool *cancel,
                        struct prediction *prediction, struct error *err)
{
    struct share own = share_of(sequences, own_rank(), position, count);
    bool complete =
        shards_predict(&work_of(engine)->shards, &engine->model, &own.sequences,
                       position + own.position, own.positions, cancel, prediction + own.position);
    if (!messages_agree(&complete, err))
        return false;
    if (!complete)
        return cancelled(err);
    MPI_Request request[GRADIENT_GROUPS];
    MPI_Datatype one; /* an int counts predictions where it would not count their bytes */
    int requests = 0, failure = MPI_Type_contiguous(sizeof *prediction, MPI_BYTE, &one);
    if (failure == MPI_SUCCESS)
        failure = MPI_Type_commit(&one);
    if (failure == MPI_SUCCESS && own_rank() != 0)
        failure = MPI_Isend(prediction + own.position, (int)own.positions, one, 0, 0,
                            MPI_COMM_WORLD, &request[requests++]);
    for (int r = 1; own_rank() == 0 && r < all_ranks() && failure == MPI_SUCCESS; r++) {
        struct share share = share_of(sequences, r, position, count);
        failure = MPI_Irecv(prediction + share.position, (int)share.positions, one, r, 0,
                            MPI_COMM_WORLD, &request[requests++]);
    }
    if (failure == MPI_SUCCESS)
        MPI_Type_free(&one); /* once the messages are through */
    return messages_wait(failure, request, requests, err);
}

/* Attention that a rank keeps for rank 0: of so many sequences in turn, each layer's
 * probability[heads][length][length]. */
struct attention_record {
    const struct sequences *sequences; /* whose attention is recorded */
    size_t layers, heads;
    real *number;
};

/* Numbers of one sequence. */
static size_t attention_size(const struct attention_record *record, size_t s)
{
    size_t length = record->sequences->start[s + 1] - record->sequences->start[s];
    return record->layers * record->heads * length * length;
}

/* Where sequence s begins. */
static size_t attention_place(const struct attention_record *record, size_t s)
{
    size_t place = 0;
    for (size_t i = 0; i < s; i++)
        place += attention_size(record, i);
    return place;
}

static void record_attention(void *context, const struct attention_view *view)
{
    struct attention_record *record = context;
    size_t s = (size_t)(view->sequences->start - record->sequences->start);
    size_t layer = attention_size(record, s) / record->layers;
    memcpy(record->number + attention_place(record, s) + view->layer * layer, view->probability,
           layer * sizeof *record->number);
}

static void replay_attention(const struct attention_record *record,
                             const struct attention_watcher *watcher)
{
    const real *number = record->number;
    for (size_t s = 0; s < record->sequences->count; s++) {
        struct sequences one = *record->sequences;
        one.start += s;
        one.count = 1;
        size_t layer = attention_size(record, s) / record->layers;
        for (size_t l = 0; l < record->layers; l++, number += layer) {
            const struct attention_view view = {l, record->heads, &one, number};
            watcher->watch(watcher->context, &view);
        }
    }
}

/* The next sequences of a share, of which `done` are: as many as are recorded at once, and one at
 * least. */
static struct sequences next_part(const struct engine *engine, const struct share *share,
                                  size_t done)
{
    const size_t most = (size_t)1 << 24; /* numbers */
    const struct model_options *shape = &engine->model.options;
    struct sequences part = share->sequences;
    const struct attention_record record = {&part, shape->layers, shape->heads, NULL};
    size_t left = part.count - done, numbers = 0;
    part.start += done;
    for (part.count = 0; part.count < left; part.count++) {
        numbers += attention_size(&record, part.count);
        if (part.count > 0 && numbers > most)
            break;
    }
    return part;
}

/* One part of rank r's share: it records and sends, rank 0 receives and replays. */
static bool hand_over(struct engine *engine, int r, const struct sequences *part,
                      const atomic_bool *cancel, const struct attention_watcher *watcher,
                      bool *complete, struct error *err)
{
    const struct model_options *shape = &engine->model.options;
    struct attention_record record = {part, shape->layers, shape->heads, NULL};
    size_t numbers = attention_place(&record, part->count);
    const struct attention_watcher recorder = {&record, record_attention};
    MPI_Request request;
    int failure;
    record.number = memory_new(numbers + 1, sizeof *record.number, err);
    if (!record.number)
        return false;
    if (own_rank() == 0)
        failure = MPI_Irecv(record.number, (int)numbers, MPI_FLOAT, r, 0, MPI_COMM_WORLD, &request);
    else {
        *complete = shards_watch_attention(&work_of(engine)->shards, &engine->model, part, cancel,
                                           &recorder) &&
                    *complete;
        failure = MPI_Isend(record.number, (int)numbers, MPI_FLOAT, 0, 0, MPI_COMM_WORLD, &request);
    }
    bool sent = messages_wait(failure, &request, 1, err);
    if (sent && own_rank() == 0)
        replay_attention(&record, watcher);
    memory_free(record.number);
    return sent;
}

/* The watcher is rank 0's; the others send it what they see, part by part. */
bool rank_parts_watch(struct engine *engine, const struct sequences *sequences,
                      const atomic_bool *cancel, const struct attention_watcher *watcher,
                      struct error *err)
{
    bool complete = true;
    for (int r = own_rank(); r < (own_rank() == 0 ? all_ranks() : own_rank() + 1); r++) {
        struct share share = share_of(sequences, r, NULL, 0);
        size_t done = 0;
        if (r == 0)
            complete = shards_watch_attention(&work_of(engine)->shards, &engine->model,
                                              &share.sequences, cancel, watcher);
        while (r > 0 && done < share.sequences.count) {
            struct sequences part = next_part(engine, &share, done);
            if (!hand_over(engine, r, &part, cancel, watcher, &complete, err))
                return false;
            done += part.count;
        }
    }
    return messages_agree(&complete, err) && (complete || cancelled(err));
}

bool rank_parts_attention_fits(const struct engine *engine, const struct sequences *sequences,
                               struct error *err)
{
    const struct model_options *shape = &engine->model.options;
    const struct attention_record record = {sequences, shape->layers, shape->heads, NULL};
    for (size_t s = 0; s < sequences->count; s++)
        if (attention_size(&record, s) > INT32_MAX)
            return error_set(err, ERROR_INPUT, "the attention of %zu tokens is too large for ranks",
                             sequences->start[s + 1] - sequences->start[s]);
    return true;
}

/* Weights and moments */

bool rank_parts_collect(struct engine *engine, struct error *err)
{
    return engine->options.use < ENGINE_TRAINS ||
           (gather_everywhere(engine, engine->optimizer.first, err) &&
            gather_everywhere(engine, engine->optimizer.second, err));
}

/* Rank 0's become everybody's. */
bool rank_parts_spread(struct engine *engine, const struct order *order, struct error *err)
{
    size_t bytes = engine->model.size * sizeof(real);
    engine->optimizer.updates = order->updates;
    engine->role = order->role;
    engine->model.reference = order->role == SECOND_REFERENCE ? &engine->second : NULL;
    bool received =
        messages_broadcast(engine->model.weight, bytes, err) &&
        (!engine->options.has_second || messages_broadcast(engine->second.weight, bytes, err)) &&
        (engine->options.use < ENGINE_TRAINS ||
         (messages_broadcast(engine->optimizer.first, bytes, err) &&
          messages_broadcast(engine->optimizer.second, bytes, err)));
    model_refresh(&engine->model, work_of(engine)->shards.threads);
    model_refresh(&engine->second, work_of(engine)->shards.threads);
    return received;
}
