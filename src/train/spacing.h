/* Steps that lie evenly over the logarithm: where a run that is looked back at is looked at. */
#ifndef MNEME_TRAIN_SPACING_H
#define MNEME_TRAIN_SPACING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Steps there are from one power of two to the next, from SPACING_DENSE on. */
enum { SPACING_A_DOUBLING = 12, SPACING_DENSE = 16 };

/* 0, 1, 2, 4, 8, 16, and from there on 2^(k/12), rounded, for whole k: 17, 18, 19, 20, 21, 23, ...
 * Steps up to 2^40. */
bool spacing_is_due(uint64_t step);

/* Which of these steps, step[count], ascending, is missed least: the place of the one between whose
 * neighbours the steps grow by the smallest factor, (step[i+1] + 1) / (step[i-1] + 1); of equal
 * ones the first. Taken away one after the other they thin out evenly over the logarithm. Never one
 * of the ends: count is at least 3, steps up to 2^31. */
size_t spacing_least(const uint64_t *step, size_t count);

#endif
