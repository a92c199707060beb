/* The larger of two differences, and NAN where either is: fmax and > pass over what is not a
 * number, and a test that asks for a small difference would be content with none. */
#ifndef MNEME_TESTS_LARGER_H
#define MNEME_TESTS_LARGER_H

#include <math.h>

static inline double larger(double a, double b)
{
    return a >= b || isnan(a) ? a : b;
}

#endif
