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

#endif
