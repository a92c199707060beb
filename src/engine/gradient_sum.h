/* The sum of the shards' gradients, and its norm.
 *
 * Shards meet in pairs, the pairs in pairs, and so on: a tree that depends on how many there are
 * alone, so that parts of it can be summed wherever their shards are. */
#ifndef MNEME_ENGINE_GRADIENT_SUM_H
#define MNEME_ENGINE_GRADIENT_SUM_H

#include <stddef.h>

#include "model/real.h"

/* gradient[0][size] becomes the sum of gradient[count][size] by the tree, and the others its nodes.
 * Returns its Euclidean norm, added up in an order that does not depend on the number of threads.
 */
double gradient_sum(real *const *gradient, size_t count, size_t size, size_t threads);

#endif
