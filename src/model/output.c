/* Sums over a vocabulary are kept in double precision: in single precision those of 32,000 words
 * would be off by 1e-5. */
#include "model/output.h"

#include <math.h>

#include "base/multiversion.h"
#include "model/matrix.h"
#include "model/vector_math.h"
#include "model/weight_tiles.h"

/* Numbers of logits that a block may have, and rows it has at least: the embedding is read once
 * for every block. */
enum { BLOCK_LOGITS = 1 << 20, LEAST_ROWS = 256 };

size_t output_block(size_t vocab)
{
    size_t rows = BLOCK_LOGITS / vocab / BF16_ROWS * BF16_ROWS;
    return rows < LEAST_ROWS ? LEAST_ROWS : rows;
}

/* x[count] becomes e^(x - origin); returns the sum. */
static inline double exponentiate(size_t count, real origin, real *x)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < count; j++) {
        real e = exp_real(x[j] - origin);
        x[j] = e;
        sum += (double)e;
    }
    return sum;
}

/* The way back in bf16 takes logits block by block of columns, while a cache holds them, and leaves
 * e^(logit - origin) of each, rounded; what a row's are to be multiplied with is known behind the
 * last column alone, and is multiplied into what these meet in products. A row's origin is the
 * largest logit of its first block, or higher by a multiple of ln 2 where another is HEADROOM above
 * it, so that what lies there already is off by a power of 2. */
struct output_row {
    double sum; /* of e^(logit - origin) */
    real origin, of_target;
};

enum { HEADROOM = 32 };

struct output_scratch output_take_scratch(struct arena *arena, const struct model_options *options,
                                          size_t rows, size_t vocab)
{
    struct output_scratch scratch;
    scratch.logit = arena_take_reals(arena, output_block(vocab) * vocab);
    scratch.power = activation_take_rounded(arena, options, rows, vocab);
    scratch.row =
        arena_take(arena, options->precision == PRECISION_BF16 ? rows : 0, sizeof *scratch.row);
    return scratch;
}

/* y[rows], rounded where products are in bf16. */
static struct bf16_matrix rounded_input(const struct output *output, size_t rows,
                                        struct activation y)
{
    struct bf16_matrix input = {y.rounded, rows, output->width};
    if (output->packed)
        bf16_fill(input, 0, rows, y.at);
    return input;
}

/* logit[count][vocab] of the rows of y, or of its rounded numbers, from `first` on, a multiple of
 * BF16_ROWS. */
static void logits(const struct output *output, const real *y, struct bf16_matrix rounded,
                   size_t first, size_t count, real *logit)
{
    size_t width = output->width, vocab = output->vocab;
    if (output->packed)
        packed_multiply(output->packed, rounded, first, count, MATRIX_REPLACE, logit);
    else
        matrix_multiply_transposed(
            count, vocab, width, 1, (struct matrix){y + first * width, width},
            (struct matrix){output->embedding, width}, MATRIX_REPLACE, logit, vocab);
    if (output->bias)
        matrix_add_row(count, vocab, output->bias, logit, vocab);
}

/* Logits of rows against targets become scale times the gradient of their summed cross-entropy,
 * which is returned. */
MULTIVERSION
static double cross_entropy(size_t rows, size_t vocab, const int32_t *target, real scale,
                            real *logit)
{
    double loss = 0;
    for (size_t i = 0; i < rows; i++, logit += vocab) {
        real most = largest(vocab, logit);
        real of_target = logit[target[i]];
        double sum = exponentiate(vocab, most, logit);
        real factor = (real)((double)scale / sum);
#pragma omp simd
        for (size_t j = 0; j < vocab; j++)
            logit[j] *= factor;
        logit[target[i]] -= scale;
        loss += log(sum) + (double)most - (double)of_target;
    }
    return loss;
}

static double backward_fp32(const struct output *output, size_t rows, const real *y,
                            const int32_t *target, real scale, real *dy, enum matrix_result result,
                            real *d_embedding, real *d_bias)
{
    size_t width = output->width, vocab = output->vocab, block = output_block(vocab);
    struct matrix embedding = {output->embedding, width};
    struct matrix derivative = {output->scratch.logit, vocab};
    double loss = 0;
    for (size_t first = 0; first < rows; first += block) {
        size_t n = rows - first < block ? rows - first : block;
        logits(output, y, (struct bf16_matrix){.at = NULL}, first, n, output->scratch.logit);
        loss += cross_entropy(n, vocab, target + first, scale, output->scratch.logit);
        matrix_multiply(n, width, vocab, 1, derivative, embedding, MATRIX_REPLACE,
                        dy + first * width, width);
        matrix_transposed_multiply(vocab, width, n, 1, derivative,
                                   (struct matrix){y + first * width, width},
                                   first > 0 ? MATRIX_ADD : result, d_embedding, width);
        if (d_bias)
            matrix_sum_rows(n, vocab, output->scratch.logit, vocab, d_bias);
    }
    return loss;
}

struct power_taker {
    struct product_taker taker;
    const real *bias; /* null for none */
    const int32_t *target;
    struct bf16_matrix power;
    struct output_row *row;
};

