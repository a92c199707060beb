/* An engine whose work several ranks do: rank 0, which has it, sends the others an order and does
 * its own part at the same time. */
#include <stdint.h>

#include "engine/engine_ops.h"
#include "engine/rank_lesson.h"
#include "engine/rank_messages.h"
#include "engine/rank_parts.h"
#include "engine/ranks.h"

/* Counts of numbers in one message. */
static bool model_fits(const struct engine *engine, struct error *err)
{
    return engine->model.size <= INT32_MAX ||
           error_set(err, ERROR_INPUT, "a model of %zu parameters is too large for ranks",
                     engine->model.size);
}

/* Rank 0 asks the others to make one like it; what one of them lacks memory for, all are without.
 */
static bool ranks_open(struct engine *engine, struct error *err)
{
    if (ranks_own() > 0)
        return rank_parts_open(engine, err);
    if (engine->options.use < ENGINE_TRAINS) /* no shards are needed; each rank has its threads */
        engine->options.shards = engine->options.threads * ranks_count();
    struct order order = {
        .task = TASK_OPEN, .model = engine->model.options, .options = engine->options};
    if (engine->options.shards < ranks_count())
        return error_set(err, ERROR_INPUT,
                         "%zu ranks are more than there are shards: train.shards is %zu",
                         ranks_count(), engine->options.shards);
    if (!model_fits(engine, err) || !messages_send_order(&order, err))
        return false;
    bool made = rank_parts_open(engine, err), all = made;
    bool agreed = messages_agree(&all, made ? err : NULL);
    if (agreed && all)
        return true;
    if (made)
        rank_parts_close(engine);
    return made && agreed && error_set(err, ERROR_MEMORY, "another rank has too little memory");
}

static void ranks_close(struct engine *engine)
{
    struct order order = {.task = TASK_CLOSE};
    struct error ignored;
    if (ranks_own() == 0)
        messages_send_order(&order, &ignored);
    rank_parts_close(engine);
}

static bool ranks_compute(struct engine *engine, const struct sequences *sequences,
                          const atomic_bool *cancel, double *loss, double *norm, struct error *err)
{
    struct order order = {.task = TASK_COMPUTE, .frozen = engine->optimizer.frozen};
    struct error why;
    return messages_conclude(rank_lesson_send(&order, sequences, NULL, 0, &why) &&
                                 rank_parts_compute(engine, sequences, cancel, loss, norm, &why),
                             &why, err);
}

static bool ranks_update(struct engine *engine, double norm, double lr, struct error *err)
{
    struct order order = {.task = TASK_UPDATE, .norm = norm, .lr = lr};
    struct error why;
    return messages_conclude(
        messages_send_order(&order, &why) && rank_parts_update(engine, norm, lr, &why), &why, err);
}

static bool ranks_predict(struct engine *engine, const struct sequences *sequences,
                          const size_t *position, size_t count, const atomic_bool *cancel,
                          struct prediction *prediction, struct error *err)
{
    struct order order = {.task = TASK_PREDICT};
    struct error why;
    return messages_conclude(
        rank_lesson_send(&order, sequences, position, count, &why) &&
            rank_parts_predict(engine, sequences, position, count, cancel, prediction, &why),
        &why, err);
}

static bool ranks_watch_attention(struct engine *engine, const struct sequences *sequences,
                                  const atomic_bool *cancel,
                                  const struct attention_watcher *watcher, struct error *err)
{
    struct order order = {.task = TASK_WATCH};
    struct error why;
    if (!rank_parts_attention_fits(engine, sequences, err))
        return false;
    return messages_conclude(rank_lesson_send(&order, sequences, NULL, 0, &why) &&
                                 rank_parts_watch(engine, sequences, cancel, watcher, &why),
                             &why, err);
}

static bool ranks_collect(struct engine *engine, struct error *err)
{
    struct order order = {.task = TASK_COLLECT};
    struct error why;
    return messages_conclude(messages_send_order(&order, &why) && rank_parts_collect(engine, &why),
                             &why, err);
}

static bool ranks_spread(struct engine *engine, struct error *err)
{
    struct order order = {
        .task = TASK_SPREAD, .updates = engine->optimizer.updates, .role = engine->role};
    struct error why;
    return messages_conclude(
        messages_send_order(&order, &why) && rank_parts_spread(engine, &order, &why), &why, err);
}

const struct engine_ops engine_ranks = {
    .bytes = rank_parts_bytes,
    .open = ranks_open,
    .close = ranks_close,
    .threads = rank_parts_threads,
    .seconds = rank_parts_seconds,
    .compute = ranks_compute,
    .update = ranks_update,
    .predict = ranks_predict,
    .watch_attention = ranks_watch_attention,
    .collect = ranks_collect,
    .spread = ranks_spread,
};
