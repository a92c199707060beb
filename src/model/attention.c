#include "model/attention.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/multiversion.h"
#include "model/matrix.h"
#include "model/small_product.h"
#include "model/vector_math.h"

/* Queries that are worked through at once, each tile against the keys that its last one sees: few,
 * so that the mask removes little of it. */
enum { TILE = SMALL_ROWS };

/* Queries whose products meet in the gradients of keys: what is kept of them until then stays in
 * the second cache. */
enum { BLOCK = 8 * TILE };

/* Queries of one head that follow on each other: a tile or a block. */
struct queries {
    size_t first, rows;
    size_t keys;            /* that the last of them sees */
    const size_t *position; /* [rows] */
};

static struct queries queries_from(const struct attention_rows *rows, size_t first, size_t most)
{
    size_t count = rows->queries - first < most ? rows->queries - first : most;
    return (struct queries){
        .first = first,
        .rows = count,
        .keys = rows->position[first + count - 1] + 1,
        .position = rows->position + first,
    };
}

/* Scores are computed up to here; what stands behind the keys is nothing's. */
static size_t whole_columns(size_t keys)
{
    return (keys + SMALL_COLUMNS - 1) / SMALL_COLUMNS * SMALL_COLUMNS;
}

/* What the functions need besides their results. A row has room for whole columns from any key. */
struct scratch {
    size_t row;     /* numbers of a row */
    real *content;  /* [BLOCK][d_key] q + u */
    real *position; /* [BLOCK][d_key] q + v */
    real *turned;   /* [d_key][row] keys; on the way back values */
    real *relative; /* [d_key][row] distances keys - 1 .. 0 */
    real *score;    /* [BLOCK][row] scores; on the way back their gradient */
    real *shifted;  /* [BLOCK][row] (q + v) R^T; on the way back its gradient */
    real *d_query;  /* [TILE][d_key] the part of the gradient that came through R */
};

static size_t row_of(size_t keys)
{
    return whole_columns(keys) + SMALL_COLUMNS;
}

size_t attention_scratch(size_t d_key, size_t keys)
{
    return (2 * BLOCK + TILE) * d_key + 2 * (d_key + BLOCK) * row_of(keys);
}

static struct scratch divide(real *scratch, size_t d_key, size_t keys)
{
    struct scratch parts = {.row = row_of(keys), .content = scratch};
    parts.position = parts.content + BLOCK * d_key;
    parts.d_query = parts.position + BLOCK * d_key;
    parts.turned = parts.d_query + TILE * d_key;
    parts.relative = parts.turned + d_key * parts.row;
    parts.score = parts.relative + d_key * parts.row;
    parts.shifted = parts.score + BLOCK * parts.row;
    return parts;
}

