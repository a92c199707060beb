#include "model/bf16.h"

#include <string.h>

#include "base/multiversion.h"

/* What is no number stays none: rounding could carry it into infinity. */
static inline bf16 rounded(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t nearest = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    uint32_t quiet = bits >> 16 | 0x40;
    return (bf16)((bits & 0x7fffffff) > 0x7f800000 ? quiet : nearest);
}

MULTIVERSION
void bf16_round(size_t count, const real *x, bf16 *to)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        to[i] = rounded((float)x[i]);
}

static inline float widened(bf16 x)
{
    uint32_t bits = (uint32_t)x << 16;
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

MULTIVERSION
void bf16_scale(size_t count, real factor, bf16 *x)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        x[i] = rounded((float)factor * widened(x[i]));
}

MULTIVERSION
void bf16_add_multiple(size_t count, real factor, const bf16 *x, real *to)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        to[i] += factor * (real)widened(x[i]);
}

static size_t filled_up(size_t rows)
{
    return (rows + BF16_ROWS - 1) / BF16_ROWS * BF16_ROWS;
}

size_t bf16_room(size_t rows, size_t columns)
{
    return filled_up(rows) * columns;
}

bf16 *bf16_slice(struct bf16_matrix matrix, size_t s, size_t row)
{
    return matrix.at + filled_up(matrix.rows) * s * BF16_SLICE +
           row * bf16_slice_columns(matrix.columns, s);
}

void bf16_fill_up(struct bf16_matrix matrix)
{
    size_t behind = filled_up(matrix.rows) - matrix.rows;
    for (size_t s = 0; s < bf16_slices(matrix.columns); s++)
        memset(bf16_slice(matrix, s, matrix.rows), 0,
               behind * bf16_slice_columns(matrix.columns, s) * sizeof(bf16));
}

void bf16_fill(struct bf16_matrix matrix, size_t first, size_t count, const real *x)
{
    for (size_t s = 0; s < bf16_slices(matrix.columns); s++) {
        size_t columns = bf16_slice_columns(matrix.columns, s);
        bf16 *to = bf16_slice(matrix, s, first);
        if (columns == matrix.columns)
            bf16_round(count * columns, x, to);
        else
            for (size_t i = 0; i < count; i++)
                bf16_round(columns, x + i * matrix.columns + s * BF16_SLICE, to + i * columns);
    }
    if (first + count == matrix.rows)
        bf16_fill_up(matrix);
}
