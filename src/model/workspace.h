/* The buffers of one pass forward and backward, in one piece of memory. */
#ifndef MNEME_MODEL_WORKSPACE_H
#define MNEME_MODEL_WORKSPACE_H

#include <stddef.h>

#include "base/error.h"
#include "model/arena.h"
#include "model/associative.h"
#include "model/block.h"
#include "model/model.h"
#include "model/step_part.h"

/* What a block leaves for the way back. Of a mixer that the model does not have, no buffer has
 * room for anything. */
struct block_buffers {
    real *input;           /* [tokens][d_model] the stream as it comes in */
    real *normed1;         /* [tokens][d_model] */
    struct norm_row *row1; /* [tokens] */
    real *query_key_value; /* [tokens][3][heads][d_key] */
    real *relative;        /* [max_length][heads][d_key], the longest sequence's rows in use */
    real *probability;     /* of each sequence in turn [heads][length][length] */
    struct recurrence_buffers recurrence; /* of [tokens] rows */
    real *mixed;           /* [tokens][heads][d_key] what attention or the recurrence gives */
    real *middle;          /* [tokens][d_model] the stream between that and feed-forward */
    real *normed2;         /* [tokens][d_model] */
    struct norm_row *row2; /* [tokens] */
    struct feed_forward_buffers feed_forward; /* of [tokens] rows */
};

/* A transformer's has all but associative, a memory's that alone. */
struct workspace {
    size_t tokens; /* it has room for */
    size_t layers;
    size_t *counting;        /* [max_length] 0, 1, 2, ... */
    size_t *position;        /* [tokens] of queries in their sequence */
    real *last;              /* [tokens][d_model] the stream after the last block */
    real *normed;            /* [tokens][d_model] */
    struct norm_row *row;    /* [tokens] */
    int32_t *target;         /* [tokens] of the rows asked about */
    real *logit;             /* [output_block][vocab] */
    real *attention;         /* [attention_scratch(d_key, max_length)] */
    real *d_stream;          /* [tokens][d_model] */
    real *d_normed;          /* [tokens][d_model] */
    real *d_query_key_value; /* [tokens][3][heads][d_key] */
    real *d_relative;        /* [max_length][heads][d_key] */
    struct recurrence_derivatives recurrence; /* of [tokens] rows */
    real *d_mixed;                            /* [tokens][heads][d_key] */
    real *d_hidden;                           /* [tokens][d_hidden] */
    struct associative_buffers associative;
    void *memory;                 /* holds all of the above */
    double seconds[STEP_PARTS];   /* spent on each part since the workspace was made */
    double lap;                   /* clock when the part under way began */
    struct block_buffers block[]; /* [layers] */
};

/* Activations and gradients-of-activations of up to `tokens` tokens: one thread's workspace. */
struct workspace *workspace_new(const struct model_options *options, size_t tokens,
                                struct error *err);
void workspace_free(struct workspace *workspace);
size_t workspace_bytes(const struct model_options *options, size_t tokens);

/* The time since the last lap, or since the laps began, was spent on this part. */
void workspace_begin_laps(struct workspace *workspace);
void workspace_lap(struct workspace *workspace, enum step_part part);

#endif
