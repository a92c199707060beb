#include "engine/shards.h"

#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "model/layout.h"
#include "model/workspace.h"

static size_t working_threads(size_t count, size_t threads)
{
    size_t most = threads < count ? threads : count;
    return most > 1 ? most : 1;
}

size_t shards_bytes(const struct model_options *options, size_t count, size_t threads,
                    bool gradients)
{
    size_t working = working_threads(count, threads);
    size_t workspace = workspace_bytes(options, model_micro_batch_tokens(options));
    size_t gradient = layout_of(options).size * sizeof(real);
    size_t bytes = memory_product(working, sizeof(struct workspace *) + workspace);
    if (!gradients)
        return bytes;
    return memory_sum(bytes, memory_product(count, sizeof(double) + sizeof(real *) + gradient));
}

static bool allocate(struct shards *shards, const struct model_options *options, bool gradients,
                     struct error *err)
{
    shards->workspace = memory_new(shards->workspaces, sizeof *shards->workspace, err);
    if (!shards->workspace)
        return false;
    for (size_t t = 0; t < shards->workspaces; t++) {
        shards->workspace[t] = workspace_new(options, shards->micro_batch, err);
        if (!shards->workspace[t])
            return false;
    }
    if (!gradients)
        return true;
    shards->loss = memory_new(shards->count, sizeof *shards->loss, err);
    shards->gradient =
        shards->loss ? memory_new(shards->count, sizeof *shards->gradient, err) : NULL;
    if (!shards->gradient)
        return false;
    for (size_t c = 0; c < shards->count; c++) {
        shards->gradient[c] = memory_new_aligned(shards->size, sizeof(real), err);
        if (!shards->gradient[c])
            return false;
    }
    return true;
}

bool shards_init_part(struct shards *shards, const struct model_options *options,
                      const struct shard_range *range, size_t threads, bool gradients,
                      struct error *err)
{
    size_t working = working_threads(range->count, threads);
    *shards = (struct shards){
        .total = range->total,
        .first = range->first,
        .count = range->count,
        .threads = working,
        .workspaces = working,
        .micro_batch = model_micro_batch_tokens(options),
        .size = layout_of(options).size,
    };
    if (allocate(shards, options, gradients, err))
        return true;
    shards_free(shards);
    return false;
}

bool shards_init(struct shards *shards, const struct model_options *options, size_t count,
                 size_t threads, bool gradients, struct error *err)
{
    size_t all = count > 1 ? count : 1;
    const struct shard_range range = {all, 0, all};
    return shards_init_part(shards, options, &range, threads, gradients, err);
}

void shards_free(struct shards *shards)
{
    for (size_t t = 0; shards->workspace && t < shards->workspaces; t++)
        workspace_free(shards->workspace[t]);
    for (size_t c = 0; shards->gradient && c < shards->count; c++)
        memory_free(shards->gradient[c]);
    memory_free(shards->workspace);
    memory_free(shards->gradient);
    memory_free(shards->loss);
    *shards = (struct shards){.count = 0};
}

void shards_use_threads(struct shards *shards, size_t most)
{
    shards_seconds(shards, shards->earlier);
    for (size_t t = 0; t < shards->workspaces; t++)
        memset(shards->workspace[t]->seconds, 0, sizeof shards->workspace[t]->seconds);
    shards->threads = working_threads(shards->workspaces, most);
}

void shards_seconds(const struct shards *shards, double seconds[STEP_PARTS])
{
    for (enum step_part p = 0; p < STEP_PARTS; p++) {
        seconds[p] = shards->earlier[p];
        for (size_t t = 0; t < shards->workspaces; t++)
            seconds[p] += shards->workspace[t]->seconds[p] / (double)shards->threads;
    }
}

/* The one that begins nearest to the part's share of the tokens. */
size_t shards_first_sequence(const struct sequences *sequences, size_t count, size_t part)
{
    const size_t *start = sequences->start;
    size_t total = start[sequences->count] - start[0];
    size_t wanted = start[0] + (size_t)((double)total * (double)part / (double)count);
    size_t s = 0;
    if (part == count)
        return sequences->count;
    while (s < sequences->count && start[s + 1] <= wanted)
        s++;
    bool next_is_nearer = s < sequences->count && start[s + 1] - wanted < wanted - start[s];
    return next_is_nearer ? s + 1 : s;
}

/* Some of the sequences, as sequences. */
static struct sequences sequences_part(const struct sequences *sequences, size_t begin, size_t end)
{
    struct sequences part = *sequences;
    part.start += begin;
    part.count = end - begin;
    return part;
}

static struct sequences shard_of(const struct sequences *sequences, size_t count, size_t shard)
{
    return sequences_part(sequences, shards_first_sequence(sequences, count, shard),
                          shards_first_sequence(sequences, count, shard + 1));
}

/* The next micro-batch of a shard from sequence begin on: as many sequences as fill an equal share
 * of what is left, and fit. */
