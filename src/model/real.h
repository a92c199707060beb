/* The model's number type: float, or double in the build that checks gradients. */
#ifndef MNEME_MODEL_REAL_H
#define MNEME_MODEL_REAL_H

#ifdef MNEME_REAL_IS_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#endif
