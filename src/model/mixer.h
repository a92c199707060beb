/* Mixers: what a token takes from those before it. Each is one struct mixer_ops, in a file of its
 * own. In every block
 *
 *   x += mixer(norm(x)) W_o
 *
 * the mixer gets normed[..][d_model] and gives mixed[..][heads][d_key]; norm, W_o and what goes on
 * around them are the same for all. */
#ifndef MNEME_MODEL_MIXER_H
#define MNEME_MODEL_MIXER_H

#include <stdbool.h>
#include <stddef.h>

#include "model/activation.h"
#include "model/options.h"
#include "model/real.h"
#include "model/tensor.h"

struct arena;
struct block_buffers;
struct model;
struct model_layout;
struct pass;

/* What a decoder reads in one go, seen from one block: in one branch or in several, which all go on
 * behind the tokens that were read before and do not see each other. */
struct mixer_reading {
    const struct model *model;
    const struct model_layout *layout;
    size_t layer;
    size_t length; /* tokens read before */
    size_t branches, count;
    struct activation normed; /* [branches][count][d_model] */
    real *mixed;              /* [branches][count][heads][d_key] to be filled */
    real *probability; /* of mixers that attend: of each branch in turn [heads][count][keys] */
    bool given;        /* probability holds another model's patterns, which are to be used */
};

struct mixer_ops {
    struct tensor_list tensors;                /* in every block, W_o among them */
    size_t projection_weight, projection_bias; /* which of them W_o is, and its bias */
    bool attends; /* makes patterns, probability[heads][length][length] of each sequence, which can
                     be watched and given; knows distances by them alone */

    /* Buffers for passes of up to `tokens` tokens, each as a struct that a pass finds again: of
     * every block, in its block_buffers, and for all blocks, in its pass_buffers. */
    void *(*block_buffers)(struct arena *arena, const struct model_options *options, size_t tokens);
    void *(*shared_buffers)(struct arena *arena, const struct model_options *options,
                            size_t tokens);

    /* From buffers->normed1[rows][d_model] to buffers->mixed[rows][heads][d_key]. A way back wants
     * the derivative. Both leave the time they took in laps: STEP_PROJECTION, STEP_MIXER. */
    void (*forward)(const struct pass *pass, size_t layer, const struct block_buffers *buffers,
                    bool want_derivative);
    /* The same at the ascending position[count] of the sequences alone, mixed[count][heads][d_key].
     * Null where it is found no faster than by forward. */
    void (*forward_at)(const struct pass *pass, size_t layer, const struct block_buffers *buffers,
                       const size_t *position, size_t count);
    /* From the pass's d_mixed, which may be overwritten, to its d_normed; adds to gradient. */
    void (*backward)(const struct pass *pass, size_t layer, const struct block_buffers *buffers,
                     real *gradient);

    /* What a decoder keeps of the tokens read so far, of every block, and buffers for up to `rows`
     * tokens read in one go, for all blocks. */
    void *(*cache)(struct arena *arena, const struct model_options *options);
    void *(*reading_buffers)(struct arena *arena, const struct model_options *options, size_t rows);
    /* A single branch stays in the cache behind the tokens read before. */
    void (*read)(const struct mixer_reading *reading, void *cache, void *buffers);
};

/* That of the options' mixer. */
const struct mixer_ops *mixer_of(const struct model_options *options);

/* Null-terminated, by enum mixer_kind. */
extern const char *const mixer_names[];

#define OPS(constant, ops, name) extern const struct mixer_ops mixer_##ops;
MIXERS(OPS)
#undef OPS

#endif
