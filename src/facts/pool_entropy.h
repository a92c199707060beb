/* The entropy of an attribute's values in a population without end, exactly, from its pools and
 * pairs. */
#ifndef MNEME_FACTS_POOL_ENTROPY_H
#define MNEME_FACTS_POOL_ENTROPY_H

#include <stddef.h>

#include "base/error.h"
#include "facts/fact_set.h"

/* In nats. Of parts that are drawn independently the sum of ln |pool|; of a value that is drawn
 * from pairs
 *
 *   - sum over values v  p(v) ln p(v),   p(v) = sum over keys k with a pair (k, v)  p(k) / n(k),
 *
 * n(k) being the pairs of k and p(k) the share of the other attribute's values, found in the same
 * way. *given, which may be null, receives what is left of it where the other attribute's value is
 * known, sum over keys  p(k) ln n(k); the entropy itself where it depends on no other.
 * ERROR_MEMORY.
 */
bool pool_entropy(const struct fact_set *facts, size_t attribute, double *entropy, double *given,
                  struct error *err);

#endif
