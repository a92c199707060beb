/* A pass of a transformer over a micro-batch: what its blocks and their mixers share. */
#ifndef MNEME_MODEL_PASS_H
#define MNEME_MODEL_PASS_H

#include <stddef.h>

#include "model/activation.h"
#include "model/arena.h"
#include "model/block.h"
#include "model/model.h"
#include "model/step_part.h"
#include "model/workspace.h"

/* What a block leaves for the way back. */
struct block_buffers {
    real *input;               /* [tokens][d_model] the stream as it comes in */
    struct activation normed1; /* [tokens][d_model] */
    struct norm_row *row1;     /* [tokens] */
    void *mixer;               /* the mixer's own */
    real *probability;       /* of each sequence in turn [heads][length][length]; without room where
                                the mixer does not attend */
    struct activation mixed; /* [tokens][heads][d_key] what the mixer gives */
    real *middle;            /* [tokens][d_model] the stream between that and feed-forward */
    struct activation normed2;                /* [tokens][d_model] */
    struct norm_row *row2;                    /* [tokens] */
    struct feed_forward_buffers feed_forward; /* of [tokens] rows */
};

/* All of a transformer's workspace. */
struct pass_buffers {
    real *last;               /* [tokens][d_model] the stream after the last block */
    struct activation normed; /* [tokens][d_model] */
    struct norm_row *row;     /* [tokens] */
    int32_t *target;          /* [tokens] of the rows asked about */
    struct output_scratch output;
    bf16 *rounded;  /* [tokens][outputs] of the layer that has most: a gradient, for as long as its
                       products are made; null in fp32 */
    void *mixer;    /* the mixer's own */
    real *d_stream; /* [tokens][d_model] */
    real *d_normed; /* [tokens][d_model] */
    real *d_mixed;  /* [tokens][heads][d_key] */
    real *d_hidden; /* [tokens][d_hidden] */
    struct block_buffers *block; /* [layers] */
};

struct pass {
    const struct model *model;
    struct model_layout layout;
    struct workspace *workspace;
    const struct pass_buffers *buffers; /* the workspace's */
    const struct sequences *sequences;
    size_t first;                /* token of the first sequence */
    size_t rows;                 /* tokens in all */
    size_t longest;              /* tokens of the longest sequence */
    enum matrix_result gradient; /* what becomes of the one of a matrix that products make */
};

/* Gradients are added; for a pass that is to replace them that is set afterwards. */
struct pass pass_of(const struct model *model, struct workspace *workspace,
                    const struct sequences *sequences);

/* As model_ops has them. */
void *pass_new_buffers(struct arena *arena, const struct model_options *options, size_t tokens);

/* The time since the last lap was spent on this part. */
void pass_lap(const struct pass *pass, enum step_part part);

/* Rows of x[..][width] to to[count][width]: of the tokens at position[count] of the sequences. */
void pass_gather(const struct pass *pass, const size_t *position, size_t count, size_t width,
                 const real *x, real *to);

#endif