static struct sequences micro_batch_at(const struct sequences *shard, size_t begin, size_t room)
{
    const size_t *start = shard->start;
    size_t left = start[shard->count] - start[begin];
    size_t batches = (left + room - 1) / room;
    size_t share = batches > 0 ? (left + batches - 1) / batches : 0;
    size_t end = begin + 1;
    while (end < shard->count && start[end] - start[begin] < share &&
           start[end + 1] - start[begin] <= room)
        end++;
    return sequences_part(shard, begin, end);
}

static bool cancelled(const atomic_bool *cancel)
{
    return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

/* A shard that is watched. */
struct watched_shard {
    const struct shard_watcher *watcher; /* may be null */
    size_t shard;
};

static void shard_complete_from(void *context, size_t begin)
{
    const struct watched_shard *watched = context;
    if (watched->watcher)
        watched->watcher->complete_from(watched->watcher->context, watched->shard, begin);
}

/* The summed cross-entropy of a shard into *loss, its gradient times scale into gradient. False
 * when cancelled. */
static bool shard_backward(const struct shards *shards, const struct model *model,
                           struct workspace *workspace, const struct sequences *shard, real scale,
                           const atomic_bool *cancel, struct watched_shard watched, double *loss)
{
    real *gradient = shards->gradient[watched.shard];
    const struct gradient_watcher watcher = {&watched, shard_complete_from};
    *loss = 0;
    if (shard->count == 0)
        memset(gradient, 0, shards->size * sizeof *gradient);
    for (size_t s = 0; s < shard->count;) {
        if (cancelled(cancel))
            return false;
        struct sequences micro_batch = micro_batch_at(shard, s, shards->micro_batch);
        enum matrix_result result = s == 0 ? MATRIX_REPLACE : MATRIX_ADD;
        s += micro_batch.count;
        *loss += model_backward(model, workspace, &micro_batch, scale, result, gradient,
                                s == shard->count && watched.watcher ? &watcher : NULL);
    }
    shard_complete_from(&watched, 0);
    return true;
}

bool shards_backward(struct shards *shards, const struct model *model,
                     const struct sequences *sequences, const atomic_bool *cancel,
                     const struct shard_watcher *watcher, double *loss)
{
    size_t targets = model_targets(&model->options, sequences);
    double mean = targets > 0 ? 1 / (double)targets : 0;
    bool complete = true;
#pragma omp parallel for num_threads((int)shards->threads) schedule(dynamic) reduction(&& : complete)
    for (size_t c = 0; c < shards->count; c++) {
        struct sequences shard = shard_of(sequences, shards->total, shards->first + c);
        complete = shard_backward(shards, model, shards->workspace[omp_get_thread_num()], &shard,
                                  (real)mean, cancel, (struct watched_shard){watcher, c},
                                  &shards->loss[c]) &&
                   complete;
    }
    *loss = 0;
    for (size_t c = 0; c < shards->count; c++) {
        shards->loss[c] *= mean;
        *loss += shards->loss[c];
    }
    return complete;
}

/* The first of the ascending positions that is at least `least`; count where none is. */
static size_t first_position(const size_t *position, size_t count, size_t least)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (position[middle] < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Predicts at those of the ascending positions that lie in the one sequence s. */
static void predict_sequence(const struct model *model, struct workspace *workspace,
                             const struct sequences *sequences, size_t s, const size_t *position,
                             size_t count, struct prediction *prediction)
{
    struct sequences one = sequences_part(sequences, s, s + 1);
    size_t first = first_position(position, count, one.start[0]);
    size_t end = first_position(position, count, one.start[1]);
    if (end > first)
        model_predict(model, workspace, &one, position + first, end - first, prediction + first);
}

bool shards_predict(struct shards *shards, const struct model *model,
                    const struct sequences *sequences, const size_t *position, size_t count,
                    const atomic_bool *cancel, struct prediction *prediction)
{
    bool complete = true;
#pragma omp parallel for num_threads((int)shards->threads) schedule(dynamic) reduction(&& : complete)
    for (size_t s = 0; s < sequences->count; s++) {
        complete = complete && !cancelled(cancel);
        if (complete)
            predict_sequence(model, shards->workspace[omp_get_thread_num()], sequences, s, position,
                             count, prediction);
    }
    return complete;
}

bool shards_watch_attention(struct shards *shards, const struct model *model,
                            const struct sequences *sequences, const atomic_bool *cancel,
                            const struct attention_watcher *watcher)
{
    bool complete = true;
#pragma omp parallel for num_threads((int)shards->threads) schedule(dynamic) reduction(&& : complete)
    for (size_t s = 0; s < sequences->count; s++) {
        struct sequences one = sequences_part(sequences, s, s + 1);
        complete = complete && !cancelled(cancel);
        if (complete)
            model_watch_attention(model, shards->workspace[omp_get_thread_num()], &one, watcher);
    }
    return complete;
}
