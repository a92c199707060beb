/* The model as its formulas say it: plain loops in double precision, one sequence at a time, that
 * share nothing with src/model but the layout of parameters. */
#ifndef MNEME_TESTS_UNIT_MODEL_REFERENCE_H
#define MNEME_TESTS_UNIT_MODEL_REFERENCE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "model/transformer.h"

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
static inline void reference_waves(size_t width, size_t distance, double *wave)
{
    size_t sines = (width + 1) / 2;
    for (size_t j = 0; j < width; j++) {
        size_t k = j < sines ? j : j - sines;
        double angle = (double)distance / pow(10000, 2 * (double)k / (double)width);
        wave[j] = j < sines ? sin(angle) : cos(angle);
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

/* attention[heads][length][length] receives the probabilities, row t up to token t; null for none.
 */
static inline void reference_block(const struct model *model, const double *weight, size_t layer,
                                   size_t length, double *x, double *attention)
{
    const struct model_options *o = &model->options;
    size_t d_model = o->d_model, width = o->heads * o->d_key, stride = 3 * width;
#define P(name) reference_parameter(model, weight, name, layer)
    double *normed = calloc(d_model, sizeof *normed), *added = calloc(d_model, sizeof *added);
    double *qkv = calloc(length * stride, sizeof *qkv), *mixed = calloc(width, sizeof *mixed);
    double *r = calloc(length * stride, sizeof *r), *wave = calloc(d_model, sizeof *wave);
    double *hidden = calloc(o->d_hidden, sizeof *hidden);
    double *probability = calloc(length, sizeof *probability);
    bool relative = o->positions == POSITIONS_RELATIVE;
    for (size_t t = 0; t < length; t++) {
        reference_norm(o->norm, d_model, P("norm1.scale"), P("norm1.bias"), x + t * d_model,
                       normed);
        reference_linear(d_model, stride, P("attention.query_key_value.weight"),
                         P("attention.query_key_value.bias"), normed, qkv + t * stride);
        reference_waves(d_model, t, wave);
        if (relative)
            reference_linear(d_model, width, P("attention.relative"), NULL, wave, r + t * stride);
    }
    for (size_t t = 0; t < length; t++) {
        for (size_t h = 0; h < o->heads; h++) {
            size_t c = h * o->d_key;
            reference_attention(o->d_key, t, qkv + t * stride + c, qkv + width + c,
                                qkv + 2 * width + c, stride,
                                relative ? P("attention.content_bias") + c : NULL,
                                relative ? P("attention.position_bias") + c : NULL,
                                relative ? r + c : NULL, probability, mixed + c);
            if (attention)
                memcpy(attention + (h * length + t) * length, probability,
                       (t + 1) * sizeof *probability);
        }
        reference_linear(width, d_model, P("attention.projection.weight"),
                         P("attention.projection.bias"), mixed, added);
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
#undef P
    free(normed);
    free(added);
    free(qkv);
    free(mixed);
    free(r);
    free(wave);
    free(hidden);
    free(probability);
}

static inline const double *reference_global(const struct model *model, const double *weight,
                                             const char *name)
{
    const struct parameter *parameter = model_parameter(model, name);
    return parameter ? weight + parameter->offset : NULL;
}

/* x[length][d_model] of a sequence behind the last block; weight[size] is laid out like
 * model->weight. attention[layers][heads][length][length] as in reference_block; null for none. */
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
