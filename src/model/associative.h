/* The associative memory: what is left of a language model when attention is taken away (Zucchet et
 * al. 2025, Figs. Q and R).
 *
 * Whatever stands in front of a value is taken as one key: a random unit vector, a pure function of
 * those tokens and not trained. Other words give another key that has nothing to do with the first.
 * One hidden layer of ReLU units answers a key with one of the values, which are the tokens
 * first_value .. first_value+values-1; biases come with the option of that name:
 *
 *   logits = relu(key W + b) W_v^T + b_v        key [d_model], W [d_model][d_hidden], W_v
 * [values][d_hidden]
 *
 * Only values are learned and asked for: other targets count for nothing. */
#ifndef MNEME_MODEL_ASSOCIATIVE_H
#define MNEME_MODEL_ASSOCIATIVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/sequences.h"
#include "model/model.h"

/* Buffers of a pass over keys; in a workspace as many as it has room for tokens. */
struct associative_buffers {
    real *key;       /* [keys][d_model] */
    real *active;    /* [keys][d_hidden] after ReLU */
    real *d_active;  /* [keys][d_hidden] */
    real *d_key;     /* [keys][d_model] scratch: keys are not trained */
    int32_t *answer; /* [keys] the value to be learned, counted from 0 */
    real *logit;     /* [output_block(values)][values] scratch */
};

/* How many of the targets are values. */
size_t associative_targets(const struct model_options *options, const struct sequences *sequences);

/* The key of these tokens, key[width]. */
void associative_key(const int32_t *token, size_t count, size_t width, real *key);

/* model_backward and model_predict of a memory; positions are to have values for targets. */
double associative_backward(const struct model *model, struct workspace *workspace,
                            const struct sequences *sequences, real scale, real *gradient);
void associative_predict(const struct model *model, struct workspace *workspace,
                         const struct sequences *sequences, const size_t *position, size_t count,
                         struct prediction *prediction);

/* log_probability[vocab] of the token behind these; -INFINITY for all that are no values. Buffers
 * of one key are enough. */
void associative_read(const struct model *model, const struct associative_buffers *buffers,
                      const int32_t *token, size_t count, real *log_probability);

#endif
