/* What vectorised loops are made of: the exponential function, it less 1, and the logarithm,
 * without branches, tables or calls. */
#ifndef MNEME_MODEL_VECTOR_MATH_H
#define MNEME_MODEL_VECTOR_MATH_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "model/real.h"

#if FLT_EVAL_METHOD == 2
#error "exp_real rounds by an addition in fp32, which this processor's arithmetic does not do"
#endif

#ifdef MNEME_REAL_IS_DOUBLE

/* For gradients to the last digit. Loops around a call stay scalar, which is no news. */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

static inline real exp_real(real x)
{
    return exp(x);
}

static inline real expm1_real(real x)
{
    return expm1(x);
}

static inline real log_real(real x)
{
    return log(x > DBL_MIN ? x : DBL_MIN);
}

#else

/* condition ? a : b, by masks: written with ?: it becomes a branch, and loops that hold branches
 * stay scalar. */
static inline real choose(bool condition, real a, real b)
{
    uint32_t a_bits, b_bits, mask = -(uint32_t)condition;
    memcpy(&a_bits, &a, sizeof a_bits);
    memcpy(&b_bits, &b, sizeof b_bits);
    uint32_t bits = (a_bits & mask) | (b_bits & ~mask);
    memcpy(&a, &bits, sizeof a);
    return a;
}

/* e^x = (1 + rest) 2^n */
struct exponential {
    real rest, two_to_n;
};

/* x = n ln 2 + r with |r| <= ln(2)/2, ln 2 in two parts (Cody and Waite 1980); e^r - 1 by Taylor's
 * polynomial of degree 7, which leaves out at most 8e-9 of e^r, an eighth of a unit in the last
 * place. Adding 1.5 * 2^23 rounds to a whole number, which then stands in the lowest bits of the
 * sum: from there it becomes the exponent of 2^n. x beyond -87 and 88 counts as the nearer bound.
 */
static inline struct exponential exponential_of(real x)
{
    const real low = -87.0f, high = 88.0f;
    const real log2_e = 1.44269504088896341f;
    const real ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
    const real round = 12582912.0f;
    x = choose(x < low, low, x);
    x = choose(x > high, high, x);
    real rounded = x * log2_e + round;
    real n = rounded - round;
    real r = x - n * ln2_high - n * ln2_low;
    real power = 1.0f / 5040.0f;
    power = power * r + 1.0f / 720.0f;
    power = power * r + 1.0f / 120.0f;
    power = power * r + 1.0f / 24.0f;
    power = power * r + 1.0f / 6.0f;
    power = power * r + 0.5f;
    uint32_t bits;
    struct exponential parts = {.rest = power * r * r + r};
    memcpy(&bits, &rounded, sizeof bits);
    bits = (bits << 23) + (UINT32_C(127) << 23);
    memcpy(&parts.two_to_n, &bits, sizeof parts.two_to_n);
    return parts;
}

/* e^x within 1.5 units in the last place for -87 <= x <= 88; beyond these the value at the nearer
 * bound, so that the result is never 0, subnormal or infinite. Not a number stays not a number. */
static inline real exp_real(real x)
{
    struct exponential parts = exponential_of(x);
    return (parts.rest + 1.0f) * parts.two_to_n;
}

/* e^x - 1 within 2.5 units in the last place for -87 <= x <= 88, also where it is near 0. */
static inline real expm1_real(real x)
{
    struct exponential parts = exponential_of(x);
    return parts.rest * parts.two_to_n + (parts.two_to_n - 1.0f);
}

/* ln x within 2.5 units in the last place, for normal numbers; below the least of them, also below
 * 0, the logarithm of that.
 *
 * x = 2^n m with sqrt(1/2) <= m < sqrt(2); ln m = 2 artanh(s), s = (m - 1) / (m + 1), by its series
 * to s^9, which leaves out at most 2e-9 of it. Subtracting the bits of sqrt(1/2) makes the exponent
 * step at m = sqrt(1/2) instead of at 1. */
static inline real log_real(real x)
{
    const real ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
    const uint32_t root_half = UINT32_C(0x3f3504f3);
    uint32_t bits;
    x = choose(x < FLT_MIN, FLT_MIN, x);
    memcpy(&bits, &x, sizeof bits);
    int32_t exponent = (int32_t)(bits - root_half) >> 23;
    bits -= (uint32_t)exponent << 23;
    real m;
    memcpy(&m, &bits, sizeof m);
    real n = (real)exponent, s = (m - 1) / (m + 1), square = s * s;
    real series = 2.0f / 9.0f;
    series = series * square + 2.0f / 7.0f;
    series = series * square + 2.0f / 5.0f;
    series = series * square + 2.0f / 3.0f;
    return n * ln2_high + (n * ln2_low + (series * square * s + 2 * s));
}

#endif

/* The largest of x[count], count > 0. In lanes of its own, because not every compiler makes a
 * vector reduction of a comparison. */
static inline real largest(size_t count, const real *x)
{
    enum { LANES = 16 };
    real lane[LANES];
    size_t whole = count - count % LANES;
    for (size_t l = 0; l < LANES; l++)
        lane[l] = x[0];
    for (size_t i = 0; i < whole; i += LANES) {
#pragma omp simd
        for (size_t l = 0; l < LANES; l++)
            lane[l] = x[i + l] > lane[l] ? x[i + l] : lane[l];
    }
    for (size_t half = LANES / 2; half > 0; half /= 2)
        for (size_t l = 0; l < half; l++)
            lane[l] = lane[l + half] > lane[l] ? lane[l + half] : lane[l];
    real most = lane[0];
    for (size_t i = whole; i < count; i++)
        most = x[i] > most ? x[i] : most;
    return most;
}

#endif
