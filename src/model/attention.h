/* Causal attention of one sequence, head by head: softmax(scores) V.
 *
 *   score(i, j) = q_i . k_j / sqrt(d_key)                                            j <= i
 *
 * with relative positions (Transformer-XL, Dai et al. 2019, section 3.3)
 *
 *   score(i, j) = ((q_i + u) . k_j + (q_i + v) . r_(i-j)) / sqrt(d_key)
 *
 * where r_d is the head's part of the sinusoids of distance d times W_r, u the content bias and v
 * the position bias. Rows are worked through in blocks, each against the keys its last row sees, so
 * that most of what the mask would remove is never computed. Because r is laid out with the
 * farthest distance first, the terms (q_i + v) . r_(i-j) of a row stand in the order of j: a row
 * of (Q + v) R^T only has to be shifted. */
#ifndef MNEME_MODEL_ATTENTION_H
#define MNEME_MODEL_ATTENTION_H

#include <stddef.h>

#include "model/real.h"

/* What all sequences of a layer share. */
struct attention {
    size_t heads, d_key;
    /* Null without relative positions: */
    const real *content_bias;  /* [heads][d_key] u */
    const real *position_bias; /* [heads][d_key] v */
    const real *relative; /* [distances][heads][d_key] row m: r of distance distances - 1 - m */
    size_t distances;     /* at least the longest sequence */
};

/* Rows of one sequence that ask, and the rows they look at. */
struct attention_rows {
    size_t queries, keys;
    const size_t *position; /* [queries] ascending; query i sees keys 0 .. position[i] < keys */
    const real *query;      /* [queries] rows of [heads][d_key] */
    const real *key;        /* [keys] rows of [heads][d_key] */
    const real *value;      /* [keys] rows of [heads][d_key] */
    size_t query_stride;    /* from row to row, in numbers */
    size_t key_stride;      /* the same, of key and value */
};

/* Numbers of scratch that the functions need for up to `keys` keys; they need no clearing. */
size_t attention_scratch(size_t d_key, size_t keys);

/* Up to SMALL_ROWS queries at once meet keys by way of BLAS, more by small products: last bits of a
 * query depend on how many ask with it. probability[heads][queries][keys] is filled, with zeros
 * behind each row's position, and out[queries][heads][d_key]. */
void attention_forward(const struct attention *attention, const struct attention_rows *rows,
                       real *scratch, real *probability, real *out);

/* The second half of it: out from probabilities that are given, another model's for example. Of
 * rows, query and key are not looked at. */
void attention_mix(const struct attention *attention, const struct attention_rows *rows,
                   const real *probability, real *out);

/* Where gradients go. The first three are replaced, the last three added to. */
struct attention_gradient {
    real *query, *key, *value; /* as the rows, with the same strides */
    real *content_bias;        /* [heads][d_key]; these null without relative positions */
    real *position_bias;       /* [heads][d_key] */
    real *relative;            /* [distances][heads][d_key] */
};

/* From d_out[queries][heads][d_key] and the probabilities of the way forward. Every key must be
 * seen by the last query. */
void attention_backward(const struct attention *attention, const struct attention_rows *rows,
                        real *scratch, const real *probability, const real *d_out,
                        const struct attention_gradient *gradient);

/* The way back through attention_mix: d_value is replaced, laid out as the rows' value. Errors in
 * the probabilities are nobody's here, so queries and keys have no gradient. */
void attention_mix_backward(const struct attention *attention, const struct attention_rows *rows,
                            const real *probability, const real *d_out, real *d_value);

#endif
