/* Map of this file: rates; convolution; gates; the scan over tokens; the gate at the end; all of
 * them, forward and backward. */
#include "model/recurrence.h"

#include <math.h>
#include <string.h>

#include "base/multiversion.h"
#include "model/gelu.h"
#include "model/matrix.h"
#include "model/vector_math.h"

#define SHARPNESS 8.0 /* c of the paper: a_t = a^(c r_t) */

static size_t width_of(const struct recurrence *recurrence)
{
    return recurrence->heads * recurrence->d_key;
}

static size_t rows_before(const struct recurrence_rows *rows, size_t sequence)
{
    return rows->start[sequence] - rows->start[0];
}

/* ---- rates ---- */

/* log(1 + e^-x), -log a of x = L */
static double softplus_minus(double x)
{
    return (x < 0 ? -x : 0) + log1p(exp(-fabs(x)));
}

double recurrence_decay(double kept)
{
    double log_a = log(kept) / SHARPNESS;
    return log_a - log(-expm1(log_a));
}

static void find_rates(size_t width, const real *decay, real *rate)
{
    for (size_t j = 0; j < width; j++)
        rate[j] = (real)(SHARPNESS * softplus_minus((double)decay[j]));
}

/* The gradient of L from that of the rate's logarithm: d log(softplus(-L)) / dL =
 * -sigmoid(-L) / softplus(-L), which goes to -1 where the softplus itself vanishes. */
static void rates_backward(size_t width, const real *decay, const real *d_log_rate, real *d_decay)
{
    for (size_t j = 0; j < width; j++) {
        double softplus = softplus_minus((double)decay[j]);
        double derivative = softplus > 0 ? 1 / (softplus * (1 + exp((double)decay[j]))) : 1;
        d_decay[j] -= (real)derivative * d_log_rate[j];
    }
}

/* ---- convolution ---- */

/* x of `ago` tokens before row t; null before the sequence's beginning. */
static const real *input_at(const real *x, size_t stride, const real *before, size_t t, size_t ago)
{
    if (t >= ago)
        return x + (t - ago) * stride;
    return before ? before + (RECURRENCE_WINDOW - 1 + t - ago) * (stride / 2) : NULL;
}

/* sum[width] += a * b */
static inline void add_product(size_t width, const real *a, const real *b, real *sum)
{
#pragma omp simd
    for (size_t j = 0; j < width; j++)
        sum[j] += a[j] * b[j];
}

/* v[length][width] from one sequence's x, the second of two branches. */
MULTIVERSION
static void convolve(const struct recurrence *recurrence, size_t length, const real *x,
                     const real *before, real *v)
{
    size_t width = width_of(recurrence), stride = 2 * width;
    for (size_t t = 0; t < length; t++, v += width) {
        memcpy(v, recurrence->convolution_bias, width * sizeof *v);
        for (size_t k = 0; k < RECURRENCE_WINDOW; k++) {
            const real *input = input_at(x, stride, before, t, k);
            if (input)
                add_product(width, recurrence->convolution + k * width, input, v);
        }
    }
}

/* dx in rows of two branches, whose own is 0 so far. */
MULTIVERSION
static void convolve_backward(const struct recurrence *recurrence, size_t length, const real *x,
                              const real *dv, real *dx, real *d_convolution)
{
    size_t width = width_of(recurrence), stride = 2 * width;
    for (size_t t = 0; t < length; t++, dv += width)
        for (size_t k = 0; k < RECURRENCE_WINDOW && k <= t; k++) {
            add_product(width, dv, input_at(x, stride, NULL, t, k), d_convolution + k * width);
            add_product(width, dv, recurrence->convolution + k * width, dx + (t - k) * stride);
        }
}

/* ---- gates ---- */

MULTIVERSION
static void sigmoid(size_t count, real *x)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        x[i] = 1 / (1 + exp_real(-x[i]));
}

/* y[rows][width] = sigmoid(v W + b) */
static void gate_forward(const struct recurrence *recurrence, const struct recurrence_gate *gate,
                         size_t rows, const real *v, real *y)
{
    size_t d = recurrence->d_key, width = width_of(recurrence);
    for (size_t h = 0; h < recurrence->heads; h++)
        matrix_multiply(rows, d, d, 1, (struct matrix){v + h * d, width},
                        (struct matrix){gate->weight + h * d * d, d}, MATRIX_REPLACE, y + h * d,
                        width);
    matrix_add_row(rows, width, gate->bias, y, width);
    sigmoid(rows * width, y);
}

