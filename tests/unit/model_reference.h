/* The model as its formulas say it: plain loops in double precision, one sequence at a time, that
 * share nothing with src/model but the layout of parameters. */
#ifndef MNEME_TESTS_UNIT_MODEL_REFERENCE_H
#define MNEME_TESTS_UNIT_MODEL_REFERENCE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "model/model.h"

/* ---- numbers to test with ---- */

static inline void fill_normal(real *x, size_t count, double mean, double deviation,
                               uint64_t stream)
{
    struct random random = random_stream(1, RANDOM_TEST, stream, 0);
    for (size_t i = 0; i < count; i++)
        x[i] = (real)(mean + deviation * random_normal(&random));
}

static inline void fill_tokens(int32_t *token, size_t count, size_t vocab, uint64_t stream)
{
    struct random random = random_stream(1, RANDOM_TEST, stream, 1);
    for (size_t i = 0; i < count; i++)
        token[i] = (int32_t)random_below(&random, vocab);
}

/* A copy in double precision that the caller frees. */
static inline double *to_double(const real *x, size_t count)
{
    double *copy = calloc(count ? count : 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = (double)x[i];
    return copy;
}

/* Weights far enough from 0 and from each other that every term matters. */
static inline void randomize_strongly(struct model *model, uint64_t stream)
{
    fill_normal(model->weight, model->size, 0, 0.4, stream);
    for (size_t p = 0; p < model->parameters; p++) {
        const struct parameter *parameter = &model->parameter[p];
        if (strstr(parameter->name, ".scale"))
            fill_normal(model->weight + parameter->offset, parameter->cols, 1, 0.3, stream + p + 1);
    }
}

/* The largest difference of x from expected, as a share of the largest expected number. */
static inline double residual(const real *x, const double *expected, size_t count)
{
    double most = 0, largest_expected = 0;
    for (size_t i = 0; i < count; i++) {
        double difference = fabs((double)x[i] - expected[i]);
        most = difference > most || isnan(difference) ? difference : most;
        largest_expected = fmax(largest_expected, fabs(expected[i]));
    }
    return most / (largest_expected > 0 ? largest_expected : 1);
}

/* Fails the test where the residual is too large, and says how large it was in any case. */
#define assert_residual(what, x, expected, count, tolerance)                                       \
    do {                                                                                           \
        double residual_ = residual(x, expected, count);                                           \
        print_message("    %-44s residual %.1e\n", what, residual_);                               \
        assert_true(residual_ <= (tolerance));                                                     \
    } while (0)

/* ---- the formulas ---- */

static inline void reference_norm(enum norm_kind kind, size_t width, const double *scale,
                                  const double *bias, const double *x, double *y)
{
    double mean = 0, square = 0;
    for (size_t j = 0; j < width; j++)
        mean += kind == NORM_LAYER ? x[j] / (double)width : 0;
    for (size_t j = 0; j < width; j++)
        square += (x[j] - mean) * (x[j] - mean) / (double)width;
    double deviation = sqrt(square + (kind == NORM_LAYER ? 1e-5 : 1e-6));
    for (size_t j = 0; j < width; j++)
        y[j] = (x[j] - mean) / deviation * scale[j] + (bias ? bias[j] : 0);
}

static inline double reference_gelu(double x)
{
    return 0.5 * x * (1 + tanh(sqrt(2 / acos(-1)) * (x + 0.044715 * x * x * x)));
}

/* y[outputs] = x[inputs] W + b */
static inline void reference_linear(size_t inputs, size_t outputs, const double *weight,
                                    const double *bias, const double *x, double *y)
{
    for (size_t o = 0; o < outputs; o++) {
        y[o] = bias ? bias[o] : 0;
        for (size_t i = 0; i < inputs; i++)
            y[o] += x[i] * weight[i * outputs + o];
    }
}

/* Attention of one query at a position, one head. key and value are rows of `stride` numbers;
 * wave[distance] rows of the same stride hold r, u and v are the head's biases: all null without
 * relative positions. */
static inline void reference_attention(size_t d_key, size_t position, const double *query,
                                       const double *key, const double *value, size_t stride,
                                       const double *u, const double *v, const double *r,
                                       double *probability, double *out)
{
    double sum = 0;
    for (size_t j = 0; j <= position; j++) {
        double score = 0;
        for (size_t d = 0; d < d_key; d++) {
            score += (query[d] + (u ? u[d] : 0)) * key[j * stride + d];
            if (r)
                score += (query[d] + v[d]) * r[(position - j) * stride + d];
        }
        probability[j] = exp(score / sqrt((double)d_key));
        sum += probability[j];
    }
    for (size_t d = 0; d < d_key; d++)
        out[d] = 0;
    for (size_t j = 0; j <= position; j++) {
        probability[j] /= sum;
        for (size_t d = 0; d < d_key; d++)
            out[d] += probability[j] * value[j * stride + d];
    }
}

static inline double reference_sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* The recurrence's parameters, null where a model attends. */
struct reference_recurrence {
    size_t heads, d_key;
    const double *convolution, *convolution_bias;
    const double *recurrence_gate, *recurrence_gate_bias, *input_gate, *input_gate_bias;
    const double *decay;
};

/* sigmoid(v W + b) of one channel: within its head. */
static inline double reference_gate(const struct reference_recurrence *p, const double *weight,
                                    const double *bias, const double *v, size_t channel)
{
    size_t d = p->d_key, h = channel / d, column = channel % d;
    double sum = bias[channel];
    for (size_t k = 0; k < d; k++)
        sum += v[h * d + k] * weight[(h * d + k) * d + column];
    return reference_sigmoid(sum);
}

/* out[length][width] from branches[length][2][width] (g, then x) of a sequence from its beginning;
 * every token's state is followed from the first token on. */
static inline void reference_recurrence(const struct reference_recurrence *p, size_t length,
                                        const double *branches, double *out)
{
    size_t width = p->heads * p->d_key;
    double *v = calloc(width, sizeof *v), *h = calloc(width, sizeof *h);
    for (size_t t = 0; t < length; t++) {
        for (size_t j = 0; j < width; j++) {
            v[j] = p->convolution_bias[j];
            for (size_t k = 0; k < 4 && k <= t; k++)
                v[j] += p->convolution[k * width + j] * branches[(2 * (t - k) + 1) * width + j];
        }
        for (size_t j = 0; j < width; j++) {
            double r = reference_gate(p, p->recurrence_gate, p->recurrence_gate_bias, v, j);
            double i = reference_gate(p, p->input_gate, p->input_gate_bias, v, j);
            double a = pow(reference_sigmoid(p->decay[j]), 8 * r);
            h[j] = a * h[j] + sqrt(1 - a * a) * i * v[j];
            out[t * width + j] = reference_gelu(branches[2 * t * width + j]) * h[j];
        }
    }
    free(v);
    free(h);
}

/* In place. */
static inline void reference_log_softmax(size_t count, double *logit)
{
    double sum = 0;
    for (size_t j = 0; j < count; j++)
        sum += exp(logit[j]);
    for (size_t j = 0; j < count; j++)
        logit[j] -= log(sum);
}

/* The waves of a distance: sines, then cosines. */
static inline void reference_sinusoids(size_t width, size_t distance, double *sinusoid)
{
    size_t sines = (width + 1) / 2;
    for (size_t j = 0; j < width; j++) {
        size_t k = j < sines ? j : j - sines;
        double angle = (double)distance / pow(10000, 2 * (double)k / (double)width);
        sinusoid[j] = j < sines ? sin(angle) : cos(angle);
    }
}

/* ---- the whole model ---- */

/* A parameter of block `layer` (of the model itself where the name has no %zu) in an array laid
 * out like model->weight; null where the model has none. */
static inline const double *reference_parameter(const struct model *model, const double *weight,
                                                const char *name, size_t layer)
{
    char full[64];
    snprintf(full, sizeof full, "blocks.%zu.%s", layer, name);
    const struct parameter *parameter = model_parameter(model, full);
    return parameter ? weight + parameter->offset : NULL;
}

#define P(name) reference_parameter(model, weight, name, layer)

/* mixed[length][width] = attention of normed[length][d_model], all heads.
 * attention[heads][length][length] receives the probabilities, row t up to token t; null for none.
 */
static inline void reference_attend(const struct model *model, const double *weight, size_t layer,
                                    size_t length, const double *normed, double *mixed,
                                    double *attention)
{
    const struct model_options *o = &model->options;
    size_t d_model = o->d_model, width = o->heads * o->d_key, stride = 3 * width;
    double *qkv = calloc(length * stride, sizeof *qkv), *probability = calloc(length, sizeof *qkv);
    double *r = calloc(length * stride, sizeof *r), *sinusoid = calloc(d_model, sizeof *sinusoid);
    bool relative = o->positions == POSITIONS_RELATIVE;
    for (size_t t = 0; t < length; t++) {
        reference_linear(d_model, stride, P("attention.query_key_value.weight"),
                         P("attention.query_key_value.bias"), normed + t * d_model,
                         qkv + t * stride);
        reference_sinusoids(d_model, t, sinusoid);
        if (relative)
            reference_linear(d_model, width, P("attention.relative"), NULL, sinusoid,
                             r + t * stride);
    }
    for (size_t t = 0; t < length; t++)
        for (size_t h = 0; h < o->heads; h++) {
            size_t c = h * o->d_key;
            reference_attention(o->d_key, t, qkv + t * stride + c, qkv + width + c,
                                qkv + 2 * width + c, stride,
                                relative ? P("attention.content_bias") + c : NULL,
                                relative ? P("attention.position_bias") + c : NULL,
                                relative ? r + c : NULL, probability, mixed + t * width + c);
            if (attention)
                memcpy(attention + (h * length + t) * length, probability,
                       (t + 1) * sizeof *probability);
        }
    free(qkv);
    free(r);
    free(sinusoid);
    free(probability);
}

/* The same by the recurrence. */
static inline void reference_recur(const struct model *model, const double *weight, size_t layer,
                                   size_t length, const double *normed, double *mixed)
{
    const struct model_options *o = &model->options;
    size_t width = o->heads * o->d_key;
    const struct reference_recurrence recurrence = {
        .heads = o->heads,
        .d_key = o->d_key,
        .convolution = P("recurrence.convolution.weight"),
        .convolution_bias = P("recurrence.convolution.bias"),
        .recurrence_gate = P("recurrence.recurrence_gate.weight"),
        .recurrence_gate_bias = P("recurrence.recurrence_gate.bias"),
        .input_gate = P("recurrence.input_gate.weight"),
        .input_gate_bias = P("recurrence.input_gate.bias"),
        .decay = P("recurrence.decay"),
    };
    double *branches = calloc(length * 2 * width, sizeof *branches);
    for (size_t t = 0; t < length; t++)
        reference_linear(o->d_model, 2 * width, P("recurrence.branches.weight"),
                         P("recurrence.branches.bias"), normed + t * o->d_model,
                         branches + t * 2 * width);
    reference_recurrence(&recurrence, length, branches, mixed);
    free(branches);
}

/* attention as in reference_attend. */
static inline void reference_block(const struct model *model, const double *weight, size_t layer,
                                   size_t length, double *x, double *attention)
{
    const struct model_options *o = &model->options;
    size_t d_model = o->d_model, width = o->heads * o->d_key;
    bool recurs = o->mixer == MIXER_RG_LRU;
    double *normed = calloc(length * d_model, sizeof *normed);
    double *mixed = calloc(length * width, sizeof *mixed);
    double *added = calloc(d_model, sizeof *added), *hidden = calloc(o->d_hidden, sizeof *hidden);
    for (size_t t = 0; t < length; t++)
        reference_norm(o->norm, d_model, P("norm1.scale"), P("norm1.bias"), x + t * d_model,
                       normed + t * d_model);
    if (recurs)
        reference_recur(model, weight, layer, length, normed, mixed);
    else
        reference_attend(model, weight, layer, length, normed, mixed, attention);
    for (size_t t = 0; t < length; t++) {
        reference_linear(width, d_model,
                         recurs ? P("recurrence.projection.weight")
                                : P("attention.projection.weight"),
                         recurs ? P("recurrence.projection.bias") : P("attention.projection.bias"),
                         mixed + t * width, added);
        for (size_t j = 0; j < d_model; j++)
            x[t * d_model + j] += added[j];
        reference_norm(o->norm, d_model, P("norm2.scale"), P("norm2.bias"), x + t * d_model,
                       normed);
        reference_linear(d_model, o->d_hidden, P("feed_forward.in.weight"),
                         P("feed_forward.in.bias"), normed, hidden);
        for (size_t j = 0; j < o->d_hidden; j++)
            hidden[j] = reference_gelu(hidden[j]);
        reference_linear(o->d_hidden, d_model, P("feed_forward.out.weight"),
                         P("feed_forward.out.bias"), hidden, added);
        for (size_t j = 0; j < d_model; j++)
            x[t * d_model + j] += added[j];
    }
    free(normed);
    free(mixed);
    free(added);
    free(hidden);
}

#undef P

static inline const double *reference_global(const struct model *model, const double *weight,
                                             const char *name)
{
    const struct parameter *parameter = model_parameter(model, name);
    return parameter ? weight + parameter->offset : NULL;
}

/* x[length][d_model] of a sequence behind the last block; weight[size] is laid out like
 * model->weight. attention[layers][heads][length][length] as in reference_attend; null for none. */
static inline void reference_stream(const struct model *model, const double *weight,
                                    const int32_t *token, size_t length, double *x,
                                    double *attention)
{
    const struct model_options *o = &model->options;
    const double *embedding = reference_global(model, weight, "embedding");
    const double *positions = reference_global(model, weight, "positions");
    for (size_t t = 0; t < length; t++)
        for (size_t j = 0; j < o->d_model; j++)
            x[t * o->d_model + j] = embedding[(size_t)token[t] * o->d_model + j] +
                                    (positions ? positions[t * o->d_model + j] : 0);
    for (size_t l = 0; l < o->layers; l++)
        reference_block(model, weight, l, length, x,
                        attention ? attention + l * o->heads * length * length : NULL);
}

/* log_probability[length][vocab] of the token after each of a sequence's. */
static inline void reference_model(const struct model *model, const double *weight,
                                   const int32_t *token, size_t length, double *log_probability)
{
    const struct model_options *o = &model->options;
    double *x = calloc(length * o->d_model, sizeof *x);
    double *normed = calloc(o->d_model, sizeof *normed);
    const double *embedding = reference_global(model, weight, "embedding");
    reference_stream(model, weight, token, length, x, NULL);
    for (size_t t = 0; t < length; t++) {
        double *logit = log_probability + t * o->vocab;
        reference_norm(o->norm, o->d_model, reference_global(model, weight, "norm.scale"),
                       reference_global(model, weight, "norm.bias"), x + t * o->d_model, normed);
        for (size_t w = 0; w < o->vocab; w++) {
            logit[w] = 0;
            for (size_t j = 0; j < o->d_model; j++)
                logit[w] += normed[j] * embedding[w * o->d_model + j];
        }
        reference_log_softmax(o->vocab, logit);
    }
    free(x);
    free(normed);
}

/* The summed cross-entropy of sequences. */
static inline double reference_loss(const struct model *model, const double *weight,
                                    const struct sequences *sequences)
{
    double loss = 0;
    size_t vocab = model->options.vocab;
    for (size_t s = 0; s < sequences->count; s++) {
        size_t start = sequences->start[s], length = sequences->start[s + 1] - start;
        double *log_probability = calloc(length * vocab + 1, sizeof *log_probability);
        reference_model(model, weight, sequences->token + start, length, log_probability);
        for (size_t t = 0; t < length; t++)
            loss -= log_probability[t * vocab + (size_t)sequences->target[start + t]];
        free(log_probability);
    }
    return loss;
}

#endif