/* Multiplies a row's powers before `columns` by a power of 2. */
static void scale_powers(struct bf16_matrix power, size_t row, size_t columns, real factor)
{
    for (size_t s = 0; s * BF16_SLICE < columns; s++) {
        size_t left = columns - s * BF16_SLICE;
        bf16_scale(left < BF16_SLICE ? left : BF16_SLICE, factor, bf16_slice(power, s, row));
    }
}

static void raise_origin(const struct power_taker *own, size_t i, size_t columns, real most)
{
    struct output_row *row = &own->row[i];
    double doublings = ceil((double)(most - row->origin) / M_LN2);
    real factor = (real)exp2(-doublings);
    row->origin += (real)(doublings * M_LN2);
    row->sum *= (double)factor;
    scale_powers(own->power, i, columns, factor);
}

MULTIVERSION
static void take_block(const struct power_taker *own, const struct product_block *block)
{
    size_t columns = block->columns;
    if (own->bias)
        matrix_add_row(block->rows, columns, own->bias + block->column, block->at, columns);
    for (size_t i = 0; i < block->rows; i++) {
        size_t at_row = block->row + i, target = (size_t)own->target[at_row];
        struct output_row *row = &own->row[at_row];
        real *at = block->at + i * columns;
        real most = largest(columns, at);
        if (block->column == 0)
            *row = (struct output_row){.origin = most};
        else if (most > row->origin + HEADROOM)
            raise_origin(own, at_row, block->column, most);
        if (target >= block->column && target - block->column < columns)
            row->of_target = at[target - block->column];
        row->sum += exponentiate(columns, row->origin, at);
        bf16_round(columns, at, bf16_at(own->power, at_row, block->column));
    }
}

static void take_powers(const struct product_taker *taker, const struct product_block *block)
{
    take_block((const struct power_taker *)taker, block);
}

/* What a row's powers have to be multiplied with to be the gradient of its logits. */
static real row_factor(const struct output_row *row, real scale)
{
    return (real)((double)scale / row->sum);
}

/* Takes the targets' share off the powers: returns the summed cross-entropy. */
static double take_targets(const struct power_taker *powers)
{
    double loss = 0;
    for (size_t i = 0; i < powers->power.rows; i++) {
        const struct output_row *row = &powers->row[i];
        real of_target = row->of_target - row->origin;
        real power = (real)((double)exp_real(of_target) - row->sum);
        bf16_round(1, &power, bf16_at(powers->power, i, (size_t)powers->target[i]));
        loss += log(row->sum) - (double)of_target;
    }
    return loss;
}

/* to[rows][width] from x, each row times its factor; they may be the same. */
MULTIVERSION
static void multiply_rows(size_t rows, size_t width, const struct output_row *row, real scale,
                          const real *x, real *to)
{
    for (size_t i = 0; i < rows; i++, x += width, to += width) {
        real factor = row_factor(&row[i], scale);
#pragma omp simd
        for (size_t j = 0; j < width; j++)
            to[j] = factor * x[j];
    }
}

static void add_bias_gradient(struct bf16_matrix power, const struct output_row *row, real scale,
                              real *d_bias)
{
    for (size_t s = 0; s < bf16_slices(power.columns); s++)
        for (size_t i = 0; i < power.rows; i++)
            bf16_add_multiple(bf16_slice_columns(power.columns, s), row_factor(&row[i], scale),
                              bf16_slice(power, s, i), d_bias + s * BF16_SLICE);
}

static double backward_bf16(const struct output *output, size_t rows, struct activation y,
                            const int32_t *target, real scale, real *dy, enum matrix_result result,
                            real *d_embedding, real *d_bias)
{
    const struct power_taker powers = {
        .taker = {take_powers},
        .bias = output->bias,
        .target = target,
        .power = {output->scratch.power, rows, output->vocab},
        .row = output->scratch.row,
    };
    struct bf16_matrix input = rounded_input(output, rows, y);
    packed_give(output->packed, input, &powers.taker);
    double loss = take_targets(&powers);
    bf16_fill_up(powers.power);
    if (d_bias)
        add_bias_gradient(powers.power, powers.row, scale, d_bias);
    multiply_rows(rows, output->width, powers.row, scale, y.at, dy);
    bf16_fill(input, 0, rows, dy);
    packed_gradient(powers.power, input, result, d_embedding);
    packed_multiply_back(output->packed, powers.power, dy);
    multiply_rows(rows, output->width, powers.row, scale, dy, dy);
    return loss;
}

double output_backward(const struct output *output, size_t rows, struct activation y,
                       const int32_t *target, real scale, real *dy, enum matrix_result result,
                       real *d_embedding, real *d_bias)
{
    return output->packed
               ? backward_bf16(output, rows, y, target, scale, dy, result, d_embedding, d_bias)
               : backward_fp32(output, rows, y.at, target, scale, dy, result, d_embedding, d_bias);
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
    real *logit = output->scratch.logit;
    struct bf16_matrix input = rounded_input(output, rows, y);
    for (size_t first = 0; first < rows; first += block) {
        size_t n = rows - first < block ? rows - first : block;
        logits(output, y.at, input, first, n, logit);
        describe(n, output->vocab, logit, target + first, prediction + first);
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
    logits(output, y.at, rounded_input(output, rows, y), 0, rows, log_probability);
    log_softmax(rows, output->vocab, log_probability);
}