/* From dz[rows][width], the gradient before the sigmoid; dv is added to. */
static void gate_backward(const struct recurrence *recurrence, const struct recurrence_gate *gate,
                          size_t rows, const real *v, const real *dz, real *dv, real *d_weight,
                          real *d_bias)
{
    size_t d = recurrence->d_key, width = width_of(recurrence);
    for (size_t h = 0; h < recurrence->heads; h++) {
        struct matrix derivative = {dz + h * d, width};
        matrix_multiply_transposed(rows, d, d, 1, derivative,
                                   (struct matrix){gate->weight + h * d * d, d}, MATRIX_ADD,
                                   dv + h * d, width);
        matrix_transposed_multiply(d, d, rows, 1, (struct matrix){v + h * d, width}, derivative,
                                   MATRIX_ADD, d_weight + h * d * d, d);
    }
    matrix_sum_rows(rows, width, dz, width, d_bias);
}

/* ---- the scan ---- */

/* Buffers from a row on. */
static struct recurrence_buffers below(const struct recurrence_buffers *buffers, size_t rows,
                                       size_t width)
{
    struct recurrence_buffers part = *buffers;
    part.branches += rows * 2 * width;
    part.gate += rows * width;
    part.convolved += rows * width;
    part.recurrence_gate += rows * width;
    part.input_gate += rows * width;
    part.state += rows * width;
    return part;
}

/* h of one sequence. With e = a_t - 1: 1 - a_t^2 = -e (2 + e). */
MULTIVERSION
static void scan(size_t length, size_t width, const struct recurrence_buffers *at,
                 const real *before)
{
    const real *rate = at->rate, *r = at->recurrence_gate, *i = at->input_gate, *v = at->convolved;
    real *h = at->state;
    if (!before)
        before = memset(h, 0, width * sizeof *h);
    for (size_t t = 0; t < length; t++, r += width, i += width, v += width, h += width) {
#pragma omp simd
        for (size_t j = 0; j < width; j++) {
            real e = expm1_real(-rate[j] * r[j]);
            h[j] = (1 + e) * before[j] + (real)sqrt(-e * (2 + e)) * i[j] * v[j];
        }
        before = h;
    }
}

/* Where the scan's gradients go, from a row on. */
struct scan_derivatives {
    const real *state;                              /* of h, as far as out asks for it */
    real *convolved, *recurrence_gate, *input_gate; /* replaced */
    real *log_rate;                                 /* [width] added to */
    real *later;                                    /* [width] scratch: of h, from the next token */
    const real *zero;                               /* [width] */
};

/* The gradient of log a_t, times log a_t, is `log_derivative`: that of r_t's logarithm and of the
 * rate's. d sqrt(1 - a^2) / d log a = -a^2 / sqrt(1 - a^2), of which log a takes the pole. */
MULTIVERSION
static void scan_backward(size_t length, size_t width, const struct recurrence_buffers *at,
                          const struct scan_derivatives *to)
{
    const real tiny = (real)1e-30; /* under any root of a positive number: for 0 / 0 */
    const real *rate = at->rate;
    real *later = to->later, *d_log_rate = to->log_rate;
    memset(later, 0, width * sizeof *later);
    for (size_t t = length; t-- > 0;) {
        const real *r = at->recurrence_gate + t * width, *i = at->input_gate + t * width;
        const real *v = at->convolved + t * width, *d_state = to->state + t * width;
        const real *before = t > 0 ? at->state + (t - 1) * width : to->zero;
        real *d_r = to->recurrence_gate + t * width, *d_i = to->input_gate + t * width;
        real *d_v = to->convolved + t * width;
#pragma omp simd
        for (size_t j = 0; j < width; j++) {
            real log_a = -rate[j] * r[j];
            real e = expm1_real(log_a), a = 1 + e;
            real root = (real)sqrt(-e * (2 + e));
            real dh = d_state[j] + later[j];
            real d_gated = dh * root;
            real log_derivative =
                dh * (log_a * a * before[j] - a * a * i[j] * v[j] * (log_a / (root + tiny)));
            later[j] = a * dh;
            d_log_rate[j] += log_derivative;
            d_r[j] = log_derivative * (1 - r[j]);
            d_i[j] = d_gated * v[j] * i[j] * (1 - i[j]);
            d_v[j] = d_gated * i[j];
        }
    }
}

/* ---- the gate at the end ---- */

/* out[rows][width] = gelu(g) h */
MULTIVERSION
static void join(size_t count, const real *gate, const real *state, real *out)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        out[i] = gate[i] * state[i];
}

static void open_gate(size_t rows, size_t width, const struct recurrence_buffers *buffers,
                      bool want_derivative)
{
    for (size_t t = 0; t < rows; t++) {
        real *branch = buffers->branches + t * 2 * width, *gate = buffers->gate + t * width;
        if (want_derivative)
            gelu_forward_with_derivative(width, branch, gate);
        else
            gelu_forward(width, branch, gate);
    }
}

