/* GELU in its tanh form (Hendrycks & Gimpel 2016):
 *
 *   gelu(x) = x/2 (1 + tanh(z)) = x / (1 + e^(-2z)),  z = sqrt(2/pi) (x + 0.044715 x^3) */
#ifndef MNEME_MODEL_GELU_H
#define MNEME_MODEL_GELU_H

#include <stddef.h>

#include "model/real.h"

/* y[i] = gelu(x[i]), i < count */
void gelu_forward(size_t count, const real *x, real *y);

/* The same, and x[i] becomes the derivative of gelu at what x[i] was: the exponential serves both,
 * and the way back is a product. */
void gelu_forward_with_derivative(size_t count, real *x, real *y);

/* dy[i] *= derivative[i] */
void gelu_backward(size_t count, const real *derivative, real *dy);

#endif
