#include "model/weight_tiles.h"

#include <stdalign.h>
#include <string.h>

#include "base/memory.h"
#include "model/onednn.h"

struct weight_tiles {
    size_t k, n;
    size_t columns;                   /* of a tile, but for the last ones */
    size_t row_stride, column_stride; /* of what they are filled from */
    struct onednn_weight **tile;      /* [slices of k][tiles across] */
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* As many columns as a tile may have, by a power of two, which divides a slice. */
static size_t columns_of_tile(size_t k)
{
    size_t columns = PRODUCT_BLOCK_COLUMNS;
    while (columns * least(k, BF16_SLICE) > ONEDNN_WEIGHT)
        columns /= 2;
    return columns;
}

static size_t tiles_across(const struct weight_tiles *tiles)
{
    return (tiles->n + tiles->columns - 1) / tiles->columns;
}

/* Columns of the tiles in place j. */
static size_t tile_columns(const struct weight_tiles *tiles, size_t j)
{
    return least(tiles->n - j * tiles->columns, tiles->columns);
}

static struct onednn_weight **tile_at(const struct weight_tiles *tiles, size_t i, size_t j)
{
    return &tiles->tile[i * tiles_across(tiles) + j];
}

static size_t count_tiles(const struct weight_tiles *tiles)
{
    return bf16_slices(tiles->k) * tiles_across(tiles);
}

static bool make_tiles(struct weight_tiles *tiles, struct error *err)
{
    tiles->tile = memory_new(count_tiles(tiles), sizeof *tiles->tile, err);
    if (!tiles->tile)
        return false;
    for (size_t i = 0; i < bf16_slices(tiles->k); i++)
        for (size_t j = 0; j < tiles_across(tiles); j++) {
            *tile_at(tiles, i, j) =
                onednn_weight_new(bf16_slice_columns(tiles->k, i), tile_columns(tiles, j),
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
        .k = k,
        .n = n,
        .columns = columns_of_tile(k),
        .row_stride = row_stride,
        .column_stride = column_stride,
    };
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
    size_t across = tiles_across(tiles);
#pragma omp for schedule(dynamic) nowait
    for (size_t t = 0; t < count_tiles(tiles); t++)
        onednn_weight_fill(tiles->tile[t], from + t / across * BF16_SLICE * tiles->row_stride +
                                               t % across * tiles->columns * tiles->column_stride);
}

/* Numbers of a block, and rows of one product. */
enum { BLOCK = 1 << 16, ROWS = 256 };

/* c[rows][columns of tile j] = or += rows of a, from `row` on, times the tiles in place j. */
static void multiply_tiles(const struct weight_tiles *tiles, struct bf16_matrix a, size_t row,
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
static void multiply_tiles_apart(const struct weight_tiles *tiles, struct bf16_matrix a, size_t row,
                                 size_t m, size_t j, enum matrix_result result, real *c)
{
    alignas(64) real block[BLOCK];
    size_t columns = tile_columns(tiles, j), rows = onednn_rows(m);
    if (result == MATRIX_ADD) {
        copy_rows(m, columns, c, tiles->n, block, columns);
        memset(block + m * columns, 0, (rows - m) * columns * sizeof *block);
    }
    multiply_tiles(tiles, a, row, rows, j, result, block);
    copy_rows(m, columns, block, columns, c, tiles->n);
}

/* Rows to multiply at once with tile j where the result is a block. */
static size_t rows_of_block(const struct weight_tiles *tiles, size_t j)
{
    size_t columns = tile_columns(tiles, j);
    return least(onednn_most_rows(columns), least(BLOCK / tiles->columns, ROWS));
}

/* The rows of a one after the other, as many at once as fit: returns how many. */
static size_t multiply_some(const struct weight_tiles *tiles, struct bf16_matrix a, size_t row,
                            size_t left, size_t j, enum matrix_result result, real *c)
{
    size_t whole = left - left % BF16_ROWS;
    bool side_by_side = tiles_across(tiles) > 1;
    size_t m = side_by_side
                   ? least(left, rows_of_block(tiles, j))
                   : least(onednn_most_rows(tiles->n), least(whole > 0 ? whole : left, ROWS));
    if (side_by_side || onednn_rows(m) > m)
        multiply_tiles_apart(tiles, a, row, m, j, result, c);
    else
        multiply_tiles(tiles, a, row, m, j, result, c);
    return m;
}

void weight_tiles_multiply(const struct weight_tiles *tiles, struct bf16_matrix a, size_t first,
                           size_t count, enum matrix_result result, real *c)
{
    for (size_t j = 0; j < tiles_across(tiles); j++)
        for (size_t i = 0; i < count;)
            i += multiply_some(tiles, a, first + i, count - i, j, result,
                               c + i * tiles->n + j * tiles->columns);
}

void weight_tiles_give(const struct weight_tiles *tiles, struct bf16_matrix a,
                       const struct product_taker *taker)
{
    alignas(64) real numbers[BLOCK];
    for (size_t j = 0; j < tiles_across(tiles); j++) {
        size_t most = rows_of_block(tiles, j);
        for (size_t row = 0; row < a.rows; row += most) {
            struct product_block block = {.row = row,
                                          .rows = least(a.rows - row, most),
                                          .column = j * tiles->columns,
                                          .columns = tile_columns(tiles, j),
                                          .at = numbers};
            multiply_tiles(tiles, a, row, onednn_rows(block.rows), j, MATRIX_REPLACE, numbers);
            taker->take(taker, &block);
        }
    }
}
