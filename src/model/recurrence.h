/* The recurrent block of Griffin and Hawk (De et al. 2024, arXiv 2402.19427, sections 2.3 and 2.4),
 * in the place of attention: a gated linear recurrence (RG-LRU) behind a short convolution, and
 * beside them a gate. Of every token, from its branches g and x of width = heads * d_key channels:
 *
 *   v_t = sum over k < 4 of w_k * x_(t-k) + b       each channel on its own
 *   r_t = sigmoid(v_t W_r + b_r)                    the recurrence gate; W_r and W_i are
 *   i_t = sigmoid(v_t W_i + b_i)                    block-diagonal, one block a head
 *   a_t = a^(8 r_t),  a = sigmoid(L)
 *   h_t = a_t h_(t-1) + sqrt(1 - a_t^2) (i_t v_t)   h before the first token is 0
 *   out_t = gelu(g_t) h_t
 *
 * 1 - a_t comes from the logarithm of a_t, so that it has all its digits where a_t is near 1; the
 * derivative of the root grows without bound there, but what it is multiplied with on its way to L
 * and r_t falls as fast, and only the product is formed. */
#ifndef MNEME_MODEL_RECURRENCE_H
#define MNEME_MODEL_RECURRENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/real.h"

/* Tokens that the convolution sees, the present one among them. */
enum { RECURRENCE_WINDOW = 4 };

struct recurrence_gate {
    const real *weight; /* [heads][d_key][d_key] */
    const real *bias;   /* [heads][d_key] */
};

/* What all sequences of a layer share. */
struct recurrence {
    size_t heads, d_key;
    const real *convolution;      /* [RECURRENCE_WINDOW][width] row k: w_k */
    const real *convolution_bias; /* [width] b */
    struct recurrence_gate recurrence_gate, input_gate;
    const real *decay; /* [width] L */
};

/* The L with which a channel keeps `kept` of its state over a token whose recurrence gate is open,
 * a^8 = kept; 0 < kept < 1. */
double recurrence_decay(double kept);

/* Sequences side by side in the buffers' rows. */
struct recurrence_rows {
    size_t sequences;
    const size_t *start; /* [sequences + 1] sequence s is the rows from start[s] - start[0] on */
    /* What every sequence goes on from; null where it begins: */
    const real
        *input_before; /* [RECURRENCE_WINDOW - 1][width] x of the tokens before, oldest first */
    const real *state_before; /* [width] h of the token before */
};

struct recurrence_buffers {
    real *branches; /* [rows][2][width] given: g and x. g's place is where GELU's derivative goes */
    real *gate;     /* [rows][width] gelu(g) */
    real *convolved;       /* [rows][width] v */
    real *recurrence_gate; /* [rows][width] r */
    real *input_gate;      /* [rows][width] i */
    real *state;           /* [rows][width] h */
    real *rate;            /* [width] 8 softplus(-L), what r takes from the logarithm of a_t */
};

/* out[rows][width]. A way back wants the derivative. */
void recurrence_forward(const struct recurrence *recurrence, const struct recurrence_rows *rows,
                        const struct recurrence_buffers *buffers, bool want_derivative, real *out);

/* Gradients of what the buffers hold. */
struct recurrence_derivatives {
    real *branches;        /* [rows][2][width] the result */
    real *convolved;       /* [rows][width] these are scratch */
    real *recurrence_gate; /* [rows][width] before the sigmoid */
    real *input_gate;      /* [rows][width] the same */
    real *channel;         /* [RECURRENCE_CHANNEL_ROWS][width] */
};

enum { RECURRENCE_CHANNEL_ROWS = 3 };

/* Where the parameters' gradients are added to, with the parameters' shapes. */
struct recurrence_gradient {
    real *convolution, *convolution_bias;
    real *recurrence_gate_weight, *recurrence_gate_bias;
    real *input_gate_weight, *input_gate_bias;
    real *decay;
};

/* From d_out[rows][width], which is overwritten, and the buffers of the way forward, where every
 * sequence began. */
void recurrence_backward(const struct recurrence *recurrence, const struct recurrence_rows *rows,
                         const struct recurrence_buffers *buffers, real *d_out,
                         const struct recurrence_derivatives *derivatives,
                         const struct recurrence_gradient *gradient);

#endif
