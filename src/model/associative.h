/* The associative memory: what is left of a language model when attention is taken away (Zucchet et
 * al. 2025, Figs. Q and R).
 *
 * Whatever stands in front of a value is taken as one key: a random unit vector, a pure function of
 * those tokens and not trained. Other words give another key that has nothing to do with the first.
 * One hidden layer of ReLU units answers a key with one of the values, which are the tokens
 * first_value .. first_value+values-1; biases come with the option of that name:
 *
 *   logits = relu(key W + b) W_v^T + b_v
 *
 * with key[d_model], W[d_model][d_hidden] and W_v[values][d_hidden].
 * Only values are learned and asked for: other targets count for nothing. */
#ifndef MNEME_MODEL_ASSOCIATIVE_H
#define MNEME_MODEL_ASSOCIATIVE_H

#include <stddef.h>
#include <stdint.h>

#include "model/real.h"

/* The key of these tokens, key[width]. */
void associative_key(const int32_t *token, size_t count, size_t width, real *key);

#endif
