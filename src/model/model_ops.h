/* Kinds of model. Each is one struct model_ops, in a file of its own. */
#ifndef MNEME_MODEL_MODEL_OPS_H
#define MNEME_MODEL_MODEL_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sequences.h"
#include "model/matrix_operand.h"
#include "model/options.h"
#include "model/prediction.h"
#include "model/real.h"
#include "model/tensor.h"

struct arena;
struct attention_watcher;
struct decoder;
struct gradient_watcher;
struct model;
struct workspace;

struct model_ops {
    bool has_blocks;      /* of a mixer and a feed-forward layer: uses the options for them */
    bool only_values;     /* learns and predicts no tokens but first_value .. */
    bool can_be_measured; /* its speed, by the work of all its parameters on every token */

    const struct tensor_list *tensors; /* [TENSOR_GROUPS] without the mixer's */

    /* ERROR_INPUT where options that only this kind has do not fit; null where it has none. */
    bool (*check)(const struct model_options *options, struct error *err);

    /* model.h says what these promise. */
    size_t (*targets)(const struct model_options *options, const struct sequences *sequences);
    double (*backward)(const struct model *model, struct workspace *workspace,
                       const struct sequences *sequences, real scale, enum matrix_result result,
                       real *gradient, const struct gradient_watcher *watcher);
    void (*predict)(const struct model *model, struct workspace *workspace,
                    const struct sequences *sequences, const size_t *position, size_t count,
                    struct prediction *prediction);
    /* Null where no model of the kind attends. */
    void (*watch_attention)(const struct model *model, struct workspace *workspace,
                            const struct sequences *sequences,
                            const struct attention_watcher *watcher);
    /* A workspace's buffers for passes of up to `tokens` tokens. */
    void *(*pass_buffers)(struct arena *arena, const struct model_options *options, size_t tokens);

    /* decoder.h says what these promise; that the tokens fit was checked. */
    void (*read)(struct decoder *decoder, const int32_t *token, size_t count, size_t wanted,
                 real *log_probability);
    void (*branch)(struct decoder *decoder, const int32_t *token, size_t branches, size_t count,
                   const size_t *length, real *log_probability);
    /* A decoder's buffers. */
    void *(*decoder_buffers)(struct arena *arena, const struct model_options *options);
};

/* That of the options' kind. */
const struct model_ops *model_ops_of(const struct model_options *options);

/* Null-terminated, by enum model_kind. */
extern const char *const model_kind_names[];

#define OPS(constant, ops, name) extern const struct model_ops model_##ops;
MODELS(OPS)
#undef OPS

#endif
