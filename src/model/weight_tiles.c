#include "model/weight_tiles.h"

#include <stdalign.h>
#include <string.h>

#include "base/memory.h"
#include "model/onednn.h"

struct weight_tiles {
    size_t k, n;
    size_t row_stride, column_stride; /* of what they are filled from */
    struct onednn_weight **tile;      /* [slices of k][slices of n] */
};

static struct onednn_weight **tile_at(const struct weight_tiles *tiles, size_t i, size_t j)
{
    return &tiles->tile[i * bf16_slices(tiles->n) + j];
}

static size_t count_tiles(const struct weight_tiles *tiles)
{
    return bf16_slices(tiles->k) * bf16_slices(tiles->n);
}

static bool make_tiles(struct weight_tiles *tiles, struct error *err)
{
    tiles->tile = memory_new(count_tiles(tiles), sizeof *tiles->tile, err);
    if (!tiles->tile)
        return false;
    for (size_t i = 0; i < bf16_slices(tiles->k); i++)
        for (size_t j = 0; j < bf16_slices(tiles->n); j++) {
            *tile_at(tiles, i, j) =
                onednn_weight_new(bf16_slice_columns(tiles->k, i), bf16_slice_columns(tiles->n, j),
                                  tiles->row_stride, tiles->column_stride, err);
            if (!*tile_at(tiles, i, j))
                return false;
        }
    return true;
}

struct weight_tiles *weight_tiles_new(size_t k, size_t n, size_t row_stride, size_t column_stride,
                                      struct error *err)
{
    struct weight_tiles *tiles = memory_new(1, sizeof *tiles, err);
    if (!tiles)
        return NULL;
    *tiles = (struct weight_tiles){
        .k = k, .n = n, .row_stride = row_stride, .column_stride = column_stride};
    if (make_tiles(tiles, err))
        return tiles;
    weight_tiles_free(tiles);
    return NULL;
}

void weight_tiles_free(struct weight_tiles *tiles)
{
    if (!tiles)
        return;
    for (size_t t = 0; tiles->tile && t < count_tiles(tiles); t++)
        onednn_weight_free(tiles->tile[t]);
    memory_free(tiles->tile);
    memory_free(tiles);
}

void weight_tiles_fill(struct weight_tiles *tiles, const real *from)
{
    size_t across = bf16_slices(tiles->n);
#pragma omp for schedule(dynamic) nowait
    for (size_t t = 0; t < count_tiles(tiles); t++)
        onednn_weight_fill(tiles->tile[t], from + t / across * BF16_SLICE * tiles->row_stride +
                                               t % across * BF16_SLICE * tiles->column_stride);
}

/* Rows of one product, and of one whose result is a block of its own. */
enum { ROWS = 256, BLOCK_ROWS = 128 };

/* c[rows][columns of slice j] = or += rows of a, from `row` on, times slice j of the weights. */
static void multiply_slice(const struct weight_tiles *tiles, struct bf16_matrix a, size_t row,
                           size_t rows, size_t j, enum matrix_result result, real *c)
{
    for (size_t i = 0; i < bf16_slices(tiles->k); i++)
        onednn_multiply(rows, bf16_slice(a, i, row), *tile_at(tiles, i, j),
                        i > 0 ? MATRIX_ADD : result, c);
}

static void copy_rows(size_t rows, size_t columns, const real *from, size_t from_stride, real *to,
                      size_t to_stride)
{
    for (size_t i = 0; i < rows; i++)
        memcpy(to + i * to_stride, from + i * from_stride, columns * sizeof *to);
}

/* The same of m rows where the library cannot work on c itself: other numbers lie between its rows,
 * or it has to multiply more of them. */
static void multiply_slice_apart(const struct weight_tiles *tiles, struct bf16_matrix a, size_t row,
                                 size_t m, size_t j, enum matrix_result result, real *c)
{
    alignas(64) real block[BLOCK_ROWS * BF16_SLICE];
    size_t columns = bf16_slice_columns(tiles->n, j), rows = onednn_rows(m);
    if (result == MATRIX_ADD) {
        copy_rows(m, columns, c, tiles->n, block, columns);
        memset(block + m * columns, 0, (rows - m) * columns * sizeof *block);
    }
    multiply_slice(tiles, a, row, rows, j, result, block);
    copy_rows(m, columns, block, columns, c, tiles->n);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The rows of a one after the other, as many at once as fit: returns how many. */
static size_t multiply_some(const struct weight_tiles *tiles, struct bf16_matrix a, size_t row,
                            size_t left, size_t j, enum matrix_result result, real *c)
{
    size_t most = onednn_most_rows(bf16_slice_columns(tiles->n, j));
    size_t whole = left - left % BF16_ROWS;
    bool side_by_side = bf16_slices(tiles->n) > 1;
    size_t m =
        least(most, side_by_side ? least(left, BLOCK_ROWS) : least(whole > 0 ? whole : left, ROWS));
    if (side_by_side || onednn_rows(m) > m)
        multiply_slice_apart(tiles, a, row, m, j, result, c);
    else
        multiply_slice(tiles, a, row, m, j, result, c);
    return m;
}

void weight_tiles_multiply(const struct weight_tiles *tiles, struct bf16_matrix a, size_t first,
                           size_t count, enum matrix_result result, real *c)
{
    for (size_t j = 0; j < bf16_slices(tiles->n); j++)
        for (size_t i = 0; i < count;)
            i += multiply_some(tiles, a, first + i, count - i, j, result,
                               c + i * tiles->n + j * BF16_SLICE);
}

void weight_tiles_give(const struct weight_tiles *tiles, struct bf16_matrix a,
                       const struct product_taker *taker)
{
    alignas(64) real numbers[BLOCK_ROWS * BF16_SLICE];
    for (size_t j = 0; j < bf16_slices(tiles->n); j++) {
        size_t columns = bf16_slice_columns(tiles->n, j);
        size_t most = least(onednn_most_rows(columns), BLOCK_ROWS);
        for (size_t row = 0; row < a.rows; row += most) {
            struct product_block block = {.row = row,
                                          .rows = least(a.rows - row, most),
                                          .column = j * BF16_SLICE,
                                          .columns = columns,
                                          .at = numbers};
            multiply_slice(tiles, a, row, onednn_rows(block.rows), j, MATRIX_REPLACE, numbers);
            taker->take(taker, &block);
        }
    }
}
