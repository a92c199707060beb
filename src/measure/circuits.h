/* Circuits: what attention is used for while biographies are read, in every layer and head.
 * (Zucchet et al. 2025, Fig. 3 right and F.)
 *
 * Spans tell a biography's tokens apart: those of a name (of any sentence), those of a value, the
 * begin token, and text, the words and marks of the templates. A row of attention is what a token
 * gives to itself and to those before it, 1 in all.
 *
 *   within a name      from the last token of a name of several to the others of this occurrence of
 *                      it: what the paper calls name -> name rises early as this does
 *   name -> all names  from there to all other tokens of names, those of earlier sentences as well,
 *                      which are most of it while attention is uniform
 *   attribute -> name  from the token that predicts the first token of a value to names
 *   attribute -> text  from there to text, mostly with that token itself, which seldom is a name's
 *   sharpness          the entropy of a row divided by ln t, t the tokens it may attend to: 1 where
 *                      all get the same, 0 where one gets all. A row with t = 1 has none
 *
 * What attribute -> name and attribute -> text leave of 1 goes to the begin token and to values of
 * earlier sentences. All but the last are means over all sentences of all biographies, the last one
 * over all rows. */
#ifndef MNEME_MEASURE_CIRCUITS_H
#define MNEME_MEASURE_CIRCUITS_H

#include <stddef.h>

#include "base/error.h"
#include "engine/engine.h"
#include "facts/batch.h"

enum circuit {
    CIRCUIT_WITHIN_NAME,
    CIRCUIT_NAME_TO_NAMES,
    CIRCUIT_ATTRIBUTE_TO_NAME,
    CIRCUIT_ATTRIBUTE_TO_TEXT,
    CIRCUIT_SHARPNESS,
    CIRCUITS,
};

struct circuits {
    size_t layers, heads;
    double *mean; /* [CIRCUITS][layers][heads] 0 .. 1; NAN where nobody was asked about */
};

/* All NAN. */
bool circuits_init(struct circuits *circuits, size_t layers, size_t heads, struct error *err);
void circuits_free(struct circuits *circuits);

/* Numbers in `mean`. */
size_t circuits_size(const struct circuits *circuits);

/* Of one head, and the mean over a layer's heads. */
double circuits_of_head(const struct circuits *circuits, enum circuit circuit, size_t layer,
                        size_t head);
double circuits_of_layer(const struct circuits *circuits, enum circuit circuit, size_t layer);

enum token_role { ROLE_BEGIN, ROLE_NAME, ROLE_VALUE, ROLE_TEXT };

/* Biographies with evaluation wordings, always the same, and room for what attention does there. */
struct circuits_set {
    struct batch batch;
    size_t layers, heads;
    unsigned char *role; /* [batch.start[biographies]] enum token_role */
    double *sum;         /* [biographies][layers][heads][CIRCUITS] over the rows of one, of the last
                            measurement */
};

/* Of `count` individuals spread evenly over first .. first+among-1, which are at least as many, for
 * models of this shape. ERROR_INPUT where there are fewer names. On false the set is empty. */
bool circuits_set_init(struct circuits_set *set, const struct population *population,
                       const struct vocabulary *vocabulary, const struct model_options *shape,
                       uint64_t first, uint64_t among, size_t count, struct error *err);
void circuits_set_free(struct circuits_set *set);

/* Reads the biographies with the engine's model, which has the set's shape, into circuits, which
 * has it too. The same bits for any number of threads. ERROR_CANCELLED when *cancel (may be null)
 * became true meanwhile: circuits are as before. */
bool circuits_measure(struct circuits_set *set, struct engine *engine, const atomic_bool *cancel,
                      struct circuits *circuits, struct error *err);

/* The two halves of circuits_measure: who fills set->sum from attention over the set's sequences,
 * whole or in parts, and what it comes to when every layer of each was shown. */
struct attention_watcher circuits_watcher(struct circuits_set *set);
void circuits_score(const struct circuits_set *set, struct circuits *circuits);

#endif
