#include "model/attention.h"

#include <math.h>
#include <string.h>

#include "base/multiversion.h"
#include "model/matrix.h"
#include "model/vector_math.h"

/* Queries of a block: few enough that the mask removes little of it, enough for matrix products. */
enum { BLOCK = 32 };

/* One block of queries of one head. */
struct query_block {
    size_t first, rows;     /* queries */
    size_t keys;            /* that its last query sees */
    const size_t *position; /* [rows] */
};

static struct query_block block_at(const struct attention_rows *rows, size_t first)
{
    size_t count = rows->queries - first < BLOCK ? rows->queries - first : BLOCK;
    return (struct query_block){
        .first = first,
        .rows = count,
        .keys = rows->position[first + count - 1] + 1,
        .position = rows->position + first,
    };
}

/* What a block needs besides its results. */
struct scratch {
    real *content;    /* [BLOCK][d_key] q + u */
    real *position;   /* [BLOCK][d_key] q + v */
    real *shifted;    /* [BLOCK][keys] (q + v) R^T, later its gradient */
    real *derivative; /* [BLOCK][keys] gradient of probabilities, later of scores */
    real *d_query;    /* [BLOCK][d_key] the part of the gradient that came through R */
};

size_t attention_scratch(size_t d_key, size_t keys)
{
    return BLOCK * (3 * d_key + 2 * keys);
}

static struct scratch divide(real *scratch, size_t d_key, size_t keys)
{
    struct scratch parts = {.content = scratch};
    parts.position = parts.content + BLOCK * d_key;
    parts.d_query = parts.position + BLOCK * d_key;
    parts.shifted = parts.d_query + BLOCK * d_key;
    parts.derivative = parts.shifted + BLOCK * keys;
    return parts;
}

/* sum[rows][width] = x + row */
MULTIVERSION
static void add_row(size_t rows, size_t width, const real *x, size_t stride, const real *row,
                    real *sum)
{
    for (size_t i = 0; i < rows; i++, x += stride, sum += width) {
#pragma omp simd
        for (size_t j = 0; j < width; j++)
            sum[j] = x[j] + row[j];
    }
}

/* sum[rows][width] += x[rows][width] */
MULTIVERSION
static void add_rows(size_t rows, size_t width, const real *x, real *sum, size_t stride)
{
    for (size_t i = 0; i < rows; i++, x += width, sum += stride) {
#pragma omp simd
        for (size_t j = 0; j < width; j++)
            sum[j] += x[j];
    }
}

/* Turns the scores of a block, rows `stride` numbers apart, into probabilities. shifted[rows][keys]
 * may be null; its column c belongs to the key c - (keys - 1 - position). */
MULTIVERSION
static void softmax(const struct query_block *block, const real *shifted, real *score,
                    size_t stride)
{
    size_t keys = block->keys;
    for (size_t i = 0; i < block->rows; i++, score += stride) {
        size_t seen = block->position[i] + 1;
        if (shifted) {
            const real *add = shifted + i * keys + (keys - seen);
#pragma omp simd
            for (size_t j = 0; j < seen; j++)
                score[j] += add[j];
        }
        real most = largest(seen, score);
        real sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < seen; j++) {
            real e = exp_real(score[j] - most);
            score[j] = e;
            sum += e;
        }
        real inverse = 1 / sum;
#pragma omp simd
        for (size_t j = 0; j < seen; j++)
            score[j] *= inverse;
        memset(score + seen, 0, (keys - seen) * sizeof *score);
    }
}

/* The gradient of scores, derivative[rows][keys], from that of probabilities:
 *   ds_j = p_j (dp_j - sum over k of p_k dp_k) * factor
 * and, in the order of distances, shifted[rows][keys] (may be null). */
MULTIVERSION
static void softmax_backward(const struct query_block *block, const real *probability,
                             size_t stride, real factor, real *derivative, real *shifted)
{
    size_t keys = block->keys;
    for (size_t i = 0; i < block->rows; i++, probability += stride, derivative += keys) {
        size_t seen = block->position[i] + 1;
        real sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < seen; j++)
            sum += probability[j] * derivative[j];
#pragma omp simd
        for (size_t j = 0; j < seen; j++)
            derivative[j] = probability[j] * (derivative[j] - sum) * factor;
        memset(derivative + seen, 0, (keys - seen) * sizeof *derivative);
        if (shifted) {
            memset(shifted + i * keys, 0, (keys - seen) * sizeof *shifted);
            memcpy(shifted + i * keys + (keys - seen), derivative, seen * sizeof *shifted);
        }
    }
}

/* One head of one sequence. */
struct head {
    size_t d_key;
    real factor;               /* 1 / sqrt(d_key) */
    struct matrix query;       /* [queries][d_key] */
    struct matrix key, value;  /* [keys][d_key] */
    const real *content_bias;  /* [d_key] or null */
    const real *position_bias; /* [d_key] */
    struct matrix relative;    /* [distances][d_key] */
    size_t distances;
};

