/* What computes: a model's weights, what training keeps beside them, and the work on both.
 *
 * Whoever trains, measures, saves or asks knows these functions; how the work is done is a struct
 * engine_ops (engine/engine_ops.h). One thread at a time, the trainer's once it runs, calls what
 * changes weights or computes on all of the engine. While it trains, weights change under the write
 * side of a lock alone, which engine_update and engine_give_role take: anybody who holds the read
 * side may run the model beside a training step. What sets weights (engine_randomize,
 * engine_set_parameter, engine_settle) is called before that, and takes none.
 *
 * Beside the weights that are trained there may be second ones of the same shape, see
 * train/patching.h. */
#ifndef MNEME_ENGINE_ENGINE_H
#define MNEME_ENGINE_ENGINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sequences.h"
#include "engine/engine_options.h"
#include "model/model.h"
#include "model/step_part.h"

struct engine;

/* Null-terminated, by enum engine_kind. */
extern const char *const engine_names[];

/* A model with all weights 0. ERROR_INPUT as model_init, ERROR_MEMORY. */
struct engine *engine_new(const struct model_options *model, const struct engine_options *options,
                          struct error *err);
void engine_free(struct engine *engine);

/* Bytes engine_new asks for, PTRDIFF_MAX at most. */
size_t engine_bytes(const struct model_options *model, const struct engine_options *options);

/* Address space that work on this rank with so many threads takes beside engine_bytes. */
size_t engine_address_space(size_t threads);

/* Whether a limit on address space (ulimit -v) leaves room for engine_new and for its work. */
bool engine_has_room(const struct model_options *model, const struct engine_options *options);

/* Makes one that only holds weights ready to predict on `threads` threads. */
bool engine_make_ready(struct engine *engine, size_t threads, struct error *err);

size_t engine_shard_count(const struct engine *engine);
size_t engine_thread_count(const struct engine *engine);

/* From here on at most so many threads work, at least one, and no more than it was made with. */
void engine_use_threads(struct engine *engine, size_t most);

/* ---- a training step ---- */

/* Mean cross-entropy (nats a target that counts) of the batch into *loss, and the Euclidean norm of
 * its gradient into *norm; the gradient is kept for engine_update. Parts of the model in `frozen`
 * (1 << enum model_part each) count in no norm and stand still in the update. Same shards, same
 * bits, whatever does the work. ERROR_CANCELLED when *cancel (may be null) was seen true. */
bool engine_compute(struct engine *engine, const struct sequences *sequences, unsigned frozen,
                    const atomic_bool *cancel, double *loss, double *norm, struct error *err);

/* One update of the weights with what engine_compute left, see optimizer_update. */
bool engine_update(struct engine *engine, double norm, double lr, struct error *err);

/* The optimizer starts anew: moments and updates 0. */
bool engine_reset_optimizer(struct engine *engine, struct error *err);

/* Gives the second weights a later role: keeps in them what the model has now, or exchanges them
 * with the model's, which goes on from what was kept with the other's attention patterns and an
 * optimizer that starts anew. */
bool engine_give_role(struct engine *engine, enum second_role role, struct error *err);

/* Seconds spent on each part of the model so far, the mean of all threads that worked then. */
void engine_seconds(const struct engine *engine, double seconds[STEP_PARTS]);

/* ---- questions ---- */

/* As model_predict over any number of sequences. What is found of a sequence depends on it, on what
 * is asked of it and on the weights alone, not on the set it belongs to, nor on shards and threads.
 * ERROR_CANCELLED when *cancel (may be null) was seen true, with predictions missing. */
bool engine_predict(struct engine *engine, const struct sequences *sequences,
                    const size_t *position, size_t count, const atomic_bool *cancel,
                    struct prediction *prediction, struct error *err);

/* As model_watch_attention, one sequence in a view. A view's sequences->start points into the given
 * start[], which tells which sequence it is; the watcher is called on several threads at once,
 * about different sequences. ERROR_CANCELLED as engine_predict, with sequences missing. */
bool engine_watch_attention(struct engine *engine, const struct sequences *sequences,
                            const atomic_bool *cancel, const struct attention_watcher *watcher,
                            struct error *err);

/* ---- weights and moments ---- */

/* The model; its weights, and what it has as a reference, may change at any time unless they are
 * held, or nobody trains. */
const struct model *engine_model(const struct engine *engine);

/* Between these two the weights stand still. */
const struct model *engine_hold(struct engine *engine);
void engine_release(struct engine *engine);

/* Random initial weights, see model_randomize. */
bool engine_randomize(struct engine *engine, uint64_t seed, struct error *err);

/* All that changes with training. */
enum engine_array {
    ENGINE_WEIGHTS,
    ENGINE_FIRST_MOMENTS,
    ENGINE_SECOND_MOMENTS,
    ENGINE_SECOND_WEIGHTS,
    ENGINE_ARRAYS,
};

enum second_role engine_role(const struct engine *engine);

/* Updates made so far. */
uint64_t engine_updates(const struct engine *engine);

/* Brings what is to be read by engine_array up to date. */
bool engine_collect(struct engine *engine, struct error *err);

/* The numbers of all parameters at their offsets, [engine_model()->size]; null where the engine has
 * no such array. */
const real *engine_array(const struct engine *engine, enum engine_array array);

/* Sets the numbers of one parameter, values[rows][cols]; engine_settle after the last one, with
 * updates made so far (of an engine that trains) and the role of the second weights. */
void engine_set_parameter(struct engine *engine, enum engine_array array, size_t parameter,
                          const float *values);
bool engine_settle(struct engine *engine, uint64_t updates, enum second_role role,
                   struct error *err);

#endif