/* content[rows][width] = x + u and position[rows][width] = x + v */
MULTIVERSION
static void add_biases(size_t rows, size_t width, struct matrix x, const real *u, const real *v,
                       real *content, real *position)
{
    for (size_t i = 0; i < rows; i++, content += width, position += width) {
        const real *of_x = x.at + i * x.stride;
#pragma omp simd
        for (size_t j = 0; j < width; j++) {
            content[j] = of_x[j] + u[j];
            position[j] = of_x[j] + v[j];
        }
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

/* Of the last whole columns of a row, those behind the first `count` become x. */
static inline void end_row(real *columns, size_t count, real x)
{
    int32_t kept = (int32_t)count;
#pragma omp simd
    for (int32_t j = 0; j < SMALL_COLUMNS; j++)
        columns[j] = j < kept ? columns[j] : x;
}

/* Turns score[rows][row], whole columns of it, into probability[rows][stride]. shifted[rows][row]
 * may be null; its column c belongs to the key c - (keys - 1 - position). */
MULTIVERSION
static void softmax(const struct queries *queries, const real *shifted, real *score, size_t row,
                    real *probability, size_t stride)
{
    size_t keys = queries->keys;
    for (size_t i = 0; i < queries->rows; i++, score += row, probability += stride) {
        size_t seen = queries->position[i] + 1, whole = whole_columns(seen);
        size_t last = whole - SMALL_COLUMNS, room = whole < keys ? whole : keys;
        if (shifted) {
            const real *add = shifted + i * row + (keys - seen);
#pragma omp simd
            for (size_t j = 0; j < whole; j++)
                score[j] += add[j];
        }
        end_row(score + last, seen - last, -FLT_MAX);
        real most = largest(whole, score);
        real sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < whole; j++) {
            real e = exp_real(score[j] - most);
            score[j] = e;
            sum += e;
        }
        end_row(score + last, seen - last, 0);
        real inverse = 1 / sum;
#pragma omp simd
        for (size_t j = 0; j < room; j++)
            probability[j] = score[j] * inverse;
        memset(probability + room, 0, (keys - room) * sizeof *probability);
    }
}

/* The gradient of scores, derivative[rows][row], from that of probabilities:
 *   ds_j = p_j (dp_j - sum over k of p_k dp_k) * factor
 * with zeros behind what a query sees, up to `keys`, and, in the order of distances, shifted[rows]
 * [row] (may be null). */
MULTIVERSION
static void softmax_backward(const struct queries *queries, size_t keys, const real *probability,
                             size_t stride, real factor, real *derivative, real *shifted,
                             size_t row)
{
    for (size_t i = 0; i < queries->rows; i++, probability += stride, derivative += row) {
        size_t seen = queries->position[i] + 1, whole = whole_columns(seen);
        whole = whole < queries->keys ? whole : queries->keys;
        real sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < whole; j++)
            sum += probability[j] * derivative[j];
#pragma omp simd
        for (size_t j = 0; j < whole; j++)
            derivative[j] = probability[j] * (derivative[j] - sum) * factor;
        memset(derivative + whole, 0, (keys - whole) * sizeof *derivative);
        if (shifted) {
            memset(shifted + i * row, 0, (keys - seen) * sizeof *shifted);
            memcpy(shifted + i * row + (keys - seen), derivative, seen * sizeof *shifted);
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

static struct small_operand operand(struct matrix a)
{
    return (struct small_operand){a.at, a.stride, 1};
}

/* The queries that meet keys: q, or q + u in scratch; with relative positions also q + v. */
static struct matrix find_queries(const struct head *head, const struct queries *queries,
                                  const struct scratch *scratch)
{
    struct matrix query = below(head->query, queries->first);
    if (!head->content_bias)
        return query;
    add_biases(queries->rows, head->d_key, query, head->content_bias, head->position_bias,
               scratch->content, scratch->position);
    return (struct matrix){scratch->content, head->d_key};
}

/* The distances keys - 1 .. 0. */
static struct matrix distances_below(const struct head *head, size_t keys)
{
    return below(head->relative, head->distances - keys);
}

/* Keys, and distances where there are, turned for the queries that will meet them. */
static void turn_keys(const struct head *head, size_t keys, const struct scratch *scratch)
{
    small_turn(keys, head->d_key, head->key, scratch->turned, scratch->row);
    if (head->content_bias)
        small_turn(keys, head->d_key, distances_below(head, keys), scratch->relative, scratch->row);
}

/* The tile's scores and shifted scores from the turned keys of `keys`. */
static void score_tile(const struct head *head, const struct queries *tile, size_t keys,
                       const struct scratch *scratch)
{
    size_t n = tile->rows, m = whole_columns(tile->keys), d = head->d_key, row = scratch->row;
    struct matrix query = find_queries(head, tile, scratch), turned = {scratch->turned, row};
    struct matrix position = {scratch->position, d};
    struct matrix relative = {scratch->relative + (keys - tile->keys), row};
    small_multiply(n, m, d, head->factor, operand(query), turned, MATRIX_REPLACE, scratch->score,
                   row);
    if (head->content_bias)
        small_multiply(n, m, d, head->factor, operand(position), relative, MATRIX_REPLACE,
                       scratch->shifted, row);
}

/* The same from the keys as they lie, for no more than a tile of queries: turning keys would take
 * longer than the product. */
static void score_few(const struct head *head, const struct queries *tile,
                      const struct scratch *scratch)
{
    size_t n = tile->rows, m = tile->keys, d = head->d_key, row = scratch->row;
    struct matrix query = find_queries(head, tile, scratch);
    matrix_multiply_transposed(n, m, d, head->factor, query, head->key, MATRIX_REPLACE,
                               scratch->score, row);
    if (head->content_bias)
        matrix_multiply_transposed(n, m, d, head->factor, (struct matrix){scratch->position, d},
                                   distances_below(head, m), MATRIX_REPLACE, scratch->shifted, row);
}

/* out[rows][d_key]: the tile's first row; probability likewise. */
static void mix_tile(const struct head *head, const struct queries *tile, struct matrix probability,
                     real *out, size_t out_stride)
{
    small_multiply(tile->rows, head->d_key, tile->keys, 1, operand(probability), head->value,
                   MATRIX_REPLACE, out, out_stride);
}

void attention_forward(const struct attention *attention, const struct attention_rows *rows,
                       real *scratch, real *probability, real *out)
{
    size_t d_key = attention->d_key, out_stride = attention->heads * d_key, keys = rows->keys;
    struct scratch parts = divide(scratch, d_key, keys);
    for (size_t h = 0; h < attention->heads; h++) {
        struct head head = head_of(attention, rows, h);
        struct matrix of_head = {probability + h * rows->queries * keys, keys};
        if (rows->queries > TILE)
            turn_keys(&head, keys, &parts);
        for (size_t first = 0; first < rows->queries; first += TILE) {
            struct queries tile = queries_from(rows, first, TILE);
            real *of_tile = probability + (h * rows->queries + first) * keys;
            if (rows->queries > TILE)
                score_tile(&head, &tile, keys, &parts);
            else
                score_few(&head, &tile, &parts);
            softmax(&tile, head.content_bias ? parts.shifted : NULL, parts.score, parts.row,
                    of_tile, keys);
            mix_tile(&head, &tile, below(of_head, first), out + first * out_stride + h * d_key,
                     out_stride);
            size_t unseen = keys - tile.keys;
            for (size_t i = 0; unseen > 0 && i < tile.rows; i++)
                memset(of_tile + i * keys + tile.keys, 0, unseen * sizeof *of_tile);
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
        for (size_t first = 0; first < rows->queries; first += TILE) {
            struct queries tile = queries_from(rows, first, TILE);
            mix_tile(&head, &tile, below(of_head, first), out + first * out_stride + h * d_key,
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

/* In which order the columns of a row stand: a query sees the first ones, or the last. */
enum column_order { BY_KEY, BY_DISTANCE };

/* sum[keys][d_key] = or += a[queries][keys]^T b[queries][d_key], a tile of keys at a time, without
 * the zeros of a in front of the first query that sees one of them. */
static void add_over_queries(const struct queries *block, size_t d_key, struct matrix a,
                             enum column_order order, struct matrix b, enum matrix_result result,
                             real *sum, size_t stride)
{
    size_t first = 0; /* query */
    for (size_t least = 0; least < block->keys; least += TILE) {
        size_t left = block->keys - least, count = left < TILE ? left : TILE;
        size_t column = order == BY_KEY ? least : left - count;
        while (block->position[first] < least)
            first++;
        struct small_operand turned = {a.at + first * a.stride + column, 1, a.stride};
        small_multiply(count, d_key, block->rows - first, 1, turned, below(b, first), result,
                       sum + column * stride, stride);
    }
}

/* Where a tile's scores have their gradient: rows of scratch, where its block's first row is 0. */
struct score_gradient {
    real *at;      /* [rows][row] */
    real *shifted; /* the same, in the order of the distances of the block's keys, or null */
    size_t keys;   /* of the block */
};

static struct score_gradient score_gradient_of(const struct head *head, const struct queries *block,
                                               const struct scratch *scratch, size_t row)
{
    return (struct score_gradient){
        .at = scratch->score + row * scratch->row,
        .shifted = head->content_bias ? scratch->shifted + row * scratch->row : NULL,
        .keys = block->keys,
    };
}

/* The gradient of a tile's queries from that of its scores. */
static void backward_queries(const struct head *head, const struct queries *tile,
                             const struct score_gradient *score, const struct scratch *scratch,
                             const struct head_gradient *to)
{
    size_t n = tile->rows, m = tile->keys, d = head->d_key, stride = head->query.stride;
    real *d_query = to->query + tile->first * stride;
    small_multiply(n, d, m, 1, operand((struct matrix){score->at, scratch->row}), head->key,
                   MATRIX_REPLACE, d_query, stride);
    if (!score->shifted)
        return;
    struct matrix shifted = {score->shifted + (score->keys - m), scratch->row};
    matrix_sum_rows(n, d, d_query, stride, to->content_bias);
    small_multiply(n, d, m, 1, operand(shifted), distances_below(head, m), MATRIX_REPLACE,
                   scratch->d_query, d);
    matrix_sum_rows(n, d, scratch->d_query, d, to->position_bias);
    add_rows(n, d, scratch->d_query, d_query, stride);
}

/* result says whether this is the first block to reach its keys; probability and d_out: its first
 * rows. */
static void backward_block(const struct head *head, const struct attention_rows *rows,
                           const struct queries *block, const struct scratch *scratch,
                           struct matrix probability, struct matrix d_out,
                           enum matrix_result result, const struct head_gradient *to)
{
    size_t d = head->d_key, row = scratch->row;
    struct matrix query = find_queries(head, block, scratch), turned = {scratch->turned, row};
    for (size_t i = 0; i < block->rows; i += TILE) {
        struct queries tile = queries_from(rows, block->first + i, TILE);
        struct score_gradient score = score_gradient_of(head, block, scratch, i);
        small_multiply(tile.rows, whole_columns(tile.keys), d, 1, operand(below(d_out, i)), turned,
                       MATRIX_REPLACE, score.at, row);
        softmax_backward(&tile, block->keys, below(probability, i).at, probability.stride,
                         head->factor, score.at, score.shifted, row);
        backward_queries(head, &tile, &score, scratch, to);
    }
    add_over_queries(block, d, probability, BY_KEY, d_out, result, to->value, head->value.stride);
    add_over_queries(block, d, (struct matrix){scratch->score, row}, BY_KEY, query, result, to->key,
                     head->key.stride);
    if (head->content_bias)
        add_over_queries(block, d, (struct matrix){scratch->shifted, row}, BY_DISTANCE,
                         (struct matrix){scratch->position, d}, MATRIX_ADD,
                         to->relative + (head->distances - block->keys) * head->relative.stride,
                         head->relative.stride);
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
        struct matrix derivative = {d_out + h * d_key, width};
        small_turn(rows->keys, d_key, head.value, parts.turned, parts.row);
        /* The last block reaches every key: it replaces, those before it add. */
        for (size_t b = blocks; b-- > 0;) {
            struct queries block = queries_from(rows, b * BLOCK, BLOCK);
            backward_block(&head, rows, &block, &parts, below(of_head, block.first),
                           below(derivative, block.first),
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
        struct matrix derivative = {d_out + h * d_key, width};
        for (size_t b = blocks; b-- > 0;) {
            struct queries block = queries_from(rows, b * BLOCK, BLOCK);
            add_over_queries(&block, d_key, below(of_head, block.first), BY_KEY,
                             below(derivative, block.first),
                             b + 1 == blocks ? MATRIX_REPLACE : MATRIX_ADD, d_value + h * d_key,
                             head.value.stride);
        }
    }
}