/* dg into rows of two branches; d_out becomes the gradient of h. */
MULTIVERSION
static void join_backward(size_t rows, size_t width, const struct recurrence_buffers *buffers,
                          real *d_out, real *d_branches)
{
    const real *derivative = buffers->branches, *gate = buffers->gate, *state = buffers->state;
    for (size_t t = 0; t < rows; t++, derivative += 2 * width, d_branches += 2 * width) {
#pragma omp simd
        for (size_t j = 0; j < width; j++) {
            real d = d_out[t * width + j];
            d_branches[j] = d * state[t * width + j] * derivative[j];
            d_out[t * width + j] = d * gate[t * width + j];
        }
    }
}

/* ---- all of them ---- */

void recurrence_forward(const struct recurrence *recurrence, const struct recurrence_rows *rows,
                        const struct recurrence_buffers *buffers, bool want_derivative, real *out)
{
    size_t width = width_of(recurrence), count = rows_before(rows, rows->sequences);
    find_rates(width, recurrence->decay, buffers->rate);
    for (size_t s = 0; s < rows->sequences; s++) {
        struct recurrence_buffers at = below(buffers, rows_before(rows, s), width);
        convolve(recurrence, rows->start[s + 1] - rows->start[s], at.branches + width,
                 rows->input_before, at.convolved);
    }
    gate_forward(recurrence, &recurrence->recurrence_gate, count, buffers->convolved,
                 buffers->recurrence_gate);
    gate_forward(recurrence, &recurrence->input_gate, count, buffers->convolved,
                 buffers->input_gate);
    for (size_t s = 0; s < rows->sequences; s++) {
        struct recurrence_buffers at = below(buffers, rows_before(rows, s), width);
        scan(rows->start[s + 1] - rows->start[s], width, &at, rows->state_before);
    }
    open_gate(count, width, buffers, want_derivative);
    join(count * width, buffers->gate, buffers->state, out);
}

/* From the gradient of h to those of v and of the gates before their sigmoids, and of L. */
static void scans_backward(const struct recurrence *recurrence, const struct recurrence_rows *rows,
                           const struct recurrence_buffers *buffers, const real *d_state,
                           const struct recurrence_derivatives *derivatives, real *d_decay)
{
    size_t width = width_of(recurrence);
    memset(derivatives->channel, 0, RECURRENCE_CHANNEL_ROWS * width * sizeof(real));
    for (size_t s = 0; s < rows->sequences; s++) {
        size_t first = rows_before(rows, s), numbers = first * width;
        struct recurrence_buffers at = below(buffers, first, width);
        struct scan_derivatives to = {
            .state = d_state + numbers,
            .convolved = derivatives->convolved + numbers,
            .recurrence_gate = derivatives->recurrence_gate + numbers,
            .input_gate = derivatives->input_gate + numbers,
            .log_rate = derivatives->channel,
            .later = derivatives->channel + width,
            .zero = derivatives->channel + 2 * width,
        };
        scan_backward(rows->start[s + 1] - rows->start[s], width, &at, &to);
    }
    rates_backward(width, recurrence->decay, derivatives->channel, d_decay);
}

static void convolutions_backward(const struct recurrence *recurrence,
                                  const struct recurrence_rows *rows,
                                  const struct recurrence_buffers *buffers,
                                  const struct recurrence_derivatives *derivatives,
                                  const struct recurrence_gradient *gradient)
{
    size_t width = width_of(recurrence), count = rows_before(rows, rows->sequences);
    for (size_t t = 0; t < count; t++)
        memset(derivatives->branches + (2 * t + 1) * width, 0, width * sizeof(real));
    for (size_t s = 0; s < rows->sequences; s++) {
        size_t first = rows_before(rows, s), input = (2 * first + 1) * width;
        convolve_backward(recurrence, rows->start[s + 1] - rows->start[s],
                          buffers->branches + input, derivatives->convolved + first * width,
                          derivatives->branches + input, gradient->convolution);
    }
    matrix_sum_rows(count, width, derivatives->convolved, width, gradient->convolution_bias);
}

void recurrence_backward(const struct recurrence *recurrence, const struct recurrence_rows *rows,
                         const struct recurrence_buffers *buffers, real *d_out,
                         const struct recurrence_derivatives *derivatives,
                         const struct recurrence_gradient *gradient)
{
    size_t width = width_of(recurrence), count = rows_before(rows, rows->sequences);
    join_backward(count, width, buffers, d_out, derivatives->branches);
    scans_backward(recurrence, rows, buffers, d_out, derivatives, gradient->decay);
    gate_backward(recurrence, &recurrence->recurrence_gate, count, buffers->convolved,
                  derivatives->recurrence_gate, derivatives->convolved,
                  gradient->recurrence_gate_weight, gradient->recurrence_gate_bias);
    gate_backward(recurrence, &recurrence->input_gate, count, buffers->convolved,
                  derivatives->input_gate, derivatives->convolved, gradient->input_gate_weight,
                  gradient->input_gate_bias);
    convolutions_backward(recurrence, rows, buffers, derivatives, gradient);
}
