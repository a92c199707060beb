#include "model/gelu.h"

#include "base/multiversion.h"
#include "model/vector_math.h"

#define TWICE_SQRT_2_OVER_PI ((real)1.59576912160573071176)
#define CUBIC                ((real)0.044715)

/* e^(-2z) */
static inline real exp_minus_2z(real x)
{
    return exp_real(-TWICE_SQRT_2_OVER_PI * x * (1 + CUBIC * x * x));
}

MULTIVERSION
void gelu_forward(size_t count, const real *x, real *y)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] / (1 + exp_minus_2z(x[i]));
}

/* With s = 1 / (1 + e): gelu' = s + x s' = s + x s (1 - s) d(2z)/dx, and 1 - s = e s. */
MULTIVERSION
void gelu_forward_with_derivative(size_t count, real *x, real *y)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        real at = x[i];
        real e = exp_minus_2z(at);
        real s = 1 / (1 + e);
        y[i] = at * s;
        x[i] = s + at * s * (e * s) * TWICE_SQRT_2_OVER_PI * (1 + 3 * CUBIC * at * at);
    }
}

MULTIVERSION
void gelu_backward(size_t count, const real *derivative, real *dy)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        dy[i] *= derivative[i];
}
