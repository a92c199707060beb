/* A batch divided between threads.
 *
 * A batch is cut into a fixed number of shards, runs of sequences with about equally many tokens;
 * each shard has its own gradient and is worked through in micro-batches by one thread, with
 * matrix products that stay on that thread. The number of shards decides the order in which
 * gradients are added, the number of threads does not: same shards, same bits.
 *
 * What only looks at the model takes every sequence by itself. Some BLAS kernels give a row other
 * bits when other rows stand beside it; so what is found of a sequence depends on it, on what is
 * asked of it and on the weights alone, not on the set it belongs to, nor on shards and threads. */
#ifndef MNEME_ENGINE_SHARDS_H
#define MNEME_ENGINE_SHARDS_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/error.h"
#include "base/sequences.h"
#include "model/model.h"
#include "model/step_part.h"

/* Some of the shards that a batch is cut into. */
struct shard_range {
    size_t total, first, count;
};

struct shards {
    size_t total; /* that a batch is cut into */
    size_t first; /* of those that are here */
    size_t count;
    size_t threads;               /* that work on them, */
    size_t workspaces;            /* and that could */
    struct workspace **workspace; /* [workspaces] */
    double earlier[STEP_PARTS];   /* seconds before other threads than now worked */
    real **gradient;              /* [count][model.size] of the last shards_backward */
    double *loss;                 /* [count] of each in the last one */
    size_t micro_batch;           /* tokens a workspace holds */
    size_t size;                  /* numbers in a gradient */
};

/* All of `count` shards on `threads` threads (at most count are used). With gradients false
 * shards_backward may not be called. */
bool shards_init(struct shards *shards, const struct model_options *options, size_t count,
                 size_t threads, bool gradients, struct error *err);

/* The same of some of them, at least one. */
bool shards_init_part(struct shards *shards, const struct model_options *options,
                      const struct shard_range *range, size_t threads, bool gradients,
                      struct error *err);
void shards_free(struct shards *shards);

/* From here on at most so many threads work on them, at least one, and no more than there were at
 * first. */
void shards_use_threads(struct shards *shards, size_t most);

/* Bytes shards_init asks for, PTRDIFF_MAX at most. */
size_t shards_bytes(const struct model_options *options, size_t count, size_t threads,
                    bool gradients);

/* Who is told, while shards are worked on, that no number of one's gradient changes any more from
 * `begin` on: each time an earlier one, and 0 in the end. Called on several threads at once, about
 * different shards: `shard` counts from those that are here. */
struct shard_watcher {
    void *context;
    void (*complete_from)(void *context, size_t shard, size_t begin);
};

/* The share in the mean cross-entropy (nats a target that counts) of the batch into
 * shards->loss[count], their sum into *loss, and the gradient of that mean, divided between
 * shards->gradient[count]: the sum over all shards is the gradient.
 * Looks at *cancel (may be null) before every micro-batch; false when it was true, with nothing
 * useful in the gradients. The watcher (may be null) is told of no shard that was given up. */
bool shards_backward(struct shards *shards, const struct model *model,
                     const struct sequences *sequences, const atomic_bool *cancel,
                     const struct shard_watcher *watcher, double *loss);

/* The first sequence of part `part` of `count`, about equally long ones; sequences->count for part
 * `count`. */
size_t shards_first_sequence(const struct sequences *sequences, size_t count, size_t part);

/* Seconds spent on each part of the model so far, the mean of all threads that worked then. */
void shards_seconds(const struct shards *shards, double seconds[STEP_PARTS]);

/* model_predict over any number of sequences. Looks at *cancel (may be null) before every sequence;
 * false when it was true, with predictions missing. */
bool shards_predict(struct shards *shards, const struct model *model,
                    const struct sequences *sequences, const size_t *position, size_t count,
                    const atomic_bool *cancel, struct prediction *prediction);

/* model_watch_attention over any number of sequences, one in a view. A view's sequences->start
 * points into the given start[], which tells which sequence it is; the watcher is called on several
 * threads at once, about different sequences. Looks at *cancel as shards_predict does; false when
 * it was true, with sequences missing. */
bool shards_watch_attention(struct shards *shards, const struct model *model,
                            const struct sequences *sequences, const atomic_bool *cancel,
                            const struct attention_watcher *watcher);

#endif
