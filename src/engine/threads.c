/* The processors of one machine: threads that work on shards of a batch. */
#include "base/clock.h"
#include "base/memory.h"
#include "engine/engine_ops.h"
#include "engine/gradient_sum.h"
#include "engine/shards.h"

struct thread_work {
    struct shards shards;
    double optimizer_seconds; /* spent on the sum of gradients and on updates */
};

static struct shards *shards_of(const struct engine *engine)
{
    struct thread_work *work = engine->work;
    return &work->shards;
}

static size_t threads_bytes(const struct model_options *model, const struct engine_options *options)
{
    return memory_sum(
        sizeof(struct thread_work),
        shards_bytes(model, options->shards, options->threads, options->use == ENGINE_TRAINS));
}

static void threads_close(struct engine *engine)
{
    shards_free(shards_of(engine));
    memory_free(engine->work);
    engine->work = NULL;
}

static bool threads_open(struct engine *engine, struct error *err)
{
    const struct engine_options *options = &engine->options;
    engine->work = memory_new(1, sizeof(struct thread_work), err);
    if (engine->work && shards_init(shards_of(engine), &engine->model.options, options->shards,
                                    options->threads, options->use == ENGINE_TRAINS, err))
        return true;
    if (engine->work)
        threads_close(engine);
    return false;
}

static size_t count_threads(const struct engine *engine)
{
    return shards_of(engine)->threads;
}

static void use_threads(struct engine *engine, size_t most)
{
    shards_use_threads(shards_of(engine), most);
}

static void threads_seconds(const struct engine *engine, double seconds[STEP_PARTS])
{
    const struct thread_work *work = engine->work;
    shards_seconds(&work->shards, seconds);
    seconds[STEP_OPTIMIZER] += work->optimizer_seconds;
}

static bool unless_cancelled(bool complete, struct error *err)
{
    return complete || error_set(err, ERROR_CANCELLED, "cancelled");
}

static bool threads_compute(struct engine *engine, const struct sequences *sequences,
                            const atomic_bool *cancel, double *loss, double *norm,
                            struct error *err)
{
    const struct number_range all = {0, engine->model.size};
    struct thread_work *work = engine->work;
    struct shards *shards = &work->shards;
    if (!unless_cancelled(shards_backward(shards, &engine->model, sequences, cancel, NULL, loss),
                          err))
        return false;
    double began = clock_seconds();
    for (size_t c = 0; c < shards->count; c++)
        optimizer_clear_frozen(&engine->optimizer, &engine->model, all, shards->gradient[c]);
    *norm = gradient_sum(shards->gradient, shards->count, shards->size, shards->threads);
    work->optimizer_seconds += clock_seconds() - began;
    return true;
}

static bool threads_update(struct engine *engine, double norm, double lr, struct error *err)
{
    const struct number_range all = {0, engine->model.size};
    struct thread_work *work = engine->work;
    struct shards *shards = &work->shards;
    double began = clock_seconds();
    (void)err;
    optimizer_update(&engine->optimizer, &engine->model, shards->gradient[0], all, norm, lr,
                     shards->threads);
    model_refresh(&engine->model, shards->threads);
    work->optimizer_seconds += clock_seconds() - began;
    return true;
}

static bool threads_predict(struct engine *engine, const struct sequences *sequences,
                            const size_t *position, size_t count, const atomic_bool *cancel,
                            struct prediction *prediction, struct error *err)
{
    return unless_cancelled(shards_predict(shards_of(engine), &engine->model, sequences, position,
                                           count, cancel, prediction),
                            err);
}

static bool threads_watch_attention(struct engine *engine, const struct sequences *sequences,
                                    const atomic_bool *cancel,
                                    const struct attention_watcher *watcher, struct error *err)
{
    return unless_cancelled(
        shards_watch_attention(shards_of(engine), &engine->model, sequences, cancel, watcher), err);
}

const struct engine_ops engine_threads = {
    .bytes = threads_bytes,
    .open = threads_open,
    .close = threads_close,
    .threads = count_threads,
    .use_threads = use_threads,
    .seconds = threads_seconds,
    .compute = threads_compute,
    .update = threads_update,
    .predict = threads_predict,
    .watch_attention = threads_watch_attention,
};
