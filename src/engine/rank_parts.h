/* What every rank does of an engine's work (engine_ops.h), at the same time as the others: rank 0
 * because it was asked to (rank_engine.c), the others because rank 0 has sent them an order
 * (rank_service.c). ERROR_SYSTEM where they have lost each other, ERROR_CANCELLED at all of them
 * where one was cancelled. */
#ifndef MNEME_ENGINE_RANK_PARTS_H
#define MNEME_ENGINE_RANK_PARTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/sequences.h"
#include "engine/engine_ops.h"
#include "engine/rank_order.h"

/* Bytes that the rank with the most of them asks for. */
size_t rank_parts_bytes(const struct model_options *model, const struct engine_options *options);

/* engine->work of this rank alone. On false there is none. */
bool rank_parts_open(struct engine *engine, struct error *err);
void rank_parts_close(struct engine *engine);

size_t rank_parts_threads(const struct engine *engine);
void rank_parts_seconds(const struct engine *engine, double seconds[STEP_PARTS]);

/* The gradient, loss and norm of all ranks' shards; each keeps the gradient of its own range. */
bool rank_parts_compute(struct engine *engine, const struct sequences *sequences,
                        const atomic_bool *cancel, double *loss, double *norm, struct error *err);

/* Each updates its own range, and all get all weights. */
bool rank_parts_update(struct engine *engine, double norm, double lr, struct error *err);

/* prediction[count]: at rank 0 all are filled in, at another those of its own share. */
bool rank_parts_predict(struct engine *engine, const struct sequences *sequences,
                        const size_t *position, size_t count, const atomic_bool *cancel,
                        struct prediction *prediction, struct error *err);

/* The watcher is rank 0's and null at the others. */
bool rank_parts_watch(struct engine *engine, const struct sequences *sequences,
                      const atomic_bool *cancel, const struct attention_watcher *watcher,
                      struct error *err);

/* Whether that of each sequence fits a message; otherwise ERROR_INPUT. */
bool rank_parts_attention_fits(const struct engine *engine, const struct sequences *sequences,
                               struct error *err);

/* All moments become everybody's. */
bool rank_parts_collect(struct engine *engine, struct error *err);

/* Rank 0's weights and moments, with what the order says of them, become everybody's. */
bool rank_parts_spread(struct engine *engine, const struct order *order, struct error *err);

#endif
