/* Map of this file: making one; a training step; questions; weights and moments. */
#include "engine/engine.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "engine/engine_ops.h"
#include "engine/ranks.h"
#include "model/blas.h"
#include "model/onednn.h"

#define OPS(constant, ops, name)  [ENGINE_##constant] = &engine_##ops,
#define NAME(constant, ops, name) [ENGINE_##constant] = name,

static const struct engine_ops *const kinds[] = {ENGINES(OPS)};

const char *const engine_names[] = {ENGINES(NAME) NULL};

/* Making one */

static bool init_lock(pthread_rwlock_t *lock, struct error *err)
{
    pthread_rwlockattr_t writer_first;
    pthread_rwlockattr_init(&writer_first);
#ifdef __GLIBC__
    pthread_rwlockattr_setkind_np(&writer_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#endif
    int failure = pthread_rwlock_init(lock, &writer_first);
    pthread_rwlockattr_destroy(&writer_first);
    return failure ? error_system(err, failure, "cannot make a lock") : true;
}

static bool init_arrays(struct engine *engine, const struct model_options *model, struct error *err)
{
    const struct engine_options *options = &engine->options;
    return model_init(&engine->model, model, err) &&
           (!options->has_second || model_init(&engine->second, model, err)) &&
           (options->use < ENGINE_TRAINS ||
            optimizer_init(&engine->optimizer, &options->optimizer, engine->model.size, err));
}

struct engine *engine_new(const struct model_options *model, const struct engine_options *options,
                          struct error *err)
{
    struct engine *engine = memory_new(1, sizeof *engine, err);
    if (!engine)
        return NULL;
    *engine = (struct engine){.ops = kinds[options->kind], .options = *options};
    if (!init_lock(&engine->lock, err)) {
        memory_free(engine);
        return NULL;
    }
    if (init_arrays(engine, model, err) &&
        (options->use == ENGINE_HOLDS || engine->ops->open(engine, err)))
        return engine;
    engine_free(engine);
    return NULL;
}

void engine_free(struct engine *engine)
{
    if (!engine)
        return;
    if (engine->work)
        engine->ops->close(engine);
    optimizer_free(&engine->optimizer);
    model_free(&engine->second);
    model_free(&engine->model);
    pthread_rwlock_destroy(&engine->lock);
    memory_free(engine);
}

size_t engine_bytes(const struct model_options *model, const struct engine_options *options)
{
    size_t moments = options->use == ENGINE_TRAINS ? 2 : 0;
    size_t held = memory_sum(memory_product(1 + options->has_second, model_bytes(model)),
                             memory_product(moments, model_count_parameters(model) * sizeof(real)));
    size_t work = options->use == ENGINE_HOLDS ? 0 : kinds[options->kind]->bytes(model, options);
    return memory_sum(held, work);
}

/* The library's buffers, and what a thread has of its own: a stack, and a heap of malloc's, which
 * is 64 MiB of address space with glibc. Ranks have a thread and segments more, which they share.
 */
size_t engine_address_space(size_t threads)
{
    const size_t mebibyte = (size_t)1 << 20, own = (8 + 64) * mebibyte, shared = 128 * mebibyte;
    return threads * (BLAS_BUFFER + own) + (ranks_count() > 1 ? own + shared : 0);
}

bool engine_has_room(const struct model_options *model, const struct engine_options *options)
{
    size_t most = ranks_threads(), threads = options->threads < most ? options->threads : most;
    size_t left = memory_address_space();
    return memory_sum(engine_bytes(model, options), engine_address_space(threads)) <= left;
}

static bool spread(struct engine *engine, struct error *err)
{
    return !engine->ops->spread || !engine->work || engine->ops->spread(engine, err);
}

static bool collect(struct engine *engine, struct error *err)
{
    return !engine->ops->collect || !engine->work || engine->ops->collect(engine, err);
}

bool engine_make_ready(struct engine *engine, size_t threads, struct error *err)
{
    const struct engine_options before = engine->options;
    if (engine->work)
        return true;
    engine->options.use = ENGINE_PREDICTS;
    engine->options.shards = engine->options.threads = threads;
    if (engine->ops->open(engine, err) && spread(engine, err))
        return true;
    if (engine->work)
        engine->ops->close(engine);
    engine->options = before;
    return false;
}

size_t engine_shard_count(const struct engine *engine)
{
    return engine->options.shards;
}

size_t engine_thread_count(const struct engine *engine)
{
    return engine->work ? engine->ops->threads(engine) : 1;
}

void engine_use_threads(struct engine *engine, size_t most)
{
    if (engine->work && engine->ops->use_threads)
        engine->ops->use_threads(engine, most);
}

/* A training step */

/* A sum that is no number may come of products that could not be made. */
static bool check_products(double sum, struct error *err)
{
    return isfinite(sum) || !onednn_has_failed() ||
           error_set(err, ERROR_MEMORY, "there is too little memory for products in bf16");
}

bool engine_compute(struct engine *engine, const struct sequences *sequences, unsigned frozen,
                    const atomic_bool *cancel, double *loss, double *norm, struct error *err)
{
    engine->optimizer.frozen = frozen;
    return engine->ops->compute(engine, sequences, cancel, loss, norm, err) &&
           check_products(*loss + *norm, err);
}

bool engine_update(struct engine *engine, double norm, double lr, struct error *err)
{
    pthread_rwlock_wrlock(&engine->lock);
    bool updated = engine->ops->update(engine, norm, lr, err);
    pthread_rwlock_unlock(&engine->lock);
    return updated;
}

bool engine_reset_optimizer(struct engine *engine, struct error *err)
{
    optimizer_reset(&engine->optimizer);
    return spread(engine, err);
}

/* Weights have changed by other ways than an update. */
static void refresh(struct engine *engine)
{
    size_t threads = engine_thread_count(engine);
    model_refresh(&engine->model, threads);
    model_refresh(&engine->second, threads);
}

static void keep_start(struct engine *engine)
{
    const struct model *model = &engine->model;
    memcpy(engine->second.weight, model->weight, model->size * sizeof *model->weight);
}

/* The model of the first part becomes the reference; the trained one takes the kept weights. */
static void exchange(struct engine *engine)
{
    real *reference = engine->model.weight;
    engine->model.weight = engine->second.weight;
    engine->second.weight = reference;
    engine->model.reference = &engine->second;
}

bool engine_give_role(struct engine *engine, enum second_role role, struct error *err)
{
    if (!collect(engine, err))
        return false;
    pthread_rwlock_wrlock(&engine->lock);
    if (engine->role == SECOND_NONE && role > SECOND_NONE)
        keep_start(engine);
    if (engine->role < SECOND_REFERENCE && role == SECOND_REFERENCE) {
        exchange(engine);
        optimizer_reset(&engine->optimizer);
    }
    engine->role = role;
    refresh(engine);
    bool given = spread(engine, err);
    pthread_rwlock_unlock(&engine->lock);
    return given;
}

void engine_seconds(const struct engine *engine, double seconds[STEP_PARTS])
{
    engine->ops->seconds(engine, seconds);
}

/* Questions */

bool engine_predict(struct engine *engine, const struct sequences *sequences,
                    const size_t *position, size_t count, const atomic_bool *cancel,
                    struct prediction *prediction, struct error *err)
{
    double sum = 0;
    if (!engine->ops->predict(engine, sequences, position, count, cancel, prediction, err))
        return false;
    for (size_t i = 0; i < count; i++)
        sum += prediction[i].loss;
    return check_products(sum, err);
}

bool engine_watch_attention(struct engine *engine, const struct sequences *sequences,
                            const atomic_bool *cancel, const struct attention_watcher *watcher,
                            struct error *err)
{
    return engine->ops->watch_attention(engine, sequences, cancel, watcher, err);
}

/* Weights and moments */

const struct model *engine_model(const struct engine *engine)
{
    return &engine->model;
}

const struct model *engine_hold(struct engine *engine)
{
    pthread_rwlock_rdlock(&engine->lock);
    return &engine->model;
}

void engine_release(struct engine *engine)
{
    pthread_rwlock_unlock(&engine->lock);
}

bool engine_randomize(struct engine *engine, uint64_t seed, struct error *err)
{
    model_randomize(&engine->model, seed);
    return spread(engine, err);
}

enum second_role engine_role(const struct engine *engine)
{
    return engine->role;
}

uint64_t engine_updates(const struct engine *engine)
{
    return engine->optimizer.updates;
}

bool engine_collect(struct engine *engine, struct error *err)
{
    return collect(engine, err);
}

static real *array_of(const struct engine *engine, enum engine_array array)
{
    real *const arrays[ENGINE_ARRAYS] = {
        [ENGINE_WEIGHTS] = engine->model.weight,
        [ENGINE_FIRST_MOMENTS] = engine->optimizer.first,
        [ENGINE_SECOND_MOMENTS] = engine->optimizer.second,
        [ENGINE_SECOND_WEIGHTS] = engine->second.weight,
    };
    return arrays[array];
}

const real *engine_array(const struct engine *engine, enum engine_array array)
{
    return array_of(engine, array);
}

void engine_set_parameter(struct engine *engine, enum engine_array array, size_t parameter,
                          const float *values)
{
    const struct parameter *p = &engine->model.parameter[parameter];
    real *to = array_of(engine, array);
    for (size_t i = 0; to && i < p->rows * p->cols; i++)
        to[p->offset + i] = values[i];
}

bool engine_settle(struct engine *engine, uint64_t updates, enum second_role role,
                   struct error *err)
{
    engine->optimizer.updates = updates;
    engine->role = engine->options.has_second ? role : SECOND_NONE;
    engine->model.reference = engine->role == SECOND_REFERENCE ? &engine->second : NULL;
    refresh(engine);
    return spread(engine, err);
}