static struct head head_of(const struct attention *attention, const struct attention_rows *rows,
                           size_t index)
{
    size_t column = index * attention->d_key;
    struct head head = {
        .d_key = attention->d_key,
        .factor = 1 / (real)sqrt((double)attention->d_key),
        .query = {rows->query + column, rows->query_stride},
        .key = {rows->key + column, rows->key_stride},
        .value = {rows->value + column, rows->key_stride},
        .distances = attention->distances,
    };
    if (attention->relative) {
        head.content_bias = attention->content_bias + column;
        head.position_bias = attention->position_bias + column;
        head.relative.at = attention->relative + column;
        head.relative.stride = attention->heads * attention->d_key;
    }
    return head;
}

static struct matrix below(struct matrix matrix, size_t rows)
{
    return (struct matrix){matrix.at + rows * matrix.stride, matrix.stride};
}

/* The queries that meet keys: q, or q + u in scratch; with relative positions also q + v. */
static struct matrix queries_of(const struct head *head, const struct query_block *block,
                                const struct scratch *scratch)
{
    struct matrix query = below(head->query, block->first);
    if (!head->content_bias)
        return query;
    add_row(block->rows, head->d_key, query.at, query.stride, head->content_bias, scratch->content);
    add_row(block->rows, head->d_key, query.at, query.stride, head->position_bias,
            scratch->position);
    return (struct matrix){scratch->content, head->d_key};
}

/* The distances keys - 1 .. 0 a block can see. */
static struct matrix distances_of(const struct head *head, const struct query_block *block)
{
    return below(head->relative, head->distances - block->keys);
}

/* out[rows][d_key]: the block's first row; probability likewise. */
static void mix_block(const struct head *head, const struct query_block *block,
                      struct matrix probability, real *out, size_t out_stride)
{
    matrix_multiply(block->rows, head->d_key, block->keys, 1, probability, head->value,
                    MATRIX_REPLACE, out, out_stride);
}

/* probability and out: the block's first rows. */
static void forward_block(const struct head *head, const struct query_block *block,
                          const struct scratch *scratch, real *probability, size_t stride,
                          real *out, size_t out_stride)
{
    size_t n = block->rows, m = block->keys, d = head->d_key;
    struct matrix query = queries_of(head, block, scratch);
    matrix_multiply_transposed(n, m, d, head->factor, query, head->key, MATRIX_REPLACE, probability,
                               stride);
    if (head->content_bias) {
        struct matrix position = {scratch->position, d};
        matrix_multiply_transposed(n, m, d, head->factor, position, distances_of(head, block),
                                   MATRIX_REPLACE, scratch->shifted, m);
    }
    softmax(block, head->content_bias ? scratch->shifted : NULL, probability, stride);
    mix_block(head, block, (struct matrix){probability, stride}, out, out_stride);
}

void attention_forward(const struct attention *attention, const struct attention_rows *rows,
                       real *scratch, real *probability, real *out)
{
    size_t d_key = attention->d_key, out_stride = attention->heads * d_key;
    struct scratch parts = divide(scratch, d_key, rows->keys);
    for (size_t h = 0; h < attention->heads; h++) {
        struct head head = head_of(attention, rows, h);
        real *of_head = probability + h * rows->queries * rows->keys;
        for (size_t first = 0; first < rows->queries; first += BLOCK) {
            struct query_block block = block_at(rows, first);
            forward_block(&head, &block, &parts, of_head + first * rows->keys, rows->keys,
                          out + first * out_stride + h * d_key, out_stride);
            size_t unseen = rows->keys - block.keys;
            for (size_t i = first; unseen > 0 && i < first + block.rows; i++)
                memset(of_head + i * rows->keys + block.keys, 0, unseen * sizeof *of_head);
        }
    }
}

void attention_mix(const struct attention *attention, const struct attention_rows *rows,
                   const real *probability, real *out)
{
    size_t d_key = attention->d_key, out_stride = attention->heads * d_key;
    for (size_t h = 0; h < attention->heads; h++) {
        struct head head = head_of(attention, rows, h);
        struct matrix of_head = {probability + h * rows->queries * rows->keys, rows->keys};
        for (size_t first = 0; first < rows->queries; first += BLOCK) {
            struct query_block block = block_at(rows, first);
            mix_block(&head, &block, below(of_head, first), out + first * out_stride + h * d_key,
                      out_stride);
        }
    }
}

/* Where one head's gradients go. */
struct head_gradient {
    real *query, *key, *value; /* rows as the head's */
    real *content_bias, *position_bias, *relative;
};

