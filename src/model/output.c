/* Sums over a vocabulary are kept in double precision: in single precision those of 32,000 words
 * would be off by 1e-5. */
#include "model/output.h"

#include <math.h>

#include "base/multiversion.h"
#include "model/matrix.h"
#include "model/vector_math.h"

/* Numbers of logits that a block may have, and rows it has at least: the embedding is read once
 * for every block. */
enum { BLOCK_LOGITS = 1 << 20, LEAST_ROWS = 256 };

size_t output_block(size_t vocab)
{
    size_t rows = BLOCK_LOGITS / vocab / BF16_ROWS * BF16_ROWS;
    return rows < LEAST_ROWS ? LEAST_ROWS : rows;
}

/* What the layer takes in, y[rows], made ready for products. */
struct input {
    size_t rows;
    const real *y;
    struct bf16_matrix rounded; /* in bf16 alone */
};

static struct input input_of(const struct output *output, size_t rows, struct activation y)
{
    struct input input = {rows, y.at, {y.rounded, rows, output->width}};
    if (output->packed)
        bf16_fill(input.rounded, 0, rows, y.at);
    return input;
}

/* logit[count][vocab] of the rows from `first` on, a multiple of BF16_ROWS. */
static void logits(const struct output *output, const struct input *input, size_t first,
                   size_t count, real *logit)
{
    size_t width = output->width, vocab = output->vocab;
    if (output->packed)
        packed_multiply(output->packed, input->rounded, first, count, MATRIX_REPLACE, logit);
    else
        matrix_multiply_transposed(
            count, vocab, width, 1, (struct matrix){input->y + first * width, width},
            (struct matrix){output->embedding, width}, MATRIX_REPLACE, logit, vocab);
    if (output->bias)
        matrix_add_row(count, vocab, output->bias, logit, vocab);
}

/* Logits of rows against targets become scale times the gradient of their summed cross-entropy,
 * which is returned. They are rounded into rows first .. of a matrix, unless that has no room,
 * while a cache holds them. */
MULTIVERSION
static double cross_entropy(size_t rows, size_t vocab, const int32_t *target, real scale,
                            real *logit, struct bf16_matrix rounded, size_t first)
{
    double loss = 0;
    for (size_t i = 0; i < rows; i++, logit += vocab) {
        real most = largest(vocab, logit);
        real of_target = logit[target[i]];
        double sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < vocab; j++) {
            real e = exp_real(logit[j] - most);
            logit[j] = e;
            sum += (double)e;
        }
        real factor = (real)((double)scale / sum);
#pragma omp simd
        for (size_t j = 0; j < vocab; j++)
            logit[j] *= factor;
        logit[target[i]] -= scale;
        if (rounded.at)
            bf16_fill(rounded, first + i, 1, logit);
        loss += log(sum) + (double)most - (double)of_target;
    }
    return loss;
}

/* The gradient of logits, output->logit, goes on from a block of rows to dy and to the
 * embedding's. */
static void multiply_back(const struct output *output, size_t rows, const real *y, real *dy,
                          real *d_embedding)
{
    size_t width = output->width, vocab = output->vocab;
    struct matrix embedding = {output->embedding, width}, derivative = {output->logit, vocab};
    matrix_multiply(rows, width, vocab, 1, derivative, embedding, MATRIX_REPLACE, dy, width);
    matrix_transposed_multiply(vocab, width, rows, 1, derivative, (struct matrix){y, width},
                               MATRIX_ADD, d_embedding, width);
}

double output_backward(const struct output *output, size_t rows, struct activation y,
                       const int32_t *target, real scale, real *dy, real *d_embedding, real *d_bias)
{
    size_t width = output->width, vocab = output->vocab, block = output_block(vocab);
    struct input input = input_of(output, rows, y);
    struct bf16_matrix derivative = {output->packed ? output->rounded : NULL, rows, vocab};
    double loss = 0;
    for (size_t first = 0; first < rows; first += block) {
        size_t n = rows - first < block ? rows - first : block;
        logits(output, &input, first, n, output->logit);
        loss += cross_entropy(n, vocab, target + first, scale, output->logit, derivative, first);
        if (!output->packed)
            multiply_back(output, n, y.at + first * width, dy + first * width, d_embedding);
        if (d_bias)
            matrix_sum_rows(n, vocab, output->logit, vocab, d_bias);
    }
    if (output->packed) {
        packed_multiply_back(output->packed, derivative, dy);
        packed_add_gradient(derivative, input.rounded, d_embedding);
    }
    return loss;
}

static int32_t index_of(size_t vocab, const real *logit, real most)
{
    size_t j = 0;
    while (j + 1 < vocab && logit[j] != most)
        j++;
    return (int32_t)j;
}

MULTIVERSION
static void describe(size_t rows, size_t vocab, const real *logit, const int32_t *target,
                     struct prediction *prediction)
{
    for (size_t i = 0; i < rows; i++, logit += vocab) {
        real most = largest(vocab, logit);
        double sum = 0, weighted = 0;
#pragma omp simd reduction(+ : sum, weighted)
        for (size_t j = 0; j < vocab; j++) {
            real below = logit[j] - most;
            real e = exp_real(below);
            sum += (double)e;
            weighted += (double)(e * below);
        }
        double log_sum = log(sum);
        prediction[i] = (struct prediction){
            .loss = log_sum + (double)most - (double)logit[target[i]],
            .max_probability = 1 / sum,
            .entropy = log_sum - weighted / sum,
            .likeliest = index_of(vocab, logit, most),
        };
    }
}

void output_predict(const struct output *output, size_t rows, struct activation y,
                    const int32_t *target, struct prediction *prediction)
{
    size_t block = output_block(output->vocab);
    struct input input = input_of(output, rows, y);
    for (size_t first = 0; first < rows; first += block) {
        size_t n = rows - first < block ? rows - first : block;
        logits(output, &input, first, n, output->logit);
        describe(n, output->vocab, output->logit, target + first, prediction + first);
    }
}

MULTIVERSION
static void log_softmax(size_t rows, size_t vocab, real *logit)
{
    for (size_t i = 0; i < rows; i++, logit += vocab) {
        real most = largest(vocab, logit);
        double sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < vocab; j++)
            sum += (double)exp_real(logit[j] - most);
        real log_sum = (real)(log(sum) + (double)most);
#pragma omp simd
        for (size_t j = 0; j < vocab; j++)
            logit[j] -= log_sum;
    }
}

void output_log_probability(const struct output *output, size_t rows, struct activation y,
                            real *log_probability)
{
    struct input input = input_of(output, rows, y);
    logits(output, &input, 0, rows, log_probability);
    log_softmax(rows, output->vocab, log_probability);
}
