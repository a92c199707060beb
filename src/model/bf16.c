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