static struct head_gradient gradient_of(const struct attention_gradient *gradient, size_t column)
{
    struct head_gradient part = {
        .query = gradient->query + column,
        .key = gradient->key + column,
        .value = gradient->value + column,
    };
    if (gradient->relative) {
        part.content_bias = gradient->content_bias + column;
        part.position_bias = gradient->position_bias + column;
        part.relative = gradient->relative + column;
    }
    return part;
}

/* Gradients of the block's queries; scratch->derivative holds those of its scores. */
static void backward_queries(const struct head *head, const struct query_block *block,
                             const struct scratch *scratch, const struct head_gradient *to)
{
    size_t n = block->rows, m = block->keys, d = head->d_key, stride = head->query.stride;
    real *d_query = to->query + block->first * stride;
    matrix_multiply(n, d, m, 1, (struct matrix){scratch->derivative, m}, head->key, MATRIX_REPLACE,
                    d_query, stride);
    if (!head->content_bias)
        return;
    struct matrix shifted = {scratch->shifted, m};
    matrix_sum_rows(n, d, d_query, stride, to->content_bias);
    matrix_multiply(n, d, m, 1, shifted, distances_of(head, block), MATRIX_REPLACE,
                    scratch->d_query, d);
    matrix_sum_rows(n, d, scratch->d_query, d, to->position_bias);
    add_rows(n, d, scratch->d_query, d_query, stride);
    matrix_transposed_multiply(
        m, d, n, 1, shifted, (struct matrix){scratch->position, d}, MATRIX_ADD,
        to->relative + (head->distances - m) * head->relative.stride, head->relative.stride);
}

/* result says whether this is the first block to reach its keys. */
static void backward_values(const struct head *head, const struct query_block *block,
                            struct matrix probability, struct matrix d_out,
                            enum matrix_result result, real *d_value)
{
    matrix_transposed_multiply(block->keys, head->d_key, block->rows, 1, probability, d_out, result,
                               d_value, head->value.stride);
}

/* result as for backward_values. */
static void backward_block(const struct head *head, const struct query_block *block,
                           const struct scratch *scratch, struct matrix probability,
                           struct matrix d_out, enum matrix_result result,
                           const struct head_gradient *to)
{
    size_t n = block->rows, m = block->keys, d = head->d_key;
    struct matrix query = queries_of(head, block, scratch);
    matrix_multiply_transposed(n, m, d, 1, d_out, head->value, MATRIX_REPLACE, scratch->derivative,
                               m);
    backward_values(head, block, probability, d_out, result, to->value);
    softmax_backward(block, probability.at, probability.stride, head->factor, scratch->derivative,
                     head->content_bias ? scratch->shifted : NULL);
    matrix_transposed_multiply(m, d, n, 1, (struct matrix){scratch->derivative, m}, query, result,
                               to->key, head->key.stride);
    backward_queries(head, block, scratch, to);
}

void attention_backward(const struct attention *attention, const struct attention_rows *rows,
                        real *scratch, const real *probability, const real *d_out,
                        const struct attention_gradient *gradient)
{
    size_t d_key = attention->d_key, width = attention->heads * d_key;
    struct scratch parts = divide(scratch, d_key, rows->keys);
    size_t blocks = (rows->queries + BLOCK - 1) / BLOCK;
    for (size_t h = 0; h < attention->heads; h++) {
        struct head head = head_of(attention, rows, h);
        struct head_gradient to = gradient_of(gradient, h * d_key);
        struct matrix of_head = {probability + h * rows->queries * rows->keys, rows->keys};
        /* The last block reaches every key: it replaces, those before it add. */
        for (size_t b = blocks; b-- > 0;) {
            struct query_block block = block_at(rows, b * BLOCK);
            struct matrix derivative = {d_out + block.first * width + h * d_key, width};
            backward_block(&head, &block, &parts, below(of_head, block.first), derivative,
                           b + 1 == blocks ? MATRIX_REPLACE : MATRIX_ADD, &to);
        }
    }
}

void attention_mix_backward(const struct attention *attention, const struct attention_rows *rows,
                            const real *probability, const real *d_out, real *d_value)
{
    size_t d_key = attention->d_key, width = attention->heads * d_key;
    size_t blocks = (rows->queries + BLOCK - 1) / BLOCK;
    for (size_t h = 0; h < attention->heads; h++) {
        struct head head = head_of(attention, rows, h);
        struct matrix of_head = {probability + h * rows->queries * rows->keys, rows->keys};
        for (size_t b = blocks; b-- > 0;) {
            struct query_block block = block_at(rows, b * BLOCK);
            struct matrix derivative = {d_out + block.first * width + h * d_key, width};
            backward_values(&head, &block, below(of_head, block.first), derivative,
                            b + 1 == blocks ? MATRIX_REPLACE : MATRIX_ADD, d_value + h * d_key);
        }
    }
}
