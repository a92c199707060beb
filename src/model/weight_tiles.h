/* A matrix of weights in bf16, cut into tiles that the second cache holds: what multiplies rows
 * with a larger one reads most of it from farther away for every few rows, at half the speed (an
 * Intel with AMX), and adds up in an order that depends on how many there are. Tiles are rather
 * high than wide: every one below the first has to add to what is there, which takes as long as
 * multiplying 512 rows of weights. */
#ifndef MNEME_MODEL_WEIGHT_TILES_H
#define MNEME_MODEL_WEIGHT_TILES_H

#include <stddef.h>

#include "base/error.h"
#include "model/bf16.h"
#include "model/matrix_operand.h"
#include "model/real.h"

struct weight_tiles;

/* Of a matrix [k][n] of numbers that lie row_stride apart from row to row and column_stride from
 * column to column. ERROR_MEMORY, or ERROR_INPUT where there are no such products. */
struct weight_tiles *weight_tiles_new(size_t k, size_t n, size_t row_stride, size_t column_stride,
                                      struct error *err);
void weight_tiles_free(struct weight_tiles *tiles);

/* Rounds from[k][n] into them. In a parallel region that all threads enter, each does some. */
void weight_tiles_fill(struct weight_tiles *tiles, const real *from);

/* c[count][n] = or += a weight[k][n] for the rows of a[rows][k] from `first` on, a multiple of
 * BF16_ROWS. A row's bits do not depend on the others. */
void weight_tiles_multiply(const struct weight_tiles *tiles, struct bf16_matrix a, size_t first,
                           size_t count, enum matrix_result result, real *c);

/* A block of a product: rows row .. row+rows-1 of those multiplied, and columns column ..
 * column+columns-1, which are in one slice of a matrix in bf16 (bf16_at); at[rows][columns] may be
 * written. */
enum { PRODUCT_BLOCK_COLUMNS = 512 };

struct product_block {
    size_t row, rows, column, columns;
    real *at;
};

struct product_taker {
    void (*take)(const struct product_taker *taker, const struct product_block *block);
};

/* a weight[k][n], block by block while the second cache holds it, those of a column from the first
 * row to the last. */
void weight_tiles_give(const struct weight_tiles *tiles, struct bf16_matrix a,
                       const struct product_taker *taker);

#endif
