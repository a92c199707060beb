/* Numbers of 16 bits with the range of a float and 8 binary digits of its 24: the upper half of its
 * bits, rounded to nearest, to even where it lies half-way. */
#ifndef MNEME_MODEL_BF16_H
#define MNEME_MODEL_BF16_H

#include <stddef.h>
#include <stdint.h>

#include "model/real.h"

typedef uint16_t bf16;

/* The relative error of rounding, at most. */
#define BF16_ROUNDING 0x1p-8

/* to[count] from x[count] */
void bf16_round(size_t count, const real *x, bf16 *to);

/* x[count] times a power of 2, which is exact. */
void bf16_scale(size_t count, real factor, bf16 *x);

/* to[count] += factor x[count] */
void bf16_add_multiple(size_t count, real factor, const bf16 *x, real *to);

/* A matrix as products read it: in slices of its columns, one behind the other, each multiplied at
 * once (model/weight_tiles.h): [rows][its columns], with rows filled up to a multiple of BF16_ROWS
 * by zeros. */
enum { BF16_SLICE = 2048, BF16_ROWS = 16 };

struct bf16_matrix {
    bf16 *at;
    size_t rows, columns;
};

/* Numbers that one takes. */
size_t bf16_room(size_t rows, size_t columns);

static inline size_t bf16_slices(size_t columns)
{
    return (columns + BF16_SLICE - 1) / BF16_SLICE;
}

/* Columns of slice s. */
static inline size_t bf16_slice_columns(size_t columns, size_t s)
{
    size_t left = columns - s * BF16_SLICE;
    return left < BF16_SLICE ? left : BF16_SLICE;
}

/* Where row `row` of slice s begins. */
bf16 *bf16_slice(struct bf16_matrix matrix, size_t s, size_t row);

/* Where a number is, before others of its row that are in the same slice. */
static inline bf16 *bf16_at(struct bf16_matrix matrix, size_t row, size_t column)
{
    return bf16_slice(matrix, column / BF16_SLICE, row) + column % BF16_SLICE;
}

/* Rounds x[count][columns] into its rows from `first` on. */
void bf16_fill(struct bf16_matrix matrix, size_t first, size_t count, const real *x);

/* Zeros behind the last row, which bf16_fill writes and who writes slices by himself has to. */
void bf16_fill_up(struct bf16_matrix matrix);

#endif
